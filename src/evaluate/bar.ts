/** Bennett's acceptance ratio [Bennett 1976]: the best estimate that works of a process and of its time reversal give together. */

import { logistic } from "../math/logistic.js";
import { effectiveSampleSize } from "./log-weights.js";

export interface BennettEstimate {
  /** log(Z_1 / Z_0), nats. */
  readonly value: number;
  /** Its standard error, nats, given independent chains. */
  readonly error: number;
}

/**
 * log(Z_1 / Z_0) from log weights ln w of independent runs: `forward` with E e^{ln w} = Z_1 / Z_0, `backward`, of the time-reversed
 * process from exact draws of f_1, with E e^{ln w} = Z_0 / Z_1. It solves
 *
 *   Σ_forward σ(ln w − L − M) = Σ_backward σ(ln w + L + M),   M = ln(n_forward / n_backward).
 *
 * `importance`: where the backward runs started from draws of another distribution, the logarithms of how much each should count. They
 * then count as many as their effective number; what their weights are uncertain by is not in the error.
 */
export function bennett(
  forward: ArrayLike<number>,
  backward: ArrayLike<number>,
  importance?: ArrayLike<number>,
): BennettEstimate {
  const [f, b] = [Array.from(forward), Array.from(backward)];
  const counts = importance ? countsOf(importance) : undefined;
  const countAt = (n: number) => counts?.[n] ?? 1;
  const backwardCount = counts ? total(counts) : b.length;
  const M = Math.log(f.length / backwardCount);
  const accepted = (L: number) => [f.map((x) => logistic(x - L - M)), b.map((x) => logistic(x + L + M))] as const;
  /** Left side less right side, which falls with L; and minus its slope. */
  const excessAt = (L: number): { excess: number; slope: number } => {
    const [fs, bs] = accepted(L);
    return {
      excess: total(fs) - total(bs.map((p, n) => countAt(n) * p)),
      slope: total(fs.map((p) => p * (1 - p))) + total(bs.map((p, n) => countAt(n) * p * (1 - p))),
    };
  };
  const ends = [...f, ...b.map((x) => -x)];
  let low = ends.reduce((least, x) => Math.min(least, x)) - Math.abs(M) - 1;
  let high = ends.reduce((most, x) => Math.max(most, x)) + Math.abs(M) + 1;
  while (excessAt(low).excess < 0) low -= high - low;
  while (excessAt(high).excess > 0) high += high - low;
  // Newton's method, kept between the ends by bisection
  let value = (low + high) / 2;
  for (let n = 0; n < 200 && high - low > 1e-13 * Math.max(1, Math.abs(low)); n++) {
    const { excess, slope } = excessAt(value);
    if (excess === 0) break;
    if (excess > 0) low = value;
    else high = value;
    const step = excess / slope;
    if (Math.abs(step) < 1e-13 * Math.max(1, Math.abs(value))) break;
    const next = value + step;
    value = next > low && next < high ? next : (low + high) / 2;
  }
  const [fs, bs] = accepted(value);
  // the error of the root is that of the sums over the slope
  const { slope } = excessAt(value);
  const spread = (x: readonly number[], count: (n: number) => number, all: number): number => {
    const middle = total(x.map((p, n) => count(n) * p)) / all;
    return total(x.map((p, n) => count(n) * (p - middle) ** 2));
  };
  const noise = spread(fs, () => 1, f.length) + spread(bs, countAt, backwardCount);
  return { value, error: Math.sqrt(noise) / slope };
}

const total = (x: readonly number[]): number => x.reduce((sum, value) => sum + value, 0);

/** Counts in proportion to e^x that add up to their effective number. */
function countsOf(x: ArrayLike<number>): number[] {
  const most = Array.from(x).reduce((a, b) => Math.max(a, b));
  const weights = Array.from(x, (value) => Math.exp(value - most));
  const scale = effectiveSampleSize(x) / total(weights);
  return weights.map((w) => w * scale);
}
