/** Optimizers on the parameters of a general machine, float64: a weight for each connection, a bias for each unit. */

import type { Moments } from "../../evaluate/moments.js";
import type { Boltzmann } from "../../machines/boltzmann.js";
import type { Connections } from "../../machines/connections.js";
import type { SavedArray, SavedShapes, SavedState } from "../checkpoint.js";
import type { OptimizerConfig } from "../optimizer.js";
import { valueAt, valuesOf } from "../schedule.js";

const saved = { weights: "step.weights", bias: "step.bias" } as const;

/** With momentum: the steps, one for each connection and each unit. */
export function flatOptimizerSaves(config: OptimizerConfig, units: number, { pairs }: Connections): SavedShapes {
  if (config.optimizer !== "sgd" || !valuesOf(config.momentum).some((value) => value > 0)) return {};
  return { [saved.weights]: [pairs.length / 2], [saved.bias]: [units] };
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
  const shapes = flatOptimizerSaves(config, units, connections);
  const restored = (name: string) => (from?.[name] as SavedArray | undefined)?.data as Float64Array | undefined;
  const steps =
    saved.weights in shapes
      ? {
          weights: Float64Array.from(restored(saved.weights) ?? new Float64Array(pairs.length / 2)),
          bias: Float64Array.from(restored(saved.bias) ?? new Float64Array(units)),
        }
      : undefined;

  /** The step of one parameter with this gradient. */
  function stepOf(gradient: number, value: number, before: number, at: Rates): number {
    if (config.optimizer === "sign") return at.rate * Math.sign(gradient) - at.decay * value;
    return at.momentum * before + at.rate * gradient - at.decay * value;
  }

  return {
    apply(positive, negative, epoch, epochs) {
      const at = ratesOf(config, epoch, epochs);
      for (let e = 0; e < pairs.length / 2; e++) {
        const there = pairs[2 * e] * units + pairs[2 * e + 1];
        const gradient = positive.pair[there] - negative.pair[there];
        const step = stepOf(gradient, M[there], steps?.weights[e] ?? 0, at);
        if (steps) steps.weights[e] = step;
        M[there] += step;
        M[pairs[2 * e + 1] * units + pairs[2 * e]] = M[there];
      }
      for (const i of biased) {
        const gradient = positive.mean[i] - negative.mean[i];
        const step = stepOf(gradient, bias[i], steps?.bias[i] ?? 0, { ...at, decay: 0 });
        if (steps) steps.bias[i] = step;
        bias[i] += step;
      }
    },
    state() {
      if (!steps) return {};
      return {
        [saved.weights]: { shape: [pairs.length / 2], data: steps.weights.slice() },
        [saved.bias]: { shape: [units], data: steps.bias.slice() },
      };
    },
  };
}

interface Rates {
  readonly rate: number;
  readonly momentum: number;
  readonly decay: number;
}

function ratesOf(config: OptimizerConfig, epoch: number, epochs: number): Rates {
  const rate = valueAt(config.rate, epoch, epochs);
  if (config.optimizer === "sign") return { rate, momentum: 0, decay: 0 };
  return { rate, momentum: valueAt(config.momentum, epoch, epochs), decay: rate * config.weightDecay };
}
