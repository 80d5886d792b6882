/** What machines with hidden layers give to a classifier that is fed forward. */

import type { FeatureLayer } from "./classifier.js";
import type { Dbm } from "./dbm.js";
import type { Dbn } from "./dbn.js";
import type { Rbm } from "./rbm.js";

/**
 * The layers of a machine, the lowest first, as they are fed forward: an RBM's own; a deep belief network's recognition weights, its top
 * without label units; of a deep Boltzmann machine the pass with which mean field begins, where a layer with another one above it hears the
 * one below it twice, in place of the one that is not known yet [Salakhutdinov and Hinton 2009].
 */
export function featureLayers(machine: Rbm | Dbn | Dbm): FeatureLayer[] {
  if (machine.kind === "rbm") return [machine];
  if (machine.kind === "dbn") {
    const { directed, top, classes } = machine;
    const layers = directed.map(({ recognitionWeights, upperBias }) => ({
      weights: recognitionWeights,
      hiddenBias: upperBias,
    }));
    // label units are the last of the top's visible ones
    const weights = top.weights.subarray(0, (top.visible - classes) * top.hidden);
    return [...layers, { weights, hiddenBias: top.hiddenBias }];
  }
  const { weights, biases } = machine;
  return weights.map((W, l) => ({
    weights: l < weights.length - 1 ? W.map((w) => 2 * w) : W,
    hiddenBias: biases[l + 1] as Float32Array,
  }));
}
