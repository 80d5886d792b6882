/** The options of training an RBM, their defaults, and their checks. */

import type { Dataset } from "../../data/dataset.js";
import { refuse } from "../../errors.js";
import type { ClampMode } from "../../kernels/kernels.js";
import type { Rbm } from "../../machines/rbm.js";
import { checkWidth } from "../../machines/resident.js";
import { type AverageConfig, checkAverage } from "../average.js";
import type { Checkpoint, SavedShapes } from "../checkpoint.js";
import { completeStopWhen, type StopConfig, type StopWhen, stoppingSaves } from "../early-stopping.js";
import { type GradientConfig, sgd } from "../optimizer.js";
import { AS_BEGUN, checkBatches, checkProgress, checkSaved, type RunOptions } from "../options.js";
import { averageSaves } from "./average.js";
import { type CentringConfig, type CentringOptions, centringSaves, completeCentring } from "./centring.js";
import { contrastiveDivergence } from "./contrastive.js";
import { optimizerSaves } from "./optimizer.js";
import type { HiddenStatistics, NegativeRule } from "./phase.js";
import { completeSparsity, type SparsityConfig, type SparsityOptions, sparsitySaves } from "./sparsity.js";

/** What decides the result, bit for bit, together with the initial RBM and the data. */
export interface LearningOptions {
  readonly epochs: number;
  /** Cases an update; 100 by default. The last batch of an epoch may be smaller; each is averaged over its own cases. */
  readonly batchSize?: number;
  readonly seed?: number;
  /** Grey levels to visible units: drawn anew each epoch (default), thresholded at ½, or used as probabilities. */
  readonly clamp?: ClampMode;
  /** Hidden statistics of the positive phase; "probability" by default. */
  readonly wake?: HiddenStatistics;
  /** contrastiveDivergence({ k: 1 }) by default. */
  readonly negative?: NegativeRule;
  /** sgd() by default. */
  readonly optimizer?: GradientConfig;
  /** Offsets of the units in the gradient (centring.ts); off by default. */
  readonly centring?: boolean | CentringOptions;
  /** Hidden units that are seldom on (sparsity.ts); off by default. */
  readonly sparsity?: SparsityOptions;
  /** Averages over updates in place of the latest parameters (average.ts): the mean of the last half is { from: 0.5 }; off by default. */
  readonly average?: AverageConfig;
  /** Ends training before `epochs` (early-stopping.ts); off by default. */
  readonly stopWhen?: StopWhen;
}

export interface TrainOptions extends LearningOptions, RunOptions<Rbm> {
  /**
   * Every so many epochs the log-likelihood is told: exactly where log Z takes seconds at most, otherwise with an estimate of it from
   * both sides (learn/monitor.ts); 0, never, by default. Data must not be clamped as probabilities.
   */
  readonly monitor?: number;
}

type Options = "centring" | "sparsity" | "average" | "stopWhen";

/** Plain data, but for the rule of the negative phase. What is off is left out. */
export interface CompleteLearningOptions extends Required<Omit<LearningOptions, Options>> {
  readonly centring?: CentringConfig;
  readonly sparsity?: SparsityConfig;
  readonly average?: AverageConfig;
  readonly stopWhen?: StopConfig;
}

/** Fills in the defaults; throws "option", "shape" or "size" for what cannot be trained. */
export function completeOptions(rbm: Rbm, data: Dataset, options: LearningOptions): CompleteLearningOptions {
  const { centring, sparsity, average, stopWhen, ...rest } = options;
  const centred = centring && completeCentring(centring);
  if (average) checkAverage(average);
  const complete: CompleteLearningOptions = {
    batchSize: Math.min(100, data.cases),
    seed: 0,
    clamp: "sample",
    wake: "probability",
    negative: contrastiveDivergence(),
    optimizer: sgd(),
    ...rest,
    ...(centred && { centring: centred }),
    ...(sparsity && { sparsity: completeSparsity(sparsity) }),
    ...(average && { average }),
    ...(stopWhen && { stopWhen: completeStopWhen(stopWhen) }),
  };
  checkWidth("train", data, rbm.visible);
  checkBatches(complete, data);
  complete.negative.check?.(rbm.visible, rbm.hidden);
  return complete;
}

/** What the rule of these options keeps, for an RBM of these sizes. */
export function ruleSaves(options: CompleteLearningOptions, visible: number, hidden: number): SavedShapes {
  return {
    ...options.negative.saves?.(visible, hidden),
    ...optimizerSaves(options.optimizer, visible, hidden),
    ...(options.centring && centringSaves(hidden)),
    ...(options.sparsity && sparsitySaves(hidden)),
    ...(options.average && averageSaves(visible, hidden)),
  };
}

/** Throws "shape" or "option" unless the checkpoint can be one of a run with this RBM, these data and these options. */
export function checkResume(
  checkpoint: Checkpoint,
  rbm: Rbm,
  data: Dataset,
  options: CompleteLearningOptions,
  who = "checkpoint",
): asserts checkpoint is Checkpoint<Rbm> {
  const { machine: saved } = checkpoint;
  const { visible, hidden } = rbm;
  if (saved.kind !== "rbm" || saved.visible !== visible || saved.hidden !== hidden) {
    const got = saved.kind === "rbm" ? `an RBM of ${saved.visible} × ${saved.hidden} units` : `a ${saved.kind} machine`;
    throw refuse("shape", { who, got, expected: `an RBM of ${visible} × ${hidden} units`, wayOut: AS_BEGUN });
  }
  const shapes = { ...ruleSaves(options, visible, hidden), ...(options.stopWhen && stoppingSaves(rbm)) };
  checkSaved(checkpoint.state, shapes, who);
  checkProgress(checkpoint, data, options, who);
}
