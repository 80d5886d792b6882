/**
 * RAISE, the reverse AIS estimator [Burda et al. 2015]: log-likelihoods of single cases, too low rather than too high.
 *
 * The forward process, run to its end, makes visible states of some distribution p_ann, near the machine's if the path is long.
 * Backward chains from a case v estimate p_ann(v) without bias:
 *
 *   ln w(v) = ln f_0(x_0) − ln Z_0 + Σ_k [ln f_k(x_k) − ln f_k(x_{k−1})],   x_K = v,   x_{k−1} ~ T̃_k(· | x_k),   k = K … 1,
 *
 * so that log of the mean of w is at most log p_ann(v) in expectation. It needs no sample of the machine.
 */

import { type AnnealedChains, cool, inTurns, type Run, runs, type Work } from "./annealed-chains.js";
import type { BaseRates } from "./base-rates.js";
import { logMeanExp } from "./log-weights.js";

/** Estimates of log p_ann [cases], nats, of `states` [cases, units], each from `runsEach` chains. */
export function* raiseLogLikelihoods(
  chains: AnnealedChains,
  betas: Float64Array,
  states: Uint8Array,
  runsEach: number,
  seed: number,
): Work<Float64Array> {
  const { units, capacity } = chains;
  const cases = states.length / units;
  const last = betas.length - 1;
  const caseOf = (chain: number) => {
    const at = Math.floor(chain / runsEach) * units;
    return states.subarray(at, at + units);
  };
  const logWeights = yield* inTurns(cases * runsEach, capacity, "cases", last, function* (firstChain, turn) {
    const run: Run = { seed, number: runs.raise, firstChain };
    const starts = new Uint8Array(turn * units);
    for (let n = 0; n < turn; n++) starts.set(caseOf(firstChain + n), n * units);
    chains.write(starts);
    // ln f_K(v) − ln Z_0
    const start = chains.advance(0, 1).map((x, n) => x + logBaseProbability(chains.base, caseOf(firstChain + n)));
    // the forward process ends with a move, so the backward one starts with it
    chains.move(1, { run, step: last, backwards: true });
    const back = yield* cool(chains, betas, run);
    return back.map((x, n) => x + start[n]);
  });
  return Float64Array.from({ length: cases }, (_, n) =>
    logMeanExp(logWeights.subarray(n * runsEach, (n + 1) * runsEach)),
  );
}

/** log of the probability of x under the base's independent units, nats. */
function logBaseProbability({ probabilities }: BaseRates, x: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] ? Math.log(probabilities[i]) : Math.log1p(-probabilities[i]);
  return sum;
}
