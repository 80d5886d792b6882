/** Negative phases of a general Boltzmann machine: ⟨s_i s_j⟩ of the machine by itself, exactly or from chains. */

import { refuse } from "../../errors.js";
import { exactMomentsOf } from "../../evaluate/moments.js";
import { networkSampler } from "../../samplers/network.js";
import type { SavedArray } from "../checkpoint.js";
import { checkWhole } from "../options.js";
import { beginChains, momentSum, settle } from "./moments.js";
import { checkSettling } from "./options.js";
import type { BoltzmannContext, BoltzmannNegativeConfig, BoltzmannNegativeRule, Settling } from "./phase.js";
import { pseudoLikelihood } from "./pseudolikelihood.js";
import { temperedChains } from "./tempered.js";

/** The exact gradient. Its `start` throws "size" where the sums have more than 2^25 terms. */
export function exactFree(): BoltzmannNegativeRule {
  return {
    config: { rule: "exact" },
    start({ machine, connections, temperature }) {
      const moments = exactMomentsOf(connections, machine.visible, { pairs: "joined" });
      return { expect: () => moments(machine.weights, machine.bias, temperature) };
    },
  };
}

export interface ScratchOptions extends Partial<Settling> {
  /** 100 by default. */
  readonly chains?: number;
}

/**
 * The lecture's dream: nothing clamped, chains from random bits in every update, until they settle; 50 sweeps at T = 1
 * and one reading, unless `anneal` and `readings` say otherwise. Throws "option" for numbers outside their domains.
 */
export function fromScratch({
  chains = 100,
  anneal = [{ steps: 50, temperature: 1 }],
  readings = 1,
  dynamics = "sequential",
}: ScratchOptions = {}): BoltzmannNegativeRule {
  const settling = { anneal, readings, dynamics };
  checkWhole("chains", chains);
  checkSettling(settling);
  return {
    config: { rule: "scratch", chains, ...settling },
    start(context) {
      const { resident, seed, temperature } = context;
      const states = resident.kernels.states(chains, resident.units);
      const sum = momentSum(resident.kernels, resident.units);
      const sampler = freeSampler(context, dynamics);
      return {
        expect({ update }) {
          beginChains(context, states, chains, "dreamStart", update);
          return settle(sampler, { seed, chains, step: 0, run: update, states }, settling, temperature, sum);
        },
      };
    },
  };
}

/** Chains of all units. */
function freeSampler({ resident, temperature }: BoltzmannContext, dynamics: Settling["dynamics"]) {
  const purposes = { unit: "dreamUnit", choice: "dreamChoice", start: "dreamStart" } as const;
  return networkSampler(resident, { dynamics, temperature, purposes });
}

export interface PersistentOptions {
  /** 100 by default. */
  readonly chains?: number;
  /** Sweeps an update; 1 by default. */
  readonly sweeps?: number;
}

const savedChains = "chains";

/** Chains that go on from update to update [Tieleman 2008]. Throws "option" for numbers outside their domains. */
export function persistentChains({ chains = 100, sweeps = 1 }: PersistentOptions = {}): BoltzmannNegativeRule {
  checkWhole("chains", chains);
  checkWhole("sweeps", sweeps);
  return {
    config: { rule: "persistent", chains, sweeps },
    saves: (units) => ({ [savedChains]: [chains, units] }),
    start(context) {
      const { resident, seed, saved } = context;
      const { kernels, units } = resident;
      const states = kernels.states(chains, units);
      if (saved) states.write((saved[savedChains] as SavedArray).data as Uint8Array);
      else beginChains(context, states, chains, "dreamStart", 0);
      const sum = momentSum(kernels, units);
      const sampler = freeSampler(context, "sequential");
      return {
        expect({ update }) {
          sampler.advance({ seed, chains, step: 0, run: update, states }, sweeps);
          sum.add(states, chains);
          return sum.take();
        },
        state: () => ({ [savedChains]: { shape: [chains, units], data: states.read(chains) } }),
      };
    },
  };
}

/**
 * Contrastive divergence: k sweeps of all units from the clamped chains of the positive phase [Hinton 2002]. Where that has no chains of
 * the hidden units, one sweep of them from random bits comes first. Throws "option" unless k is whole, at least 1.
 */
export function boltzmannContrastive({ k = 1 } = {}): BoltzmannNegativeRule {
  checkWhole("k of CD-k", k);
  return {
    config: { rule: "cd", k },
    start(context) {
      const { machine, resident, seed, batchSize } = context;
      const { kernels, units } = resident;
      const own = kernels.states(batchSize, units);
      const sum = momentSum(kernels, units);
      const sampler = freeSampler(context, "sequential");
      const clamped = networkSampler(resident, {
        dynamics: "sequential",
        temperature: context.temperature,
        clamped: machine.visible,
        start: new Uint8Array(0),
        purposes: { unit: "wakeUnit", choice: "wakeChoice", start: "wakeStart" },
      });
      return {
        expect({ update }, { visible, states: given }) {
          const chains = visible.length / machine.visible.length;
          const states = given ?? own;
          const state = { seed, chains, step: 0, run: update, states };
          if (!given) {
            beginChains(context, states, chains, "wakeStart", update, visible);
            clamped.advance({ ...state }, 1);
          }
          sampler.advance(state, k);
          sum.add(states, chains);
          return sum.take();
        },
      };
    },
  };
}

/** The rule that a run folder names. */
export function boltzmannNegativeFrom(config: BoltzmannNegativeConfig): BoltzmannNegativeRule {
  switch (config.rule) {
    case "exact":
      return exactFree();
    case "scratch":
      return fromScratch(config);
    case "persistent":
      return persistentChains(config);
    case "tempered":
      return temperedChains(config);
    case "cd":
      return boltzmannContrastive(config);
    case "pseudo-likelihood":
      return pseudoLikelihood();
    default:
      throw refuse("option", { who: "negative phase", got: JSON.stringify(config), expected: "a known rule" });
  }
}
