/**
 * Dynamics of a stochastic binary network: parallel (all units at once), Glauber (one unit drawn at random), and sequential
 * (all units in turn). Many chains at once, any temperature, any units clamped.
 */

import { refuse } from "../errors.js";
import { checkTemperature, type Network, unitInput } from "../machines/network.js";
import { logistic32 } from "../math/logistic.js";
import { checkSeed } from "../random/draw.js";
import { uniformOf } from "../random/uniform.js";
import type { Sampler } from "./sampler.js";

export interface NetworkState {
  readonly seed: number;
  readonly chains: number;
  /** Steps done. */
  step: number;
  /** [chains, N] in {0, 1}. */
  readonly states: Uint8Array;
}

export interface NetworkInfo {
  /** How many units changed in the step, over all chains. */
  readonly changed: number;
}

export interface NetworkSamplerOptions {
  /** One step is: all units at once; one unit a chain, drawn at random; or all units one after the other. */
  readonly dynamics: "parallel" | "glauber" | "sequential";
  /** 1 by default. */
  readonly temperature?: number;
  /** Units that keep a value: [unit, 0 or 1]. The activity of the others is then a sample given these. */
  readonly clamped?: ReadonlyMap<number, 0 | 1>;
}

/** Throws "option" for a temperature ≤ 0, or a clamped unit that is not there. Chains start at random bits, every state equally likely. */
export function networkSampler(
  network: Network,
  { dynamics, temperature = 1, clamped = new Map() }: NetworkSamplerOptions,
): Sampler<NetworkState, NetworkInfo> {
  const { units } = network;
  checkTemperature(temperature);
  for (const unit of clamped.keys()) {
    if (Number.isInteger(unit) && unit >= 0 && unit < units) continue;
    throw refuse("option", { who: "clamped unit", got: String(unit), expected: `a unit from 0 to ${units - 1}` });
  }
  const free = Array.from({ length: units }, (_, j) => j).filter((j) => !clamped.has(j));

  function initial(seed: number, chain: number, unit: number): number {
    return clamped.get(unit) ?? (uniformOf({ seed, purpose: "chainStart", step: 0 }, chain, unit) < 0.5 ? 0 : 1);
  }

  /** The units to update in this step, in order. */
  function chosen({ seed, step }: NetworkState, chain: number): readonly number[] {
    if (dynamics !== "glauber") return free;
    const u = uniformOf({ seed, purpose: "networkChoice", step }, chain, 0);
    // units that are clamped are drawn too, and stay: time runs as without them
    const unit = Math.floor(u * units);
    return clamped.has(unit) ? [] : [unit];
  }

  return {
    init(seed, chains) {
      checkSeed(seed);
      if (!Number.isInteger(chains) || chains < 1) {
        throw refuse("option", { who: "chains", got: String(chains), expected: "a whole number, at least 1" });
      }
      const states = Uint8Array.from({ length: chains * units }, (_, at) =>
        initial(seed, Math.floor(at / units), at % units),
      );
      return { seed, chains, step: 0, states };
    },
    step(state) {
      const draw = { seed: state.seed, purpose: "networkUnit", step: state.step } as const;
      let changed = 0;
      for (let chain = 0; chain < state.chains; chain++) {
        const s = state.states.subarray(chain * units, (chain + 1) * units);
        // parallel units look at the state before the step, the others at the state as it is
        const seen = dynamics === "parallel" ? s.slice() : s;
        for (const j of chosen(state, chain)) {
          const next = uniformOf(draw, chain, j) < logistic32(unitInput(network, seen, j) / temperature) ? 1 : 0;
          if (next !== s[j]) changed++;
          s[j] = next;
        }
      }
      state.step++;
      return { changed };
    },
  };
}
