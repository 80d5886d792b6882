/** The exact gradient of a small RBM as a negative phase, and its log-likelihood: all by enumeration, in float64. */

import type { Dataset } from "#src/data/dataset.js";
import type { NegativeConfig, NegativeMoments, NegativeRule } from "#src/learn/rbm/phase.js";
import { freeEnergy, type Rbm } from "#src/machines/rbm.js";
import { readRbm } from "#src/machines/resident.js";
import { allStates, jointDistribution } from "./enumerate.js";

export interface RbmMoments {
  /** [visible, hidden] */
  readonly weights: Float64Array;
  readonly visible: Float64Array;
  readonly hidden: Float64Array;
}

/** ⟨v hᵀ⟩, ⟨v⟩, ⟨h⟩ under the machine. */
export function momentsOf(rbm: Rbm): RbmMoments {
  const { visible: V, hidden: H } = rbm;
  const moments = { weights: new Float64Array(V * H), visible: new Float64Array(V), hidden: new Float64Array(H) };
  const [vs, hs] = [allStates(V), allStates(H)];
  jointDistribution(rbm).joint.forEach((row, a) => {
    row.forEach((p, b) => {
      const [v, h] = [vs[a] as Uint8Array, hs[b] as Uint8Array];
      for (let i = 0; i < V; i++) moments.visible[i] += p * v[i];
      for (let j = 0; j < H; j++) moments.hidden[j] += p * h[j];
      for (let i = 0; i < V; i++) for (let j = 0; j < H; j++) moments.weights[i * H + j] += p * v[i] * h[j];
    });
  });
  return moments;
}

/** The moments themselves as negative phase: training without chance, given data that are 0 or 1. */
export function exactNegative(): NegativeRule {
  return {
    config: { rule: "exact" } as unknown as NegativeConfig,
    start({ kernels, parameters }) {
      const { rows, columns } = parameters.weights;
      const out: NegativeMoments = {
        weights: kernels.matrix(rows, columns),
        visible: kernels.vector(rows),
        hidden: kernels.vector(columns),
      };
      return {
        expect() {
          const moments = momentsOf(readRbm(parameters));
          for (const name of ["weights", "visible", "hidden"] as const)
            out[name].write(Float32Array.from(moments[name]));
          return out;
        },
      };
    },
  };
}

/** Mean log P(v) of the cases, levels 0 and 255. */
export function exactLogLikelihood(rbm: Rbm, { levels, cases, units }: Dataset): number {
  const logZ = Math.log(allStates(units).reduce((sum, v) => sum + Math.exp(-freeEnergy(rbm, v)), 0));
  let sum = 0;
  for (let b = 0; b < cases; b++) {
    const v = levels.subarray(b * units, (b + 1) * units).map((level) => level / 255);
    sum += -freeEnergy(rbm, v) - logZ;
  }
  return sum / cases;
}
