/** Gradient ascent on an RBM's parameters in the kernels' memory. */

import type { BondParameters, Optimize, Phase } from "../../kernels/kernels.js";
import { createRbm } from "../../machines/rbm.js";
import { allocateParameters, writeParameters } from "../../machines/resident.js";
import type { SavedShapes, SavedState } from "../checkpoint.js";
import { COUNTER_SHAPE, countFrom, savedCount } from "../counter.js";
import { type GradientConfig, memoryNames, ruleAt } from "../optimizer.js";
import { startGradient } from "./gradient.js";
import { isMoments, type LearningContext, type NegativeResult } from "./phase.js";
import { bondShapes, restoreBond, saveBond } from "./saved-bond.js";

export interface Optimizer {
  /** Applies one update at `epoch` (fractions allowed) of `epochs`, at its rate times `factor`. */
  apply(positive: Phase, negative: NegativeResult, epoch: number, epochs: number, factor?: number): void;
  /** The same with a gradient in arrays of its own. */
  follow(gradient: BondParameters, epoch: number, epochs: number): void;
  /** Clears what it keeps of earlier updates. */
  forget(): void;
  state(): SavedState;
}

const counter = "optimizer.updates";

/** What is kept for each parameter (steps of momentum, Adam's moments), and how many updates Adam has made. */
export function optimizerSaves(config: GradientConfig, visible: number, hidden: number): SavedShapes {
  const shapes = memoryNames(config).map((name) => bondShapes(name, visible, hidden));
  return Object.assign({}, ...shapes, config.optimizer === "adam" && { [counter]: COUNTER_SHAPE });
}

/** With `offsets` the rule is centred. They may change from update to update. */
export function startOptimizer(
  { kernels, parameters, saved }: Pick<LearningContext, "kernels" | "parameters" | "saved">,
  config: GradientConfig,
  offsets?: Optimize["offsets"],
): Optimizer {
  const [visible, hidden] = [parameters.visibleBias.size, parameters.hiddenBias.size];
  const names = memoryNames(config);
  const memory = names.map(() => allocateParameters(kernels, visible, hidden));
  names.forEach((name, n) => {
    restoreBond(name, memory[n], saved);
  });
  const counts = config.optimizer === "adam";
  let updates = counts ? countFrom(counter, saved) : 0;
  const isPlain = config.optimizer === "sgd" && !config.nesterov && config.l1 === 0 && !offsets;
  let gradientOf: ReturnType<typeof startGradient> | undefined;
  return {
    apply(positive, negative, epoch, epochs, factor = 1) {
      updates++;
      const rule = ruleAt(config, epoch, epochs, updates, factor);
      if (isPlain && rule.kind === "sgd" && !isMoments(negative)) {
        // one kernel does it all: gradients are added to the parameters as they arise
        const { rate, momentum, decay } = rule;
        kernels.update({
          parameters,
          ...(memory[0] && { step: memory[0] }),
          positive,
          negative,
          rate,
          momentum,
          decay,
        });
        return;
      }
      gradientOf ??= startGradient(kernels, visible, hidden);
      const gradient = isMoments(negative) ? gradientOf(positive, negative) : { positive, negative };
      kernels.optimize({ parameters, gradient, rule, memory, ...(offsets && { offsets }) });
    },
    follow(gradient, epoch, epochs) {
      updates++;
      kernels.optimize({ parameters, gradient, rule: ruleAt(config, epoch, epochs, updates), memory });
    },
    forget() {
      // not 0 times what is there, which may be NaN
      for (const kept of memory) writeParameters(kept, createRbm(visible, hidden));
      updates = 0;
    },
    state: () =>
      Object.assign(
        {},
        ...names.map((name, n) => saveBond(name, memory[n])),
        counts && { [counter]: savedCount(updates) },
      ),
  };
}
