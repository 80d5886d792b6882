/** What training tells its onlookers: progress bars, run folders, lab views. */

import type { Checkpoint, Trainable } from "./checkpoint.js";
import type { LikelihoodMethod, PartitionFigure, Range, RuleFigures } from "./learner.js";

/** Reports while one trains. */
export type Training<Machine extends Trainable> = AsyncGenerator<TrainingReport<Machine>, void, void>;

/** The part of a training that is running, where it has several (stages.ts). */
export interface StageReport {
  /** "layer 2", "up-down". */
  readonly name: string;
  /** From 0, of `count`. */
  readonly index: number;
  readonly count: number;
  /** Epochs of this stage, from 1. */
  readonly epoch: number;
  readonly epochs: number;
}

export interface TrainingReport<Machine extends Trainable = Trainable> {
  /** "progress": inside an epoch; "epoch": an epoch is complete; "stopped": the abort signal ended training after a complete update. */
  readonly kind: "progress" | "epoch" | "stopped";
  /** The epoch that is running or was just completed, from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Where training has stages; epochs and updates above are counted over all of them. */
  readonly stage?: StageReport;
  /** Updates done, of how many in all. */
  readonly update: number;
  readonly updates: number;
  /** Cases a second since training (or its resumption) began. */
  readonly casesPerSecond: number;
  /** Seconds since training began, those before a resumption included; and expected until its end. */
  readonly seconds: number;
  readonly secondsLeft: number;
  /**
   * Mean squared difference of a visible unit and its reconstruction, over the epoch so far; a proxy, not the likelihood. Absent
   * where the rule's chains do not start at the data.
   */
  readonly reconstructionError?: number;
  /** Mean −ln P(label | case) of the epoch's batches, nats a case, each before its update; of classifiers. */
  readonly crossEntropy?: number;
  /** The share of all held-out cases that are classified wrongly, and their mean −ln P(label | case), nats; complete epochs only. */
  readonly heldOutErrorRate?: number;
  readonly heldOutCrossEntropy?: number;
  /** The reconstruction error on the first 1,000 held-out cases, after one sweep v → h → v whatever the rule's k; complete epochs only. */
  readonly heldOutReconstructionError?: number;
  /** Mean F(those cases) − mean F(as many training cases), nats; rises when the model overfits [Hinton 2010, section 6]. Complete epochs only. */
  readonly freeEnergyGap?: number;
  /**
   * Mean log P(v) of the training and the held-out cases (at most 1,000 of each), nats, and where log Z is from. Complete epochs only.
   */
  readonly logLikelihood?: number;
  readonly heldOutLogLikelihood?: number;
  readonly logLikelihoodMethod?: LikelihoodMethod;
  /** The same with log Z at the two ends of its bracket, where it was estimated from both sides. */
  readonly logLikelihoodRange?: Range;
  readonly heldOutLogLikelihoodRange?: Range;
  /** Whether these are lower bounds on log P(v), as where it cannot be had: the variational ones of a deep Boltzmann machine. */
  readonly likelihoodIsBound?: true;
  /** log Z, nats, where it is an estimate: the monitor's, with its bracket, or the rule's own. Complete epochs only. */
  readonly logPartition?: PartitionFigure;
  /** Numbers of the rule's own, of the last update: what they are is said where the rule is made. */
  readonly rule?: RuleFigures;
  /** As the last update had it. */
  readonly rate: number;
  readonly momentum: number;
  /** The largest |W_ij|. */
  readonly largestWeight: number;
  /** The largest bias, without its sign. */
  readonly largestBias: number;
  /** With `stopWhen`: the last good epoch so far, and on the last report, whether training ended before all epochs were done. */
  readonly bestEpoch?: number;
  readonly stoppedEarly?: true;
  /** Is this the last report, all having been done? Not so where the abort signal ended training. */
  readonly done: boolean;
  /**
   * What has been learnt so far. That is the parameters as they are now; with `average`, once it has begun, their average; and with `stopWhen`, on
   * the last report, the machine of the last good epoch. To be called before training goes on, or after it has ended.
   */
  machine(): Machine;
  /**
   * All that is needed to go on with the same bits: the parameters as they are now and, among the state, averages and the machine of the last
   * good epoch. To be called before training goes on, or after it has ended.
   */
  checkpoint(): Checkpoint<Machine>;
}
