/** Parallel tempering as the negative phase of an RBM [Desjardins et al. 2010; Cho et al. 2010]. */

import { baseFromData } from "../../evaluate/base-rates.js";
import { towardsHidden } from "../../machines/resident.js";
import { temperedRbm } from "../../samplers/tempered-rbm.js";
import { temperingSampler } from "../../samplers/tempering.js";
import {
  restoreTempering,
  savedTempering,
  type TemperedOptions,
  temperedConfig,
  temperingSaves,
} from "../tempering-state.js";
import type { NegativeRule } from "./phase.js";

/**
 * Chains on a ladder of inverse temperatures that go on from update to update; those at β = 1 are the statistics. At β = 0 the visible
 * units are independent, with the data's means. Throws "option" as temperedConfig.
 */
export function temperedGibbs(options: TemperedOptions = {}): NegativeRule {
  const config = temperedConfig(options);
  const { chains, sweeps, ladder } = config;
  return {
    config,
    saves: (visible) => temperingSaves(config, visible),
    start({ kernels, parameters, data, seed, saved }) {
      const [units, height] = [parameters.visibleBias.size, parameters.hiddenBias.size];
      const purposes = { hidden: "dreamUnit", visible: "dreamChoice", start: "dreamStart" } as const;
      const machine = temperedRbm({ kernels, parameters }, { base: baseFromData(data), purposes });
      const sampler = temperingSampler(machine, { betas: ladder, sweeps });
      const state = sampler.init(seed, chains);
      if (saved) restoreTempering(state, saved);
      const visible = kernels.states(chains, units);
      const hidden = kernels.field(chains, height);
      return {
        expect() {
          visible.write(sampler.step(state).sample);
          kernels.conditional({ cases: chains, from: visible, ...towardsHidden(parameters), mean: hidden });
          return { cases: chains, visible, hidden };
        },
        state: () => savedTempering(state, config, units),
      };
    },
  };
}
