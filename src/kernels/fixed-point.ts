/**
 * Weights as whole numbers: sums of them are exact, in any order. So a field that is kept while units change equals the sum made
 * anew, and results depend neither on how sums are cut nor on how steps are cut into calls. docs/decisions/0006.
 *
 * Unit j has a scale of its own, the finest power of two with which its input stays below 2^30 for every state:
 * input = scale_j · whole number. The numbers are stored doubled: the lowest bit of a field is free for the state of its unit.
 */

import { refuse } from "../errors.js";

/** What |input| / scale must stay below. */
const LIMIT = 2 ** 30;

/** The largest power of two ≤ x, for 2^−900 < x < 2^900. */
function powerBelow(x: number): number {
  let power = 1;
  while (power > x) power /= 2;
  while (power * 2 <= x) power *= 2;
  return power;
}

/**
 * How many whole numbers one unit of input is, for a unit that `sources` units can reach by weights of sum Σ|M_ij| + |b_j| = `most`.
 * Throws "data" where `most` is not finite.
 */
export function wholeOf(most: number, sources: number): number {
  if (!Number.isFinite(most)) {
    throw refuse("data", { who: "couplings", got: "a weight or bias that is not finite", expected: "finite numbers" });
  }
  // each of `sources` + 1 numbers is rounded by at most ½; powers beyond 2^±100 have no use, and their reciprocals must be normal
  const room = LIMIT - 1 - sources;
  return Math.min(Math.max(powerBelow(room / Math.max(most, 2 ** -70)), 2 ** -100), 2 ** 100);
}
