/** The options of training a general Boltzmann machine, their defaults, and their checks. */

import type { Dataset } from "../../data/dataset.js";
import { refuse } from "../../errors.js";
import type { ClampMode } from "../../kernels/kernels.js";
import type { Boltzmann } from "../../machines/boltzmann.js";
import { type Connections, fullConnections } from "../../machines/connections.js";
import { checkTemperature } from "../../machines/network.js";
import { checkWidth } from "../../machines/resident.js";
import { checkAnnealing } from "../../samplers/annealing.js";
import type { Checkpoint } from "../checkpoint.js";
import { completeStopWhen, type StopConfig, type StopWhen, stoppingSaves } from "../early-stopping.js";
import { type OptimizerConfig, sgd } from "../optimizer.js";
import { AS_BEGUN, checkBatches, checkProgress, checkSaved, checkWhole, type RunOptions } from "../options.js";
import { flatOptimizerSaves } from "./optimizer.js";
import type { BoltzmannNegativeRule, PositiveRule, Settling } from "./phase.js";

/** What decides the result, bit for bit, together with the initial machine and the data. */
export interface BoltzmannLearningOptions {
  readonly epochs: number;
  /** Cases an update; all of them, up to 1,000, by default. */
  readonly batchSize?: number;
  readonly seed?: number;
  /** Grey levels to visible units: drawn anew each time they are clamped (default), or thresholded at ½. */
  readonly clamp?: Exclude<ClampMode, "probability">;
  /** The pairs that have a weight; all by default. Other weights must be 0, and stay so. */
  readonly connections?: Connections;
  /** The units whose bias is learned; all by default. Others keep theirs, such as 0: units without a threshold of their own. */
  readonly biased?: readonly number[];
  /** T at which statistics are taken; 1 by default. */
  readonly temperature?: number;
  readonly positive: PositiveRule;
  readonly negative: BoltzmannNegativeRule;
  /** sgd() by default. */
  readonly optimizer?: OptimizerConfig;
  /** Ends training before `epochs` (early-stopping.ts); off by default. */
  readonly stopWhen?: StopWhen;
}

export interface BoltzmannTrainOptions extends BoltzmannLearningOptions, RunOptions<Boltzmann> {
  /**
   * Every so many epochs, and after the last, the log-likelihood is told, with an exact log Z or, above 2^29 terms, an estimate of it
   * (learn/monitor.ts); 0, never, by default. Throws "size" where the sum over the hidden units of one case takes too long.
   */
  readonly monitor?: number;
}

export interface CompleteBoltzmannOptions extends Required<Omit<BoltzmannLearningOptions, "stopWhen">> {
  readonly stopWhen?: StopConfig;
}

/** Fills in the defaults; throws "option", "shape" or "data" for what cannot be trained. */
export function completeBoltzmannOptions(
  machine: Boltzmann,
  data: Dataset,
  options: BoltzmannLearningOptions,
): CompleteBoltzmannOptions {
  const { stopWhen, ...rest } = options;
  const complete = {
    batchSize: Math.min(1000, data.cases),
    seed: 0,
    clamp: "sample" as const,
    connections: fullConnections(machine.units),
    biased: Array.from({ length: machine.units }, (_, i) => i),
    temperature: 1,
    optimizer: sgd(),
    ...rest,
    ...(stopWhen && { stopWhen: completeStopWhen(stopWhen) }),
  };
  checkWidth("train", data, machine.visible.length);
  checkBatches(complete, data);
  checkTemperature(complete.temperature);
  checkConnections(machine, complete.connections);
  const bad = complete.biased.find((i, at, all) => !(i in machine.bias) || all.indexOf(i) !== at);
  if (bad !== undefined) {
    const expected = `different units from 0 to ${machine.units - 1}`;
    throw refuse("option", { who: "biased units", got: String(bad), expected });
  }
  return complete;
}

/** Throws unless the connections are of the machine's units and its weights lie along them. */
function checkConnections({ units, weights }: Boltzmann, connections: Connections): void {
  const who = "connections";
  if (connections.units !== units) {
    throw refuse("shape", { who, got: `those of ${connections.units} units`, expected: `those of ${units}` });
  }
  const joined = new Uint8Array(units * units);
  const { pairs } = connections;
  for (let at = 0; at < pairs.length; at += 2) {
    joined[pairs[at] * units + pairs[at + 1]] = 1;
    joined[pairs[at + 1] * units + pairs[at]] = 1;
  }
  const bad = weights.findIndex((weight, at) => weight !== 0 && joined[at] === 0);
  if (bad < 0) return;
  const got = `a weight of ${weights[bad]} between ${Math.floor(bad / units)} and ${bad % units}, which are not joined`;
  throw refuse("data", { who, got, expected: "weights along the connections only" });
}

/** Throws "shape" or "option" unless the checkpoint can be one of a run with this machine, these data and these options. */
export function checkBoltzmannResume(
  checkpoint: Checkpoint,
  machine: Boltzmann,
  data: Dataset,
  options: CompleteBoltzmannOptions,
  who = "checkpoint",
): asserts checkpoint is Checkpoint<Boltzmann> {
  const { machine: saved } = checkpoint;
  const described = ({ units, visible }: Boltzmann) =>
    `a Boltzmann machine of ${units} units, ${visible.length} visible`;
  const expected = described(machine);
  const got = saved.kind === "boltzmann" ? described(saved) : "an RBM";
  if (got !== expected) throw refuse("shape", { who, got, expected, wayOut: AS_BEGUN });
  const shapes = {
    ...options.negative.saves?.(machine.units),
    ...flatOptimizerSaves(options.optimizer, machine.units, options.connections),
    ...(options.stopWhen && stoppingSaves(machine)),
  };
  checkSaved(checkpoint.state, shapes, who);
  checkProgress(checkpoint, data, options, who);
}

/** Throws "option" for readings or stages outside their domains; no stage at all is allowed. */
export function checkSettling({ anneal, readings }: Settling): void {
  checkWhole("readings", readings);
  if (anneal.length > 0) checkAnnealing(anneal);
}
