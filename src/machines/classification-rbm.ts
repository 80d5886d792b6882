/**
 * The classification RBM [Larochelle and Bengio 2008]: an RBM whose visible units are those of a case v and, one on, those of its label y.
 * It is a deep belief network of one bond with label units (dbn.ts), and has no record of its own: what samples, classifies and saves
 * these does so with it.
 */

import type { Dataset } from "../data/dataset.js";
import { knownLabels } from "../data/labels.js";
import { refuse } from "../errors.js";
import { log } from "../math/log.js";
import { randomStream } from "../random/stream.js";
import { createDbn, type Dbn, dbnText } from "./dbn.js";
import { checkWeightScale, levelMeans, logitOf } from "./initialize.js";

export interface ClassificationRbmInitialization {
  readonly hidden: number;
  /** By default the largest label + 1. */
  readonly classes?: number;
  /** Standard deviation of the initial weights; 0.01 by default. */
  readonly weightScale?: number;
  readonly seed: number;
}

/**
 * Weights normal with a small deviation, hidden biases 0; visible biases log(p / (1 − p)) of the data's means, those of label units log p of
 * their shares among the cases that have a label (−1: none). Throws "option" for sizes, "data" for labels that are missing or beyond `classes`.
 */
export function initializeClassificationRbm(
  data: Dataset,
  { hidden, classes, weightScale = 0.01, seed }: ClassificationRbmInitialization,
): Dbn {
  checkWeightScale(weightScale);
  const { labelled, labels } = knownLabels("initializeClassificationRbm", data, classes);
  const most = labelled.reduce((largest, row) => Math.max(largest, labels[row] as number), 0);
  const dbn = createDbn([data.units, hidden], { classes: classes ?? Math.max(2, most + 1) });
  const { top } = dbn;
  const random = randomStream(seed, "weights");
  for (let i = 0; i < top.weights.length; i++) top.weights[i] = weightScale * random.normal();
  levelMeans(data).forEach((mean, i) => {
    top.visibleBias[i] = logitOf(mean);
  });
  const counts = new Float64Array(dbn.classes);
  for (const row of labelled) counts[labels[row] as number]++;
  counts.forEach((count, k) => {
    // a class that no case has is as rare as half a case
    top.visibleBias[data.units + k] = log(Math.max(count, 0.5) / labelled.length);
  });
  return dbn;
}

/** Throws "option" unless the network is one bond with label units. */
export function checkClassificationRbm(who: string, dbn: Dbn): void {
  if (dbn.directed.length === 0 && dbn.classes >= 2) return;
  const expected = "one hidden layer and label units";
  throw refuse("option", { who, got: `a network of ${dbnText(dbn)}`, expected });
}
