/** What the training loop teaches: a machine in memory, with its rule at work. The loop knows nothing else of either. */

import type { Dataset } from "../data/dataset.js";
import type { SavedState } from "./checkpoint.js";

/** Which cases an update sees. */
export interface Batch {
  readonly data: Dataset;
  readonly rows: Uint32Array;
  /** The number of the update, from 0: the step of every draw made for it. */
  readonly update: number;
}

/** Squared error of what the machine made of a batch: the sum, and over how many units. */
export interface BatchError {
  readonly sum: number;
  readonly count: number;
}

/** Figures after a complete epoch, mostly on held-out cases; TrainingReport tells what they are. */
export interface EpochFigures {
  readonly heldOutReconstructionError?: number;
  readonly freeEnergyGap?: number;
  readonly logLikelihood?: number;
  readonly heldOutLogLikelihood?: number;
}

export interface Learner<Machine> {
  /** One update, at `epoch` (fractions allowed) of all. The error, where chains start at the data. */
  learn(batch: Batch, epoch: number): BatchError | undefined;
  /** The largest |weight| and |bias|. */
  largest(): { readonly weight: number; readonly bias: number };
  /** After epoch `epoch`, from 0. */
  figures?(epoch: number): EpochFigures;
  /** A copy of the parameters as they are, to go on from. */
  parameters(): Machine;
  /** What has been learnt so far: the parameters, or where the rule averages, their average. */
  machine(): Machine;
  /** A copy of what the rule keeps from one update to the next. */
  state(): SavedState;
}
