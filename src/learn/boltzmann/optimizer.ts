/** Optimizers on the parameters of a general machine, float64: a weight for each connection, a bias for each unit. */

import type { Moments } from "../../evaluate/moments.js";
import { type StepRule, stepAll, withoutPenalties } from "../../kernels/step-rule.js";
import type { Boltzmann } from "../../machines/boltzmann.js";
import type { Connections } from "../../machines/connections.js";
import type { SavedShapes, SavedState } from "../checkpoint.js";
import { COUNTER_SHAPE, countFrom, savedCount } from "../counter.js";
import { memoryNames, type OptimizerConfig, ruleAt } from "../optimizer.js";
import { valueAt } from "../schedule.js";

const counter = "optimizer.updates";

/** What is kept for each connection and each unit (steps of momentum, Adam's moments), and how many updates Adam has made. */
export function flatOptimizerSaves(config: OptimizerConfig, units: number, { pairs }: Connections): SavedShapes {
  const shapes = memoryNames(config).map((name) => ({
    [`${name}.weights`]: [pairs.length / 2],
    [`${name}.bias`]: [units],
  }));
  return Object.assign({}, ...shapes, config.optimizer === "adam" && { [counter]: COUNTER_SHAPE });
}

export interface FlatOptimizer {
  /** Changes the machine's weights and biases by one update, at `epoch` (fractions allowed) of `epochs`. */
  apply(positive: Moments, negative: Moments, epoch: number, epochs: number): void;
  state(): SavedState;
}

/** What may change: the weights of pairs, and the biases of units. */
export interface Plastic {
  readonly connections: Connections;
  readonly biased: readonly number[];
}

export function startFlatOptimizer(
  { units, weights: M, bias }: Boltzmann,
  { connections, biased }: Plastic,
  config: OptimizerConfig,
  from?: SavedState,
): FlatOptimizer {
  const { pairs } = connections;
  const names = memoryNames(config);
  const restored = (name: string, size: number) =>
    Float64Array.from((from?.[name].data as Float64Array | undefined) ?? new Float64Array(size));
  const memory = {
    weights: names.map((name) => restored(`${name}.weights`, pairs.length / 2)),
    bias: names.map((name) => restored(`${name}.bias`, units)),
  };
  const counts = config.optimizer === "adam";
  let updates = counts ? countFrom(counter, from) : 0;
  /** The weights of the connections, and the slopes along them. */
  const weights = new Float64Array(pairs.length / 2);
  const slopes = { weights: new Float64Array(pairs.length / 2), bias: new Float64Array(units) };

  function move(epoch: number, epochs: number): void {
    if (config.optimizer === "sign") {
      const size = valueAt(config.rate, epoch, epochs);
      for (let e = 0; e < weights.length; e++) weights[e] += size * Math.sign(slopes.weights[e]);
      for (let i = 0; i < units; i++) bias[i] += size * Math.sign(slopes.bias[i]);
      return;
    }
    const rule: StepRule = ruleAt(config, epoch, epochs, updates);
    stepAll(rule, weights, slopes.weights, memory.weights);
    stepAll(withoutPenalties(rule), bias, slopes.bias, memory.bias);
  }

  return {
    apply(positive, negative, epoch, epochs) {
      updates++;
      for (let e = 0; e < weights.length; e++) {
        const there = pairs[2 * e] * units + pairs[2 * e + 1];
        weights[e] = M[there];
        slopes.weights[e] = positive.pair[there] - negative.pair[there];
      }
      // without a slope nothing moves: biases that are not learned stay as they are
      for (const i of biased) slopes.bias[i] = positive.mean[i] - negative.mean[i];
      move(epoch, epochs);
      for (let e = 0; e < weights.length; e++) {
        const [i, j] = [pairs[2 * e], pairs[2 * e + 1]];
        M[i * units + j] = weights[e];
        M[j * units + i] = weights[e];
      }
    },
    state() {
      const entries = names.flatMap((name, n) => [
        [`${name}.weights`, { shape: [pairs.length / 2], data: memory.weights[n].slice() }] as const,
        [`${name}.bias`, { shape: [units], data: memory.bias[n].slice() }] as const,
      ]);
      return { ...Object.fromEntries(entries), ...(counts && { [counter]: savedCount(updates) }) };
    },
  };
}
