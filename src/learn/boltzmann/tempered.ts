/** Persistent chains on a ladder of temperatures: the negative phase of machines whose chains do not mix by themselves. */

import { temperedNetwork } from "../../samplers/tempered-network.js";
import { temperingSampler } from "../../samplers/tempering.js";
import {
  restoreTempering,
  savedTempering,
  type TemperedOptions,
  temperedConfig,
  temperingSaves,
} from "../tempering-state.js";
import { momentSum } from "./moments.js";
import type { BoltzmannNegativeRule } from "./phase.js";

/** Parallel tempering from update to update; the coldest rung's chains are the statistics. Throws "option" as temperedConfig. */
export function temperedChains(options: TemperedOptions = {}): BoltzmannNegativeRule {
  const config = temperedConfig(options);
  const { chains, sweeps, ladder } = config;
  return {
    config,
    saves: (units) => temperingSaves(config, units),
    start({ resident, seed, temperature, saved }) {
      const { kernels, units } = resident;
      const betas = ladder.map((beta) => beta / temperature);
      const purposes = { unit: "dreamUnit", start: "dreamStart" } as const;
      const sampler = temperingSampler(temperedNetwork(resident, { purposes }), { betas });
      const state = sampler.init(seed, chains);
      if (saved) restoreTempering(state, saved);
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
        state: () => savedTempering(state, config, units),
      };
    },
  };
}
