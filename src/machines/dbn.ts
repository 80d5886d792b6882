/**
 * The deep belief network [Hinton, Osindero and Teh 2006], units in {0, 1}: the top two layers are an RBM, below them each layer is made by
 * the one above,
 *
 *   P(v, h₁, …, h_n) = P(v | h₁) P(h₁ | h₂) … P(h_{n−1}, h_n),   P(h_l = 1 | h_{l+1}) = σ(G h_{l+1} + g).
 *
 * P(h | v) has no closed form; recognition weights of their own approximate it from below. A record of arrays, as rbm.ts.
 */

import { refuse } from "../errors.js";
import { createRbm, type Rbm } from "./rbm.js";

/** Two neighbouring layers below the top pair: how the upper one makes the lower one, and how it is recognized from it. */
export interface DirectedBond {
  readonly lower: number;
  readonly upper: number;
  /** G [lower, upper], row-major. */
  readonly generativeWeights: Float32Array;
  /** g [lower] */
  readonly lowerBias: Float32Array;
  /** R [lower, upper], row-major: Q(h_upper = 1 | h_lower) = σ(Rᵀ h_lower + r). */
  readonly recognitionWeights: Float32Array;
  /** r [upper] */
  readonly upperBias: Float32Array;
}

export interface Dbn {
  readonly kind: "dbn";
  /** Units of each layer, the visible one first. */
  readonly layers: readonly number[];
  /** Label units, a softmax group: exactly one is on. They join the last layer but one; 0 for none. */
  readonly classes: number;
  /** From below; none where there are two layers only. */
  readonly directed: readonly DirectedBond[];
  /** Its visible units are the last layer but one, then the label units. */
  readonly top: Rbm;
}

/** A network with all parameters zero. Throws "option" for fewer than two layers, and sizes and classes that are not whole and positive (0 for no classes). */
export function createDbn(layers: readonly number[], { classes = 0 }: { readonly classes?: number } = {}): Dbn {
  if (layers.length < 2) {
    const got = `${layers.length} of them`;
    throw refuse("option", {
      who: "layers",
      got,
      expected: "at least two, the visible one first, such as 784, 500, 500",
    });
  }
  layers.forEach((size, l) => {
    if (Number.isInteger(size) && size >= 1) return;
    const who = `units of layer ${l}`;
    throw refuse("option", { who, got: String(size), expected: "a whole number, at least 1" });
  });
  if (!Number.isInteger(classes) || classes < 0 || classes === 1) {
    throw refuse("option", { who: "classes", got: String(classes), expected: "0, or a whole number, at least 2" });
  }
  const directed = layers.slice(0, -2).map((lower, l): DirectedBond => {
    const upper = layers[l + 1];
    return {
      lower,
      upper,
      generativeWeights: new Float32Array(lower * upper),
      lowerBias: new Float32Array(lower),
      recognitionWeights: new Float32Array(lower * upper),
      upperBias: new Float32Array(upper),
    };
  });
  const [below, above] = layers.slice(-2);
  return { kind: "dbn", layers: [...layers], classes, directed, top: createRbm(below + classes, above) };
}

/** "784-500-500-2000", with "+10" before the last where it has label units. */
export function dbnText({ layers, classes }: Pick<Dbn, "layers" | "classes">): string {
  const [top, ...below] = [...layers].reverse();
  return `${below.reverse().join("-")}${classes > 0 ? `+${classes}` : ""}-${top}`;
}

/**
 * Bond l, from 0, as an RBM: the top pair itself, else the generative weights with both biases. Greedy learning teaches it by itself.
 */
export function bondRbm({ directed, top }: Dbn, l: number): Rbm {
  if (l === directed.length) return top;
  const { lower, upper, generativeWeights, lowerBias, upperBias } = directed[l];
  return {
    kind: "rbm",
    visible: lower,
    hidden: upper,
    weights: generativeWeights,
    visibleBias: lowerBias,
    hiddenBias: upperBias,
  };
}

/** The network with bond l, from 0, replaced by the RBM: weights there and back are the same then. */
export function withBond(dbn: Dbn, l: number, { weights, visibleBias, hiddenBias, ...sizes }: Rbm): Dbn {
  if (l === dbn.directed.length) return { ...dbn, top: { ...sizes, weights, visibleBias, hiddenBias } };
  const tied: DirectedBond = {
    lower: sizes.visible,
    upper: sizes.hidden,
    generativeWeights: weights,
    lowerBias: visibleBias,
    recognitionWeights: weights,
    upperBias: hiddenBias,
  };
  return { ...dbn, directed: dbn.directed.map((bond, at) => (at === l ? tied : bond)) };
}

export interface NamedArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** All parameters by name, from below: `directed.1.generative.weights`, …, `top.hidden.bias`. */
export function dbnArrays({ directed, top }: Dbn): Record<string, NamedArray> {
  const arrays: Record<string, NamedArray> = {};
  directed.forEach(({ lower, upper, ...bond }, l) => {
    const name = `directed.${l + 1}`;
    arrays[`${name}.generative.weights`] = { shape: [lower, upper], data: bond.generativeWeights };
    arrays[`${name}.generative.bias`] = { shape: [lower], data: bond.lowerBias };
    arrays[`${name}.recognition.weights`] = { shape: [lower, upper], data: bond.recognitionWeights };
    arrays[`${name}.recognition.bias`] = { shape: [upper], data: bond.upperBias };
  });
  arrays["top.weights"] = { shape: [top.visible, top.hidden], data: top.weights };
  arrays["top.visible.bias"] = { shape: [top.visible], data: top.visibleBias };
  arrays["top.hidden.bias"] = { shape: [top.hidden], data: top.hiddenBias };
  return arrays;
}

/** The network of these layers and classes with what `arrays` gives for each name. Throws as createDbn. */
export function dbnFromArrays(
  { layers, classes }: Pick<Dbn, "layers" | "classes">,
  arrays: (name: string) => ArrayLike<number>,
): Dbn {
  const dbn = createDbn(layers, { classes });
  for (const [name, { data }] of Object.entries(dbnArrays(dbn))) data.set(arrays(name));
  return dbn;
}
