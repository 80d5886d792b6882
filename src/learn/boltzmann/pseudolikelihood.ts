/** Pseudo-likelihood of a fully visible Boltzmann machine [Besag 1975]: Σ_j log P(s_j | all others), which needs no Z and no chains. */

import { refuse } from "../../errors.js";
import { logistic32 } from "../../math/logistic.js";
import type { BoltzmannNegativeRule } from "./phase.js";

/**
 * With p_j = P(s_j = 1 | all others) the gradient is T ∂PL/∂M_ij = ⟨(s_i − p_i) s_j⟩ + ⟨(s_j − p_j) s_i⟩ and T ∂PL/∂b_i = ⟨s_i − p_i⟩. As the
 * positive phase gives ⟨s_i s_j⟩, this one gives ⟨p_i s_j⟩ + ⟨s_i p_j⟩ − ⟨s_i s_j⟩, and ⟨p_i⟩.
 *
 * Its `start` throws "option" where there are hidden units.
 */
export function pseudoLikelihood(): BoltzmannNegativeRule {
  return {
    config: { rule: "pseudo-likelihood" },
    start({ machine, resident, batchSize, temperature }) {
      const { units, visible } = machine;
      if (visible.length < units) {
        const got = `a machine with ${units - visible.length} hidden units`;
        const wayOut = "Use chains or the exact gradient.";
        throw refuse("option", { who: "pseudoLikelihood", got, expected: "visible units only", wayOut });
      }
      const { kernels, couplings } = resident;
      const own = kernels.states(batchSize, units);
      const inputs = kernels.field(batchSize, units);
      return {
        expect(_, { visible: cases, states: given, moments }) {
          const count = cases.length / units;
          const states = given ?? own;
          if (!given) states.write(cases);
          kernels.inputs(couplings, states, count, inputs);
          const [s, p] = [states.read(count), inputs.read(count)];
          for (let at = 0; at < p.length; at++) p[at] = logistic32(p[at] / temperature);
          const mean = new Float64Array(units);
          const cross = new Float64Array(units * units);
          for (let c = 0; c < count; c++) {
            for (let i = 0; i < units; i++) {
              const share = p[c * units + i] / count;
              mean[i] += share;
              for (let j = 0; j < units; j++) if (s[c * units + j]) cross[i * units + j] += share;
            }
          }
          const pair = Float64Array.from(cross, (value, at) => {
            const turned = cross[(at % units) * units + Math.floor(at / units)];
            return value + turned - moments.pair[at];
          });
          return { mean, pair };
        },
      };
    },
  };
}
