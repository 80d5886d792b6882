/** The kernels of label units in plain TypeScript, with the roundings of the fast ones: equal bits. */

import { log } from "../math/log.js";
import { exponential32, logistic32 } from "../math/logistic.js";
import { checkLabelRows } from "./bond.js";
import type { LabelKernels } from "./label-units.js";
import { at } from "./reference-arrays.js";

const f = Math.fround;

/** Units between logarithms. */
const unitsALog = 768;

export const referenceLabelUnits: LabelKernels = {
  labelScores(task) {
    checkLabelRows("labelScores", task, task.out, [task.weights]);
    const { cases, input, weights, bias, first, out } = task;
    const [H, K, scale] = [input.units, out.units, f(task.scale ?? 1)];
    for (let b = 0; b < cases; b++) {
      const x = at(input).subarray(b * H, (b + 1) * H);
      const scores = Array.from({ length: K }, (_, k) => {
        const row = at(weights).subarray((first + k) * H, (first + k + 1) * H);
        return at(bias)[first + k] + scale * softplusSum(x, row);
      });
      const largest = Math.max(...scores);
      at(out).set(
        scores.map((score) => score - largest),
        b * K,
      );
    }
  },
  labelGradient(task) {
    checkLabelRows("labelGradient", task, task.shares, [task.weights, task.gradient]);
    const { cases, input, weights, first, shares, hidden, gradient } = task;
    const [H, K, factor] = [input.units, shares.units, f(task.factor)];
    for (let j = 0; j < H; j++) {
      const sums = new Float32Array(K);
      for (let b = 0; b < cases; b++) {
        let sum = 0;
        for (let k = 0; k < K; k++) {
          const o = f(at(input)[b * H + j] + at(weights)[(first + k) * H + j]);
          const part = f(at(shares)[b * K + k] * logistic32(o));
          sum = f(sum + part);
          sums[k] = f(sums[k] + part);
        }
        at(hidden)[b * H + j] = sum;
      }
      for (let k = 0; k < K; k++) at(gradient)[(first + k) * H + j] += f(factor * sums[k]);
    }
  },
};

/** Σ softplus(x_j + w_j), in four sums and four products side by side. */
function softplusSum(x: Float32Array, w: Float32Array): number {
  const [sums, products] = [new Float64Array(4), new Float64Array(4).fill(1)];
  let logs = 0;
  x.forEach((value, j) => {
    const o = f(value + w[j]);
    sums[j & 3] += Math.max(o, 0);
    products[j & 3] *= 1 + exponential32(-Math.abs(o));
    if ((j + 1) % unitsALog !== 0 && j !== x.length - 1) return;
    logs += log(products[0] * products[2] * (products[1] * products[3]));
    products.fill(1);
  });
  return sums[0] + sums[2] + (sums[1] + sums[3]) + logs;
}
