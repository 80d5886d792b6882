/**
 * Dynamics of a stochastic binary network: parallel (all units at once), Glauber (one unit drawn at random), sequential (all units in
 * turn) and block by block. Many chains at once, any temperature, any units clamped.
 */

import { refuse } from "../errors.js";
import type { States } from "../kernels/kernels.js";
import { glauberDraw, sweepDraw, type UnitDraw } from "../kernels/network-draws.js";
import { checkTemperature } from "../machines/network.js";
import type { ResidentNetwork } from "../machines/resident-network.js";
import { checkSeed, type Purpose } from "../random/draw.js";
import { blockOrder, blocksOf } from "./blocks.js";
import type { Sampler } from "./sampler.js";
import { checkChains, freeUnits, type StartOptions, startChains } from "./start.js";

/** Saved as seed, chains, step and bits, it is restored by `init`, writing the bits to its states and setting its step. */
export interface NetworkState {
  readonly seed: number;
  readonly chains: number;
  /** Time steps done; the step of the next draws. */
  step: number;
  /** Tells runs of one seed apart, 0 … 2^24 − 1, such as the updates of learning; 0 by default. */
  readonly run?: number;
  /** [chains, N] */
  readonly states: States;
}

export interface NetworkInfo {
  /** How many times a unit changed, over all chains. */
  readonly changed: number;
}

const allDynamics = ["parallel", "glauber", "sequential", "blocks"] as const;
export type NetworkDynamics = (typeof allDynamics)[number];

export interface NetworkSamplerOptions extends StartOptions {
  /**
   * What a time step is: "parallel", all free units at once, from the state before the step; "glauber", one free unit a chain,
   * drawn at random; "sequential", all free units one after the other in the order of their numbers; "blocks", in the order of blocks of
   * units that are independent given the rest, which is block Gibbs sampling (that of an RBM where the network is one).
   */
  readonly dynamics: NetworkDynamics;
  /** 1 by default. */
  readonly temperature?: number;
  /**
   * The blocks of "blocks", each unit in one; by default those of blocksOf, a colouring of the connections that the network had when it was
   * copied in. Where weights are written later between units of one block, name blocks that hold for these: the law is right
   * whatever the blocks, but their units are independent only where no weight joins them.
   */
  readonly blocks?: readonly ArrayLike<number>[];
  /** What the draws are for; a sampler's chains by default. Learning has its own, so that no number is used twice. */
  readonly purposes?: NetworkPurposes;
}

export interface NetworkPurposes {
  readonly unit: Purpose;
  readonly choice: Purpose;
  readonly start: Purpose;
}

export interface NetworkSampler extends Sampler<NetworkState, NetworkInfo> {
  readonly dynamics: NetworkDynamics;
  /** The units that are updated, in their order. */
  readonly free: Uint32Array;
  /** Many time steps in one call; the states are those of as many calls of `step`. At the sampler's temperature, or another. */
  advance(state: NetworkState, steps: number, temperature?: number): NetworkInfo;
  /**
   * The random numbers of the step to come, for one chain: the units that it updates, in their order, each with the uniform below which
   * P(s_j = 1) turns it on. Changes nothing.
   */
  draws(state: NetworkState, chain: number): UnitDraw[];
}

const ownPurposes: NetworkPurposes = { unit: "networkUnit", choice: "networkChoice", start: "chainStart" };

/**
 * Chains of a network in the kernels. Weights that change (writeCouplings) count from the next step.
 *
 * With symmetric weights and no diagonal all but "parallel" leave e^{−E / T} / Z invariant, and given the clamped units the
 * law of the others; "parallel" has a law of its own [Peretto 1984]. Time runs per free unit: with units clamped, a Glauber step
 * draws among the free ones only.
 *
 * Throws "option" for a temperature ≤ 0, blocks that do not have each unit once, a clamped unit that is not there or is named twice, clamped units without values; its
 * `init` "option" unless there is at least one chain, "shape" for start states that do not fit, "data" if they are not bits.
 */
export function networkSampler(
  resident: ResidentNetwork,
  { dynamics, temperature = 1, blocks, purposes = ownPurposes, ...starting }: NetworkSamplerOptions,
): NetworkSampler {
  const { kernels, couplings, units, network } = resident;
  checkTemperature(temperature);
  if (!allDynamics.includes(dynamics)) {
    throw refuse("option", { who: "dynamics", got: String(dynamics), expected: `one of ${allDynamics.join(", ")}` });
  }
  const inOrder = freeUnits(units, starting);
  const free = dynamics === "blocks" ? blockOrder(blocks ?? blocksOf(network), units, inOrder) : inOrder;

  function advance(state: NetworkState, steps: number, at = temperature): NetworkInfo {
    checkTemperature(at);
    if (!Number.isInteger(steps) || steps < 0) {
      throw refuse("option", { who: "steps", got: String(steps), expected: "a whole number" });
    }
    const { seed, chains, states, step, run = 0 } = state;
    state.step += steps;
    if (free.length === 0 || steps === 0) return { changed: 0 };
    const changed = kernels.advance({
      couplings,
      states,
      chains,
      dynamics: dynamics === "blocks" ? "sequential" : dynamics,
      steps,
      free,
      beta: 1 / at,
      draw: { seed, purpose: purposes.unit, step, sweep: run },
      choice: { seed, purpose: purposes.choice, step, sweep: run },
    });
    return { changed };
  }

  return {
    dynamics,
    free,
    init(seed, chains) {
      checkSeed(seed);
      checkChains(chains);
      const states = kernels.states(chains, units);
      startChains(resident, states, chains, starting, { seed, purpose: purposes.start, step: 0 });
      return { seed, chains, step: 0, states };
    },
    step: (state) => advance(state, 1),
    advance,
    draws({ seed, step, run = 0 }, chain) {
      const draw = { seed, purpose: purposes.unit, step, sweep: run };
      if (free.length === 0) return [];
      if (dynamics === "glauber") return [glauberDraw(draw, { ...draw, purpose: purposes.choice }, step, chain, free)];
      return Array.from(free, (unit) => sweepDraw(draw, step, chain, unit));
    },
  };
}
