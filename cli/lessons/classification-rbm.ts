/** Lessons of classification RBMs. */

import {
  checkClassificationRbmResume,
  classificationFit,
  classify,
  completeClassificationRbmOptions,
  type Dataset,
  type Dbn,
  initializeClassificationRbm,
  labelsOf,
  type RunOptions,
  refuse,
  train,
} from "../../src/index.js";
import { type ClassificationRbmRunConfig, classificationRbmLearningFrom, type Run } from "../../src/node/index.js";
import { drawFit } from "../classification.js";
import { plural } from "../output.js";
import { quote } from "../quote.js";
import { type Drawn, drawCurves } from "../run-figures.js";
import { dataOptions } from "../run-summary.js";
import { classificationRbmRuleText } from "./classification-rbm-rule.js";
import { classificationResults } from "./classifier.js";
import { drawFilters, drawSettling } from "./dbn-figures.js";
import type { Lesson } from "./lesson.js";

/** Weights beyond which the machine, its gradient, its moments and their copies would not fit into the kernels' memory. */
const mostWeights = 2 ** 26;

/** Throws "option", "shape", "size" or "data" for what cannot be trained. */
export function classificationRbmLesson(
  config: ClassificationRbmRunConfig,
  data: Dataset,
  heldOut: Dataset | undefined,
): Lesson {
  const { hidden, classes, weightScale } = config.model;
  demandRoom(data.units + classes, hidden);
  const { seed } = config.learning;
  const initial = initializeClassificationRbm(data, { hidden, classes, weightScale, seed });
  const learning = completeClassificationRbmOptions(initial, data, classificationRbmLearningFrom(config));
  if (heldOut) labelsOf("train: held-out data", heldOut, classes);
  const units = `${data.units} visible, ${hidden} hidden and ${classes} label units`;
  return {
    data,
    heldOut,
    initial,
    name: "A classification RBM",
    subject: `a classification RBM of ${units}`,
    machine: `classification RBM, ${units}`,
    facts: labelFacts(data),
    rule: classificationRbmRuleText(config.learning),
    warnings: [],
    check: (checkpoint, who) => checkClassificationRbmResume(checkpoint, initial, data, learning, who),
    // train checks that the checkpoint is such a network's
    train: (options) =>
      train(initial, data, { ...learning, ...(options as RunOptions<Dbn>), ...(heldOut && { heldOut }) }),
    results: classificationResults,
    nextSteps,
    draw: (run, machine, threads) => draw(run, machine as Dbn, data, heldOut, threads),
  };
}

function demandRoom(visible: number, hidden: number): void {
  if (visible * hidden <= mostWeights) return;
  const got = `${hidden}, which makes ${plural(visible * hidden, "weight")}`;
  throw refuse("size", { who: "--hidden", got, expected: `at most ${plural(mostWeights, "weight")}` });
}

function labelFacts({ labels, cases }: Dataset): [string, string][] {
  const known = Array.from(labels ?? []).filter((label) => label >= 0).length;
  return known === cases ? [] : [["labels", `of ${plural(known, "case")}; ${cases - known} without`]];
}

function nextSteps({ folder, config }: Run): string[] {
  const model = quote(folder);
  const source = dataOptions(config.heldOut ?? config.data);
  const { generative, unlabelled } = (config as ClassificationRbmRunConfig).learning.objective;
  return [
    `\`npx harmonium classify ${model} ${source} --figures ${quote(`${folder}/classes`)}\``,
    ...(generative + unlabelled > 0
      ? [`\`npx harmonium sample ${model} --label all --sweeps 300 --out dreams.npy\``]
      : [`\`npx harmonium classify ${model} ${source} --out probabilities.csv\``]),
  ];
}

/** All figures that the data allow, in their order. */
async function draw(
  run: Run,
  dbn: Dbn,
  data: Dataset,
  heldOut: Dataset | undefined,
  threads: number,
): Promise<Drawn[]> {
  const cases = heldOut ?? data;
  const told = await classify(dbn, cases, { threads });
  const labelled = cases.labels?.every((label) => label >= 0) === true;
  const { generative, unlabelled } = (run.config as ClassificationRbmRunConfig).learning.objective;
  const shape = data.imageShape;
  const sentence = "Learning curves. Each training figure is of the batches before their updates.";
  return [
    ...(labelled ? await drawFit(told, classificationFit(told, cases), cases) : []),
    ...(shape ? [await drawFilters(dbn, 0, shape)] : []),
    ...(shape && generative + unlabelled > 0
      ? [await drawSettling(dbn, { seed: run.config.learning.seed, threads }, shape)]
      : []),
    ...(await drawCurves(run, sentence)),
  ];
}
