/** Confidence intervals that assume nothing about the law of what was measured: of proportions and of medians. */

import { refuse } from "../errors.js";

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** log n! for n = 0 … most. */
function logFactorials(most: number): Float64Array {
  const logs = new Float64Array(most + 1);
  for (let n = 2; n <= most; n++) logs[n] = logs[n - 1] + Math.log(n);
  return logs;
}

/** P(X ≤ k) for X binomial with n trials of probability p, as a function of p; k from −1 to n. */
function binomialTail(k: number, n: number): (p: number) => number {
  const logs = logFactorials(n);
  const ways = Float64Array.from({ length: k + 1 }, (_, i) => logs[n] - logs[i] - logs[n - i]);
  return (p) => {
    if (p <= 0 || k === n) return 1;
    if (p >= 1 || k < 0) return 0;
    const [on, off] = [Math.log(p), Math.log1p(-p)];
    return Math.min(
      1,
      ways.reduce((sum, way, i) => sum + Math.exp(way + i * on + (n - i) * off), 0),
    );
  };
}

/**
 * The interval of Clopper and Pearson for the probability of a success: where it is wrong is at most 1 − `confidence`, for every
 * probability and number of trials [Clopper and Pearson 1934]. Without trials it is all of [0, 1].
 *
 * Throws "option" unless successes and trials are whole, 0 ≤ successes ≤ trials ≤ 10^6, and the confidence lies in (0, 1).
 */
export function proportionInterval(successes: number, trials: number, confidence = 0.95): Interval {
  const who = "proportionInterval";
  checkConfidence(who, confidence);
  if (!Number.isInteger(trials) || trials < 0 || trials > 1e6) {
    throw refuse("option", {
      who: `${who}: trials`,
      got: String(trials),
      expected: "a whole number, at most a million",
    });
  }
  if (!Number.isInteger(successes) || successes < 0 || successes > trials) {
    const expected = `a whole number from 0 to ${trials}`;
    throw refuse("option", { who: `${who}: successes`, got: String(successes), expected });
  }
  const tail = (1 - confidence) / 2;
  const [below, atMost] = [binomialTail(successes - 1, trials), binomialTail(successes, trials)];
  return {
    low: successes === 0 ? 0 : fallsTo(below, 1 - tail),
    high: successes === trials ? 1 : fallsTo(atMost, tail),
  };
}

/** Where a function that falls from 1 to 0 on [0, 1] has a value. */
function fallsTo(f: (p: number) => number, value: number): number {
  let [low, high] = [0, 1];
  // each step halves the interval: to the last bit of a probability near 1
  for (let step = 0; step < 54; step++) {
    const middle = (low + high) / 2;
    if (f(middle) > value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The middle value, or the mean of the two in the middle; NaN of none. Infinity counts as larger than all, as for a run that never ended. */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  if (n === 0) return Number.NaN;
  const [low, high] = [sorted[(n - 1) >> 1], sorted[n >> 1]];
  return (low + high) / 2;
}

/**
 * An interval for the median from the order of the values alone: of the sorted values the j-th from each end, j as large as P(X < j) ≤
 * (1 − `confidence`) / 2 allows with X binomial, p = ½. From minus to plus infinity where there are too few values (5 or less for
 * 95 %). Throws "option" for a confidence outside (0, 1), "data" for NaN.
 */
export function medianInterval(values: ArrayLike<number>, confidence = 0.95): Interval {
  const who = "medianInterval";
  checkConfidence(who, confidence);
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  if (sorted.some(Number.isNaN)) throw refuse("data", { who, got: "NaN", expected: "numbers" });
  const logs = logFactorials(n);
  let [j, below] = [0, 0];
  for (;;) {
    below += Math.exp(logs[n] - logs[j] - logs[n - j] - n * Math.LN2);
    if (below > (1 - confidence) / 2 || j + 1 > n - j) break;
    j++;
  }
  if (j === 0) return { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  return { low: sorted[j - 1], high: sorted[n - j] };
}

function checkConfidence(who: string, confidence: number): void {
  if (confidence > 0 && confidence < 1) return;
  throw refuse("option", { who: `${who}: confidence`, got: String(confidence), expected: "a number between 0 and 1" });
}
