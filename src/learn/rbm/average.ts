/**
 * Averages of the parameters over updates: where rates do not fall to 0, parameters keep moving about a better point, and their average is
 * near it [Polyak and Juditsky 1992]. Training goes on from the parameters themselves; what is shown, watched and kept is the average.
 *
 * Parameters of neighbouring updates are nearly the same, so only every tenth is taken, or ten in an epoch where it has fewer than a hundred.
 */

import { refuse } from "../../errors.js";
import type { BondParameters } from "../../kernels/kernels.js";
import { allocateParameters } from "../../machines/resident.js";
import type { SavedShapes, SavedState } from "../checkpoint.js";
import { COUNTER_SHAPE, countFrom, savedCount } from "../counter.js";
import { movingShare } from "../moving-average.js";
import type { LearningContext } from "./phase.js";
import { bondShapes, restoreBond, saveBond } from "./saved-bond.js";

/** The mean from this fraction of all epochs on, in [0, 1); or a moving average, with weights that fall to 1/e over so many epochs. */
export type AverageConfig = { readonly from: number } | { readonly over: number };

/** Throws "option" for numbers outside their domains. */
export function checkAverage(config: AverageConfig): void {
  const [who, value, ok] =
    "from" in config
      ? (["average from", config.from, config.from >= 0 && config.from < 1] as const)
      : (["average over", config.over, config.over > 0 && Number.isFinite(config.over)] as const);
  if (ok) return;
  const expected = "from" in config ? "a fraction of all epochs in [0, 1)" : "a positive number of epochs";
  throw refuse("option", { who, got: String(value), expected });
}

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
  const every = Math.min(10, Math.max(1, Math.floor(updatesAnEpoch / 10)));
  // at most 1: the latest alone
  const rate = "over" in config ? Math.min(1, every / (config.over * updatesAnEpoch)) : 0;
  /** Updates since it began. */
  let updates = countFrom(counter, saved);
  return {
    follow(epoch, epochs) {
      if ("from" in config && epoch < config.from * epochs) return;
      if (updates % every === 0) {
        const n = updates / every + 1;
        const share = "from" in config ? 1 / n : movingShare(rate, n);
        kernels.combine(average, 1 - share, average, share, parameters);
      }
      updates++;
    },
    shown() {
      if (updates === 0) kernels.combine(average, 0, parameters, 1, parameters);
      return average;
    },
    state: () => ({ ...saveBond(name, average), [counter]: savedCount(updates) }),
  };
}
