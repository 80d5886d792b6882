/** The bonds of a deep Boltzmann machine by themselves, as RBMs. */

import type { Dbm, Rbm } from "#src/index.js";

/** Bond l as it is in the machine. */
export const bondOf = ({ layers, weights, biases }: Dbm, l: number): Rbm => ({
  kind: "rbm",
  visible: layers[l] as number,
  hidden: layers[l + 1] as number,
  weights: weights[l] as Float32Array,
  visibleBias: biases[l] as Float32Array,
  hiddenBias: biases[l + 1] as Float32Array,
});

/** With every input counted twice: half of what a layer between two others hears is missing. */
export const doubled = (rbm: Rbm): Rbm => ({ ...rbm, weights: rbm.weights.map((w) => 2 * w) });
