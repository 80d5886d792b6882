/**
 * How fast a dynamics of a small network forgets its start, and whether it runs the same backwards, from its transition matrix
 * T [S, S] and its stationary law π [S] (exact-network.ts).
 */

import { refuse } from "../errors.js";
import { eigenvalues } from "../math/eigenvalues.js";
import { extremeEigenvalues } from "../math/symmetric-eigenvalues.js";
import { randomStream } from "../random/stream.js";

export interface Mixing {
  /** 1 − |λ₂|, with λ₂ the eigenvalue of T of largest modulus but 1. Its absolute error is about 1e-13. */
  readonly gap: number;
  /** |λ₂| */
  readonly secondEigenvalue: number;
  /** Whether detailed balance holds, π_s T_sr = π_r T_rs. */
  readonly reversible: boolean;
  /** −1 / ln |λ₂|, steps: after so many more the slowest difference is smaller by 1 / e. */
  readonly relaxationTime: number;
  /** Where reversible: least ≤ mixingTime(T, π) ≤ ⌈most⌉, steps to a total variation of ¼. */
  readonly mixingTimeBounds?: { readonly least: number; readonly most: number };
}

const mostStates = 2 ** 12;
const mostIrreversible = 2 ** 10;
const mostForTime = 2 ** 9;

/**
 * The spectral gap of a chain. A reversible one is symmetric after scaling, D^½ T D^−½ with D = diag π, and Lanczos's method finds its
 * extreme eigenvalues; another needs all its eigenvalues, which takes S³ operations and is less exact where T is far from normal.
 *
 * The bounds: |λ₂|^t ≤ 2 d(t) ≤ √(1 / π_min − 1) |λ₂|^t [Levin and Peres 2017, section 12.2; Diaconis and Stroock 1991, proposition 3].
 * Throws "size" above 2^12 states, 2^10 where not reversible; "shape" and "data" unless π is a law that T leaves as it is.
 */
export function spectralGap(T: Float64Array, stationary: ArrayLike<number>): Mixing {
  const states = checkChain("spectralGap", T, stationary);
  const reversible = isReversible(T, stationary);
  const most = reversible ? mostStates : mostIrreversible;
  if (states > most) {
    const expected = `at most ${most}${reversible ? "" : ", as detailed balance does not hold"}`;
    throw refuse("size", { who: "spectralGap", got: `${states} states`, expected, wayOut: "Take a smaller network." });
  }
  const second = reversible ? secondOfReversible(T, stationary) : secondOfAny(T, stationary);
  // no modulus is above 1 but by rounding
  const secondEigenvalue = Math.min(1, second);
  const relaxationTime = 1 / Math.abs(Math.log(secondEigenvalue));
  const rarest = Array.from(stationary).reduce((least, p) => Math.min(least, p), 1);
  const bounds = {
    least: relaxationTime * Math.log(2),
    most: relaxationTime * Math.log(2 * Math.sqrt(1 / rarest - 1)),
  };
  return {
    gap: 1 - secondEigenvalue,
    secondEigenvalue,
    reversible,
    relaxationTime,
    ...(reversible ? { mixingTimeBounds: bounds } : {}),
  };
}

/**
 * The mixing time, exactly: the least t with max_s ½ Σ_r |T^t(r | s) − π_r| ≤ ε, by squaring and bisection. Infinity where it is
 * above 2^50 steps. Throws "size" above 2^9 states, "option" unless 0 < ε < 1, and as spectralGap for π.
 */
export function mixingTime(T: Float64Array, stationary: ArrayLike<number>, epsilon = 0.25): number {
  const states = checkChain("mixingTime", T, stationary);
  if (!(epsilon > 0 && epsilon < 1)) {
    throw refuse("option", { who: "mixingTime: epsilon", got: String(epsilon), expected: "a number between 0 and 1" });
  }
  if (states > mostForTime) {
    const wayOut = "spectralGap gives bounds for larger reversible chains.";
    throw refuse("size", { who: "mixingTime", got: `${states} states`, expected: `at most ${mostForTime}`, wayOut });
  }
  if (1 - Array.from(stationary).reduce((least, p) => Math.min(least, p), 1) <= epsilon) return 0;
  // (T − 1πᵀ)^t = T^t − 1πᵀ: what is left of the start, and nothing that rounding could swamp it with
  const powers = [T.map((p, at) => p - stationary[at % states])];
  while (distance(powers[powers.length - 1], states) > epsilon) {
    if (powers.length > 50) return Number.POSITIVE_INFINITY;
    powers.push(times(powers[powers.length - 1], powers[powers.length - 1], states));
  }
  if (powers.length === 1) return 1;
  // the largest t that is too short, from its highest binary digit on
  let left = powers[powers.length - 2];
  let t = 2 ** (powers.length - 2);
  for (let k = powers.length - 3; k >= 0; k--) {
    const next = times(left, powers[k], states);
    if (distance(next, states) <= epsilon) continue;
    left = next;
    t += 2 ** k;
  }
  return t + 1;
}

