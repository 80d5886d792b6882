/** Persistent contrastive divergence, PCD-k [Tieleman 2008]: the chains of the negative phase go on from update to update. */

import { towardsHidden, towardsVisible } from "../../machines/resident.js";
import type { SavedArray } from "../checkpoint.js";
import { checkWhole } from "../options.js";
import type { HiddenStatistics, NegativeRule } from "./phase.js";

export interface PersistentOptions {
  /** Gibbs sweeps an update; 1 by default. */
  readonly k?: number;
  /** Chains, whatever the size of a batch; 100 by default. */
  readonly chains?: number;
  /** Hidden statistics of the last sweep; "probability" by default. */
  readonly dream?: HiddenStatistics;
}

const savedChains = "chains.hidden";

/**
 * PCD-k. A chain is kept as its hidden units, which start as random bits: a sweep is h → v → h, and ⟨v h⟩ of the last one is the statistics.
 * Throws "option" unless k and the chains are whole numbers, at least 1.
 */
export function persistentContrastiveDivergence({
  k = 1,
  chains = 100,
  dream = "probability",
}: PersistentOptions = {}): NegativeRule {
  checkWhole("k of PCD-k", k);
  checkWhole("chains", chains);
  return {
    config: { rule: "pcd", k, chains, dream },
    saves: (_, hidden) => ({ [savedChains]: [chains, hidden] }),
    start({ kernels, parameters, seed, saved }) {
      const { visibleBias, hiddenBias } = parameters;
      const visible = kernels.states(chains, visibleBias.size);
      const hidden = kernels.states(chains, hiddenBias.size);
      const mean = kernels.field(chains, hiddenBias.size);
      if (saved) {
        hidden.write((saved[savedChains] as SavedArray).data as Uint8Array);
      } else {
        kernels.clamp({
          levels: new Float32Array(hiddenBias.size).fill(0.5),
          units: hiddenBias.size,
          // one case of levels for all chains
          rows: new Uint32Array(chains),
          mode: "sample",
          draw: { seed, purpose: "dreamStart", step: 0 },
          out: hidden,
        });
      }
      return {
        expect({ update }) {
          for (let sweep = 0; sweep < k; sweep++) {
            const draw = { seed, step: update, sweep } as const;
            kernels.conditional({
              cases: chains,
              from: hidden,
              ...towardsVisible(parameters),
              sample: visible,
              draw: { ...draw, purpose: "visible" },
            });
            kernels.conditional({
              cases: chains,
              from: visible,
              ...towardsHidden(parameters),
              sample: hidden,
              ...(sweep === k - 1 && { mean, meanIsSample: dream === "sample" }),
              // sweep 0 of these draws is the positive phase's
              draw: { ...draw, purpose: "hidden", sweep: sweep + 1 },
            });
          }
          return { cases: chains, visible, hidden: mean };
        },
        state: () => ({ [savedChains]: { shape: [chains, hiddenBias.size], data: hidden.read(chains) } }),
      };
    },
  };
}
