/** The moving average over updates of how often each hidden unit is on: λ of centring, q of sparsity. */

import type { Field, Vector } from "../../kernels/kernels.js";
import type { SavedShapes, SavedState } from "../checkpoint.js";
import { COUNTER_SHAPE, countFrom, savedCount } from "../counter.js";
import { movingShare } from "../moving-average.js";
import type { LearningContext } from "./phase.js";

export interface MovingMean {
  readonly mean: Vector;
  /** Takes the batch's mean into account. */
  follow(hidden: Field, cases: number): void;
  state(): SavedState;
}

export function movingMeanSaves(name: string, hidden: number): SavedShapes {
  return { [`${name}.hidden`]: [hidden], [`${name}.updates`]: COUNTER_SHAPE };
}

export function startMovingMean(
  { kernels, parameters, saved }: LearningContext,
  name: string,
  rate: number,
): MovingMean {
  const { size } = parameters.hiddenBias;
  const mean = kernels.vector(size);
  if (saved) mean.write(saved[`${name}.hidden`].data as Float32Array);
  let updates = countFrom(`${name}.updates`, saved);
  return {
    mean,
    follow(hidden, cases) {
      updates++;
      kernels.followMean(mean, movingShare(rate, updates), hidden, cases);
    },
    state: () => ({
      [`${name}.hidden`]: { shape: [size], data: mean.read() },
      [`${name}.updates`]: savedCount(updates),
    }),
  };
}
