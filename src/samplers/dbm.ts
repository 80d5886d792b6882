/**
 * Block Gibbs sampling of a deep Boltzmann machine: a sweep draws all odd layers given the even ones, then all even layers given the odd
 * ones. With one hidden layer its chains are those of gibbsSampler.
 */

import type { Dataset } from "../data/dataset.js";
import { refuse } from "../errors.js";
import type { Field, States } from "../kernels/kernels.js";
import { checkWidth, towardsHidden } from "../machines/resident.js";
import { layerGiven, type ResidentDbm } from "../machines/resident-dbm.js";
import { checkSeed } from "../random/draw.js";
import type { Sampler } from "./sampler.js";
import { checkChains } from "./start.js";

export interface DbmState {
  readonly seed: number;
  readonly chains: number;
  /** Sweeps done; the step of the next draws. */
  sweep: number;
  /** Of all layers, the visible one first. */
  readonly layers: readonly States[];
}

export interface DbmInfo {
  /** P(v | h_1) of the last sweep [chains, visible]: a smoother picture than the sample. */
  readonly visibleMean: Field;
}

export interface DbmSamplerOptions {
  /** Where chains start: at these cases, sampled from their grey levels, with hidden layers drawn from below; random bits without it. */
  readonly start?: Dataset;
}

/** Throws "option" unless there is at least one chain, and "shape" for more chains than cases to start from, or cases of another width. */
export function dbmSampler(resident: ResidentDbm, { start }: DbmSamplerOptions = {}): Sampler<DbmState, DbmInfo> {
  const { kernels, layers, biases, bonds } = resident;
  const top = layers.length - 1;
  let given: ReturnType<typeof layerGiven>;
  let visibleMean: Field;

  /** Layer l as random bits. */
  function drawCoins(states: States, l: number, chains: number, seed: number): void {
    const levels = new Float32Array(layers[l]).fill(0.5);
    const draw = { seed, purpose: "chainStart", step: 0, sweep: l } as const;
    kernels.clamp({ levels, units: layers[l], rows: new Uint32Array(chains), mode: "sample", draw, out: states });
  }

  /** From below, with doubled input where that from above is missing: σ(2 (b / 2 + Wᵀ x)). */
  function drawFromBelow(states: readonly States[], l: number, chains: number, seed: number): void {
    const scale = l < top ? 2 : 1;
    const bias = kernels.vector(layers[l]);
    kernels.combine(bias, 1 / scale, biases[l], 0, biases[l]);
    const draw = { seed, purpose: "chainStart", step: 0, sweep: l } as const;
    const task = { cases: chains, from: states[l - 1], ...towardsHidden(bonds[l - 1]), sample: states[l], draw };
    kernels.conditional({ ...task, bias, scale });
  }

  return {
    init(seed, chains) {
      checkSeed(seed);
      checkChains(chains);
      if (start && start.cases < chains) {
        const expected = `at most ${start.cases}, the cases of ${start.name}`;
        throw refuse("shape", { who: "chains", got: String(chains), expected });
      }
      if (start) checkWidth("chains", start, layers[0]);
      const states = layers.map((units) => kernels.states(chains, units));
      if (start) {
        const rows = Uint32Array.from({ length: chains }, (_, c) => c);
        const draw = { seed, purpose: "chainStart", step: 0 } as const;
        kernels.clamp({ levels: start.levels, units: start.units, rows, mode: "sample", draw, out: states[0] });
      }
      states.forEach((layer, l) => {
        if (!start) drawCoins(layer, l, chains, seed);
        else if (l > 0) drawFromBelow(states, l, chains, seed);
      });
      given = layerGiven(resident, chains);
      visibleMean = kernels.field(chains, layers[0]);
      return { seed, chains, sweep: 0, layers: states };
    },
    step(state) {
      const { seed, chains: cases, layers: states } = state;
      const step = state.sweep++;
      for (const parity of [1, 0]) {
        const purpose = parity === 1 ? "chainHidden" : "chainVisible";
        for (let l = parity; l <= top; l += 2) {
          const draw = { seed, purpose, step, sweep: l >> 1 } as const;
          given(l, states, { cases, sample: states[l], ...(l === 0 && { mean: visibleMean }), draw });
        }
      }
      return { visibleMean };
    },
  };
}
