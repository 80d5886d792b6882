/** The law that the dynamics of a small network settles into, whatever the network and the dynamics. */

import { refuse } from "../errors.js";
import type { Boltzmann } from "../machines/boltzmann.js";
import { clampedNetwork } from "../machines/clamp.js";
import type { Network } from "../machines/network.js";
import { blocksOf } from "../samplers/blocks.js";
import type { NetworkDynamics } from "../samplers/network.js";
import {
  boltzmannGibbs,
  type Dynamics,
  parallelLaw,
  stationaryDistribution,
  transitionMatrix,
} from "./exact-network.js";

export interface StationaryLaw {
  /**
   * "boltzmann-gibbs": e^{−E(s) / T} / Z; "parallel": that of parallel dynamics with symmetric weights [Peretto 1984]; "stationary": what
   * the transition matrix leaves as it is, where weights are not symmetric.
   */
  readonly kind: "boltzmann-gibbs" | "parallel" | "stationary";
  /** P(s) of every state of the free units [2^F]: bit n of the code is unit free[n]. */
  readonly law: Float64Array;
  readonly free: Uint32Array;
}

export interface StationaryOptions {
  readonly dynamics: NetworkDynamics;
  /** 1 by default. */
  readonly temperature?: number;
  /** None by default; the law is then of the others given these. */
  readonly clamped?: ReadonlyMap<number, 0 | 1>;
}

const mostByFormula = 16;
const mostByMatrix = 10;

/** How many free units stationaryLaw takes: 16 where the law has a formula (symmetric weights, no diagonal), else 10. */
export function mostLawUnits({ kind }: Network): number {
  return kind === "boltzmann" ? mostByFormula : mostByMatrix;
}

/** The stationary law of the sampler's dynamics. Throws "size" for more free units than mostLawUnits, "option" as clampedNetwork. */
export function stationaryLaw(
  whole: Network,
  { dynamics, temperature = 1, clamped = new Map() }: StationaryOptions,
): StationaryLaw {
  const { network, free } = clampedNetwork(whole, clamped);
  const most = mostLawUnits(network);
  if (network.units > most) {
    const got = `${network.units} free units`;
    throw refuse("size", { who: "stationaryLaw", got, expected: `at most ${most}`, wayOut: "Sample instead." });
  }
  if (network.kind === "boltzmann") {
    return dynamics === "parallel"
      ? { kind: "parallel", law: parallelLaw(network, temperature), free }
      : { kind: "boltzmann-gibbs", law: boltzmannGibbs(network as Boltzmann, temperature), free };
  }
  const T = transitionMatrix(network, stepOf(whole, dynamics, free), temperature);
  return { kind: "stationary", law: stationaryDistribution(T), free };
}

/** The sampler's dynamics as that of a matrix; blocks are those of the whole network, without the clamped units. */
function stepOf(whole: Network, dynamics: NetworkDynamics, free: Uint32Array): Dynamics {
  if (dynamics !== "blocks") return dynamics;
  const number = new Map([...free].map((unit, n) => [unit, n]));
  const blocks = blocksOf(whole).map((block) => [...block].flatMap((unit) => number.get(unit) ?? []));
  return { blocks: blocks.filter((block) => block.length > 0) };
}
