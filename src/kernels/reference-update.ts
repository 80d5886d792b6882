/** The kernels that change an RBM's parameters in plain TypeScript. Sums are in float64. */

import { blocksOf, checkOptimize, isPhases } from "./bond.js";
import type { Optimize, Phase, Phases, Update } from "./kernels.js";
import { at } from "./reference-arrays.js";
import { stepAll, withoutPenalties } from "./step-rule.js";

const names = ["weights", "visibleBias", "hiddenBias"] as const;

/** Moments ⟨v hᵀ⟩, ⟨v⟩, ⟨h⟩ of a phase; zero without cases. */
function moments({ cases, visible, hidden }: Phase) {
  const weights = new Float64Array(visible.units * hidden.units);
  const visibleBias = new Float64Array(visible.units);
  const hiddenBias = new Float64Array(hidden.units);
  for (let b = 0; b < cases; b++) {
    for (let j = 0; j < hidden.units; j++) {
      hiddenBias[j] += at(hidden)[b * hidden.units + j] / cases;
    }
    for (let i = 0; i < visible.units; i++) {
      const v = at(visible)[b * visible.units + i];
      visibleBias[i] += v / cases;
      for (let j = 0; j < hidden.units; j++) {
        const to = i * hidden.units + j;
        weights[to] += (v * at(hidden)[b * hidden.units + j]) / cases;
      }
    }
  }
  return { weights, visibleBias, hiddenBias };
}

/** ∇W, ∇b, ∇c */
function gradientOf({ positive, negative }: Phases): Float64Array[] {
  const [wake, dream] = [moments(positive), moments(negative)];
  return names.map((name) => wake[name].map((x, i) => x - dream[name][i]));
}

export function update(task: Update): void {
  const { parameters, step, rate, momentum = 0, decay = 0 } = task;
  const gradient = gradientOf(task);
  names.forEach((name, n) => {
    const values = at(parameters[name]);
    const steps = step && at(step[name]);
    const shrink = name === "weights" ? decay : 0;
    for (let i = 0; i < values.length; i++) {
      const change = momentum * (steps?.[i] ?? 0) + rate * gradient[n][i] - shrink * values[i];
      if (steps) steps[i] = change;
      values[i] += change;
    }
  });
}

export function optimize(task: Optimize): void {
  checkOptimize(task);
  const { parameters, gradient, rule, memory, offsets } = task;
  const [visible, hidden] = [parameters.visibleBias.size, parameters.hiddenBias.size];
  const [W, b, c] = blocksOf(parameters).map(at);
  const [dW, db, dc] = isPhases(gradient) ? gradientOf(gradient) : blocksOf(gradient).map(at);
  const mu = offsets ? at(offsets.visible) : new Float32Array(visible);
  const lambda = offsets ? at(offsets.hidden) : new Float32Array(hidden);
  const kept = (name: (typeof names)[number]) => memory.map((one) => at(one[name]));

  const centred = Float64Array.from(dW, (slope, ij) => {
    const [i, j] = [Math.floor(ij / hidden), ij % hidden];
    return slope - mu[i] * dc[j] - db[i] * lambda[j];
  });
  const before = W.slice();
  stepAll(rule, W, centred, kept("weights"));
  stepAll(withoutPenalties(rule), b, db, kept("visibleBias"));
  stepAll(withoutPenalties(rule), c, dc, kept("hiddenBias"));
  if (!offsets) return;
  const [throughHidden, throughVisible] = [new Float64Array(visible), new Float64Array(hidden)];
  W.forEach((value, ij) => {
    const [i, j] = [Math.floor(ij / hidden), ij % hidden];
    throughHidden[i] += (value - before[ij]) * lambda[j];
    throughVisible[j] += (value - before[ij]) * mu[i];
  });
  for (let i = 0; i < visible; i++) b[i] -= throughHidden[i];
  for (let j = 0; j < hidden; j++) c[j] -= throughVisible[j];
}
