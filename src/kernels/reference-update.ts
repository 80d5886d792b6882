/** The kernels that change an RBM's parameters in plain TypeScript. Sums are in float64. */

import { checkOptimize, hasVisibleBias, isPhases } from "./bond.js";
import type { BondParameters, LayerParameters, Optimize, Phase, Phases, Update } from "./kernels.js";
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

/** Weights, visible bias (empty where there is none) and hidden bias. */
function partsOf(of: LayerParameters | BondParameters): Float32Array[] {
  const visibleBias = hasVisibleBias(of) ? at(of.visibleBias) : new Float32Array(0);
  return [at(of.weights), visibleBias, at(of.hiddenBias)];
}

export function optimize(task: Optimize): void {
  checkOptimize(task);
  const { parameters, gradient, rule, memory, offsets } = task;
  const [visible, hidden] = [parameters.weights.rows, parameters.hiddenBias.size];
  const [W, b, c] = partsOf(parameters);
  const [dW, db, dc] = isPhases(gradient) ? gradientOf(gradient) : partsOf(gradient);
  const mu = offsets ? at(offsets.visible) : new Float32Array(visible);
  const lambda = offsets ? at(offsets.hidden) : new Float32Array(hidden);
  const kept = (n: number) => memory.map((one) => partsOf(one)[n]);

  const centre = (slope: number, ij: number) => {
    const [i, j] = [Math.floor(ij / hidden), ij % hidden];
    return slope - mu[i] * dc[j] - db[i] * lambda[j];
  };
  const centred = offsets ? Float64Array.from(dW, centre) : dW;
  const before = W.slice();
  stepAll(rule, W, centred, kept(0));
  stepAll(withoutPenalties(rule), b, db, kept(1));
  stepAll(withoutPenalties(rule), c, dc, kept(2));
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
