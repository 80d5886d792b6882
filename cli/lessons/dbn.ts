/** Lessons of deep belief networks. */

import {
  checkDbnMonitor,
  checkDbnResume,
  completeDbnOptions,
  type Dataset,
  type Dbn,
  dbnText,
  formatSchedule,
  initializeDbn,
  type RunOptions,
  refuse,
  train,
} from "../../src/index.js";
import { type DbnRunConfig, dbnLearningFrom, type EpochMetrics, type Run } from "../../src/node/index.js";
import { heldOutLikelihoodText, likelihoodText } from "../monitored.js";
import { plural } from "../output.js";
import { quote } from "../quote.js";
import { dataOptions } from "../run-summary.js";
import { drawDbn } from "./dbn-figures.js";
import type { Lesson } from "./lesson.js";
import { rbmNegativeText } from "./rbm-negative.js";
import { rbmRuleText } from "./rbm-rule.js";

/** Weights beyond which the network, its steps and their copies would not fit into the kernels' memory. */
const mostWeights = 2 ** 26;

/** Throws "option", "shape", "size" or "data" for what cannot be trained. */
export function dbnLesson(config: DbnRunConfig, data: Dataset, heldOut: Dataset | undefined): Lesson {
  const { layers, classes, weightScale } = config.model;
  demandRoom(layers, classes);
  demandVisible(layers, data);
  const initial = initializeDbn(layers, { classes, weightScale, seed: config.learning.seed, data });
  const options = dbnLearningFrom(config);
  const learning = completeDbnOptions(initial, data, options);
  if (config.monitor) checkDbnMonitor(learning);
  const { upDown } = config.learning;
  const shape = dbnText(initial);
  return {
    data,
    heldOut,
    initial,
    name: "A deep belief network",
    subject: `a deep belief network of ${shape} units`,
    machine: `deep belief network, ${shape} units`,
    facts: layerFacts(config),
    rule: `layer by layer on ${config.learning.passes}s${upDown ? ", then up-down" : ""}`,
    warnings: [],
    check: (checkpoint, who) => checkDbnResume(checkpoint, initial, data, learning, who),
    // train checks that the checkpoint is a network's
    train: (run) =>
      train(initial, data, {
        ...options,
        ...(run as RunOptions<Dbn>),
        ...(heldOut && { heldOut }),
        ...(config.monitor !== undefined && { monitor: config.monitor }),
      }),
    results,
    nextSteps: (run) => nextSteps(run, data, classes),
    draw: (run, machine, threads) => drawDbn({ run, dbn: machine as Dbn, data, heldOut, threads }),
  };
}

function layerFacts({ learning: { layers, upDown, batchSize: usual } }: DbnRunConfig): [string, string][] {
  const long = (epochs: number, batchSize: number) =>
    `${plural(epochs, "epoch")}${batchSize === usual ? "" : ` of batches of ${batchSize}`}`;
  const facts = layers.map(({ negative, epochs, batchSize, ...rest }, l): [string, string] => [
    `layer ${l + 1}`,
    `${rbmNegativeText(negative)}${rbmRuleText(rest)}, ${long(epochs, batchSize)}`,
  ]);
  if (!upDown) return facts;
  const { epochs, batchSize, optimizer, sweeps, average } = upDown;
  const parts = [
    `${formatSchedule(sweeps)} sweeps of the top pair`,
    `rate ${formatSchedule(optimizer.rate)}`,
    ...(optimizer.momentum === 0 ? [] : [`momentum ${formatSchedule(optimizer.momentum)}`]),
    ...(upDown.dreams === "persistent" ? ["persistent dreams"] : []),
    ...(average && "from" in average ? [`averaged from ${average.from} on`] : []),
    long(epochs, batchSize),
  ];
  return [...facts, ["up-down", parts.join(", ")]];
}

function demandRoom(layers: readonly number[], classes: number): void {
  const weights = layers
    .slice(1)
    .reduce((sum, size, l) => sum + size * (layers[l] as number), classes * (layers.at(-1) as number));
  if (weights <= mostWeights) return;
  const expected = `at most ${plural(mostWeights, "weight")}`;
  throw refuse("size", {
    who: "--layers",
    got: `${layers.join("-")}, which makes ${plural(weights, "weight")}`,
    expected,
  });
}

function demandVisible(layers: readonly number[], { units, name }: Dataset): void {
  if (layers[0] === units) return;
  const expected = `${units} in the first layer, as in ${name}`;
  const wayOut = `For instance --layers ${[units, ...layers.slice(1)].join("-")}.`;
  throw refuse("shape", { who: "--layers", got: layers.join("-"), expected, wayOut });
}

function results(last: EpochMetrics): [string, string][] {
  const { stage, reconstructionError, heldOutReconstructionError, heldOutErrorRate, logLikelihood } = last;
  const rows: [string, string][] = [];
  if (heldOutErrorRate !== undefined) {
    rows.push(["held-out error", `${(100 * heldOutErrorRate).toFixed(2)} %, of the label units after a pass up`]);
  }
  if (logLikelihood !== undefined) {
    rows.push(["log-likelihood ≥", `${likelihoodText(last, logLikelihood)}, of at most 1,000 cases`]);
  }
  if (last.heldOutLogLikelihood !== undefined) {
    rows.push(["  on held-out data", heldOutLikelihoodText(last, last.heldOutLogLikelihood)]);
  }
  const of = stage === undefined ? "" : ` of ${stage}`;
  if (reconstructionError !== undefined)
    rows.push([
      "reconstruction error",
      `${reconstructionError.toFixed(4)} per unit${of} (a proxy, not the likelihood)`,
    ]);
  if (heldOutReconstructionError !== undefined)
    rows.push(["  on held-out data", `${heldOutReconstructionError.toFixed(4)} per unit`]);
  return rows;
}

function nextSteps({ folder, config }: Run, data: Dataset, classes: number): string[] {
  const model = quote(folder);
  const source = dataOptions(config.heldOut ?? config.data);
  const ending = data.imageShape ? "png" : "npy";
  const dreams = `--sweeps 300 --out dreams.${ending}`;
  const byLabel = [
    `\`npx harmonium classify ${model} ${source}\``,
    `\`npx harmonium sample ${model} --label all ${dreams}\``,
  ];
  return [
    ...(classes > 0 ? byLabel : [`\`npx harmonium sample ${model} ${dreams}\``]),
    `\`npx harmonium features ${model} ${source} --out features.npy\``,
    `\`npx harmonium evaluate ${model} ${source} --limit 1000\``,
  ];
}
