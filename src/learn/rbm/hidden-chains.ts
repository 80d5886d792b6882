/** Chains of a negative phase that go on from update to update, kept as their hidden units: a sweep is h → v → h. */

import type { BondParameters, Phase } from "../../kernels/kernels.js";
import { startTransposing, towardsHidden, towardsVisible } from "../../machines/resident.js";
import type { SavedShapes, SavedState } from "../checkpoint.js";
import type { HiddenStatistics, LearningContext } from "./phase.js";

export interface HiddenChainsOptions {
  readonly chains: number;
  /** Gibbs sweeps an update. */
  readonly k: number;
  /** Hidden statistics of the last sweep. */
  readonly dream: HiddenStatistics;
}

export interface HiddenChains {
  /** k sweeps under these parameters; ⟨v h⟩ of the last one is the statistics. */
  sweep(parameters: BondParameters, update: number): Phase;
  state(): SavedState;
}

const saved = "chains.hidden";

export function hiddenChainsSave({ chains }: HiddenChainsOptions, hidden: number): SavedShapes {
  return { [saved]: [chains, hidden] };
}

/** Chains that start as random bits, or go on from what was saved. */
export function startHiddenChains(
  { kernels, parameters, seed, saved: from }: LearningContext,
  { chains, k, dream }: HiddenChainsOptions,
): HiddenChains {
  const { visibleBias, hiddenBias } = parameters;
  const visible = kernels.states(chains, visibleBias.size);
  const hidden = kernels.states(chains, hiddenBias.size);
  const mean = kernels.field(chains, hiddenBias.size);
  if (from) {
    hidden.write(from[saved].data as Uint8Array);
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
  const transposed = k > 1 ? startTransposing(kernels, visibleBias.size, hiddenBias.size) : towardsVisible;
  return {
    sweep(under, update) {
      const down = transposed(under);
      for (let sweep = 0; sweep < k; sweep++) {
        const draw = { seed, step: update, sweep } as const;
        kernels.conditional({
          cases: chains,
          from: hidden,
          ...down,
          sample: visible,
          draw: { ...draw, purpose: "visible" },
        });
        kernels.conditional({
          cases: chains,
          from: visible,
          ...towardsHidden(under),
          sample: hidden,
          ...(sweep === k - 1 && { mean, meanIsSample: dream === "sample" }),
          // sweep 0 of these draws is the positive phase's
          draw: { ...draw, purpose: "hidden", sweep: sweep + 1 },
        });
      }
      return { cases: chains, visible, hidden: mean };
    },
    state: () => ({ [saved]: { shape: [chains, hiddenBias.size], data: hidden.read(chains) } }),
  };
}
