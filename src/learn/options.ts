/** The options of training, their defaults, and their checks. */

import type { Dataset } from "../data/dataset.js";
import { refuse } from "../errors.js";
import type { ClampMode, Kernels } from "../kernels/kernels.js";
import type { KernelOptions } from "../kernels/threads.js";
import type { Rbm } from "../machines/rbm.js";
import { checkWidth } from "../machines/resident.js";
import { checkSeed } from "../random/draw.js";
import type { Checkpoint } from "./checkpoint.js";
import { contrastiveDivergence } from "./contrastive.js";
import { type SgdConfig, sgd } from "./optimizer.js";
import type { HiddenStatistics, NegativeRule } from "./phase.js";
import { valuesOf } from "./schedule.js";

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
  readonly optimizer?: SgdConfig;
}

/** What only concerns how training is run and watched. */
export interface TrainOptions extends LearningOptions, KernelOptions {
  /** Kernels to use instead of making some; they are not disposed of. */
  readonly kernels?: Kernels;
  readonly heldOut?: Dataset;
  /** Stops after the update that is running, with a last report of kind "stopped". */
  readonly signal?: AbortSignal;
  /** Goes on from a checkpoint of a run with the same options and data. */
  readonly resume?: Checkpoint;
  /** The least time between two progress reports, in milliseconds; 100 by default. */
  readonly reportEvery?: number;
}

export type CompleteLearningOptions = Required<LearningOptions>;

/** Fills in the defaults; throws "option" or "shape" for what cannot be trained. */
export function completeOptions(rbm: Rbm, data: Dataset, options: LearningOptions): CompleteLearningOptions {
  const complete: CompleteLearningOptions = {
    batchSize: Math.min(100, data.cases),
    seed: 0,
    clamp: "sample",
    wake: "probability",
    negative: contrastiveDivergence(),
    optimizer: sgd(),
    ...options,
  };
  const { epochs, batchSize, seed } = complete;
  checkSeed(seed);
  checkWidth("train", data, rbm.visible);
  if (!Number.isInteger(epochs) || epochs < 1) {
    throw refuse("option", { who: "epochs", got: String(epochs), expected: "a whole number, at least 1" });
  }
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw refuse("option", { who: "batch size", got: String(batchSize), expected: "a whole number, at least 1" });
  }
  if (batchSize > data.cases) {
    const wayOut = `Use a batch size of ${data.cases} or less, or more data.`;
    const expected = `at most ${data.cases}, the cases of ${data.name}`;
    throw refuse("option", { who: "batch size", got: String(batchSize), expected, wayOut });
  }
  return complete;
}

/** Throws "shape" or "option" unless the checkpoint can be one of a run with this RBM, these data and these options. */
export function checkResume(
  { rbm: saved, step, progress }: Checkpoint,
  rbm: Rbm,
  data: Dataset,
  options: CompleteLearningOptions,
  who = "checkpoint",
): void {
  const wayOut = "Resume with the options and data that the run began with.";
  if (saved.visible !== rbm.visible || saved.hidden !== rbm.hidden) {
    const got = `an RBM of ${saved.visible} × ${saved.hidden} units`;
    throw refuse("shape", { who, got, expected: `${rbm.visible} × ${rbm.hidden} units`, wayOut });
  }
  const needsStep = valuesOf(options.optimizer.momentum).some((value) => value > 0);
  if (needsStep !== (step !== undefined)) {
    const [got, expected] = needsStep
      ? ["no steps", "steps, as there is momentum"]
      : ["steps", "none, as there is no momentum"];
    throw refuse("option", { who, got, expected, wayOut });
  }
  const updates = Math.ceil(data.cases / options.batchSize) * options.epochs;
  if (progress.update > updates) {
    throw refuse("option", {
      who,
      got: `${progress.update} updates`,
      expected: `at most ${updates}`,
      wayOut,
    });
  }
}
