/** The options of training, their defaults, and their checks. */

import type { Dataset } from "../data/dataset.js";
import { refuse } from "../errors.js";
import type { ClampMode, Kernels } from "../kernels/kernels.js";
import type { KernelOptions } from "../kernels/threads.js";
import type { Rbm } from "../machines/rbm.js";
import { checkWidth } from "../machines/resident.js";
import { checkSeed } from "../random/draw.js";
import type { Checkpoint, SavedShapes, SavedState, Trainable } from "./checkpoint.js";
import { contrastiveDivergence } from "./contrastive.js";
import { optimizerSaves, type SgdConfig, sgd } from "./optimizer.js";
import type { HiddenStatistics, NegativeRule } from "./phase.js";

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
export interface RunOptions<Machine extends Trainable> extends KernelOptions {
  /** Kernels to use instead of making some; they are not disposed of. */
  readonly kernels?: Kernels;
  readonly heldOut?: Dataset;
  /** Stops after the update that is running, with a last report of kind "stopped". */
  readonly signal?: AbortSignal;
  /** Goes on from a checkpoint of a run with the same options and data. */
  readonly resume?: Checkpoint<Machine>;
  /** The least time between two progress reports, in milliseconds; 100 by default. */
  readonly reportEvery?: number;
}

export interface TrainOptions extends LearningOptions, RunOptions<Rbm> {}

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
  checkWidth("train", data, rbm.visible);
  checkBatches(complete, data);
  return complete;
}

/** Throws "option" unless epochs, batch size and seed are whole numbers in their domains. */
export function checkBatches(
  { epochs, batchSize, seed }: { readonly epochs: number; readonly batchSize: number; readonly seed: number },
  data: Dataset,
): void {
  checkSeed(seed);
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
    throw refuse("shape", { who, got, expected: `an RBM of ${visible} × ${hidden} units`, wayOut: asBegun });
  }
  const shapes = {
    ...options.negative.saves?.(visible, hidden),
    ...optimizerSaves(options.optimizer, visible, hidden),
  };
  checkSaved(checkpoint.state, shapes, who);
  checkProgress(checkpoint, data, options, who);
}

const asBegun = "Resume with the options and data that the run began with.";

/** Throws unless the state has just the arrays that the rule saves. */
export function checkSaved(state: SavedState, shapes: SavedShapes, who: string): void {
  const described = (names: string[]) => names.join(", ") || "no saved arrays";
  const [got, expected] = [Object.keys(state).sort(), Object.keys(shapes).sort()];
  if (got.join() !== expected.join()) {
    throw refuse("option", {
      who,
      got: described(got),
      expected: `${described(expected)}, as this rule keeps`,
      wayOut: asBegun,
    });
  }
  for (const name of expected) {
    const [there, shape] = [state[name].shape, shapes[name]].map((sizes) => `[${sizes.join(", ")}]`);
    if (there !== shape)
      throw refuse("shape", { who: `${who}: ${name}`, got: there, expected: shape, wayOut: asBegun });
  }
}

/** Throws where more updates are done than the run has. */
export function checkProgress(
  { progress }: Checkpoint,
  data: Dataset,
  { batchSize, epochs }: { readonly batchSize: number; readonly epochs: number },
  who: string,
): void {
  const updates = Math.ceil(data.cases / batchSize) * epochs;
  if (progress.update <= updates) return;
  const got = `${progress.update} updates`;
  throw refuse("option", { who, got, expected: `at most ${updates}`, wayOut: asBegun });
}
