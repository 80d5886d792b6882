/** What a run teaches: a machine, with the data and the rule. Training as a command knows nothing else of any of them. */

import type { Checkpoint, Dataset, RunOptions, Trainable, Training } from "../../src/index.js";
import type { EpochMetrics, Run } from "../../src/node/index.js";
import type { Drawn } from "../run-figures.js";

export interface Lesson {
  readonly data: Dataset;
  readonly heldOut: Dataset | undefined;
  /** The machine before the first update. */
  readonly initial: Trainable;
  /** "A restricted Boltzmann machine". */
  readonly name: string;
  /** "an RBM of 784 visible and 50 hidden units". */
  readonly subject: string;
  /** The same for a table. */
  readonly machine: string;
  /** What is to be said of the rule at length: [label, value]. */
  readonly facts: readonly (readonly [string, string])[];
  /** The learning rule in a few words. */
  readonly rule: string;
  /** What should be known before training begins, a line each. */
  readonly warnings: readonly string[];
  /** Throws "shape" or "option" unless the checkpoint can be one of this run; `who`: its file. */
  check(checkpoint: Checkpoint, who: string): void;
  /** Training of the initial machine, or from a checkpoint on. */
  train(options: RunOptions<Trainable>): Training<Trainable>;
  /** How well it went, by the record of the last epoch: [label, value]. */
  results(last: EpochMetrics): [string, string][];
  /** Commands to try with the run, in backticks. */
  nextSteps(run: Run): string[];
  /** The figures of the run whose training has ended with `machine`. */
  draw(run: Run, machine: Trainable, threads: number): Promise<Drawn[]>;
}
