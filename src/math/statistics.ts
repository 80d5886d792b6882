/** Statistics of series and of chains: means, errors, autocorrelation times, convergence. Everything in float64. */

import { refuse } from "../errors.js";
import { normalQuantile } from "./normal-quantile.js";

/** One chain, or several of equal length: numbers in the order of time. */
export type Series = ArrayLike<number>;

export function mean(x: Series): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i];
  return sum / x.length;
}

/** Σ (x − mean)² / (n − 1); 0 for one value. */
export function variance(x: Series): number {
  if (x.length < 2) return 0;
  const middle = mean(x);
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] - middle) ** 2;
  return sum / (x.length - 1);
}

export interface Autocorrelation {
  /** Integrated autocorrelation time τ = ½ + Σ_{t ≥ 1} C(t) / C(0), in steps of the series: ½ for independent values. */
  readonly time: number;
  /** N / (2 τ) of all values: how many independent ones would tell the mean as well. */
  readonly effectiveSampleSize: number;
  /** The lag at which the sum was cut. */
  readonly window: number;
}

/** The sum stops at the first lag of at least so many times the τ so far [Sokal 1997]. */
const windowFactor = 6;

/**
 * The integrated autocorrelation time of one chain or of several of equal length [Sokal 1997], which share their mean: chains
 * that do not agree on it make τ large, as they should. A constant series has τ = ½.
 *
 * Series shorter than about 50 τ give estimates that are too small. Throws "shape" for chains of different or no length.
 */
export function autocorrelation(chains: Series | readonly Series[]): Autocorrelation {
  const all = asChains("autocorrelation", chains, 1);
  const length = all[0].length;
  const middle = mean(all.map(mean));
  const covariance = (lag: number): number => {
    let sum = 0;
    for (const x of all) for (let t = 0; t + lag < length; t++) sum += (x[t] - middle) * (x[t + lag] - middle);
    return sum / (length * all.length);
  };
  const [total, none] = [length * all.length, covariance(0)];
  let [time, lag] = [0.5, 0];
  if (none > 0) while (++lag < length && lag < windowFactor * time) time += covariance(lag) / none;
  // a series that alternates has sums near 0
  time = Math.max(time, 1 / total);
  return {
    time,
    effectiveSampleSize: Math.min(total / (2 * time), total * Math.log10(Math.max(total, 10))),
    window: lag,
  };
}

/**
 * R̂ of several chains: √ of the variance of all, over that within half a chain; 1 where all halves tell the same, above 1.01 where they
 * do not yet [Vehtari et al. 2021]. Each chain is split in two, so that a drift shows; values are replaced by their normal scores,
 * so that heavy tails do no harm, and the distance from the median is looked at too, so that chains of different width show.
 *
 * Throws "shape" unless chains have equal lengths of at least 4.
 */
export function splitRHat(chains: readonly Series[]): number {
  const halves = asChains("splitRHat", chains, 4).flatMap((x) => {
    const half = Math.floor(x.length / 2);
    const values = Float64Array.from(x as ArrayLike<number>);
    return [values.subarray(0, half), values.subarray(x.length - half)];
  });
  const sorted = Float64Array.from(halves.flatMap((x) => [...x])).sort();
  const median = (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
  const folded = halves.map((x) => x.map((value) => Math.abs(value - median)));
  return Math.max(rHat(normalScores(halves)), rHat(normalScores(folded)));
}

/** √(((n − 1) / n W + B) / W), W the mean variance within, B that of the chains' means; 1 where nothing varies. */
function rHat(chains: readonly Series[]): number {
  const n = chains[0].length;
  const within = mean(chains.map(variance));
  const between = variance(chains.map(mean));
  if (within === 0) return between === 0 ? 1 : Number.POSITIVE_INFINITY;
  return Math.sqrt(((n - 1) / n) * 1 + between / within);
}

/** Each value's normal score Φ⁻¹((rank − ⅜) / (N + ¼)), equal values sharing their mean rank. */
function normalScores(chains: readonly Float64Array[]): Float64Array[] {
  const n = chains[0].length;
  const all = Float64Array.from(chains.flatMap((x) => [...x]));
  const order = Uint32Array.from(all, (_, i) => i).sort((a, b) => all[a] - all[b]);
  const scores = new Float64Array(all.length);
  for (let first = 0; first < order.length; ) {
    let end = first + 1;
    while (end < order.length && all[order[end]] === all[order[first]]) end++;
    const rank = (first + 1 + end) / 2;
    const score = normalQuantile((rank - 0.375) / (all.length + 0.25));
    for (let i = first; i < end; i++) scores[order[i]] = score;
    first = end;
  }
  return chains.map((_, c) => scores.subarray(c * n, (c + 1) * n));
}

function asChains(who: string, chains: Series | readonly Series[], least: number): readonly Series[] {
  const all = (typeof chains[0] === "object" ? chains : [chains]) as readonly Series[];
  const lengths = [...new Set(all.map(({ length }) => length))];
  if (lengths.length === 1 && lengths[0] >= least) return all;
  const got = `chains of lengths ${lengths.slice(0, 5).join(", ")}`;
  throw refuse("shape", { who, got, expected: `chains of one length, at least ${least}` });
}
