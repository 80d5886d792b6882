/** Lessons of classifiers that are fed forward. */

import {
  type Classifier,
  checkClassifierResume,
  classifierFrom,
  completeClassifierOptions,
  type Dataset,
  type Dbm,
  type Dbn,
  featureLayers,
  initializeClassifier,
  labelsOf,
  type Machine,
  type Rbm,
  type RunOptions,
  refuse,
  train,
} from "../../src/index.js";
import { type ClassifierRunConfig, classifierLearningFrom, type EpochMetrics, type Run } from "../../src/node/index.js";
import { plural } from "../output.js";
import { quote } from "../quote.js";
import { dataOptions } from "../run-summary.js";
import { machineBegunWith } from "./begun-with.js";
import { drawClassifier } from "./classifier-figures.js";
import { classifierRuleText } from "./classifier-rule.js";
import type { Lesson } from "./lesson.js";

/** Weights beyond which a classifier, its moments and their copies would not fit into the kernels' memory. */
const mostWeights = 2 ** 27;

/** Throws "option", "shape", "size", "data" or "file" for what cannot be trained. */
export async function classifierLesson(
  config: ClassifierRunConfig,
  data: Dataset,
  heldOut: Dataset | undefined,
): Promise<Lesson> {
  const { model } = config;
  demandRoom(model.layers);
  const initial = await initialOf(config);
  const learning = completeClassifierOptions(initial, data, classifierLearningFrom(config));
  if (heldOut) labelsOf("train: held-out data", heldOut, model.layers.at(-1) as number);
  const units = model.layers.slice(0, -1).join("-");
  const classes = plural(model.layers.at(-1) as number, "class").replace("classs", "classes");
  return {
    data,
    heldOut,
    initial,
    name: "A classifier",
    subject: `a classifier of ${units} units and ${classes}`,
    machine: `classifier, ${units} units, ${classes}`,
    facts: [
      ...(model.from === undefined ? [] : [["begun with", model.from] as [string, string]]),
      ...(model.augmented ? [["inputs", "the cases and its second layer's means"] as [string, string]] : []),
    ],
    rule: classifierRuleText(config.learning),
    warnings: [],
    check: (checkpoint, who) => checkClassifierResume(checkpoint, initial, data, learning, who),
    // train checks that the checkpoint is a classifier's
    train: (options) =>
      train(initial, data, { ...learning, ...(options as RunOptions<Classifier>), ...(heldOut && { heldOut }) }),
    results: classificationResults,
    nextSteps: (run) => nextSteps(run),
    draw: (run, machine, threads) => drawClassifier({ run, classifier: machine as Classifier, data, heldOut, threads }),
  };
}

function demandRoom(layers: readonly number[]): void {
  const weights = layers.slice(1).reduce((sum, size, l) => sum + size * (layers[l] as number), 0);
  if (weights <= mostWeights) return;
  const expected = `at most ${plural(mostWeights, "weight")}`;
  throw refuse("size", { who: "layers", got: plural(weights, "weight"), expected, wayOut: "Use fewer units." });
}

/** The classifier before the first update. Throws "data" where the model that it begins with is not what it was. */
async function initialOf({ model, learning }: ClassifierRunConfig): Promise<Classifier> {
  const { layers, from, fromSha256 = "", augmented } = model;
  const { seed } = learning;
  if (from === undefined) return initializeClassifier(layers, { seed });
  const machine = await machineBegunWith({ from, fromSha256 });
  return classifierOf(machine, { classes: layers.at(-1) as number, seed, augmented }, from);
}

/** A classifier with the layers of a machine, its cases augmented by it where asked; `who`: its file. Throws "option" for machines that have none to give. */
export function classifierOf(
  machine: Machine,
  { classes, seed, augmented = false }: { classes: number; seed: number; augmented?: boolean | undefined },
  who: string,
): Classifier {
  if (augmented) {
    const augmentedBy = machine as Dbm;
    return classifierFrom(featureLayers(augmentedBy, { augmented }), classes, { seed, augmentedBy });
  }
  if (machine.kind === "classifier") return machine as Classifier;
  if (machine.kind === "rbm" || machine.kind === "dbn" || machine.kind === "dbm") {
    return classifierFrom(featureLayers(machine as Rbm | Dbn | Dbm), classes, { seed });
  }
  const expected = "an RBM, a deep machine or a classifier";
  throw refuse("option", { who, got: `a machine of kind ${machine.kind}`, expected });
}

const percent = (rate: number) => `${(100 * rate).toFixed(2)} %`;

/** The held-out error and cross entropies of the last epoch. */
export function classificationResults({
  crossEntropy,
  heldOutErrorRate,
  heldOutCrossEntropy,
}: EpochMetrics): [string, string][] {
  const rows: [string, string][] = [];
  if (heldOutErrorRate !== undefined) rows.push(["held-out error", `${percent(heldOutErrorRate)} of the last epoch`]);
  if (crossEntropy !== undefined) rows.push(["cross entropy", `${crossEntropy.toFixed(4)} nats a case`]);
  if (heldOutCrossEntropy !== undefined)
    rows.push(["  on held-out data", `${heldOutCrossEntropy.toFixed(4)} nats a case`]);
  return rows;
}

function nextSteps({ folder, config }: Run): string[] {
  const model = quote(folder);
  const source = dataOptions(config.heldOut ?? config.data);
  return [
    `\`npx harmonium classify ${model} ${source} --figures ${quote(`${folder}/classes`)}\``,
    `\`npx harmonium classify ${model} ${source} --out probabilities.csv\``,
  ];
}
