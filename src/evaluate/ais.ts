/** The forward estimate of log Z by annealed importance sampling [Neal 2001; Salakhutdinov and Murray 2008]. */

import type { Boltzmann } from "../machines/boltzmann.js";
import type { Rbm } from "../machines/rbm.js";
import { logSumExp } from "../math/states.js";
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
  /** The estimates of log Z_β on the way, from log Z_0 on, at about a hundred β. */
  readonly path: { readonly betas: Float64Array; readonly logPartitions: Float64Array };
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

const pathPoints = 100;

/** The forward estimate from `count` fresh chains. */
export function* forwardEstimate(
  chains: AnnealedChains,
  betas: Float64Array,
  count: number,
  seed: number,
): Work<ForwardEstimate> {
  const { capacity, units, baseLogPartition } = chains;
  const states = new Uint8Array(count * units);
  const last = betas.length - 1;
  const looks = new Map(
    Array.from({ length: Math.min(pathPoints, last) }, (_, n) => {
      return [Math.ceil(((n + 1) * last) / Math.min(pathPoints, last)), logSumExp()];
    }),
  );
  const logWeights = yield* inTurns(count, capacity, "forward", last, function* (firstChain, turn) {
    const run: Run = { seed, number: runs.forward, firstChain };
    chains.drawBase(turn, run);
    const weights = yield* heat(chains, betas, run, (k, sums) => {
      const look = looks.get(k);
      if (look) for (const sum of sums) look.add(sum);
    });
    states.set(chains.read(), firstChain * units);
    return weights.map((x) => x + baseLogPartition);
  });
  const path = {
    betas: Float64Array.from([0, ...looks.keys()], (k) => betas[k]),
    logPartitions: Float64Array.from([
      baseLogPartition,
      ...[...looks.values()].map((sum) => baseLogPartition + sum.value() - Math.log(count)),
    ]),
  };
  return { ...meanOfLogWeights(logWeights), logWeights, chains: count, temperatures: last, path, states };
}
