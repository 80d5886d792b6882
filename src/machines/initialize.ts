/** Initial parameters from data [Hinton 2010, "A practical guide to training RBMs", section 8]. */

import type { Dataset } from "../data/dataset.js";
import { refuse } from "../errors.js";
import { log } from "../math/log.js";
import { randomStream } from "../random/stream.js";
import { createRbm, type Rbm } from "./rbm.js";

export interface RbmInitialization {
  readonly hidden: number;
  /** Standard deviation of the initial weights; 0.01 by default. */
  readonly weightScale?: number;
  readonly seed: number;
}

/** Where a unit is never (always) on, its mean is taken as this (one minus this). */
const smallestMean = 0.001;

/** Weights normal with a small deviation, hidden biases 0, visible biases log(p / (1 − p)) of the data's means p. */
export function initializeRbm(data: Dataset, { hidden, weightScale = 0.01, seed }: RbmInitialization): Rbm {
  if (!(weightScale >= 0 && weightScale < 100)) {
    throw refuse("option", { who: "weight scale", got: String(weightScale), expected: "a number from 0 to 100" });
  }
  const rbm = createRbm(data.units, hidden);
  const random = randomStream(seed, "weights");
  for (let i = 0; i < rbm.weights.length; i++) rbm.weights[i] = weightScale * random.normal();
  levelMeans(data).forEach((mean, i) => {
    const p = Math.min(Math.max(mean, smallestMean), 1 - smallestMean);
    rbm.visibleBias[i] = log(p / (1 - p));
  });
  return rbm;
}

/** Mean level of each unit, in [0, 1]. */
export function levelMeans({ levels, cases, units }: Dataset): Float64Array {
  const sums = new Float64Array(units);
  for (let b = 0; b < cases; b++) {
    for (let i = 0; i < units; i++) sums[i] += levels[b * units + i];
  }
  const full = cases * (levels instanceof Uint8Array ? 255 : 1);
  return sums.map((sum) => sum / full);
}
