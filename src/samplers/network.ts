/**
 * Dynamics of a stochastic binary network: parallel (all units at once), Glauber (one unit drawn at random), and sequential
 * (all units in turn). Many chains at once, any temperature, any units clamped.
 */

import { refuse } from "../errors.js";
import type { States } from "../kernels/kernels.js";
import { checkTemperature } from "../machines/network.js";
import type { ResidentNetwork } from "../machines/resident-network.js";
import { checkSeed, type Purpose } from "../random/draw.js";
import type { Sampler } from "./sampler.js";

export interface NetworkState {
  readonly seed: number;
  readonly chains: number;
  /** Time steps done; the step of the next draws. */
  step: number;
  /** [chains, N] */
  readonly states: States;
}

export interface NetworkInfo {
  /** How many times a unit changed, over all chains. */
  readonly changed: number;
}

/** Units that keep their value: one value for all chains, or those that the start states give them, chain by chain. */
export type Clamped = ReadonlyMap<number, 0 | 1> | readonly number[];

export type NetworkDynamics = "parallel" | "glauber" | "sequential";

export interface NetworkSamplerOptions {
  /**
   * What a time step is: "parallel", all free units at once, from the state before the step; "glauber", one free unit a chain,
   * drawn at random; "sequential", all free units one after the other in the order of their numbers.
   */
  readonly dynamics: NetworkDynamics;
  /** 1 by default. */
  readonly temperature?: number;
  /** None by default. The activity of the others, the free units, is then a sample given these. */
  readonly clamped?: Clamped;
  /** Where chains start: the first of these states [≥ chains, N] in {0, 1}; random bits, every state equally likely, without it. */
  readonly start?: Uint8Array;
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
}

const ownPurposes: NetworkPurposes = { unit: "networkUnit", choice: "networkChoice", start: "chainStart" };

/**
 * Chains of a network in the kernels. Weights that change (writeCouplings) count from the next step.
 *
 * With symmetric weights and no diagonal "glauber" and "sequential" leave e^{−E / T} / Z invariant, and given the clamped units the
 * law of the others; "parallel" has a law of its own [Peretto 1984]. Time runs per free unit: with units clamped, a Glauber step
 * draws among the free ones only.
 *
 * Throws "option" for a temperature ≤ 0, a clamped unit that is not there or is named twice, clamped units without values; its
 * `init` "option" unless there is at least one chain, "shape" for start states that do not fit, "data" if they are not bits.
 */
export function networkSampler(
  { kernels, couplings, units }: ResidentNetwork,
  { dynamics, temperature = 1, clamped = [], start, purposes = ownPurposes }: NetworkSamplerOptions,
): NetworkSampler {
  checkTemperature(temperature);
  const free = freeUnits(units, clamped, start !== undefined);

  function advance(state: NetworkState, steps: number, at = temperature): NetworkInfo {
    checkTemperature(at);
    if (!Number.isInteger(steps) || steps < 0) {
      throw refuse("option", { who: "steps", got: String(steps), expected: "a whole number" });
    }
    const { seed, chains, states, step } = state;
    state.step += steps;
    if (free.length === 0 || steps === 0) return { changed: 0 };
    const changed = kernels.advance({
      couplings,
      states,
      chains,
      dynamics,
      steps,
      free,
      beta: 1 / at,
      draw: { seed, purpose: purposes.unit, step },
      choice: { seed, purpose: purposes.choice, step },
    });
    return { changed };
  }

  return {
    dynamics,
    free,
    init(seed, chains) {
      checkSeed(seed);
      if (!Number.isInteger(chains) || chains < 1) {
        throw refuse("option", { who: "chains", got: String(chains), expected: "a whole number, at least 1" });
      }
      const states = kernels.states(chains, units);
      const values: ReadonlyMap<number, 0 | 1> = clamped instanceof Map ? clamped : new Map();
      if (start) {
        states.write(startStates(start, chains, units, values));
      } else {
        // one case of levels for all chains: a level is the probability of 1
        const levels = Float32Array.from({ length: units }, (_, j) => values.get(j) ?? 0.5);
        const draw = { seed, purpose: purposes.start, step: 0 };
        kernels.clamp({ levels, units, rows: new Uint32Array(chains), mode: "sample", draw, out: states });
      }
      return { seed, chains, step: 0, states };
    },
    step: (state) => advance(state, 1),
    advance,
  };
}

/** The units that are not clamped, in the order of their numbers. */
function freeUnits(units: number, clamped: Clamped, started: boolean): Uint32Array {
  const named = clamped instanceof Map ? [...clamped.keys()] : [...(clamped as readonly number[])];
  const kept = new Set(named);
  const bad = named.find((unit) => !Number.isInteger(unit) || unit < 0 || unit >= units);
  if (bad !== undefined) {
    throw refuse("option", { who: "clamped unit", got: String(bad), expected: `a unit from 0 to ${units - 1}` });
  }
  if (kept.size < named.length) {
    throw refuse("option", { who: "clamped units", got: named.join(", "), expected: "different units" });
  }
  if (named.length > 0 && !(clamped instanceof Map) && !started) {
    const wayOut = "Name the values by a Map of units, or give start states.";
    throw refuse("option", { who: "clamped units", got: "no values", expected: "a value for each", wayOut });
  }
  return Uint32Array.from({ length: units }, (_, j) => j).filter((j) => !kept.has(j));
}

/** A copy of the first states with the clamped values in place. */
function startStates(start: Uint8Array, chains: number, units: number, values: ReadonlyMap<number, 0 | 1>): Uint8Array {
  if (start.length < chains * units || start.length % units !== 0) {
    const expected = `at least ${chains} chains × ${units} units`;
    throw refuse("shape", { who: "start states", got: `${start.length} values`, expected });
  }
  const bits = start.slice(0, chains * units);
  const bad = bits.findIndex((bit) => bit > 1);
  if (bad >= 0) {
    const who = `start states: chain ${Math.floor(bad / units)}, unit ${bad % units}`;
    throw refuse("data", { who, got: String(bits[bad]), expected: "0 or 1" });
  }
  for (const [j, value] of values) for (let chain = 0; chain < chains; chain++) bits[chain * units + j] = value;
  return bits;
}
