/** Persistent chains of the machine itself: where the reverse estimate starts, when exact draws cannot be had. */

import { autocorrelation, mean, splitRHat, variance } from "../math/statistics.js";
import { type RandomStream, randomStream } from "../random/stream.js";
import { type AnnealedChains, type Run, runs, type Work } from "./annealed-chains.js";

/** Where the reverse estimate started. */
export interface Starts {
  /** Exact draws make the reverse estimate a bound in expectation; persistent chains do not. */
  readonly exact: boolean;
  /** R̂ of ln f_1 over the second halves of the persistent chains; well above 1 where each stays where it is. 1 for exact draws. */
  readonly rHat: number;
  /** By how many standard errors the mean of ln f_1 over all chains still moved, from the third quarter to the last; 0 for exact draws. */
  readonly drift: number;
  /** Integrated autocorrelation time of ln f_1, in sweeps; 0 for exact draws. */
  readonly autocorrelationTime: number;
}

export interface SettledStates extends Starts {
  /** [count, units] */
  readonly states: Uint8Array;
  /** Sweeps of each chain. */
  readonly sweeps: number;
}

/** Chains at most; more starts are taken from the same chains, later. */
const mostChains = 100;
/** Sweeps between two looks at ln f_1. */
const lookEvery = 5;
const fewestSweeps = 250;
/** Sweeps, in autocorrelation times, after which a chain is taken to have forgotten its start. */
const forgotten = 20;

/**
 * `count` states of the machine from persistent chains. They start at `from`, an annealed sample, resampled by its weights; run for 20
 * autocorrelation times or `mostSweeps`, whichever is less; and then give a state each, two autocorrelation times apart.
 */
export function* settledStates(
  chains: AnnealedChains,
  from: { readonly states: Uint8Array; readonly logWeights: Float64Array },
  count: number,
  mostSweeps: number,
  seed: number,
): Work<SettledStates> {
  const { units, capacity } = chains;
  const together = Math.min(count, mostChains, capacity);
  const rounds = Math.ceil(count / together);
  const run: Run = { seed, number: runs.settle, firstChain: 0 };
  chains.write(resample(from.states, units, from.logWeights, together, randomStream(seed, "evaluation", runs.settle)));

  const series: Float64Array[] = [];
  let step = 0;
  function* sweeps(until: number): Work<void> {
    while (step < until) {
      chains.move(1, { run, step: step++ });
      if (step % lookEvery === 0) series.push(chains.advance(0, 1));
      yield { stage: "settling", done: step, of: Math.max(until, Math.min(mostSweeps, forgotten * time)) };
    }
  }

  let time = fewestSweeps / forgotten;
  for (let until = Math.min(fewestSweeps, mostSweeps); ; until = Math.min(2 * until, mostSweeps)) {
    yield* sweeps(until);
    time = lookEvery * autocorrelation(transposed(series.slice(series.length >> 1))).time;
    if (until === mostSweeps || forgotten * time <= until) break;
  }
  const apart = Math.max(lookEvery, Math.min(Math.ceil(2 * time), Math.ceil(mostSweeps / 5)));
  const states = new Uint8Array(count * units);
  for (let round = 0; round < rounds; round++) {
    if (round > 0) yield* sweeps(step + apart);
    const taken = chains.read();
    states.set(taken.subarray(0, Math.min(taken.length, states.length - round * taken.length)), round * taken.length);
  }
  const settled = transposed(series.slice(series.length >> 1));
  return {
    states,
    exact: false,
    rHat: settled[0].length >= 4 ? splitRHat(settled) : Number.NaN,
    drift: drift(settled),
    autocorrelationTime: lookEvery * autocorrelation(settled).time,
    sweeps: step,
  };
}

/** The mean change from each series' first half to its second, in its standard errors over the chains, which are independent. */
function drift(chains: readonly Float64Array[]): number {
  const half = chains[0].length >> 1;
  const changes = chains.map((x) => mean(x.subarray(x.length - half)) - mean(x.subarray(0, half)));
  const error = Math.sqrt(variance(changes) / changes.length);
  return error > 0 ? mean(changes) / error : 0;
}

/** From values at each time [chains] to series of each chain [times]. */
function transposed(values: readonly Float64Array[]): Float64Array[] {
  return Array.from(values[0], (_, n) => Float64Array.from(values, (at) => at[n]));
}

/**
 * `count` of the states, each as often as its weight says to within one: systematic resampling, which adds the least noise.
 */
function resample(
  states: Uint8Array,
  units: number,
  logWeights: Float64Array,
  count: number,
  random: RandomStream,
): Uint8Array {
  const most = logWeights.reduce((a, b) => Math.max(a, b));
  const weights = logWeights.map((x) => Math.exp(x - most));
  const total = weights.reduce((a, b) => a + b);
  const chosen = new Uint8Array(count * units);
  const offset = random.uniform();
  let [at, reached] = [0, weights[0]];
  for (let n = 0; n < count; n++) {
    const place = ((n + offset) * total) / count;
    while (reached < place && at < weights.length - 1) reached += weights[++at];
    chosen.set(states.subarray(at * units, (at + 1) * units), n * units);
  }
  return chosen;
}
