/** The kernels of optimizers in plain TypeScript. */

import { blocksOf, checkAlike, checkCases, checkOptimize } from "./bond.js";
import type { Kernels, Optimize } from "./kernels.js";
import { at } from "./reference-arrays.js";
import { stepAll, withoutPenalties } from "./step-rule.js";

export const referenceOptimizing: Pick<Kernels, "optimize" | "combine" | "followMean" | "shift"> = {
  optimize,
  combine(out, a, x, b, y) {
    checkAlike("combine", out, x, y);
    const f = Math.fround;
    blocksOf(out).forEach((block, n) => {
      const [values, xs, ys] = [block, blocksOf(x)[n], blocksOf(y)[n]].map(at);
      for (let i = 0; i < values.length; i++) values[i] = f(f(f(a) * xs[i]) + f(f(b) * ys[i]));
    });
  },
  followMean(out, rate, field, cases) {
    checkCases("followMean", field, cases, out);
    const [values, rows] = [at(out), at(field)];
    for (let j = 0; j < out.size; j++) {
      let sum = 0;
      for (let b = 0; b < cases; b++) sum += rows[b * out.size + j];
      values[j] = (1 - rate) * values[j] + (rate * sum) / cases;
    }
  },
  shift(field, cases, by) {
    checkCases("shift", field, cases, by);
    const [rows, more] = [at(field), at(by)];
    for (let i = 0; i < cases * by.size; i++) rows[i] += more[i % by.size];
  },
};

function optimize(task: Optimize): void {
  checkOptimize(task);
  const { parameters, gradient, rule, memory, offsets } = task;
  const [visible, hidden] = [parameters.visibleBias.size, parameters.hiddenBias.size];
  const [W, b, c] = blocksOf(parameters).map(at);
  const [dW, db, dc] = blocksOf(gradient).map(at);
  const mu = offsets ? at(offsets.visible) : new Float32Array(visible);
  const lambda = offsets ? at(offsets.hidden) : new Float32Array(hidden);
  const kept = (name: "weights" | "visibleBias" | "hiddenBias") => memory.map((one) => at(one[name]));

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
