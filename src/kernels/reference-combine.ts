/** The kernels that combine arrays in plain TypeScript. */

import { blocksOf, checkAlike, checkCases, checkTransposed } from "./bond.js";
import type { Kernels } from "./kernels.js";
import { at } from "./reference-arrays.js";

export const referenceCombining: Pick<Kernels, "combine" | "transpose" | "followMean" | "shift"> = {
  combine(out, a, x, b, y) {
    checkAlike("combine", out, x, y);
    const f = Math.fround;
    blocksOf(out).forEach((block, n) => {
      const [values, xs, ys] = [block, blocksOf(x)[n], blocksOf(y)[n]].map(at);
      for (let i = 0; i < values.length; i++) values[i] = f(f(f(a) * xs[i]) + f(f(b) * ys[i]));
    });
  },
  transpose(out, from) {
    checkTransposed(out, from);
    const [to, values] = [at(out), at(from)];
    for (let i = 0; i < from.rows; i++) {
      for (let j = 0; j < from.columns; j++) to[j * from.rows + i] = values[i * from.columns + j];
    }
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
