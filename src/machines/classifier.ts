/**
 * A classifier that is fed forward: logistic hidden layers and a softmax read-out [Hinton and Salakhutdinov 2006],
 *
 *   a⁰ = x,   aˡ = σ(aˡ⁻¹ Wˡ + bˡ),   P(y = k | x) = softmax_k(aᴸ⁻¹ Wᴸ + bᴸ).
 *
 * Without hidden layers it is softmax regression. A record of arrays; the functions here are plain, in float64, for one case and for reading.
 */

import { refuse } from "../errors.js";
import { logistic } from "../math/logistic.js";
import { randomStream } from "../random/stream.js";
import type { Dbm } from "./dbm.js";
import { usualWeightScale } from "./initialize.js";

export interface Classifier {
  readonly kind: "classifier";
  /** Units of the input, of the hidden layers, and of the read-out: classes. At least two numbers. */
  readonly layers: readonly number[];
  /** Wˡ, row-major [layers[l], layers[l + 1]]. */
  readonly weights: readonly Float32Array[];
  /** bˡ [layers[l + 1]] */
  readonly biases: readonly Float32Array[];
  /**
   * A deep Boltzmann machine whose second layer is an input besides: x = [v, m_2], its means by mean field given the case v (dbmAugmented).
   * It does not learn. layers[0] counts both.
   */
  readonly augmentedBy?: Dbm;
}

/** Units of the cases that the classifier takes: its inputs, but for those that a machine of its own makes of them. */
export function inputUnits({ layers, augmentedBy }: Classifier): number {
  return augmentedBy ? augmentedBy.layers[0] : layers[0];
}

/** A classifier with all parameters zero. Throws "option" for fewer than two layers, or sizes that are not whole and positive. */
export function createClassifier(layers: readonly number[]): Classifier {
  const who = "layers";
  if (layers.length < 2) {
    throw refuse("option", { who, got: layers.join("-") || "none", expected: "inputs and classes at least" });
  }
  for (const size of layers) {
    if (!Number.isInteger(size) || size < 1) {
      throw refuse("option", { who, got: layers.join("-"), expected: "whole numbers of units, each at least 1" });
    }
  }
  const above = layers.slice(1);
  return {
    kind: "classifier",
    layers: [...layers],
    weights: above.map((size, l) => new Float32Array((layers[l] as number) * size)),
    biases: above.map((size) => new Float32Array(size)),
  };
}

export interface ClassifierInitialization {
  readonly seed: number;
  /** Standard deviation of the weights to hidden layers; 1 / √(units below) by default. */
  readonly weightScale?: number;
  /** Of the weights to the read-out; 0.01 by default. */
  readonly readOutScale?: number;
}

/** Weights normal, biases 0. Throws as createClassifier, and "option" for a scale outside [0, 100). */
export function initializeClassifier(
  layers: readonly number[],
  { seed, weightScale, readOutScale = usualReadOutScale }: ClassifierInitialization,
): Classifier {
  const classifier = createClassifier(layers);
  const last = classifier.weights.length - 1;
  classifier.weights.forEach((weights, l) => {
    const usual = weightScale ?? usualWeightScale(layers[l] as number);
    fillNormal(weights, l === last ? readOutScale : usual, seed, l);
  });
  return classifier;
}

const usualReadOutScale = 0.01;

function fillNormal(weights: Float32Array, scale: number, seed: number, layer: number): void {
  if (!(scale >= 0 && scale < 100)) {
    throw refuse("option", { who: "weight scale", got: String(scale), expected: "a number from 0 to 100" });
  }
  const random = randomStream(seed, "readOut", layer);
  for (let i = 0; i < weights.length; i++) weights[i] = scale * random.normal();
}

/** What a machine with a hidden layer gives to one that is fed forward: P(h = 1 | v) = σ(v W + c). An RBM is one. */
export interface FeatureLayer {
  /** W, row-major [units below, hidden]. */
  readonly weights: Float32Array;
  /** c [hidden] */
  readonly hiddenBias: Float32Array;
}

