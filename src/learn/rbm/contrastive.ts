/**
 * Contrastive divergence, CD-k [Hinton 2002, "Training products of experts by minimizing contrastive divergence"]:
 * the negative phase is k sweeps of block Gibbs that start at the data.
 */

import { refuse } from "../../errors.js";
import { startTransposing, towardsHidden, towardsVisible } from "../../machines/resident.js";
import type { ContrastiveConfig, HiddenStatistics, NegativeRule } from "./phase.js";

export interface ContrastiveOptions {
  /** Gibbs sweeps from the data; 1 by default. */
  readonly k?: number;
  /** Hidden statistics of the last sweep; "probability" by default. */
  readonly dream?: HiddenStatistics;
  /** Reconstructed visible units as samples (default) or as probabilities. */
  readonly reconstruction?: "sample" | "probability";
}

/** CD-k. Throws "option" unless k is a whole number, at least 1. */
export function contrastiveDivergence(options: ContrastiveOptions = {}): NegativeRule {
  const config: ContrastiveConfig = {
    rule: "cd",
    k: options.k ?? 1,
    dream: options.dream ?? "probability",
    reconstruction: options.reconstruction ?? "sample",
  };
  const { k, dream } = config;
  if (!Number.isInteger(k) || k < 1 || k >= 2 ** 24) {
    throw refuse("option", {
      who: "k of CD-k",
      got: String(k),
      expected: "a whole number of Gibbs sweeps, at least 1",
    });
  }
  return {
    config,
    start({ kernels, parameters, seed, batchSize }) {
      const { visibleBias, hiddenBias } = parameters;
      const asSample = config.reconstruction === "sample";
      const visible = asSample
        ? kernels.states(batchSize, visibleBias.size)
        : kernels.field(batchSize, visibleBias.size);
      const hidden = kernels.field(batchSize, hiddenBias.size);
      const chain = kernels.states(batchSize, hiddenBias.size);
      const transposed = k > 1 ? startTransposing(kernels, visibleBias.size, hiddenBias.size) : towardsVisible;
      return {
        expect({ rows, update }, positive) {
          const cases = rows.length;
          const down = transposed(parameters);
          for (let sweep = 0; sweep < k; sweep++) {
            const draw = { seed, step: update, sweep } as const;
            kernels.conditional({
              cases,
              from: sweep === 0 ? positive.hiddenSample : chain,
              ...down,
              draw: { ...draw, purpose: "visible" },
              ...(visible.kind === "states" ? { sample: visible } : { mean: visible }),
            });
            const last = sweep === k - 1;
            kernels.conditional({
              cases,
              from: visible,
              ...towardsHidden(parameters),
              draw: { ...draw, purpose: "hidden", sweep: sweep + 1 },
              ...(last ? { mean: hidden, meanIsSample: dream === "sample" } : { sample: chain }),
            });
          }
          return { cases, visible, hidden, reconstruction: visible };
        },
      };
    },
  };
}
