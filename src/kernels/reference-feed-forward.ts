/** The kernels of networks that are fed forward, in plain TypeScript. Sums are in float64. */

import { exp } from "../math/exp.js";
import { log } from "../math/log.js";
import { uniformOf } from "../random/uniform.js";
import { checkKeep, checkLabelsFit, checkLayer } from "./bond.js";
import type { FeedForwardKernels } from "./feed-forward.js";
import { at } from "./reference-arrays.js";

export const referenceFeedForward: FeedForwardKernels = {
  readOut({ cases, input, mean, labels, error }) {
    const { units } = input;
    for (const field of [input, mean, ...(error ? [error] : [])]) checkLayer("readOut", field, cases, units);
    if (labels) checkLabelsFit("readOut", labels, cases, units);
    let [crossEntropy, wrong] = [0, 0];
    for (let b = 0; b < cases; b++) {
      const x = at(input).slice(b * units, (b + 1) * units);
      const largest = x.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
      const powers = Float64Array.from(x, (value) => exp(value - largest));
      const sum = powers.reduce((all, value) => all + value, 0);
      at(mean).set(
        powers.map((value) => value / sum),
        b * units,
      );
      if (!labels) continue;
      crossEntropy += log(sum) - (x[labels[b]] - largest);
      wrong += Number(x.indexOf(largest) !== labels[b]);
      for (let k = 0; error && k < units; k++) {
        at(error)[b * units + k] = Number(k === labels[b]) - powers[k] / sum;
      }
    }
    return { crossEntropy, wrong };
  },
  throughLogistic({ cases, delta, output, keep = 1 }) {
    for (const field of [delta, output]) checkLayer("throughLogistic", field, cases, output.units);
    checkKeep("throughLogistic", keep);
    for (let i = 0; i < cases * output.units; i++) at(delta)[i] *= at(output)[i] * (1 - keep * at(output)[i]);
  },
  dropOut({ cases, field, keep, off, draw }) {
    checkLayer("dropOut", field, cases, field.units);
    checkKeep("dropOut", keep);
    for (let b = 0; b < cases; b++) {
      for (let i = 0; i < field.units; i++) {
        const stays = uniformOf(draw, b, i) < keep;
        if (off === undefined) at(field)[b * field.units + i] *= stays ? Math.fround(1 / keep) : 0;
        else if (!stays) at(field)[b * field.units + i] = off;
      }
    }
  },
};
