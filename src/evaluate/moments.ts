/** ⟨s_i⟩, ⟨s_i s_j⟩ and log Z of small Boltzmann machines, free, by exact sums (sums.ts). */

import type { Boltzmann } from "../machines/boltzmann.js";
import { type Connections, connectionsOf } from "../machines/connections.js";
import { MOST_TERMS, machineSum } from "./machine-sum.js";
import type { ExactSum } from "./sums.js";

export interface Moments {
  /** ⟨s_i⟩ [N] */
  readonly mean: Float64Array;
  /** ⟨s_i s_j⟩ [N, N], symmetric; its diagonal is the mean. NaN for pairs that were not asked for. */
  readonly pair: Float64Array;
}

export interface FreeMoments extends Moments {
  /** log Z = log Σ_s e^{−E(s) / T}, nats. */
  readonly logPartition: number;
}

export interface MomentOptions {
  /** "joined": only of connected pairs, which is all that learning needs, and less work. "all" by default. */
  readonly pairs?: "all" | "joined";
}

/** Free moments of the machine of these weights [N, N], symmetric, and biases [N]. */
export type FreeMomentsOf = (weights: ArrayLike<number>, bias: ArrayLike<number>, temperature?: number) => FreeMoments;

/** The moments and log Z of a machine at temperature T. Throws "size" where that takes more than 2^25 terms. */
export function exactMoments(machine: Boltzmann, temperature = 1): FreeMoments {
  const { weights, bias, visible } = machine;
  return exactMomentsOf(connectionsOf(machine), visible)(weights, bias, temperature);
}

/**
 * exactMoments planned once for connections, to be called for weights that change. `visible` helps the planning: given these units, or
 * given the others, the graph often falls apart.
 *
 * Throws "size" above 2^25 terms. What it returns throws "shape" for arrays of other sizes, "data" for a weight between units that
 * are not connected, "option" for a temperature ≤ 0; of weights that are not symmetric it reads one of the two. NaN gives NaN.
 */
export function exactMomentsOf(
  connections: Connections,
  visible: readonly number[] = [],
  { pairs = "all" }: MomentOptions = {},
): FreeMomentsOf {
  const { units } = connections;
  const options = { who: "exactMoments", visible, over: "all", pairs, mostTerms: MOST_TERMS } as const;
  const { sum, joined, load } = machineSum(connections, options);
  const fields = new Float64Array(units);
  return (weights, bias, temperature = 1) => {
    load(weights, bias, temperature);
    for (let i = 0; i < units; i++) fields[i] = bias[i] / temperature;
    const logPartition = sum.run(fields, true);
    const moments = { mean: new Float64Array(units), pair: new Float64Array(units * units) };
    addMoments(moments, sum, 1);
    return { ...finished(moments, pairs === "joined" ? joined : undefined), logPartition };
  };
}

/** Adds `share` times the moments of a sum to `moments`, each pair at [i, j] or at [j, i]. */
export function addMoments({ mean, pair }: Moments, sum: ExactSum, share: number): void {
  const N = mean.length;
  for (let n = 0; n < sum.mean.length; n++) mean[sum.units[n]] += share * sum.mean[n];
  for (let n = 0; n < sum.pair.length; n++) pair[sum.pairs[2 * n] * N + sum.pairs[2 * n + 1]] += share * sum.pair[n];
}

/** Makes what was added symmetric, with the means on the diagonal; NaN for pairs that are not `joined` [N, N], if given. */
export function finished(moments: Moments, joined?: Uint8Array): Moments {
  const { mean, pair } = moments;
  const N = mean.length;
  for (let i = 0; i < N; i++) {
    pair[i * N + i] = mean[i];
    for (let j = 0; j < i; j++) {
      const both = joined?.[i * N + j] === 0 ? Number.NaN : pair[i * N + j] + pair[j * N + i];
      pair[i * N + j] = both;
      pair[j * N + i] = both;
    }
  }
  return moments;
}
