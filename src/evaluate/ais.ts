/** The forward estimate of log Z by annealed importance sampling [Neal 2001; Salakhutdinov and Murray 2008]. */

import type { Boltzmann } from "../machines/boltzmann.js";
import type { Rbm } from "../machines/rbm.js";
import { type AnnealedChains, heat, inTurns, type Run, runs, type Work } from "./annealed-chains.js";
import { type AnnealingOptions, withAnnealing } from "./annealing.js";
import { type LogMean, meanOfLogWeights } from "./log-weights.js";

export interface ForwardEstimate extends LogMean {
  /** log Z_0 + log of the mean weight, nats. Its expectation is at most log Z, and P(value ≥ log Z + t) ≤ e^−t. */
  readonly value: number;
  /** log w + log Z_0 of each chain [chains]. */
  readonly logWeights: Float64Array;
  readonly chains: number;
  /** Steps of the path. */
  readonly temperatures: number;
  /** Where the chains ended [chains, units]: with the weights, a sample of the machine. */
  readonly states: Uint8Array;
}

/**
 * log Z by annealed importance sampling alone: one direction, which flatters likelihoods; `logPartition` looks from both. 100 chains by
 * default. The same bits for any number of threads. Throws as `withAnnealing`.
 */
export function annealedImportanceSampling(
  machine: Rbm | Boltzmann,
  options: AnnealingOptions = {},
): Promise<ForwardEstimate> {
  const { chains: count = 100, seed = 0 } = options;
  return withAnnealing(machine, options, count, (chains, betas) => forwardEstimate(chains, betas, count, seed));
}

/** The forward estimate from `count` fresh chains. */
export function* forwardEstimate(
  chains: AnnealedChains,
  betas: Float64Array,
  count: number,
  seed: number,
): Work<ForwardEstimate> {
  const { capacity, units, baseLogPartition } = chains;
  const states = new Uint8Array(count * units);
  const logWeights = yield* inTurns(count, capacity, "forward", betas.length - 1, function* (firstChain, turn) {
    const run: Run = { seed, number: runs.forward, firstChain };
    chains.drawBase(turn, run);
    const weights = yield* heat(chains, betas, run);
    states.set(chains.read(), firstChain * units);
    return weights.map((x) => x + baseLogPartition);
  });
  return { ...meanOfLogWeights(logWeights), logWeights, chains: count, temperatures: betas.length - 1, states };
}
