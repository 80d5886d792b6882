/**
 * The general Boltzmann machine [Ackley, Hinton, Sejnowski 1985], units in {0, 1}:
 *
 *   E(s) = −½ sᵀ M s − bᵀ s,   P(s) = e^{−E(s) / T} / Z,   M symmetric, zero diagonal.
 */

import { refuse } from "../errors.js";
import { createNetwork, type Network } from "./network.js";
import type { Rbm } from "./rbm.js";

export interface Boltzmann extends Network {
  readonly kind: "boltzmann";
  /** The numbers of the visible units; the others are hidden. */
  readonly visible: readonly number[];
}

export interface BoltzmannOptions {
  /** All units by default. */
  readonly visible?: readonly number[];
  /** Replaces M by (M + Mᵀ) / 2 without its diagonal, in place of refusing what is not symmetric. */
  readonly symmetrize?: boolean;
}

/**
 * A Boltzmann machine of the given weights [N, N] and biases [N] (0 by default), copied.
 *
 * Throws as createNetwork, and "data" where M is not symmetric or has a diagonal, "option" for visible units that are not there or
 * are named twice.
 */
export function createBoltzmann(
  weights: ArrayLike<number>,
  bias?: ArrayLike<number>,
  { visible, symmetrize = false }: BoltzmannOptions = {},
): Boltzmann {
  const network = createNetwork(weights, bias);
  const { units, weights: M } = network;
  if (symmetrize) makeSymmetric(M, units);
  else checkSymmetric(M, units);
  const chosen = visible ?? Array.from({ length: units }, (_, i) => i);
  const bad = chosen.find((i, at) => !Number.isInteger(i) || i < 0 || i >= units || chosen.indexOf(i) !== at);
  if (bad !== undefined) {
    const expected = `different units from 0 to ${units - 1}`;
    throw refuse("option", { who: "boltzmann: visible", got: String(bad), expected });
  }
  return { ...network, kind: "boltzmann", visible: [...chosen] };
}

function makeSymmetric(M: Float64Array, units: number): void {
  for (let i = 0; i < units; i++) {
    M[i * units + i] = 0;
    for (let j = 0; j < i; j++) {
      const mean = (M[i * units + j] + M[j * units + i]) / 2;
      M[i * units + j] = mean;
      M[j * units + i] = mean;
    }
  }
}

function checkSymmetric(M: Float64Array, units: number): void {
  const bad = firstAsymmetry(M, units);
  if (bad === undefined) return;
  const [i, j] = bad;
  const there = M[i * units + j];
  const got = i === j ? `${there} on the diagonal, unit ${i}` : `${there} from ${i} to ${j}, ${M[j * units + i]} back`;
  const expected = "symmetric weights with a zero diagonal";
  const wayOut = "Make the weights symmetric with the option symmetrize; createNetwork takes any.";
  throw refuse("data", { who: "boltzmann: weights", got, expected, wayOut });
}

/** The first pair i ≥ j whose weights differ, or unit with a weight to itself. */
function firstAsymmetry(M: Float64Array, units: number): [number, number] | undefined {
  for (let i = 0; i < units; i++) {
    for (let j = 0; j <= i; j++) {
      if (i === j ? M[i * units + j] !== 0 : M[i * units + j] !== M[j * units + i]) return [i, j];
    }
  }
  return undefined;
}

/** Whether the network's weights are symmetric with a zero diagonal: whether it is a Boltzmann machine. */
export function isSymmetric({ units, weights }: Network): boolean {
  return firstAsymmetry(weights, units) === undefined;
}

/** The units that are not visible, ascending. */
export function hiddenUnits({ units, visible }: Pick<Boltzmann, "units" | "visible">): number[] {
  const shown = new Set(visible);
  return Array.from({ length: units }, (_, i) => i).filter((i) => !shown.has(i));
}

/** E(s) = −½ sᵀ M s − bᵀ s for s [N] in {0, 1}. */
export function stateEnergy({ units, weights: M, bias: b }: Network, s: ArrayLike<number>): number {
  let energy = 0;
  for (let i = 0; i < units; i++) {
    if (!s[i]) continue;
    energy -= b[i];
    for (let j = 0; j < i; j++) if (s[j]) energy -= M[i * units + j];
  }
  return energy;
}

/** The restricted machine as a general one: units 0 … V − 1 are visible, the next H hidden; the same energies. */
export function boltzmannFromRbm({ visible, hidden, weights, visibleBias, hiddenBias }: Rbm): Boltzmann {
  const units = visible + hidden;
  const M = new Float64Array(units * units);
  for (let i = 0; i < visible; i++) {
    for (let j = 0; j < hidden; j++) {
      M[i * units + visible + j] = weights[i * hidden + j];
      M[(visible + j) * units + i] = weights[i * hidden + j];
    }
  }
  const first = Array.from({ length: visible }, (_, i) => i);
  return createBoltzmann(M, [...visibleBias, ...hiddenBias], { visible: first });
}
