/** What machines with hidden layers give to a classifier that is fed forward. */

import { refuse } from "../errors.js";
import type { FeatureLayer } from "./classifier.js";
import type { Dbm } from "./dbm.js";
import type { Dbn } from "./dbn.js";
import type { Rbm } from "./rbm.js";

/**
 * The layers of a machine, the lowest first, as they are fed forward: an RBM's own; a deep belief network's recognition weights, its top
 * without label units; of a deep Boltzmann machine the pass with which mean field begins, where a layer with another one above it hears the
 * one below it twice, in place of the one that is not known yet [Salakhutdinov and Hinton 2009].
 *
 * With `augmented`, of a deep Boltzmann machine for the cases of dbmAugmented, in which what the second layer thinks is an input besides:
 * σ(b_1 + W_1ᵀ v + W_2 q), an update of mean field as it is. Throws "option" for other machines, and for one hidden layer.
 */
export function featureLayers(machine: Rbm | Dbn | Dbm, { augmented = false } = {}): FeatureLayer[] {
  if (augmented) return augmentedLayers(machine);
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

function augmentedLayers(machine: Rbm | Dbn | Dbm): FeatureLayer[] {
  if (machine.kind !== "dbm" || machine.layers.length < 3) {
    const got = machine.kind === "dbm" ? "one hidden layer" : `a machine of kind ${machine.kind}`;
    throw refuse("option", {
      who: "augmented",
      got,
      expected: "a deep Boltzmann machine of two hidden layers or more",
    });
  }
  const { layers, weights, biases } = machine;
  const [visible, first, second] = layers;
  const joined = new Float32Array((visible + second) * first);
  joined.set(weights[0]);
  for (let k = 0; k < second; k++) {
    for (let j = 0; j < first; j++) joined[(visible + k) * first + j] = weights[1][j * second + k];
  }
  return [{ weights: joined, hiddenBias: biases[1] }, ...featureLayers(machine).slice(1)];
}
