/** Classifiers in float64, written without the library's: what back-propagation is tested against. */

import type { Dataset } from "#src/data/dataset.js";
import type { Classifier } from "#src/machines/classifier.js";
import { randomStream } from "#src/random/stream.js";

/** Cases with real levels, and labels 0 … classes − 1 that depend on them. */
export function labelledCases(cases: number, units: number, classes: number, seed = 1): Dataset {
  const random = randomStream(seed, "data");
  const levels = Float32Array.from({ length: cases * units }, () => random.uniform());
  const labels = Uint8Array.from({ length: cases }, (_, b) => {
    const sum = levels.subarray(b * units, (b + 1) * units).reduce((all, x, i) => all + (i % 2 === 0 ? x : -x), 0);
    return Math.min(classes - 1, Math.floor(classes / (1 + Math.exp(-3 * sum))));
  });
  return { name: `${cases} cases of ${units}`, cases, units, levels, labels };
}

/** What a unit's value is multiplied by, of layer 0 (inputs) or a hidden one; case and unit from 0. */
export type Mask = (layer: number, at: number, unit: number) => number;

export const noMask: Mask = () => 1;

/** Weights and biases of all layers, in this order, as one vector; and such vectors as layers again. */
export function flatten({ weights, biases }: Pick<Classifier, "weights" | "biases">): Float64Array {
  return Float64Array.from(weights.flatMap((W, l) => [...W, ...(biases[l] as Float32Array)]));
}

/** Mean ln P(label | case) of the cases in this order, by the parameters in a vector. */
export function meanLogProbability(
  parameters: Float64Array,
  layers: readonly number[],
  { levels, units, labels }: Dataset,
  order: ArrayLike<number>,
  mask: Mask = noMask,
): number {
  let sum = 0;
  for (let at = 0; at < order.length; at++) {
    const row = order[at] as number;
    let below = Array.from(levels.subarray(row * units, (row + 1) * units), (x, i) => x * mask(0, at, i));
    let from = 0;
    for (let l = 1; l < layers.length; l++) {
      const [m, n] = [layers[l - 1], layers[l]] as [number, number];
      const input = Array.from({ length: n }, (_, j) => parameters[from + m * n + j] as number);
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          input[j] = (input[j] as number) + (below[i] as number) * (parameters[from + i * n + j] as number);
        }
      }
      from += m * n + n;
      below = l === layers.length - 1 ? input : input.map((x, j) => mask(l, at, j) / (1 + Math.exp(-x)));
    }
    const largest = Math.max(...below);
    const whole = below.reduce((all, x) => all + Math.exp(x - largest), 0);
    sum += (below[labels?.[row] as number] as number) - largest - Math.log(whole);
  }
  return sum / order.length;
}

/** Its gradient by central differences. */
export function gradientByDifferences(value: (parameters: Float64Array) => number, at: Float64Array): Float64Array {
  const step = 1e-5;
  return at.map((x, i) => {
    const moved = (by: number) => {
      const there = at.slice();
      there[i] = x + by;
      return value(there);
    };
    return (moved(step) - moved(-step)) / (2 * step);
  });
}
