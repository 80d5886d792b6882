/** Stochastic gradient ascent with momentum and weight decay [Hinton 2010, sections 7, 9, 10]. */

import type { BondParameters, Kernels, Phase } from "../kernels/kernels.js";
import { allocateParameters, readRbm, writeParameters } from "../machines/resident.js";
import type { SavedShapes, SavedState } from "./checkpoint.js";
import { checkSchedule, type Schedule, valueAt, valuesOf } from "./schedule.js";

export interface SgdConfig {
  readonly optimizer: "sgd";
  /** η; positive. */
  readonly rate: Schedule;
  /** α in [0, 1). */
  readonly momentum: Schedule;
  /** λ of the penalty ½ λ Σ W², weights only; 0 or more. */
  readonly weightDecay: number;
}

export interface SgdOptions {
  readonly rate?: Schedule;
  readonly momentum?: Schedule;
  readonly weightDecay?: number;
}

/** SGD. Throws "option" for a rate ≤ 0 (0 is allowed as the end of a schedule), a momentum outside [0, 1), a negative decay. */
export function sgd({ rate = 0.05, momentum = 0, weightDecay = 0 }: SgdOptions = {}): SgdConfig {
  const wayOut = "a positive number; 0.01 to 0.1 is usual";
  checkSchedule("learning rate", rate, wayOut, (value) => value > 0 || (typeof rate !== "number" && value === 0));
  checkSchedule("momentum", momentum, "a number in [0, 1)", (value) => value >= 0 && value < 1);
  checkSchedule("weight decay", weightDecay, "a number, 0 or more; 0.0002 is usual", (value) => value >= 0);
  return { optimizer: "sgd", rate, momentum, weightDecay };
}

export interface Optimizer {
  /** Applies one update at `epoch` (fractions allowed) of `epochs`. */
  apply(positive: Phase, negative: Phase, epoch: number, epochs: number): void;
  state(): SavedState;
}

const saved = { weights: "step.weights", visibleBias: "step.visible.bias", hiddenBias: "step.hidden.bias" } as const;

/** With momentum: the moving average of steps, of the RBM's shape. */
export function optimizerSaves({ momentum }: SgdConfig, visible: number, hidden: number): SavedShapes {
  if (!valuesOf(momentum).some((value) => value > 0)) return {};
  return { [saved.weights]: [visible, hidden], [saved.visibleBias]: [visible], [saved.hiddenBias]: [hidden] };
}

export function startOptimizer(
  kernels: Kernels,
  parameters: BondParameters,
  config: SgdConfig,
  from?: SavedState,
): Optimizer {
  const [visible, hidden] = [parameters.visibleBias.size, parameters.hiddenBias.size];
  const shapes = optimizerSaves(config, visible, hidden);
  const step = saved.weights in shapes ? allocateParameters(kernels, visible, hidden) : undefined;
  if (step && from) {
    const array = (name: string) => from[name].data as Float32Array;
    const weights = array(saved.weights);
    writeParameters(step, {
      visible,
      hidden,
      weights,
      visibleBias: array(saved.visibleBias),
      hiddenBias: array(saved.hiddenBias),
    });
  }
  return {
    apply(positive, negative, epoch, epochs) {
      const rate = valueAt(config.rate, epoch, epochs);
      kernels.update({
        parameters,
        ...(step && { step }),
        positive,
        negative,
        rate,
        momentum: valueAt(config.momentum, epoch, epochs),
        decay: rate * config.weightDecay,
      });
    },
    state() {
      if (!step) return {};
      const steps = readRbm(step);
      return Object.fromEntries(
        (["weights", "visibleBias", "hiddenBias"] as const).map((name) => [
          saved[name],
          { shape: shapes[saved[name]], data: steps[name] },
        ]),
      );
    },
  };
}
