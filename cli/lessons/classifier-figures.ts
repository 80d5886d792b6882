/** The figures of a classifier's run: which pictures, of what, with which sentence. cli/figures/ draws them. */

import { type Classifier, classificationFit, classify, type Dataset, inputUnits } from "../../src/index.js";
import type { Run } from "../../src/node/index.js";
import { drawFit } from "../classification.js";
import { filterGrid } from "../figures/index.js";
import { type Drawn, drawCurves } from "../run-figures.js";

interface ClassifierPictures {
  readonly run: Run;
  readonly classifier: Classifier;
  readonly data: Dataset;
  readonly heldOut: Dataset | undefined;
  readonly threads: number;
}

/** All figures that the data allow, in their order. */
export async function drawClassifier(pictures: ClassifierPictures): Promise<Drawn[]> {
  const { run, classifier, data, heldOut, threads } = pictures;
  const cases = heldOut ?? data;
  const told = await classify(classifier, cases, { threads });
  return [
    ...(await drawFit(told, classificationFit(told, cases), cases)),
    await drawFilters(classifier, data),
    ...(await drawCurves(run, "Learning curves. Each training figure is of the batches before their updates.")),
  ];
}

async function drawFilters(classifier: Classifier, { imageShape }: Dataset): Promise<Drawn> {
  const { layers, weights } = classifier;
  const [visible, hidden] = [inputUnits(classifier), layers[1] as number];
  const png = await filterGrid({
    ...{ visible, hidden, weights: (weights[0] as Float32Array).subarray(0, visible * hidden) },
    ...(imageShape && { imageShape }),
    title: layers.length === 2 ? "What speaks for each class" : "What each unit of the first layer looks for",
  });
  const sentence =
    "The weights of the first layer, a tile a unit: orange where a bright pixel excites it, blue where it inhibits.";
  return { file: "filters.png", title: "First layer", sentence, png };
}