/**
 * The hidden layers of an RBM or of a stack (the lowest first), copied, with a new read-out: P(h | v) fed forward as features. With
 * `augmentedBy` they are featureLayers(augmentedBy, { augmented: true }).
 *
 * Throws "shape" where a layer does not fit on the one below, or the lowest not on the cases and their augmentation, "option" as initializeClassifier.
 */
export function classifierFrom(
  features: FeatureLayer | readonly FeatureLayer[],
  classes: number,
  {
    seed,
    readOutScale = usualReadOutScale,
    augmentedBy,
  }: Omit<ClassifierInitialization, "weightScale"> & Pick<Classifier, "augmentedBy">,
): Classifier {
  const stack = "weights" in features ? [features] : features;
  const rowsOf = ({ weights, hiddenBias }: FeatureLayer) => weights.length / hiddenBias.length;
  stack.forEach((layer, l) => {
    const below = l === 0 ? rowsOf(layer) : (stack[l - 1] as FeatureLayer).hiddenBias.length;
    if (Number.isInteger(rowsOf(layer)) && rowsOf(layer) === below) return;
    const got = `${layer.weights.length} weights to ${layer.hiddenBias.length} hidden units`;
    throw refuse("shape", { who: `classifierFrom: layer ${l + 1}`, got, expected: `weights from ${below} units` });
  });
  if (stack.length === 0) throw refuse("shape", { who: "classifierFrom", got: "no layer", expected: "one at least" });
  const inputs = rowsOf(stack[0] as FeatureLayer);
  const widths = augmentedBy && [augmentedBy.layers[0], augmentedBy.layers[2] ?? 0];
  if (widths && inputs !== widths[0] + widths[1]) {
    const expected = `${widths.join(" + ")}, cases and the second layer of the machine that augments them`;
    throw refuse("shape", { who: "classifierFrom", got: `a first layer of ${inputs} inputs`, expected });
  }
  const classifier = createClassifier([inputs, ...stack.map(({ hiddenBias }) => hiddenBias.length), classes]);
  stack.forEach(({ weights, hiddenBias }, l) => {
    classifier.weights[l]?.set(weights);
    classifier.biases[l]?.set(hiddenBias);
  });
  fillNormal(classifier.weights[stack.length] as Float32Array, readOutScale, seed, stack.length);
  return { ...classifier, ...(augmentedBy && { augmentedBy }) };
}

/** The outputs of each hidden layer and, last, P(y | x), of one case x [inputs]; float64. Throws "shape" for another width. */
export function layerOutputs({ layers, weights, biases }: Classifier, x: ArrayLike<number>): Float64Array[] {
  if (x.length !== layers[0]) {
    const expected = `${layers[0]}, one case`;
    throw refuse("shape", { who: "layerOutputs", got: `${x.length} values`, expected });
  }
  const outputs: Float64Array[] = [];
  let below: ArrayLike<number> = x;
  weights.forEach((W, l) => {
    const input = Float64Array.from(biases[l] as Float32Array);
    const units = input.length;
    for (let i = 0; i < below.length; i++) {
      for (let j = 0; j < units; j++) input[j] += below[i] * W[i * units + j];
    }
    below = l === weights.length - 1 ? softmax(input) : input.map(logistic);
    outputs.push(below as Float64Array);
  });
  return outputs;
}

/** P(y = k | x) of one case x [inputs], [classes]; float64. */
export function classProbabilities(classifier: Classifier, x: ArrayLike<number>): Float64Array {
  return layerOutputs(classifier, x).at(-1) as Float64Array;
}

/** e^{x_k} / Σ_l e^{x_l} */
function softmax(x: Float64Array): Float64Array {
  const largest = x.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const powers = x.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((all, value) => all + value, 0);
  return powers.map((value) => value / sum);
}
