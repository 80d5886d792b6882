/** The exact gradient of a small RBM's log-likelihood, at any point of its parameters, in float64. */

import { bipartiteConnections } from "../machines/connections.js";
import type { VectorField } from "../math/vector-field.js";
import { clampedMomentsOf } from "./clamped-moments.js";
import { exactMomentsOf } from "./moments.js";
import { parametersOf, type RbmShape } from "./parameter-vector.js";

/**
 * ∂/∂θ of the mean of log P(v) over cases [cases, visible] in {0, 1}: ⟨v_i h_j⟩, ⟨v_i⟩, ⟨h_j⟩ with the cases clamped, less those of the
 * machine by itself, as parameterVector orders them. A field of directions to be called at any parameters.
 *
 * Throws "size" where an exact moment takes more than 2^25 terms, "shape" and "data" for cases that are not whole or not binary.
 */
export function likelihoodGradient({ visible, hidden }: RbmShape, cases: ArrayLike<number>): VectorField {
  const units = visible + hidden;
  const connections = bipartiteConnections(visible, hidden);
  const first = Array.from({ length: visible }, (_, i) => i);
  const clamped = clampedMomentsOf(connections, first, { pairs: "joined" });
  const free = exactMomentsOf(connections, first, { pairs: "joined" });
  const M = new Float64Array(units * units);
  const bias = new Float64Array(units);
  return (vector) => {
    const { weights, visibleBias, hiddenBias } = parametersOf({ visible, hidden }, vector);
    for (let i = 0; i < visible; i++) {
      for (let j = 0; j < hidden; j++) {
        M[i * units + visible + j] = weights[i * hidden + j];
        M[(visible + j) * units + i] = weights[i * hidden + j];
      }
    }
    bias.set(visibleBias);
    bias.set(hiddenBias, visible);
    const wake = clamped(M, bias, cases);
    const dream = free(M, bias);
    const gradient = new Float64Array(vector.length);
    for (let i = 0, at = 0; i < visible; i++) {
      for (let j = 0; j < hidden; j++) gradient[at++] = difference(wake.pair, dream.pair, i * units + visible + j);
    }
    for (let u = 0; u < units; u++) gradient[visible * hidden + u] = difference(wake.mean, dream.mean, u);
    return gradient;
  };
}

function difference(a: Float64Array, b: Float64Array, at: number): number {
  return a[at] - b[at];
}
