/** What the logarithms of importance weights say: their mean, its error, and whether either can be believed. All in log space. */

import { variance } from "../math/statistics.js";

/** log((1/n) Σ e^x), nats, without overflow. */
export function logMeanExp(x: ArrayLike<number>): number {
  return logSum(x) - Math.log(x.length);
}

function logSum(x: ArrayLike<number>, times = 1): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let n = 0; n < x.length; n++) most = Math.max(most, times * x[n]);
  if (!Number.isFinite(most)) return most;
  let sum = 0;
  for (let n = 0; n < x.length; n++) sum += Math.exp(times * x[n] - most);
  return most + Math.log(sum);
}

/** (Σ w)² / Σ w² of weights w = e^x: how many equal weights would be as good. */
export function effectiveSampleSize(x: ArrayLike<number>): number {
  return Math.exp(2 * logSum(x) - logSum(x, 2));
}

export interface LogMean {
  /** log of the mean weight, nats. */
  readonly value: number;
  /** Standard error of the mean weight as a fraction of it, sd(w) / (√n mean(w)); about that of `value` in nats. NaN for one weight. */
  readonly error: number;
  /** log(mean ∓ 3 standard errors) [Salakhutdinov and Murray 2008]; −∞ where they reach below 0. */
  readonly lower: number;
  readonly upper: number;
  /** Standard deviation of the log weights, nats: above 1 the mean hangs on a few weights, and its error is underestimated. */
  readonly deviation: number;
  readonly effectiveSampleSize: number;
}

/** log mean e^x with its error. */
export function meanOfLogWeights(x: ArrayLike<number>): LogMean {
  const n = x.length;
  const value = logMeanExp(x);
  let squares = 0;
  for (let i = 0; i < n; i++) squares += Math.expm1(x[i] - value) ** 2;
  const error = Math.sqrt(squares / (n - 1) / n);
  return {
    value,
    error,
    lower: value + Math.log(Math.max(0, 1 - 3 * error)),
    upper: value + Math.log1p(3 * error),
    deviation: Math.sqrt(variance(x)),
    effectiveSampleSize: effectiveSampleSize(x),
  };
}
