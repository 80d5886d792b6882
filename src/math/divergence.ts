/** Distances between laws of finitely many states. */

import { refuse } from "../errors.js";

/** How far from 1 a law may sum: float32 rounding, not a forgotten normalisation. */
const tolerance = 1e-6;

/**
 * KL(p ‖ q) = Σ p log(p / q), nats: 0 where p is 0 counts nothing, and q = 0 where p is not gives Infinity. The measure G of
 * [Ackley et al. 1985] with p of the data and q of the model.
 *
 * Throws "shape" where the numbers of states differ, "data" for a law with a negative number, NaN, or a sum that is not 1.
 */
export function klDivergence(p: ArrayLike<number>, q: ArrayLike<number>): number {
  if (p.length !== q.length) {
    throw refuse("shape", { who: "klDivergence", got: `${p.length} and ${q.length} states`, expected: "as many" });
  }
  checkLaw("p", p);
  checkLaw("q", q);
  let sum = 0;
  for (let s = 0; s < p.length; s++) {
    // q − p sums to 0; with it every term is ≥ 0, and nearly equal laws keep their digits
    if (p[s] === 0) sum += q[s];
    else if (q[s] === 0) return Number.POSITIVE_INFINITY;
    else sum += p[s] * Math.log(p[s] / q[s]) + (q[s] - p[s]);
  }
  return sum;
}

/** The total variation ½ Σ |p − q| of two laws, from 0 to 1. Throws "shape" where the numbers of states differ. */
export function totalVariation(p: ArrayLike<number>, q: ArrayLike<number>): number {
  if (p.length !== q.length) {
    throw refuse("shape", { who: "totalVariation", got: `${p.length} and ${q.length} states`, expected: "as many" });
  }
  let sum = 0;
  for (let s = 0; s < p.length; s++) sum += Math.abs(p[s] - q[s]);
  return sum / 2;
}

function checkLaw(name: string, law: ArrayLike<number>): void {
  let sum = 0;
  for (let s = 0; s < law.length; s++) {
    if (!(law[s] >= 0)) {
      const who = `klDivergence: ${name} of state ${s}`;
      throw refuse("data", { who, got: String(law[s]), expected: "a probability" });
    }
    sum += law[s];
  }
  if (Math.abs(sum - 1) <= tolerance) return;
  throw refuse("data", {
    who: `klDivergence: ${name}`,
    got: `the sum ${sum}`,
    expected: "probabilities that sum to 1",
  });
}
