/** Lessons of deep Boltzmann machines. */

import {
  checkDbmResume,
  checkMonitor,
  completeDbmOptions,
  type Dataset,
  type Dbm,
  initializeDbm,
  type Machine,
  type Rbm,
  type RunOptions,
  refuse,
  train,
} from "../../src/index.js";
import { type DbmRunConfig, dbmLearningFrom, type EpochMetrics, type Run } from "../../src/node/index.js";
import { heldOutLikelihoodText, likelihoodText } from "../monitored.js";
import { plural } from "../output.js";
import { quote } from "../quote.js";
import { dataOptions } from "../run-summary.js";
import { machineBegunWith } from "./begun-with.js";
import { drawDbm } from "./dbm-figures.js";
import type { Lesson } from "./lesson.js";
import { rbmNegativeText } from "./rbm-negative.js";
import { rbmRuleText } from "./rbm-rule.js";

/** Weights beyond which the machine, its steps and their copies would not fit into the kernels' memory. */
const mostWeights = 2 ** 26;

/** Throws "option", "shape" or "size" for what cannot be trained. */
export async function dbmLesson(config: DbmRunConfig, data: Dataset, heldOut: Dataset | undefined): Promise<Lesson> {
  const { layers, weightScale, from, fromSha256 = "" } = config.model;
  demandRoom(layers);
  demandVisible(layers, data);
  const below = from === undefined ? undefined : lowerMachine(await machineBegunWith({ from, fromSha256 }), from);
  const initial = initializeDbm(data, {
    layers,
    weightScale,
    seed: config.learning.seed,
    ...(below && { from: below }),
  });
  const options = dbmLearningFrom(config);
  const learning = completeDbmOptions(initial, data, options);
  if (config.monitor) checkMonitor(learning);
  const { joint } = config.learning;
  const shape = layers.join("-");
  const { iterations, tolerance } = joint.meanField;
  return {
    data,
    heldOut,
    initial,
    name: "A deep Boltzmann machine",
    subject: `a deep Boltzmann machine of ${shape} units`,
    machine: `deep Boltzmann machine, ${shape} units`,
    facts: [
      ...(from === undefined ? [] : [["begun above", from] as [string, string]]),
      ...pretrainingFacts(config),
      ["all layers", `${rbmNegativeText(joint.negative)}${rbmRuleText(joint)}, ${plural(joint.epochs, "epoch")}`],
      [
        "mean field",
        `until means change by ${tolerance} or less, at most ${plural(iterations, "update")} of each layer`,
      ],
    ],
    rule: config.learning.pretraining.length > 0 ? "layer by layer, then all layers together" : "all layers together",
    warnings: [],
    check: (checkpoint, who) => checkDbmResume(checkpoint, initial, data, learning, who),
    // train checks that the checkpoint is one of such a machine
    train: (run) =>
      train(initial, data, {
        ...options,
        ...(run as RunOptions<Dbm>),
        ...(heldOut && { heldOut }),
        ...(config.monitor !== undefined && { monitor: config.monitor }),
      }),
    results,
    nextSteps: (run) => nextSteps(run, data),
    draw: (run, machine, threads) => drawDbm({ run, dbm: machine as Dbm, data, heldOut, threads }),
  };
}

function pretrainingFacts({ learning: { pretraining } }: DbmRunConfig): [string, string][] {
  return pretraining.map(({ negative, epochs, ...rest }, l) => [
    `layer ${l + 1} before`,
    `${rbmNegativeText(negative)}${rbmRuleText(rest)}, ${plural(epochs, "epoch")}`,
  ]);
}

/** Throws "option" for a machine that cannot be the lower layers of one. */
function lowerMachine(machine: Machine, who: string): Rbm | Dbm {
  if (machine.kind === "rbm" || machine.kind === "dbm") return machine as Rbm | Dbm;
  const expected = "an RBM or a deep Boltzmann machine";
  throw refuse("option", { who, got: `a machine of kind ${machine.kind}`, expected });
}

function demandRoom(layers: readonly number[]): void {
  const weights = layers.slice(1).reduce((sum, size, l) => sum + size * (layers[l] as number), 0);
  if (weights <= mostWeights) return;
  const got = `${layers.join("-")}, which makes ${plural(weights, "weight")}`;
  throw refuse("size", { who: "--layers", got, expected: `at most ${plural(mostWeights, "weight")}` });
}

function demandVisible(layers: readonly number[], { units, name }: Dataset): void {
  if (layers[0] === units) return;
  const expected = `${units} in the first layer, as in ${name}`;
  const wayOut = `For instance --layers ${[units, ...layers.slice(1)].join("-")}.`;
  throw refuse("shape", { who: "--layers", got: layers.join("-"), expected, wayOut });
}

function results(last: EpochMetrics): [string, string][] {
  const { logLikelihood, heldOutLogLikelihood, freeEnergyGap, heldOutReconstructionError, rule = {} } = last;
  const { meanFieldPasses, meanFieldChange } = rule;
  const rows: [string, string][] = [];
  if (logLikelihood !== undefined) {
    rows.push(["log-likelihood ≥", `${likelihoodText(last, logLikelihood)}, of at most 1,000 cases`]);
  }
  if (heldOutLogLikelihood !== undefined) {
    rows.push(["  on held-out data", heldOutLikelihoodText(last, heldOutLogLikelihood)]);
  }
  if (freeEnergyGap !== undefined) {
    rows.push(["free-energy gap", `${freeEnergyGap.toFixed(2)} nats, held-out minus training; grows with overfitting`]);
  }
  if (heldOutReconstructionError !== undefined) {
    rows.push([
      "reconstruction error",
      `${heldOutReconstructionError.toFixed(4)} per unit, on held-out data (a proxy)`,
    ]);
  }
  if (meanFieldPasses !== undefined && meanFieldChange !== undefined) {
    const change = `means still changed by ${meanFieldChange.toExponential(1)} at the end`;
    rows.push(["mean field", `${plural(meanFieldPasses, "update")} of each layer in the last batch; ${change}`]);
  }
  return rows;
}

function nextSteps({ folder, config }: Run, data: Dataset): string[] {
  const model = quote(folder);
  const source = dataOptions(config.heldOut ?? config.data);
  const ending = data.imageShape ? "png" : "npy";
  return [
    `\`npx harmonium sample ${model} --chains 64 --sweeps 1000 --out dreams.${ending}\``,
    `\`npx harmonium reconstruct ${model} ${source} --limit 40 --out reconstructions.${ending}\``,
    `\`npx harmonium evaluate ${model} ${source} --limit 1000\``,
  ];
}
