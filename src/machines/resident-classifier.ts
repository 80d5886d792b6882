/** A classifier in the kernels' memory, and the pass of many cases through it. */

import type { Field, Kernels, LayerParameters } from "../kernels/kernels.js";
import type { Classifier } from "./classifier.js";

/** Parameters of the layers above each other, zero: those of a classifier, or steps of momentum. */
export function allocateLayers(kernels: Kernels, layers: readonly number[]): LayerParameters[] {
  return layers.slice(1).map((size, l) => ({
    weights: kernels.matrix(layers[l] as number, size),
    hiddenBias: kernels.vector(size),
  }));
}

/** Copies the classifier into the kernels. */
export function residentClassifier(kernels: Kernels, classifier: Classifier): LayerParameters[] {
  const parameters = allocateLayers(kernels, classifier.layers);
  parameters.forEach(({ weights, hiddenBias }, l) => {
    weights.write(classifier.weights[l] as Float32Array);
    hiddenBias.write(classifier.biases[l] as Float32Array);
  });
  return parameters;
}

/** Copies the parameters out again. */
export function readClassifier(parameters: readonly LayerParameters[]): Classifier {
  return {
    kind: "classifier",
    layers: [(parameters[0] as LayerParameters).weights.rows, ...parameters.map(({ weights }) => weights.columns)],
    weights: parameters.map(({ weights }) => weights.read()),
    biases: parameters.map(({ hiddenBias }) => hiddenBias.read()),
  };
}

/** aˡ = σ(aˡ⁻¹ Wˡ + bˡ) of the first cases; `mean` gets it. */
export function throughLayer(
  kernels: Kernels,
  { weights, hiddenBias }: LayerParameters,
  cases: number,
  from: Field,
  mean: Field,
): void {
  kernels.conditional({ cases, from, weights, bias: hiddenBias, mean });
}

/** The input of the read-out's softmax; `input` gets it. */
export function towardsReadOut(
  kernels: Kernels,
  { weights, hiddenBias }: LayerParameters,
  cases: number,
  from: Field,
  input: Field,
): void {
  kernels.conditional({ cases, from, weights, bias: hiddenBias, input });
}

/** Fields for a pass of up to `capacity` cases through all layers. */
export interface ForwardPass {
  /** The outputs of the hidden layers. */
  readonly hidden: readonly Field[];
  /** The softmax's input; it may hold its mean. */
  readonly input: Field;
  /** From the first layer's input to the softmax's. */
  run(cases: number, from: Field): void;
}

export function forwardPass(kernels: Kernels, parameters: readonly LayerParameters[], capacity: number): ForwardPass {
  const below = parameters.slice(0, -1);
  const readOut = parameters.at(-1) as LayerParameters;
  const hidden = below.map(({ hiddenBias }) => kernels.field(capacity, hiddenBias.size));
  const input = kernels.field(capacity, readOut.hiddenBias.size);
  return {
    hidden,
    input,
    run(cases, from) {
      let last = from;
      below.forEach((layer, l) => {
        throughLayer(kernels, layer, cases, last, hidden[l] as Field);
        last = hidden[l] as Field;
      });
      towardsReadOut(kernels, readOut, cases, last, input);
    },
  };
}
