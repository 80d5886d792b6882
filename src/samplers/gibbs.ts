/**
 * Block Gibbs sampling of an RBM: h ~ P(h | v), then v ~ P(v | h). Each layer is one block, as its units are independent given
 * the other's. Leaves P(v, h) invariant.
 */

import type { Dataset } from "../data/dataset.js";
import { refuse } from "../errors.js";
import type { Field, States } from "../kernels/kernels.js";
import { checkWidth, type ResidentRbm, towardsHidden, towardsVisible } from "../machines/resident.js";
import { checkSeed } from "../random/draw.js";
import type { Sampler } from "./sampler.js";
import { checkChains } from "./start.js";

export interface GibbsState {
  readonly seed: number;
  readonly chains: number;
  /** Sweeps done; the step of the next draws. */
  sweep: number;
  readonly visible: States;
  readonly hidden: States;
}

export interface GibbsInfo {
  /** P(v | h) of the last sweep [chains, visible]: a smoother picture than the sample. */
  readonly visibleMean: Field;
}

export interface GibbsOptions {
  /** Where chains start: at these cases, sampled from their grey levels; uniformly random bits without it. */
  readonly start?: Dataset;
}

/** Throws "option" unless there is at least one chain, and "shape" if there are more chains than cases to start from, or cases of another width. */
export function gibbsSampler(
  { kernels, parameters }: ResidentRbm,
  { start }: GibbsOptions = {},
): Sampler<GibbsState, GibbsInfo> {
  const { visibleBias, hiddenBias } = parameters;
  let visibleMean: Field | undefined;
  return {
    init(seed, chains) {
      checkSeed(seed);
      checkChains(chains);
      if (start && start.cases < chains) {
        throw refuse("shape", {
          who: "chains",
          got: String(chains),
          expected: `at most ${start.cases}, the cases of ${start.name}`,
        });
      }
      const units = visibleBias.size;
      if (start) checkWidth("chains", start, units);
      const visible = kernels.states(chains, units);
      kernels.clamp({
        levels: start ? start.levels : new Float32Array(chains * units).fill(0.5),
        units,
        rows: Uint32Array.from({ length: chains }, (_, i) => i),
        mode: "sample",
        draw: { seed, purpose: "chainStart", step: 0 },
        out: visible,
      });
      visibleMean = kernels.field(chains, units);
      return { seed, chains, sweep: 0, visible, hidden: kernels.states(chains, hiddenBias.size) };
    },
    step(state) {
      const { seed, chains: cases, visible, hidden } = state;
      const draw = { seed, step: state.sweep++ } as const;
      kernels.conditional({
        cases,
        from: visible,
        ...towardsHidden(parameters),
        sample: hidden,
        draw: { ...draw, purpose: "chainHidden" },
      });
      const mean = visibleMean as Field;
      kernels.conditional({
        cases,
        from: hidden,
        ...towardsVisible(parameters),
        sample: visible,
        mean,
        draw: { ...draw, purpose: "chainVisible" },
      });
      return { visibleMean: mean };
    },
  };
}
