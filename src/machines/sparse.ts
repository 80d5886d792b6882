/** A network with few connections: what a dense matrix of weights would be too large for, such as a lattice. */

import { refuse } from "../errors.js";
import type { Network } from "./network.js";

export interface SparseNetwork {
  readonly kind: "sparse";
  /** N */
  readonly units: number;
  /** [N + 1]: unit j hears sources[offsets[j]] … sources[offsets[j + 1] − 1], with the weights at the same places. */
  readonly offsets: Uint32Array;
  readonly sources: Uint32Array;
  readonly weights: Float64Array;
  /** b [N] */
  readonly bias: Float64Array;
}

/**
 * A symmetric sparse network: pairs [E, 2] of different units, one weight each (both ways), biases [N] (0 by default).
 * A pair that is named twice has the sum of its weights. Throws "shape" and "data" for arrays that do not fit.
 */
export function createSparseNetwork(
  units: number,
  pairs: ArrayLike<number>,
  weights: ArrayLike<number>,
  bias?: ArrayLike<number>,
): SparseNetwork {
  const who = "sparse network";
  if (!Number.isInteger(units) || units < 1) {
    throw refuse("option", { who: `${who}: units`, got: String(units), expected: "a whole number, at least 1" });
  }
  if (pairs.length !== 2 * weights.length) {
    const expected = `two for each of the ${weights.length} weights`;
    throw refuse("shape", { who: `${who}: pairs`, got: `${pairs.length} numbers`, expected });
  }
  if (bias && bias.length !== units) {
    throw refuse("shape", { who: `${who}: bias`, got: `${bias.length} numbers`, expected: `${units}, one a unit` });
  }
  for (let e = 0; e < weights.length; e++) {
    const [i, j] = [pairs[2 * e], pairs[2 * e + 1]];
    const there = [i, j].every((unit) => Number.isInteger(unit) && unit >= 0 && unit < units);
    if (!there || i === j) {
      const expected = `two different units from 0 to ${units - 1}`;
      throw refuse("data", { who: `${who}: pair ${e}`, got: `${i}, ${j}`, expected });
    }
    if (!Number.isFinite(weights[e])) {
      throw refuse("data", { who: `${who}: weight ${e}`, got: String(weights[e]), expected: "a finite number" });
    }
  }
  const heard = Array.from({ length: units }, () => new Map<number, number>());
  for (let e = 0; e < weights.length; e++) {
    for (const [from, to] of [
      [pairs[2 * e], pairs[2 * e + 1]],
      [pairs[2 * e + 1], pairs[2 * e]],
    ]) {
      heard[to].set(from, (heard[to].get(from) ?? 0) + weights[e]);
    }
  }
  return fromHeard(units, heard, Float64Array.from(bias ?? new Float64Array(units)));
}

/** The non-zero weights of a dense network as lists; asymmetric ones are kept as they are. */
export function sparseFrom({ units, weights: M, bias }: Network): SparseNetwork {
  const heard = Array.from({ length: units }, (_, j) => {
    const of = new Map<number, number>();
    for (let i = 0; i < units; i++) if (M[i * units + j] !== 0) of.set(i, M[i * units + j]);
    return of;
  });
  return fromHeard(units, heard, bias.slice());
}

function fromHeard(units: number, heard: Map<number, number>[], bias: Float64Array): SparseNetwork {
  const offsets = new Uint32Array(units + 1);
  for (let j = 0; j < units; j++) offsets[j + 1] = offsets[j] + heard[j].size;
  const sources = new Uint32Array(offsets[units]);
  const weights = new Float64Array(offsets[units]);
  heard.forEach((of, j) => {
    let at = offsets[j];
    for (const [from, weight] of [...of].sort(([a], [b]) => a - b)) {
      sources[at] = from;
      weights[at++] = weight;
    }
  });
  return { kind: "sparse", units, offsets, sources, weights, bias };
}
