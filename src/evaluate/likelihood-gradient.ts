/** The exact log-likelihood of a small RBM and its gradient, at any point of its parameters, in float64. */

import { bipartiteConnections } from "../machines/connections.js";
import type { VectorField } from "../math/vector-field.js";
import { clampedMomentsOf } from "./clamped-moments.js";
import { exactMomentsOf } from "./moments.js";
import { parametersOf, type RbmShape } from "./parameter-vector.js";

export interface ExactLikelihood {
  /** Mean log P(v) of the cases, nats. */
  readonly logLikelihood: number;
  /** ∂/∂θ of that, as parameterVector orders the parameters. */
  readonly gradient: Float64Array;
}

/**
 * The mean of log P(v) over cases [cases, visible] in {0, 1}, and its gradient: ⟨v_i h_j⟩, ⟨v_i⟩, ⟨h_j⟩ with the cases clamped, less those
 * of the machine by itself. To be called at any parameters.
 *
 * Throws "size" where an exact moment takes more than 2^25 terms; what it returns "shape" and "data" for cases that are not whole or not
 * binary, "shape" for parameters of another RBM.
 */
export function exactLikelihood(
  { visible, hidden }: RbmShape,
  cases: ArrayLike<number>,
): (vector: Float64Array) => ExactLikelihood {
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
    let at = 0;
    for (let i = 0; i < visible; i++) {
      for (let j = 0; j < hidden; j++) {
        const pair = i * units + visible + j;
        gradient[at++] = wake.pair[pair] - dream.pair[pair];
      }
    }
    for (let u = 0; u < units; u++) gradient[at++] = wake.mean[u] - dream.mean[u];
    const sum = wake.logPartitions.reduce((total, log) => total + log, 0);
    return { logLikelihood: sum / wake.logPartitions.length - dream.logPartition, gradient };
  };
}

/** The gradient alone, as a field of directions. Throws as exactLikelihood. */
export function likelihoodGradient(shape: RbmShape, cases: ArrayLike<number>): VectorField {
  const at = exactLikelihood(shape, cases);
  return (vector) => at(vector).gradient;
}
