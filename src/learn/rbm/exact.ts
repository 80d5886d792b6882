/** The exact gradient of a small RBM: the negative phase without chance. */

import { checkMoments, exactRbmMoments } from "../../evaluate/rbm-moments.js";
import { readRbm } from "../../machines/resident.js";
import type { NegativeRule } from "./phase.js";

/**
 * ⟨v hᵀ⟩, ⟨v⟩, ⟨h⟩ by sums over the states of the smaller layer, float64, rounded to float32. Training throws "size" where that layer
 * has more than 20 units.
 */
export function exactGradient(): NegativeRule {
  return {
    config: { rule: "exact" },
    check: (visible, hidden) => checkMoments("exactGradient", visible, hidden),
    start({ kernels, parameters }) {
      const { rows, columns } = parameters.weights;
      const out = {
        weights: kernels.matrix(rows, columns),
        visible: kernels.vector(rows),
        hidden: kernels.vector(columns),
      };
      return {
        expect() {
          const moments = exactRbmMoments(readRbm(parameters));
          for (const name of ["weights", "visible", "hidden"] as const)
            out[name].write(Float32Array.from(moments[name]));
          return out;
        },
      };
    },
  };
}
