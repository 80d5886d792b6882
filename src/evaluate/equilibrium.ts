/** The equilibrium of a small Boltzmann machine, by enumeration: log Z, energy, entropy, heat capacity, moments, the likeliest states. */

import type { Boltzmann } from "../machines/boltzmann.js";
import { connectionsOf } from "../machines/connections.js";
import { checkEnumerable } from "../math/states.js";
import { machineSum } from "./machine-sum.js";

const most = 28;
const mostTerms = 2 ** 29;
const instead = "Sample instead: networkSampler.";

/**
 * Visits all 2^N states in Gray-code order: one unit flips from a state to the next, and only what it changes is brought up to
 * date. `s` is the visitor's to read until it returns.
 */
function eachState(
  { units, weights: M, bias }: Boltzmann,
  visit: (energy: number, s: Uint8Array, flipped: number) => void,
): void {
  const s = new Uint8Array(units);
  const x = Float64Array.from(bias);
  let energy = 0;
  visit(0, s, -1);
  for (let n = 1; n < 2 ** units; n++) {
    const j = 31 - Math.clz32(n & -n);
    const sign = s[j] ? -1 : 1;
    // the unit's own weight is 0, so its input does not depend on its state
    energy -= sign * x[j];
    s[j] ^= 1;
    for (let i = 0; i < units; i++) x[i] += sign * M[j * units + i];
    visit(energy, s, j);
  }
}

/**
 * log Z = log Σ_s e^{−E(s) / T}, nats: over all states of a machine that is fully connected; of fewer terms where some units, such as the
 * hidden ones, separate the others. Throws "size" above 2^29 terms.
 */
export function networkLogPartition(machine: Boltzmann, temperature = 1): number {
  const { weights, bias, visible } = machine;
  const options = { who: "networkLogPartition", visible, over: "all", pairs: "none", mostTerms } as const;
  const { sum, load } = machineSum(connectionsOf(machine), options);
  load(weights, bias, temperature);
  return sum.run(
    bias.map((b) => b / temperature),
    false,
  );
}

export interface Equilibrium {
  /** log Z, nats. */
  readonly logPartition: number;
  /** U = ⟨E⟩. */
  readonly energy: number;
  /** S = −Σ P log P, nats. */
  readonly entropy: number;
  /** C = dU / dT = (⟨E²⟩ − ⟨E⟩²) / T². */
  readonly heatCapacity: number;
  /** ⟨s_i⟩ [N]. */
  readonly mean: Float64Array;
  /** ⟨s_i s_j⟩ [N, N]; its diagonal is the mean. */
  readonly correlation: Float64Array;
  /** The likeliest states, the first the likeliest; ties in order of their codes. */
  readonly states: readonly { readonly state: Uint8Array; readonly energy: number; readonly probability: number }[];
}

/** The whole of the equilibrium at temperature T, with the `top` likeliest states. Throws "size" above 28 units. */
export function equilibrium(machine: Boltzmann, { temperature = 1, top = 10 } = {}): Equilibrium {
  const { units } = machine;
  checkEnumerable("equilibrium", units, most, instead);
  const logPartition = networkLogPartition(machine, temperature);
  const mean = new Float64Array(units);
  const correlation = new Float64Array(units * units);
  const best: { state: Uint8Array; energy: number; probability: number }[] = [];
  let [energySum, squareSum] = [0, 0];
  eachState(machine, (energy, s) => {
    const probability = Math.exp(-energy / temperature - logPartition);
    energySum += probability * energy;
    squareSum += probability * energy * energy;
    for (let i = 0; i < units; i++) {
      if (!s[i]) continue;
      for (let j = 0; j <= i; j++) if (s[j]) correlation[i * units + j] += probability;
    }
    keepBest(best, top, s, energy, probability);
  });
  for (let i = 0; i < units; i++) {
    mean[i] = correlation[i * units + i];
    for (let j = 0; j < i; j++) correlation[j * units + i] = correlation[i * units + j];
  }
  const variance = Math.max(0, squareSum - energySum * energySum);
  return {
    logPartition,
    energy: energySum,
    entropy: logPartition + energySum / temperature,
    heatCapacity: variance / temperature ** 2,
    mean,
    correlation,
    states: best,
  };
}

/** Inserts the state where it belongs among the `top` of lowest energy. */
function keepBest(
  best: { state: Uint8Array; energy: number; probability: number }[],
  top: number,
  s: Uint8Array,
  energy: number,
  probability: number,
): void {
  if (best.length === top && energy >= (best[top - 1]?.energy ?? Number.NEGATIVE_INFINITY)) return;
  let at = best.length;
  while (at > 0 && best[at - 1].energy > energy) at--;
  best.splice(at, 0, { state: s.slice(), energy, probability });
  if (best.length > top) best.pop();
}
