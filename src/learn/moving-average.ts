/** Moving averages without a bias towards where they began. */

import { refuse } from "../errors.js";
import { power } from "../math/power.js";

/**
 * The share that the n-th value, from 1, has in a moving average of this rate: rate / (1 − (1 − rate)ⁿ), which is 1 at first. The average is
 * then Σ_k (1 − rate)ⁿ⁻ᵏ x_k over the sum of these weights: that of Adam's moments.
 */
export function movingShare(rate: number, n: number): number {
  return rate / (1 - power(1 - rate, n));
}

/** Throws "option" unless the rate is in (0, 1]. */
export function checkMovingRate(who: string, rate: number): void {
  if (rate > 0 && rate <= 1) return;
  throw refuse("option", { who, got: String(rate), expected: "a number in (0, 1]; 0.01 is usual" });
}
