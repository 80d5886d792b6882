/** Persistent contrastive divergence, PCD-k [Tieleman 2008]: the chains of the negative phase go on from update to update. */

import { checkWhole } from "../options.js";
import { type HiddenChainsOptions, hiddenChainsSave, startHiddenChains } from "./hidden-chains.js";
import type { HiddenStatistics, NegativeRule } from "./phase.js";

export interface PersistentOptions {
  /** Gibbs sweeps an update; 1 by default. */
  readonly k?: number;
  /** Chains, whatever the size of a batch; 100 by default. */
  readonly chains?: number;
  /** Hidden statistics of the last sweep; "probability" by default. */
  readonly dream?: HiddenStatistics;
}

/** PCD-k. Throws "option" unless k and the chains are whole numbers, at least 1. */
export function persistentContrastiveDivergence(options: PersistentOptions = {}): NegativeRule {
  const own = persistentOptions("PCD-k", options);
  return {
    config: { rule: "pcd", ...own },
    saves: (_, hidden) => hiddenChainsSave(own, hidden),
    start(context) {
      const chains = startHiddenChains(context, own);
      return {
        expect: ({ update }) => chains.sweep(context.parameters, update),
        state: () => chains.state(),
      };
    },
  };
}

/** The options with their defaults. */
export function persistentOptions(
  rule: string,
  { k = 1, chains = 100, dream = "probability" }: PersistentOptions,
): HiddenChainsOptions {
  checkWhole(`k of ${rule}`, k);
  checkWhole("chains", chains);
  return { k, chains, dream };
}
