/** Lessons of restricted Boltzmann machines. */

import {
  checkMonitor,
  checkResume,
  completeOptions,
  type Dataset,
  initializeRbm,
  type Rbm,
  type RunOptions,
  refuse,
  train,
} from "../../src/index.js";
import { type EpochMetrics, learningFrom, type RbmRunConfig, type Run } from "../../src/node/index.js";
import { heldOutLikelihoodText, likelihoodText } from "../monitored.js";
import { plural } from "../output.js";
import { quote } from "../quote.js";
import { dataOptions } from "../run-summary.js";
import type { Lesson } from "./lesson.js";
import { drawRbm } from "./rbm-figures.js";
import { rbmNegativeText } from "./rbm-negative.js";
import { rbmRuleText } from "./rbm-rule.js";

/** Weights beyond which an RBM, its steps and their copies would not fit into the kernels' memory. */
const mostWeights = 2 ** 27;

/** Throws "option", "shape" or "size" for what cannot be trained. */
export function rbmLesson(config: RbmRunConfig, data: Dataset, heldOut: Dataset | undefined): Lesson {
  demandRoom(data, config.model.hidden);
  const initial = initializeRbm(data, { ...config.model, seed: config.learning.seed });
  const learning = completeOptions(initial, data, learningFrom(config));
  if (config.monitor) checkMonitor(learning);
  const { visible, hidden } = initial;
  return {
    data,
    heldOut,
    initial,
    name: "A restricted Boltzmann machine",
    subject: `an RBM of ${visible} visible and ${hidden} hidden units`,
    machine: `RBM, ${visible} visible × ${hidden} hidden units`,
    facts: [],
    rule: `${rbmNegativeText(config.learning.negative)}${rbmRuleText(config.learning)}`,
    warnings: [],
    check: (checkpoint, who) => checkResume(checkpoint, initial, data, learning, who),
    // train checks that the checkpoint is an RBM's
    train: (options) =>
      train(initial, data, {
        ...learning,
        ...(options as RunOptions<Rbm>),
        ...(heldOut && { heldOut }),
        ...(config.monitor !== undefined && { monitor: config.monitor }),
      }),
    results,
    nextSteps: (run) => nextSteps(run, data),
    draw: (run, machine, threads) => drawRbm({ run, rbm: machine as Rbm, data, heldOut, threads }),
  };
}

function demandRoom({ units }: Dataset, hidden: number): void {
  if (units * hidden <= mostWeights) return;
  const got = `${hidden}, which makes ${plural(units * hidden, "weight")}`;
  const wayOut = `With ${units} visible units use at most ${Math.floor(mostWeights / units)}.`;
  throw refuse("size", { who: "hidden units", got, expected: `at most ${plural(mostWeights, "weight")}`, wayOut });
}

function results(last: EpochMetrics): [string, string][] {
  const { reconstructionError, heldOutReconstructionError, logLikelihood, heldOutLogLikelihood, rule } = last;
  const { logPartition, logPartitionError = 0, logLikelihoodMethod: method } = last;
  const rows: [string, string][] = [];
  if (logPartition !== undefined) {
    const where = method === "estimated" ? "log Z" : "log Z on the way";
    rows.push([where, `${logPartition.toFixed(2)} ± ${logPartitionError.toFixed(2)} nats`]);
  }
  if (logLikelihood !== undefined) {
    rows.push(["log-likelihood", `${likelihoodText(last, logLikelihood)}, of at most 1,000 cases`]);
  }
  if (heldOutLogLikelihood !== undefined) {
    rows.push(["  on held-out data", heldOutLikelihoodText(last, heldOutLogLikelihood)]);
  }
  const proxy = "per unit (a proxy, not the likelihood)";
  if (reconstructionError !== undefined)
    rows.push(["reconstruction error", `${reconstructionError.toFixed(4)} ${proxy}`]);
  if (heldOutReconstructionError !== undefined && reconstructionError !== undefined)
    rows.push(["  on held-out data", `${heldOutReconstructionError.toFixed(4)} per unit`]);
  // chains that do not start at the data tell no error of training
  else if (heldOutReconstructionError !== undefined)
    rows.push(["held-out reconstruction error", `${heldOutReconstructionError.toFixed(4)} ${proxy}`]);
  for (const doubt of doubtsOf(rule ?? {})) rows.push(["doubtful", doubt]);
  return rows;
}

/** What numbers of the rule give reason to doubt. */
function doubtsOf({ drift, logMass, mixed, rejections = 0, rateFactor }: Readonly<Record<string, number>>): string[] {
  const doubts = [
    drift !== undefined &&
      Math.abs(drift) > 3 &&
      `samples of the last frozen machine drift, by ${drift.toFixed(1)} standard errors`,
    logMass !== undefined &&
      logMass > 0 &&
      `log Z is too small by at least ${logMass.toFixed(2)}: the cases of the last batch have more probability than 1`,
    mixed === 0 && "the chains of the last update did not mix",
    rejections > 0 && `${plural(rejections, "update")} taken back, the learning rate times ${rateFactor} since`,
  ];
  return doubts.filter((doubt) => doubt !== false);
}

function nextSteps({ folder, config }: Run, data: Dataset): string[] {
  const model = quote(folder);
  const source = dataOptions(config.heldOut ?? config.data);
  const ending = data.imageShape ? "png" : "npy";
  const steps = [
    `\`npx harmonium sample ${model} --chains 64 --sweeps 1000 --out dreams.${ending}\``,
    `\`npx harmonium reconstruct ${model} ${source} --limit 40 --out reconstructions.${ending}\``,
    `\`npx harmonium evaluate ${model} ${source}\``,
  ];
  if (data.name.startsWith("mnist:")) {
    steps.push("`npx harmonium train rbm --data mnist:train --hidden 500` (all ten digits)");
  }
  return steps;
}
