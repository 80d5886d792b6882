/** How far the frequencies of a stationary chain vary: exactly, from its transition matrix. */

import { refuse } from "../errors.js";

const mostStates = 2 ** 8;

type Matrix = Float64Array<ArrayBuffer>;

/**
 * The variance of each state's frequency over `steps` successive moments of a chain that is in its stationary law π [S], from its
 * transition matrix T [S, S]:
 *
 *   Var f_s = π_s / n² · ( n (1 − π_s) + 2 Σ_{0<k<n} (n − k) ((T^k)_ss − π_s) ),
 *
 * the sum by doubling, about 4 log₂ n products of matrices. As n grows n Var f_s goes to π_s (2 Z_ss − 1 − π_s), Z the fundamental
 * matrix [Kemeny and Snell 1960]. Of c independent chains it is 1 / c of that; √ of it is what effectiveSamples takes.
 *
 * Throws "option" unless `steps` is a positive whole number, "size" above 256 states, "shape" where T does not fit π.
 */
export function frequencyVariances(T: Float64Array, stationary: ArrayLike<number>, steps: number): Float64Array {
  const states = stationary.length;
  const who = "frequencyVariances";
  if (!Number.isSafeInteger(steps) || steps < 1) {
    throw refuse("option", { who: `${who}: steps`, got: String(steps), expected: "a whole number, at least 1" });
  }
  if (states > mostStates) throw refuse("size", { who, got: `${states} states`, expected: `at most ${mostStates}` });
  if (T.length !== states * states) {
    throw refuse("shape", { who, got: `${T.length} numbers for ${states} states`, expected: "S × S" });
  }
  const all = weightedSum(T, stationary, steps);
  // the sum has k = 0 once, n (1 − π_s); the variance has every other k twice
  return Float64Array.from({ length: states }, (_, s) => {
    const p = stationary[s];
    return Math.max(0, (p * (2 * all[s * states + s] - steps * (1 - p))) / steps ** 2);
  });
}

/** Σ_{0≤k<n} (n − k) B_k with B_k = T^k − 1πᵀ, by the binary digits of n. */
function weightedSum(T: Float64Array, stationary: ArrayLike<number>, n: number): Matrix {
  const states = stationary.length;
  const base: Matrix = Float64Array.from(T, (p, at) => p - stationary[at % states]);
  // for m moments: B_m, Σ_{k<m} B_k, Σ_{k<m} (m − k) B_k; B_m is a power of B_1 for m ≥ 1, and B_0 = 1 − 1πᵀ
  const first: Matrix = Float64Array.from({ length: states * states }, (_, at) => {
    return (at % (states + 1) === 0 ? 1 : 0) - stationary[at % states];
  });
  let [power, sum, weighted, m] = [base, first, first, 1];
  for (const digit of n.toString(2).slice(1)) {
    const shifted = times(power, sum, states);
    weighted = combine(weighted, sum, m, times(power, weighted, states));
    sum = add(sum, shifted);
    power = times(power, power, states);
    m *= 2;
    if (digit === "0") continue;
    sum = add(sum, power);
    weighted = add(weighted, sum);
    power = times(power, base, states);
    m++;
  }
  return weighted;
}

const add = (A: Matrix, B: Matrix): Matrix => A.map((a, at) => a + B[at]);

/** A + f B + C */
const combine = (A: Matrix, B: Matrix, f: number, C: Matrix): Matrix => A.map((a, at) => a + f * B[at] + C[at]);

/** A B */
function times(A: Matrix, B: Matrix, states: number): Matrix {
  const C = new Float64Array(states * states);
  for (let i = 0; i < states; i++) {
    for (let k = 0; k < states; k++) {
      const a = A[i * states + k];
      for (let j = 0; j < states; j++) C[i * states + j] += a * B[k * states + j];
    }
  }
  return C;
}
