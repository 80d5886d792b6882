/** Averages of parameters over updates, whatever machine they are of: rbm/average.ts says what for. */

import { refuse } from "../errors.js";
import type { BondParameters, Kernels, LayerParameters } from "../kernels/kernels.js";
import { movingShare } from "./moving-average.js";

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

export interface RunningAverage {
  /** After an update at `epoch` (fractions allowed) of `epochs`. */
  follow(epoch: number, epochs: number): void;
  /** Brings the averages up to date: until they have begun, the parameters as they are. */
  settle(): void;
  /** Updates since it began. */
  readonly updates: number;
}

/** Keeps `averages` those of `parameters`, array by array; `updates` since it began, to go on from. */
export function runningAverage<Of extends LayerParameters | BondParameters>(
  kernels: Kernels,
  averages: readonly Of[],
  parameters: readonly Of[],
  config: AverageConfig,
  updatesAnEpoch: number,
  updates = 0,
): RunningAverage {
  const every = Math.min(10, Math.max(1, Math.floor(updatesAnEpoch / 10)));
  // at most 1: the latest alone
  const rate = "over" in config ? Math.min(1, every / (config.over * updatesAnEpoch)) : 0;
  const mix = (share: number) =>
    averages.forEach((average, n) => {
      kernels.combine(average, 1 - share, average, share, parameters[n] as Of);
    });
  let count = updates;
  return {
    follow(epoch, epochs) {
      if ("from" in config && epoch < config.from * epochs) return;
      if (count % every === 0) {
        const n = count / every + 1;
        mix("from" in config ? 1 / n : movingShare(rate, n));
      }
      count++;
    },
    settle() {
      if (count === 0) mix(1);
    },
    get updates() {
      return count;
    },
  };
}
