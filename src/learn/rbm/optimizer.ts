/** Stochastic gradient ascent on an RBM's parameters in the kernels' memory. */

import type { BondParameters, Kernels, Phase } from "../../kernels/kernels.js";
import { allocateParameters, readRbm, writeParameters } from "../../machines/resident.js";
import type { SavedShapes, SavedState } from "../checkpoint.js";
import type { SgdConfig } from "../optimizer.js";
import { valueAt, valuesOf } from "../schedule.js";

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
