/** What training is asked for whatever the machine, and the checks of it. */

import type { Dataset } from "../data/dataset.js";
import { refuse } from "../errors.js";
import type { Kernels } from "../kernels/kernels.js";
import type { KernelOptions } from "../kernels/threads.js";
import { checkSeed } from "../random/draw.js";
import type { Checkpoint, SavedShapes, SavedState, Trainable } from "./checkpoint.js";

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

export const AS_BEGUN = "Resume with the options and data that the run began with.";

/** Throws unless the state has just the arrays that the rule saves. */
export function checkSaved(state: SavedState, shapes: SavedShapes, who: string): void {
  const described = (names: string[]) => names.join(", ") || "no saved arrays";
  const [got, expected] = [Object.keys(state).sort(), Object.keys(shapes).sort()];
  if (got.join() !== expected.join()) {
    throw refuse("option", {
      who,
      got: described(got),
      expected: `${described(expected)}, as this rule keeps`,
      wayOut: AS_BEGUN,
    });
  }
  for (const name of expected) {
    const [there, shape] = [state[name].shape, shapes[name]].map((sizes) => `[${sizes.join(", ")}]`);
    if (there !== shape)
      throw refuse("shape", { who: `${who}: ${name}`, got: there, expected: shape, wayOut: AS_BEGUN });
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
  throw refuse("option", { who, got, expected: `at most ${updates}`, wayOut: AS_BEGUN });
}

/** Throws "option" unless the value is a whole number of at least 1. */
export function checkWhole(who: string, value: number, most = 2 ** 24): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return;
  throw refuse("option", { who, got: String(value), expected: "a whole number, at least 1" });
}

/** Throws "option" unless layers can learn at the rate of those above them times this. */
export function checkLowerRate(lowerRate: number): void {
  if (lowerRate >= 0 && lowerRate <= 1000) return;
  const expected = "a number, 0 or more; 1 or 0.1 is usual";
  throw refuse("option", { who: "lower rate", got: String(lowerRate), expected });
}
