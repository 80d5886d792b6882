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

/** Error of what the machine made of a batch, squared or as the learner says: the sum, and over how many units or cases. */
export interface BatchError {
  readonly sum: number;
  readonly count: number;
}

/** An estimate with its standard error. */
export interface Estimate {
  readonly value: number;
  readonly error: number;
}

/** log Z, nats: the rule's own estimate, or one from both sides, with its bracket. */
export interface PartitionFigure extends Estimate {
  readonly lower?: number;
  readonly upper?: number;
}

/** A mean log-likelihood with log Z at the two ends of its bracket. */
export interface Range {
  readonly lower: number;
  readonly upper: number;
}

/** Where log Z is from: an exact sum, an estimate from both sides, or the rule's own estimate on its way. */
export type LikelihoodMethod = "exact" | "estimated" | "rule";

/** Numbers that only one rule has, by name. */
export type RuleFigures = Readonly<Record<string, number>>;

/** Figures after a complete epoch, mostly on held-out cases; TrainingReport tells what they are. */
export interface EpochFigures {
  readonly heldOutReconstructionError?: number;
  readonly freeEnergyGap?: number;
  readonly logLikelihood?: number;
  readonly heldOutLogLikelihood?: number;
  readonly logLikelihoodMethod?: LikelihoodMethod;
  readonly logLikelihoodRange?: Range;
  readonly heldOutLogLikelihoodRange?: Range;
  readonly likelihoodIsBound?: true;
  readonly logPartition?: PartitionFigure;
  readonly heldOutErrorRate?: number;
  readonly heldOutCrossEntropy?: number;
}

export interface Learner<Machine> {
  /** What the mean of the batches' errors is; "reconstructionError" by default. */
  readonly measure?: "reconstructionError" | "crossEntropy";
  /** What comes before the update of this number; other work has its turn at each yield. */
  prepare?(update: number): Generator<void, void, void>;
  /** One update, at `epoch` (fractions allowed) of all. The error, where chains start at the data. */
  learn(batch: Batch, epoch: number): BatchError | undefined;
  /** The largest |weight| and |bias|. */
  largest(): { readonly weight: number; readonly bias: number };
  /** Numbers of the rule, of the last update. */
  ruleFigures?(): RuleFigures | undefined;
  /** What the rule multiplies the learning rate by; 1 without it. */
  rateFactor?(): number;
  /** After epoch `epoch`, from 0. What takes long is done between yields, each of what is known so far; other work has its turn there. */
  figures?(epoch: number): Generator<EpochFigures, EpochFigures, void>;
  /** A copy of the parameters as they are, to go on from. */
  parameters(): Machine;
  /** What has been learnt so far: the parameters, or where the rule averages, their average. */
  machine(): Machine;
  /** A copy of what the rule keeps from one update to the next. */
  state(): SavedState;
}
