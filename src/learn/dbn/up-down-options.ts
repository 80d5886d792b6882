/** The options of the up-down algorithm, their defaults, and their checks. */

import type { Dataset } from "../../data/dataset.js";
import { refuse } from "../../errors.js";
import type { ClampMode } from "../../kernels/kernels.js";
import type { Dbn } from "../../machines/dbn.js";
import { type AverageConfig, checkAverage } from "../average.js";
import { type SgdConfig, sgd } from "../optimizer.js";
import { checkBatches } from "../options.js";
import { checkSchedule, type Schedule } from "../schedule.js";

export interface UpDownOptions {
  readonly epochs: number;
  /** Cases an update; 100 by default. */
  readonly batchSize?: number;
  /** How levels clamp the visible units; "sample" by default. With "probability" dreams are probabilities too. */
  readonly clamp?: ClampMode;
  /** k: Gibbs sweeps of the top pair between the pass up and the pass down, whole; 3, then 6, then 10, each for a third of the epochs, by default. */
  readonly sweeps?: Schedule;
  /**
   * Where these sweeps start: "contrastive", the default, at each pass up; "persistent", where those of the update before have ended, and at
   * random bits before the first, as PCD's chains do [Tieleman 2008]. They unlearn what is likely far from all data, where no chain from the data
   * comes; that is no part of the algorithm of 2006.
   */
  readonly dreams?: "contrastive" | "persistent";
  /** Of all weights; sgd({ rate: 0.01 }) by default. Without Nesterov's momentum and L1. */
  readonly optimizer?: SgdConfig;
  /** Averages over updates in place of the latest parameters, as of an RBM; off by default. */
  readonly average?: AverageConfig;
}

export interface CompleteUpDown extends Required<Omit<UpDownOptions, "average">> {
  readonly average?: AverageConfig;
  readonly seed: number;
}

/** Throws "option" for what cannot be trained. */
export function completeUpDown(_dbn: Dbn, data: Dataset, options: UpDownOptions, seed: number): CompleteUpDown {
  const complete: CompleteUpDown = {
    batchSize: Math.min(100, data.cases),
    clamp: "sample",
    sweeps: usualSweeps(options.epochs),
    dreams: "contrastive",
    optimizer: sgd({ rate: 0.01 }),
    ...options,
    seed,
  };
  checkBatches(complete, data);
  if (complete.average) checkAverage(complete.average);
  const { sweeps, optimizer, dreams } = complete;
  if (!["contrastive", "persistent"].includes(dreams)) {
    throw refuse("option", { who: "dreams of up-down", got: String(dreams), expected: "contrastive or persistent" });
  }
  const whole = (value: number) => Number.isInteger(value) && value >= 1 && value < 2 ** 20;
  checkSchedule("sweeps of up-down", sweeps, "a whole number of Gibbs sweeps, at least 1", whole);
  if (typeof sweeps !== "number" && sweeps.kind === "linear") {
    throw refuse("option", { who: "sweeps of up-down", got: "a line", expected: "a number or steps" });
  }
  if (optimizer.optimizer !== "sgd" || optimizer.nesterov || optimizer.l1 > 0) {
    const got = optimizer.optimizer === "sgd" ? "Nesterov's momentum or an L1 penalty" : String(optimizer.optimizer);
    throw refuse("option", { who: "optimizer of up-down", got, expected: "sgd with momentum and weight decay" });
  }
  return complete;
}

/** 3, 6 and 10 sweeps, a third of the epochs each [Hinton, Osindero and Teh 2006]. */
function usualSweeps(epochs: number): Schedule {
  const third = Math.floor(epochs / 3);
  if (!(third >= 1)) return 3;
  return {
    kind: "steps",
    steps: [
      [0, 3],
      [third, 6],
      [2 * third, 10],
    ],
  };
}
