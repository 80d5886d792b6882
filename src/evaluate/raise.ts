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

import type { Dataset } from "../data/dataset.js";
import { refuse } from "../errors.js";
import type { Rbm } from "../machines/rbm.js";
import { checkWidth } from "../machines/resident.js";
import { randomStream } from "../random/stream.js";
import { type AnnealedChains, cool, inTurns, type Run, runs, type Work } from "./annealed-chains.js";
import { type AnnealingOptions, withAnnealing } from "./annealing.js";
import type { BaseRates } from "./base-rates.js";
import { logMeanExp } from "./log-weights.js";

export interface RaiseOptions extends AnnealingOptions {
  /** Chains of each case; 1 by default. */
  readonly chains?: number;
}

/**
 * log p_ann of each case, nats [cases]; grey levels are sampled to binary cases first. A case costs a path of sweeps: take few. The same
 * bits for any number of threads. Throws "shape" for cases of another width, and as `withAnnealing`.
 */
export function raise(rbm: Rbm, cases: Dataset, options: RaiseOptions = {}): Promise<Float64Array> {
  const { chains: runsEach = 1, seed = 0 } = options;
  checkWidth("raise", cases, rbm.visible);
  if (!Number.isInteger(runsEach) || runsEach < 1) {
    throw refuse("option", { who: "chains", got: String(runsEach), expected: "a whole number, at least 1" });
  }
  const random = randomStream(seed, "evaluation", runs.raise);
  const full = cases.levels instanceof Uint8Array ? 255 : 1;
  const states = Uint8Array.from(cases.levels.subarray(0, cases.cases * cases.units) as ArrayLike<number>, (level) =>
    random.uniform() * full < level ? 1 : 0,
  );
  return withAnnealing(rbm, options, cases.cases * runsEach, (chains, betas) =>
    raiseLogLikelihoods(chains, betas, states, runsEach, seed),
  );
}

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