/**
 * The entropy production of a stationary chain, nats a step: Σ_sr π_s T_sr ln(π_s T_sr / π_r T_rs) ≥ 0, and 0 only with detailed balance
 * [Schnakenberg 1976]. Infinity where a step cannot be taken back, or where the chance of that is below the smallest float64.
 *
 * Parallel dynamics: (1/T) Σ_ij (M_ij − M_ji) ⟨s_i(t) s_j(t + 1)⟩. Of a sweep it is that of whole sweeps, seen from the outside.
 */
export function entropyProduction(T: Float64Array, stationary: ArrayLike<number>): number {
  const states = checkChain("entropyProduction", T, stationary);
  let sum = 0;
  for (let s = 0; s < states; s++) {
    for (let r = 0; r < s; r++) {
      const there = stationary[s] * T[s * states + r];
      const back = stationary[r] * T[r * states + s];
      if (there !== back) sum += (there - back) * Math.log(there / back);
    }
  }
  return sum;
}

/** How many states there are. Throws unless T is square with as many as the law, and the law is T's. */
function checkChain(who: string, T: Float64Array, stationary: ArrayLike<number>): number {
  const states = stationary.length;
  if (states < 2 || T.length !== states * states) {
    const got = `a law of ${states} states for a matrix of ${T.length} numbers`;
    throw refuse("shape", { who, got, expected: "S and S × S, at least 2 states" });
  }
  const next = new Float64Array(states);
  for (let s = 0; s < states; s++) for (let r = 0; r < states; r++) next[r] += stationary[s] * T[s * states + r];
  const change = next.reduce((sum, p, s) => sum + Math.abs(p - stationary[s]), 0);
  const total = Array.from(stationary).reduce((a, b) => a + b, 0);
  if (change <= 1e-9 && Math.abs(total - 1) <= 1e-9) return states;
  throw refuse("data", {
    who,
    got: `a law with the sum ${total} that a step changes by ${change}`,
    expected: "the law that the matrix leaves as it is",
    wayOut: "stationaryDistribution finds it.",
  });
}

/** Whether D^½ T D^−½ is symmetric to 1e-11; states of a probability near the smallest float64 do not count. */
function isReversible(T: Float64Array, stationary: ArrayLike<number>): boolean {
  const states = stationary.length;
  for (let s = 0; s < states; s++) {
    for (let r = 0; r < s; r++) {
      const flow = stationary[s] * T[s * states + r] - stationary[r] * T[r * states + s];
      const allowed = 1e-11 * Math.sqrt(stationary[s]) * Math.sqrt(stationary[r]) + 1e-290;
      if (!(Math.abs(flow) <= allowed)) return false;
    }
  }
  return true;
}

/** √π, with a floor for what float64 cannot hold: any positive scale leaves the eigenvalues as they are. */
function scales(stationary: ArrayLike<number>): Float64Array {
  return Float64Array.from(stationary, (p) => Math.sqrt(Math.max(p, 1e-250)));
}

/** The largest |eigenvalue| of D^½ T D^−½ − √π √πᵀ. */
function secondOfReversible(T: Float64Array, stationary: ArrayLike<number>): number {
  const states = stationary.length;
  const scale = scales(stationary);
  const first = Float64Array.from(stationary, Math.sqrt);
  const scaled = new Float64Array(states);
  const apply = (x: Float64Array, y: Float64Array): void => {
    let along = 0;
    for (let s = 0; s < states; s++) along += first[s] * x[s];
    for (let s = 0; s < states; s++) scaled[s] = x[s] / scale[s];
    for (let s = 0; s < states; s++) {
      let sum = 0;
      for (let r = 0; r < states; r++) sum += T[s * states + r] * scaled[r];
      y[s] = sum * scale[s] - along * first[s];
    }
  };
  const random = randomStream(0, "evaluation");
  const { least, largest } = extremeEigenvalues(
    apply,
    scale.map(() => random.normal()),
  );
  return Math.max(-least, largest);
}

/** The largest |eigenvalue| of T − 1πᵀ, scaled likewise. */
function secondOfAny(T: Float64Array, stationary: ArrayLike<number>): number {
  const states = stationary.length;
  const scale = scales(stationary);
  const A = T.map((p, at) => {
    const [s, r] = [Math.floor(at / states), at % states];
    return ((p - stationary[r]) * scale[s]) / scale[r];
  });
  const { real, imaginary } = eigenvalues(A);
  return real.reduce((most, x, n) => Math.max(most, Math.hypot(x, imaginary[n])), 0);
}

/** max_s ½ Σ_r |B_sr| */
function distance(B: Float64Array, states: number): number {
  let most = 0;
  for (let s = 0; s < states; s++) {
    let sum = 0;
    for (let r = 0; r < states; r++) sum += Math.abs(B[s * states + r]);
    most = Math.max(most, sum / 2);
  }
  return most;
}

/** A B */
function times(A: Float64Array, B: Float64Array, states: number): Float64Array<ArrayBuffer> {
  const C = new Float64Array(states * states);
  for (let i = 0; i < states; i++) {
    const row = C.subarray(i * states, (i + 1) * states);
    for (let k = 0; k < states; k++) {
      const a = A[i * states + k];
      for (let j = 0; j < states; j++) row[j] += a * B[k * states + j];
    }
  }
  return C;
}
