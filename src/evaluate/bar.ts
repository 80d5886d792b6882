/** Bennett's acceptance ratio [Bennett 1976]: the best estimate that works of a process and of its time reversal give together. */

import { logistic } from "../math/logistic.js";

export interface BennettEstimate {
  /** log(Z_1 / Z_0), nats. */
  readonly value: number;
  /** Its standard error, nats, given independent chains. */
  readonly error: number;
}

/**
 * log(Z_1 / Z_0) from log weights ln w of independent runs: `forward` with E e^{ln w} = Z_1 / Z_0, `backward`, of the time-reversed
 * process from exact draws of f_1, with E e^{ln w} = Z_0 / Z_1. It solves, by bisection,
 *
 *   Σ_forward σ(ln w − L − M) = Σ_backward σ(ln w + L + M),   M = ln(n_forward / n_backward).
 */
export function bennett(forward: ArrayLike<number>, backward: ArrayLike<number>): BennettEstimate {
  const M = Math.log(forward.length / backward.length);
  const [f, b] = [Array.from(forward), Array.from(backward)];
  const accepted = (L: number) => [f.map((x) => logistic(x - L - M)), b.map((x) => logistic(x + L + M))] as const;
  const total = (x: readonly number[]) => x.reduce((sum, value) => sum + value, 0);
  const excess = (L: number): number => {
    const [fs, bs] = accepted(L);
    return total(fs) - total(bs);
  };
  // the left side falls with L, the right one rises
  let low = Math.min(...f, ...b.map((x) => -x)) - Math.abs(M) - 1;
  let high = Math.max(...f, ...b.map((x) => -x)) + Math.abs(M) + 1;
  while (excess(low) < 0) low -= high - low;
  while (excess(high) > 0) high += high - low;
  for (let n = 0; n < 200 && high - low > 1e-13 * Math.max(1, Math.abs(low)); n++) {
    const middle = (low + high) / 2;
    if (excess(middle) > 0) low = middle;
    else high = middle;
  }
  const value = (low + high) / 2;
  const [fs, bs] = accepted(value);
  // d excess / dL = −Σ σ (1 − σ) over both: the error of the root is that of the sums over the slope
  const slope = total([...fs, ...bs].map((p) => p * (1 - p)));
  const noise = [fs, bs].map((x) => {
    const middle = total(x) / x.length;
    return total(x.map((p) => (p - middle) ** 2));
  });
  return { value, error: Math.sqrt(noise[0] + noise[1]) / slope };
}
