/** Persistent chains on a ladder of temperatures: the negative phase of machines whose chains do not mix by themselves. */

import { checkLadder } from "../../samplers/ladder.js";
import { temperedNetwork } from "../../samplers/tempered-network.js";
import { type TemperingState, temperingSampler } from "../../samplers/tempering.js";
import type { SavedState } from "../checkpoint.js";
import { checkWhole } from "../options.js";
import { momentSum } from "./moments.js";
import type { BoltzmannNegativeRule } from "./phase.js";

export interface TemperedOptions {
  /** On every rung; 20 by default. */
  readonly chains?: number;
  /** Sweeps an update, each followed by a round of exchanges; 1 by default. */
  readonly sweeps?: number;
  /** Inverse temperatures in units of the rule's, falling from 1; [1, 0.8, 0.6, 0.4, 0.2, 0] by default. */
  readonly ladder?: readonly number[];
}

const names = { bits: "chains", replicas: "chains.replica", counts: "chains.counts" } as const;

/** Parallel tempering from update to update; the coldest rung's chains are the statistics. Throws "option" as linearLadder's checks. */
export function temperedChains({
  chains = 20,
  sweeps = 1,
  ladder = [1, 0.8, 0.6, 0.4, 0.2, 0],
}: TemperedOptions = {}): BoltzmannNegativeRule {
  checkWhole("chains", chains);
  checkWhole("sweeps", sweeps);
  checkLadder(ladder);
  const rungs = ladder.length;
  return {
    config: { rule: "tempered", chains, sweeps, ladder },
    saves: (units) => ({
      [names.bits]: [rungs, chains, units],
      [names.replicas]: [rungs, chains],
      [names.counts]: [2],
    }),
    start({ resident, seed, temperature, saved }) {
      const { kernels, units } = resident;
      const betas = ladder.map((beta) => beta / temperature);
      const purposes = { unit: "dreamUnit", start: "dreamStart" } as const;
      const sampler = temperingSampler(temperedNetwork(resident, { purposes }), { betas });
      const state = sampler.init(seed, chains);
      if (saved) restore(state, saved);
      const states = kernels.states(chains, units);
      const sum = momentSum(kernels, units);
      return {
        expect() {
          for (let sweep = 0; sweep < sweeps; sweep++) {
            states.write(sampler.step(state).sample);
            sum.add(states, chains);
          }
          return sum.take();
        },
        state: () => ({
          [names.bits]: { shape: [rungs, chains, units], data: state.bits.slice() },
          [names.replicas]: { shape: [rungs, chains], data: Uint32Array.from(state.replicas) },
          [names.counts]: { shape: [2], data: Uint32Array.of(state.sweep, state.round) },
        }),
      };
    },
  };
}

/** Statistics of exchanges begin anew; they decide nothing. */
function restore(state: TemperingState, saved: SavedState): void {
  state.bits.set(saved[names.bits].data);
  state.replicas.set(saved[names.replicas].data);
  [state.sweep, state.round] = saved[names.counts].data;
}
