/** The options of training a classification RBM, their defaults, and their checks. */

import type { Dataset } from "../../data/dataset.js";
import { type KnownLabels, knownLabels } from "../../data/labels.js";
import { refuse } from "../../errors.js";
import type { ClampMode } from "../../kernels/kernels.js";
import { checkClassificationRbm } from "../../machines/classification-rbm.js";
import type { Dbn } from "../../machines/dbn.js";
import { checkVisible } from "../../machines/resident-dbn.js";
import { type AverageConfig, checkAverage } from "../average.js";
import { completeStopWhen, type StopConfig, type StopWhen } from "../early-stopping.js";
import { type GradientConfig, sgd } from "../optimizer.js";
import { checkBatches, type RunOptions } from "../options.js";
import { contrastiveDivergence } from "../rbm/contrastive.js";
import type { NegativeRule } from "../rbm/phase.js";

/**
 * What is maximized, as weights of its terms [Larochelle et al. 2012]:
 *
 *   discriminative · mean ln P(y | v) + generative · mean ln P(v, y), over cases with a label, + unlabelled · mean ln P(v), over those without.
 *
 * { discriminative: 1 }, { generative: 1 }, and { discriminative: 1, generative: 0.01 }, the hybrid, are usual.
 */
export interface Objective {
  /** 0 by default, as the others. */
  readonly discriminative?: number;
  readonly generative?: number;
  /** More than 0 just where some cases have no label (−1). */
  readonly unlabelled?: number;
}

/** What decides the result, bit for bit, together with the initial machine and the data. */
export interface ClassificationRbmLearningOptions {
  readonly objective: Objective;
  /** Passes through the cases with a label, or those without, whichever are more; the fewer come again and again in new orders. */
  readonly epochs: number;
  /** Cases an update, of those with a label and of those without as many; 100 by default. */
  readonly batchSize?: number;
  readonly seed?: number;
  /** Grey levels to visible units: drawn anew each epoch (default), thresholded at ½, or used as probabilities. */
  readonly clamp?: ClampMode;
  /** contrastiveDivergence({ k: 1 }) by default: of the generative terms. No rule with chains of its own. */
  readonly negative?: NegativeRule;
  /** sgd() by default. */
  readonly optimizer?: GradientConfig;
  /** How probable it is that a hidden unit is left out of an update, in [0, 1); 0 by default. */
  readonly dropout?: number;
  /** δ: after each update hidden biases fall by the rate times this [Larochelle et al. 2012]; 0 by default. */
  readonly sparsity?: number;
  /** Averages over updates in place of the latest parameters (average.ts); off by default. */
  readonly average?: AverageConfig;
  /** Ends training before `epochs` (early-stopping.ts); off by default. */
  readonly stopWhen?: StopWhen;
}

export interface ClassificationRbmTrainOptions extends ClassificationRbmLearningOptions, RunOptions<Dbn> {}

type Options = "objective" | "average" | "stopWhen";

export interface CompleteClassificationRbmOptions extends Required<Omit<ClassificationRbmLearningOptions, Options>> {
  readonly objective: Required<Objective>;
  readonly average?: AverageConfig;
  readonly stopWhen?: StopConfig;
}

/** Fills in the defaults; throws "option", "shape" or "data" for what cannot be trained. */
export function completeClassificationRbmOptions(
  dbn: Dbn,
  data: Dataset,
  options: ClassificationRbmLearningOptions,
): CompleteClassificationRbmOptions {
  checkClassificationRbm("train", dbn);
  checkVisible("train", data, dbn);
  const { objective, average, stopWhen, ...rest } = options;
  const known = knownLabels("train", data, dbn.classes);
  if (average) checkAverage(average);
  const complete: CompleteClassificationRbmOptions = {
    batchSize: Math.min(100, data.cases),
    seed: 0,
    clamp: "sample",
    negative: contrastiveDivergence(),
    optimizer: sgd(),
    dropout: 0,
    sparsity: 0,
    ...rest,
    objective: { discriminative: 0, generative: 0, unlabelled: 0, ...objective },
    ...(average && { average }),
    ...(stopWhen && { stopWhen: completeStopWhen(stopWhen) }),
  };
  checkBatches(complete, data);
  checkObjective(complete.objective, data, known);
  const { dropout, sparsity, negative } = complete;
  if (!(dropout >= 0 && dropout < 1)) {
    throw refuse("option", { who: "dropout", got: String(dropout), expected: "a probability in [0, 1); 0.5 is usual" });
  }
  if (!(sparsity >= 0 && Number.isFinite(sparsity))) {
    throw refuse("option", { who: "sparsity", got: String(sparsity), expected: "a number, 0 or more; 0.002 is usual" });
  }
  if (negative.config.rule !== "cd") {
    const wayOut = "To learn P(v, y) alone by other rules, train it as a deep belief network of one layer.";
    throw refuse("option", { who: "rule", got: negative.config.rule, expected: "cd", wayOut });
  }
  return complete;
}

function checkObjective(objective: Required<Objective>, { name }: Dataset, { unlabelled }: KnownLabels): void {
  const weights = Object.entries(objective);
  for (const [who, weight] of weights) {
    if (weight >= 0 && Number.isFinite(weight)) continue;
    throw refuse("option", { who: `objective: ${who}`, got: String(weight), expected: "a weight, 0 or more" });
  }
  const { discriminative, generative } = objective;
  if (discriminative + generative === 0) {
    const expected = "a weight of what labels say: discriminative, generative or both";
    throw refuse("option", { who: "objective", got: "no weight of either", expected });
  }
  if (objective.unlabelled > 0 && unlabelled.length === 0) {
    const wayOut = "The label −1 stands for none. Or leave the weight out.";
    const expected = "some cases without a label, as they have a weight";
    throw refuse("data", { who: "objective: unlabelled", got: `${name}, all of it labelled`, expected, wayOut });
  }
  if (objective.unlabelled === 0 && unlabelled.length > 0) {
    const got = `${unlabelled.length} cases of ${name} without a label (−1), and no weight of them`;
    const wayOut = "They can only be learnt generatively, as ln P(v).";
    throw refuse("data", { who: "objective: unlabelled", got, expected: "a weight above 0, or labels", wayOut });
  }
}
