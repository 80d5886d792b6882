/**
 * Averages of the parameters over updates: where rates do not fall to 0, parameters keep moving about a better point, and their average is
 * near it [Polyak and Juditsky 1992]. Training goes on from the parameters themselves; what is shown, watched and kept is the average.
 *
 * Parameters of neighbouring updates are nearly the same, so only every tenth is taken, or ten in an epoch where it has fewer than a hundred.
 */

import type { BondParameters } from "../../kernels/kernels.js";
import { allocateParameters } from "../../machines/resident.js";
import { type AverageConfig, runningAverage } from "../average.js";
import type { SavedShapes, SavedState } from "../checkpoint.js";
import { COUNTER_SHAPE, countFrom, savedCount } from "../counter.js";
import type { LearningContext } from "./phase.js";
import { bondShapes, restoreBond, saveBond } from "./saved-bond.js";

const name = "average";
const counter = "average.updates";

export function averageSaves(visible: number, hidden: number): SavedShapes {
  return { ...bondShapes(name, visible, hidden), [counter]: COUNTER_SHAPE };
}

export interface Average {
  /** After an update at `epoch` (fractions allowed) of `epochs`. */
  follow(epoch: number, epochs: number): void;
  /** The average, in the same arrays every time; until it has begun, the parameters as they are. */
  shown(): BondParameters;
  state(): SavedState;
}

export function startAverage(
  { kernels, parameters, saved }: LearningContext,
  config: AverageConfig,
  updatesAnEpoch: number,
): Average {
  const own = allocateParameters(kernels, parameters.visibleBias.size, parameters.hiddenBias.size);
  const average = { ...own, group: parameters.group };
  restoreBond(name, average, saved);
  const running = runningAverage(kernels, [average], [parameters], config, updatesAnEpoch, countFrom(counter, saved));
  return {
    follow: running.follow,
    shown() {
      running.settle();
      return average;
    },
    state: () => ({ ...saveBond(name, average), [counter]: savedCount(running.updates) }),
  };
}
