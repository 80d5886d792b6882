/**
 * The deep Boltzmann machine with binary units in {0, 1} [Salakhutdinov and Hinton 2009]: layers x_0 = v, x_1, … x_L, each joined to the next,
 *
 *   E(x_0, …, x_L) = −Σ_l b_l·x_l − Σ_l x_lᵀ W_l x_{l+1},   P = e^−E / Z.
 *
 * Given the odd layers the even ones are independent, and the reverse: it is an RBM of the even layers against the odd ones (dbmAsRbm), and
 * whatever is known of RBMs holds for it. With one hidden layer it is an RBM.
 */

import { refuse } from "../errors.js";
import type { NamedArray } from "./dbn.js";
import { createRbm, type Rbm } from "./rbm.js";

export interface Dbm {
  readonly kind: "dbm";
  /** Units of each layer, the visible one first. */
  readonly layers: readonly number[];
  /** W_l [layers[l], layers[l + 1]], row-major. */
  readonly weights: readonly Float32Array[];
  /** b_l [layers[l]] */
  readonly biases: readonly Float32Array[];
}

/** A deep Boltzmann machine with all parameters zero. Throws "option" unless there are at least two layers, of one unit or more. */
export function createDbm(layers: readonly number[]): Dbm {
  checkLayers(layers);
  return {
    kind: "dbm",
    layers: [...layers],
    weights: layers.slice(1).map((above, l) => new Float32Array(layers[l] * above)),
    biases: layers.map((units) => new Float32Array(units)),
  };
}

function checkLayers(layers: readonly number[]): void {
  if (layers.length < 2) {
    const expected = "two or more sizes, the visible one first, such as 784, 500, 1000";
    throw refuse("option", { who: "layers", got: layers.join(", ") || "none", expected });
  }
  layers.forEach((units, l) => {
    if (Number.isInteger(units) && units >= 1) return;
    throw refuse("option", { who: `units of layer ${l}`, got: String(units), expected: "a whole number, at least 1" });
  });
}

/** E of one joint state: x_l [layers[l]] for each layer. Throws "shape" for states of other sizes. */
export function dbmEnergy({ layers, weights, biases }: Dbm, states: readonly ArrayLike<number>[]): number {
  const [got, expected] = [states.map((x) => x.length), layers].map((sizes) => `layers of ${sizes.join(", ")} units`);
  if (got !== expected) throw refuse("shape", { who: "dbmEnergy", got, expected });
  let sum = 0;
  biases.forEach((b, l) => {
    const x = states[l];
    for (let i = 0; i < b.length; i++) sum -= b[i] * x[i];
  });
  weights.forEach((W, l) => {
    const [x, y] = [states[l], states[l + 1]];
    for (let i = 0; i < x.length; i++) {
      if (x[i] === 0) continue;
      for (let j = 0; j < y.length; j++) sum -= x[i] * W[i * y.length + j] * y[j];
    }
  });
  return sum;
}

/** The units of the even layers, one layer after the other, and of the odd ones. */
export function sidesOf({ layers }: Pick<Dbm, "layers">): { readonly even: number; readonly odd: number } {
  const sum = (parity: number) => layers.reduce((units, size, l) => units + (l % 2 === parity ? size : 0), 0);
  return { even: sum(0), odd: sum(1) };
}

/**
 * The same law as an RBM: its visible units are those of the even layers, v first, its hidden ones those of the odd layers; no weights
 * between layers that are no neighbours.
 */
export function dbmAsRbm(dbm: Dbm): Rbm {
  const { layers, weights, biases } = dbm;
  const { even, odd } = sidesOf(dbm);
  const rbm = createRbm(even, odd);
  /** Where each layer begins on its side. */
  const starts = layers.map((_, l) =>
    layers.reduce((sum, size, k) => sum + (k < l && (l - k) % 2 === 0 ? size : 0), 0),
  );
  biases.forEach((b, l) => {
    (l % 2 === 0 ? rbm.visibleBias : rbm.hiddenBias).set(b, starts[l]);
  });
  weights.forEach((W, l) => {
    const [below, above] = [layers[l], layers[l + 1]];
    for (let i = 0; i < below; i++) {
      for (let j = 0; j < above; j++) {
        const [row, column] = [starts[l] + i, starts[l + 1] + j];
        rbm.weights[l % 2 === 0 ? row * odd + column : column * odd + row] = W[i * above + j];
      }
    }
  });
  return rbm;
}

/** The deep Boltzmann machine of one hidden layer that an RBM is. */
export function rbmAsDbm({ visible, hidden, weights, visibleBias, hiddenBias }: Rbm): Dbm {
  return { kind: "dbm", layers: [visible, hidden], weights: [weights], biases: [visibleBias, hiddenBias] };
}

/** All parameters by name, from below: `bias.0`, `weights.1`, `bias.1`, … */
export function dbmArrays({ layers, weights, biases }: Dbm): Record<string, NamedArray> {
  const arrays: Record<string, NamedArray> = { "bias.0": { shape: [layers[0]], data: biases[0] } };
  weights.forEach((data, l) => {
    arrays[`weights.${l + 1}`] = { shape: [layers[l], layers[l + 1]], data };
    arrays[`bias.${l + 1}`] = { shape: [layers[l + 1]], data: biases[l + 1] };
  });
  return arrays;
}

/** The machine of these layers with what `arrays` gives for each name. Throws as createDbm. */
export function dbmFromArrays(layers: readonly number[], arrays: (name: string) => ArrayLike<number>): Dbm {
  const dbm = createDbm(layers);
  for (const [name, { data }] of Object.entries(dbmArrays(dbm))) data.set(arrays(name));
  return dbm;
}
