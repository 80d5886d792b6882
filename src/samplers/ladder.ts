/** Ladders of inverse temperatures for parallel tempering, and their adaptation to equal swap probabilities [Syed et al. 2022]. */

import { refuse } from "../errors.js";

/** Rungs at equal distances from β = `highest`, the law that is wanted, down to `lowest`. Throws "option" for fewer than two rungs. */
export function linearLadder(rungs: number, { highest = 1, lowest = 0 } = {}): Float32Array {
  if (!Number.isInteger(rungs) || rungs < 2) {
    throw refuse("option", { who: "rungs", got: String(rungs), expected: "a whole number, at least 2" });
  }
  const step = (highest - lowest) / (rungs - 1);
  return checkLadder(Array.from({ length: rungs }, (_, k) => (k === rungs - 1 ? lowest : highest - k * step)));
}

/**
 * The β as they are used: in float32, as the kernels take them, so that what is sampled is what the exchanges weigh.
 * Throws "option" unless there are two at least, and they fall, each below the one before, none below 0.
 */
export function checkLadder(betas: ArrayLike<number>): Float32Array {
  const ladder = Float32Array.from(betas);
  const complain = (got: string) => {
    const expected = "at least two inverse temperatures, each below the one before and none below 0";
    return refuse("option", { who: "ladder", got, expected });
  };
  if (ladder.length < 2) throw complain(`${ladder.length} of them`);
  ladder.forEach((beta, k) => {
    if (!(beta >= 0 && Number.isFinite(beta))) throw complain(String(betas[k]));
    if (k > 0 && beta >= ladder[k - 1]) throw complain(`${betas[k]} after ${betas[k - 1]}`);
  });
  return ladder;
}

/** Λ = Σ (1 − swap probability) over the pairs of neighbours: about 2 Λ rungs give most round trips for the work [Syed et al. 2022]. */
export function communicationBarrier(swapProbability: ArrayLike<number>): number {
  return Array.from(swapProbability).reduce((sum, p) => sum + (1 - p), 0);
}

/** Keeps pairs that never refuse from having no width at all: then any place would do for the rungs between. */
const least = 1e-6;

/**
 * The ladder of as many rungs, with the same ends, on which all pairs of neighbours would refuse equally often: the refusals 1 − p are
 * added up along the ladder, and new rungs lie at equal steps of the sum (straight lines in between).
 */
export function adaptedLadder(betas: ArrayLike<number>, swapProbability: ArrayLike<number>): Float32Array {
  const rungs = betas.length;
  const sum = new Float64Array(rungs);
  for (let k = 1; k < rungs; k++) sum[k] = sum[k - 1] + Math.max(least, 1 - swapProbability[k - 1]);
  const ladder = Float64Array.from(betas);
  let k = 0;
  for (let rung = 1; rung < rungs - 1; rung++) {
    const wanted = (sum[rungs - 1] * rung) / (rungs - 1);
    while (sum[k + 1] < wanted) k++;
    const part = (wanted - sum[k]) / (sum[k + 1] - sum[k]);
    ladder[rung] = betas[k] + part * (betas[k + 1] - betas[k]);
  }
  return checkLadder(ladder);
}
