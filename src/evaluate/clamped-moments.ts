/**
 * ⟨s_i⟩ and ⟨s_i s_j⟩ of small Boltzmann machines with the visible units clamped to cases. Less the free moments (moments.ts) they are T
 * times the gradient of the log-likelihood [Ackley et al. 1985]. The sums over the hidden units are exact (sums.ts).
 */

import { refuse } from "../errors.js";
import type { Boltzmann } from "../machines/boltzmann.js";
import { type Connections, connectionsOf } from "../machines/connections.js";
import { checkCases, hiddenSum } from "./hidden-sum.js";
import { MOST_TERMS } from "./machine-sum.js";
import { addMoments, finished, type MomentOptions, type Moments } from "./moments.js";
import type { ExactSum } from "./sums.js";

export interface ClampedMoments extends Moments {
  /** log Σ_h e^{−E(v, h) / T} of each case [cases], nats; less log Z it is log P(v). */
  readonly logPartitions: Float64Array;
}

export interface ClampedOptions {
  /** How much each case counts [cases]; brought to the sum 1. Equally by default. */
  readonly caseWeights?: ArrayLike<number>;
  /** 1 by default. */
  readonly temperature?: number;
}

/** Clamped moments of the machine of these weights [N, N], symmetric, and biases [N], over cases [cases, visible] in {0, 1}. */
export type ClampedMomentsOf = (
  weights: ArrayLike<number>,
  bias: ArrayLike<number>,
  cases: ArrayLike<number>,
  options?: ClampedOptions,
) => ClampedMoments;

/**
 * The moments of all units with the visible ones clamped to each case [cases, visible] in {0, 1}, averaged over the cases; a case has the
 * order of `machine.visible`. Throws as clampedMomentsOf and what it returns.
 */
export function clampedMoments(
  machine: Boltzmann,
  cases: ArrayLike<number>,
  options: ClampedOptions = {},
): ClampedMoments {
  const { weights, bias, visible } = machine;
  return clampedMomentsOf(connectionsOf(machine), visible)(weights, bias, cases, options);
}

/**
 * clampedMoments planned once for connections, to be called for weights and cases that change.
 *
 * Throws "size" where the sum over the hidden units has more than 2^25 terms. What it returns throws as exactMomentsOf's, and "shape" or
 * "data" for cases that are not whole or not binary, "option" for case weights that are negative, all 0, or not as many as the cases.
 */
export function clampedMomentsOf(
  connections: Connections,
  visible: readonly number[],
  { pairs = "all" }: MomentOptions = {},
): ClampedMomentsOf {
  const { units } = connections;
  const clamped = hiddenSum(connections, { who: "clampedMoments", visible, pairs, mostTerms: MOST_TERMS });
  const { sum, joined } = clamped;
  const on = new Uint32Array(visible.length);
  return (weights, bias, cases, { caseWeights, temperature = 1 } = {}) => {
    const share = caseShares(checkCases("clampedMoments", cases, visible.length), caseWeights);
    clamped.load(weights, bias, temperature);
    const moments = { mean: new Float64Array(units), pair: new Float64Array(units * units) };
    const logPartitions = new Float64Array(share.length);
    for (let c = 0; c < share.length; c++) {
      let count = 0;
      for (let i = 0; i < visible.length; i++) if (cases[c * visible.length + i]) on[count++] = visible[i];
      logPartitions[c] = clamped.run(on, count, true);
      addClamped(moments, sum, on, count, share[c]);
    }
    return { ...finished(moments, pairs === "joined" ? joined : undefined), logPartitions };
  };
}

/** Adds `share` times the moments of one case. */
function addClamped(moments: Moments, sum: ExactSum, on: Uint32Array, count: number, share: number): void {
  const { mean, pair } = moments;
  const N = mean.length;
  for (let n = 0; n < count; n++) {
    const row = on[n] * N;
    mean[on[n]] += share;
    for (let m = 0; m < n; m++) pair[row + on[m]] += share;
    for (let h = 0; h < sum.mean.length; h++) pair[row + sum.units[h]] += share * sum.mean[h];
  }
  addMoments(moments, sum, share);
}

/** Case weights of the sum 1. */
function caseShares(cases: number, caseWeights?: ArrayLike<number>): Float64Array {
  if (caseWeights === undefined) return new Float64Array(cases).fill(1 / cases);
  const share = Float64Array.from(caseWeights);
  const total = share.reduce((a, b) => a + b, 0);
  if (share.length === cases && share.every((w) => w >= 0) && total > 0 && Number.isFinite(total)) {
    return share.map((w) => w / total);
  }
  const got = `${share.length} of them with the sum ${total}`;
  throw refuse("option", { who: "case weights", got, expected: `${cases}, none negative and not all of them 0` });
}
