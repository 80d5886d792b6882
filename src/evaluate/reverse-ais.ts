/**
 * The reverse estimate of log Z: annealed importance sampling from the machine to the base [Burda et al. 2015; Grosse et al. 2015].
 *
 * From exact draws of the machine, E e^{ln w} = Z_0 / Z, so that −log of the mean is at least log Z in expectation, and
 * P(value ≤ log Z − t) ≤ e^−t: an upper bound as the forward estimate is a lower one. From chains that only come near the machine's
 * distribution it is an estimate, and bounds nothing.
 */

import { type AnnealedChains, cool, inTurns, type Run, runs, type Work } from "./annealed-chains.js";
import { type LogMean, meanOfLogWeights } from "./log-weights.js";

export interface ReverseEstimate extends LogMean {
  /** log Z_0 − log of the mean weight of the way back, nats. */
  readonly value: number;
  /** log Z_0 − log w of each chain [chains]: minus these are averaged as exponents. */
  readonly logWeights: Float64Array;
  readonly chains: number;
  readonly temperatures: number;
}

/** The reverse estimate from `states` [chains, units], one start a chain. */
export function* reverseEstimate(
  chains: AnnealedChains,
  betas: Float64Array,
  states: Uint8Array,
  seed: number,
): Work<ReverseEstimate> {
  const { capacity, units, baseLogPartition } = chains;
  const count = states.length / units;
  const back = yield* inTurns(count, capacity, "reverse", betas.length - 1, function* (firstChain, turn) {
    chains.write(states.subarray(firstChain * units, (firstChain + turn) * units));
    return yield* cool(chains, betas, { seed, number: runs.reverse, firstChain } satisfies Run);
  });
  const { value, lower, upper, ...spread } = meanOfLogWeights(back);
  return {
    ...spread,
    value: baseLogPartition - value,
    lower: baseLogPartition - upper,
    upper: baseLogPartition - lower,
    logWeights: back.map((x) => baseLogPartition - x),
    chains: count,
    temperatures: betas.length - 1,
  };
}
