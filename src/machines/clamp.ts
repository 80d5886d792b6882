/** A network some of whose units are clamped is a network of the others: what the clamped ones send joins their biases. */

import { refuse } from "../errors.js";
import { type Boltzmann, createBoltzmann } from "./boltzmann.js";
import { createNetwork, type Network } from "./network.js";

export interface ClampedNetwork {
  /** Of the free units, in the order of `free`; of the kind of the whole one. */
  readonly network: Network;
  /** The numbers that the free units have in the whole network, ascending. */
  readonly free: Uint32Array;
}

/**
 * The free units' network, b_j + Σ_i M_ij s_i over the clamped i as its biases: any dynamics of it is that of the whole network with the
 * units clamped, and its Boltzmann–Gibbs law is the whole one's given their values.
 *
 * Throws "option" for a unit that is not there, or where none is free.
 */
export function clampedNetwork(whole: Network, clamped: ReadonlyMap<number, 0 | 1>): ClampedNetwork {
  const { units, weights: M, bias: b } = whole;
  const bad = [...clamped.keys()].find((unit) => !Number.isInteger(unit) || unit < 0 || unit >= units);
  if (bad !== undefined) {
    throw refuse("option", { who: "clamped unit", got: String(bad), expected: `a unit from 0 to ${units - 1}` });
  }
  if (clamped.size === units) {
    throw refuse("option", { who: "clamped units", got: "all of them", expected: "at least one free unit" });
  }
  const free = Uint32Array.from({ length: units }, (_, j) => j).filter((j) => !clamped.has(j));
  const F = free.length;
  const weights = Float64Array.from({ length: F * F }, (_, at) => M[free[Math.floor(at / F)] * units + free[at % F]]);
  const bias = Float64Array.from(free, (j) => {
    let x = b[j];
    for (const [i, value] of clamped) x += value * M[i * units + j];
    return x;
  });
  if (whole.kind !== "boltzmann") return { network: createNetwork(weights, bias), free };
  const shown = new Set((whole as Boltzmann).visible);
  const visible = [...free.keys()].filter((n) => shown.has(free[n]));
  return { network: createBoltzmann(weights, bias, { visible }), free };
}
