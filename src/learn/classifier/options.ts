/** The options of training a classifier, their defaults, and their checks. */

import type { Dataset } from "../../data/dataset.js";
import { labelsOf } from "../../data/labels.js";
import { refuse } from "../../errors.js";
import { type Classifier, inputUnits } from "../../machines/classifier.js";
import { checkWidth } from "../../machines/resident.js";
import { type AverageConfig, checkAverage } from "../average.js";
import type { Checkpoint } from "../checkpoint.js";
import { COUNTER_SHAPE } from "../counter.js";
import { completeStopWhen, type StopConfig, type StopWhen, stoppingSaves } from "../early-stopping.js";
import { adam, type GradientConfig, memoryNames } from "../optimizer.js";
import { AS_BEGUN, checkBatches, checkLowerRate, checkProgress, checkSaved, type RunOptions } from "../options.js";
import { frozenLayers } from "./frozen.js";
import { averageCounter, averageName, layerShapes, updateCounter } from "./saved-layers.js";

/** How probable it is that a unit is left out of an update; its like are scaled up by as much [Srivastava et al. 2014]. */
export interface DropoutConfig {
  /** Of inputs, in [0, 1). */
  readonly input: number;
  /** Of hidden units, in [0, 1). */
  readonly hidden: number;
}

/** What decides the result, bit for bit, together with the initial classifier and the data. */
export interface ClassifierLearningOptions {
  readonly epochs: number;
  /** Cases an update; 100 by default. The last batch of an epoch may be smaller; each is averaged over its own cases. */
  readonly batchSize?: number;
  readonly seed?: number;
  /** All layers (default), by back-propagation; or only the read-out, on features that stay as they are: softmax regression. */
  readonly learns?: "all" | "read-out";
  /** adam() by default. */
  readonly optimizer?: GradientConfig;
  /** Each layer learns at the rate of the one above it times this; 1 by default. Lower layers that were learned before need less. */
  readonly lowerRate?: number;
  /** Off by default. With learns "read-out" the features are hidden units. */
  readonly dropout?: Partial<DropoutConfig>;
  /** Averages over updates in place of the latest parameters (average.ts); off by default. */
  readonly average?: AverageConfig;
  /** Ends training before `epochs` (early-stopping.ts); off by default. */
  readonly stopWhen?: StopWhen;
}

export interface ClassifierTrainOptions extends ClassifierLearningOptions, RunOptions<Classifier> {}

type Options = "dropout" | "average" | "stopWhen";

export interface CompleteClassifierOptions extends Required<Omit<ClassifierLearningOptions, Options>> {
  readonly dropout?: DropoutConfig;
  readonly average?: AverageConfig;
  readonly stopWhen?: StopConfig;
}

/** Fills in the defaults; throws "option", "shape" or "data" for what cannot be trained. */
export function completeClassifierOptions(
  classifier: Classifier,
  data: Dataset,
  options: ClassifierLearningOptions,
): CompleteClassifierOptions {
  const { dropout, average, stopWhen, ...rest } = options;
  if (average) checkAverage(average);
  const dropped = { input: 0, hidden: 0, ...dropout };
  const complete: CompleteClassifierOptions = {
    batchSize: Math.min(100, data.cases),
    seed: 0,
    learns: "all",
    optimizer: adam(),
    lowerRate: 1,
    ...rest,
    ...(dropped.input + dropped.hidden !== 0 && { dropout: dropped }),
    ...(average && { average }),
    ...(stopWhen && { stopWhen: completeStopWhen(stopWhen) }),
  };
  checkWidth("train", data, inputUnits(classifier));
  labelsOf("train", data, classifier.layers.at(-1) as number);
  checkBatches(complete, data);
  for (const [who, value] of Object.entries(dropped)) {
    if (value >= 0 && value < 1) continue;
    const expected = "a probability in [0, 1); 0.2 of inputs and 0.5 of hidden units are usual";
    throw refuse("option", { who: `dropout: ${who}`, got: String(value), expected });
  }
  const { lowerRate, learns } = complete;
  checkLowerRate(lowerRate);
  if (learns !== "all" && learns !== "read-out") {
    throw refuse("option", { who: "learns", got: String(learns), expected: "all or read-out" });
  }
  return complete;
}

/** Throws "shape" or "option" unless the checkpoint can be one of a run with this classifier, these data and these options. */
export function checkClassifierResume(
  checkpoint: Checkpoint,
  classifier: Classifier,
  data: Dataset,
  options: CompleteClassifierOptions,
  who = "checkpoint",
): asserts checkpoint is Checkpoint<Classifier> {
  const { machine: saved } = checkpoint;
  const described = ({ layers }: Classifier) => `a classifier of ${layers.join("-")} units`;
  const expected = described(classifier);
  const got = saved.kind === "classifier" ? described(saved) : `a machine of kind ${saved.kind}`;
  if (got !== expected) throw refuse("shape", { who, got, expected, wayOut: AS_BEGUN });
  const learning = classifier.layers.slice(frozenLayers(classifier, options.learns));
  const shapes = {
    ...Object.assign({}, ...memoryNames(options.optimizer).map((name) => layerShapes(name, learning))),
    ...(options.optimizer.optimizer === "adam" && { [updateCounter]: COUNTER_SHAPE }),
    ...(options.average && { ...layerShapes(averageName, learning), [averageCounter]: COUNTER_SHAPE }),
    ...(options.stopWhen && stoppingSaves(classifier)),
  };
  checkSaved(checkpoint.state, shapes, who);
  checkProgress(checkpoint, data, options, who);
}
