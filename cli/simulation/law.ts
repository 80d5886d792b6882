/** A small network's exact law, and how far the samples are from it. */

import {
  effectiveSamples,
  expectedTotalVariation,
  type StationaryLaw,
  stateEnergy,
  stateOf,
  stationaryLaw,
  totalVariation,
} from "../../src/index.js";
import type { Observed, Simulation } from "./run.js";

/** What a small network is compared with. */
export interface Comparison {
  readonly exact: StationaryLaw;
  /** P(s_i = 1) of all units. */
  readonly rates: Float64Array;
  /** ⟨E⟩, where weights are symmetric. */
  readonly energy: number | undefined;
  readonly totalVariation: number;
  /** What independent draws would be worth, and how far from the law so many lie on average; NaN for a single batch. */
  readonly effectiveSamples: number;
  readonly expected: number;
}

export const lawNames = {
  "boltzmann-gibbs": "the Boltzmann–Gibbs law",
  parallel: "Peretto's law of parallel dynamics",
  stationary: "the stationary law of the transition matrix",
} as const;

/** Compares the frequencies of states with the law of the dynamics; for few free units (mostLawUnits). */
export function compare(simulation: Simulation, { frequencies }: Observed): Comparison {
  const { network, clamped } = simulation;
  const exact = stationaryLaw(network, simulation);
  const { law, free } = exact;
  const rates = new Float64Array(network.units);
  let energy = 0;
  for (const [code, p] of law.entries()) {
    const s = fullState(code, free, clamped, network.units);
    for (const [i, on] of s.entries()) if (on) rates[i] = (rates[i] as number) + p;
    if (network.kind === "boltzmann") energy += p * stateEnergy(network, s);
  }
  // sums of probabilities may pass 1 by rounding
  for (const [i, rate] of rates.entries()) rates[i] = clamped.get(i) ?? Math.min(1, rate);
  const { mean, standardError } = frequencies as NonNullable<Observed["frequencies"]>;
  const effective = effectiveSamples(law, standardError);
  return {
    exact,
    rates,
    energy: network.kind === "boltzmann" ? energy : undefined,
    totalVariation: totalVariation(mean, law),
    effectiveSamples: effective,
    expected: expectedTotalVariation(law, effective),
  };
}

/** The state [units] of a code of the free units, with the clamped ones in place. */
export function fullState(
  code: number,
  free: Uint32Array,
  clamped: ReadonlyMap<number, 0 | 1>,
  units: number,
): Uint8Array {
  const among = stateOf(code, free.length);
  const state = Uint8Array.from({ length: units }, (_, i) => clamped.get(i) ?? 0);
  for (const [n, unit] of free.entries()) state[unit] = among[n] as number;
  return state;
}
