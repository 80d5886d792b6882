import { describe, expect, test } from "vitest";
import { type Interval, median, medianInterval, proportionInterval } from "#src/math/intervals.js";

/** P(X = k), by the recursion of neighbours. */
function binomialLaw(n: number, p: number): Float64Array {
  const law = new Float64Array(n + 1);
  law[0] = (1 - p) ** n;
  for (let k = 1; k <= n; k++) law[k] = (law[k - 1] * (n - k + 1) * p) / (k * (1 - p));
  return law;
}

describe("proportionInterval", () => {
  // scipy.stats.beta.ppf(0.025, k, n − k + 1), beta.ppf(0.975, k + 1, n − k)
  test.each([
    [0, 20, 0, 0.1684334709830853],
    [20, 20, 0.8315665290169146, 1],
    [16, 20, 0.5633859970033317, 0.9426660029499672],
    [248, 250, 0.9714016527550389, 0.9990296902769611],
    [394, 400, 0.9676387055192249, 0.9944758904954193],
  ])("%i of %i: as SciPy has it", (successes, trials, low, high) => {
    const got = proportionInterval(successes, trials);
    expect(got.low).toBeCloseTo(low, 12);
    expect(got.high).toBeCloseTo(high, 12);
  });

  /** The least probability, over true ones, that the interval holds the true one. */
  function leastCoverage(interval: (k: number, n: number) => Interval, n: number): number {
    const intervals = Array.from({ length: n + 1 }, (_, k) => interval(k, n));
    let least = 1;
    for (let p = 0.005; p < 1; p += 0.005) {
      const held = binomialLaw(n, p).reduce((sum, share, k) => {
        const { low, high } = intervals[k] as Interval;
        return low <= p && p <= high ? sum + share : sum;
      }, 0);
      least = Math.min(least, held);
    }
    return least;
  }

  test("holds the truth at least 95 times in 100, whatever it is; the normal approximation does not", () => {
    for (const n of [1, 7, 20, 60]) expect(leastCoverage(proportionInterval, n)).toBeGreaterThanOrEqual(0.95);
    const wald = (k: number, n: number) => {
      const half = 1.96 * Math.sqrt(((k / n) * (1 - k / n)) / n);
      return { low: k / n - half, high: k / n + half };
    };
    expect(leastCoverage(wald, 20)).toBeLessThan(0.95);
  });

  test("no trials say nothing; a million is fine", () => {
    expect(proportionInterval(0, 0)).toEqual({ low: 0, high: 1 });
    const { low, high } = proportionInterval(500_000, 1_000_000);
    // ± 1.96 standard errors
    expect(high - low).toBeCloseTo(2 * 1.96 * 0.0005, 5);
  });
});

describe("medians", () => {
  test("median: the middle, infinity being the largest", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])).toBe(Number.POSITIVE_INFINITY);
    expect(median([])).toBeNaN();
  });

  // scipy.stats.binom.cdf: the largest j with P(X < j) ≤ 0.025
  test.each([
    [6, 1],
    [10, 2],
    [20, 6],
    [100, 40],
    [250, 110],
  ])("the interval of %i values ends at the %i-th from each end", (n, j) => {
    const values = Array.from({ length: n }, (_, i) => (7 * i) % n).map((rank) => rank + 1);
    // 7 is prime to these numbers, so that the ranks come once each, in disorder
    expect(new Set(values).size).toBe(n);
    expect(medianInterval(values)).toEqual({ low: j, high: n + 1 - j });
  });

  test("five values are too few for 95 %, not for 90 %", () => {
    expect(medianInterval([1, 2, 3, 4, 5])).toEqual({
      low: Number.NEGATIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
    });
    expect(medianInterval([1, 2, 3, 4, 5], 0.9)).toEqual({ low: 1, high: 5 });
    expect(medianInterval([])).toEqual({ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY });
  });
});

test.each<[string, () => unknown, RegExp]>([
  [
    "more successes than trials",
    () => proportionInterval(3, 2),
    /successes: got 3; expected a whole number from 0 to 2/,
  ],
  ["half a trial", () => proportionInterval(0, 0.5), /trials: got 0.5/],
  ["certainty", () => proportionInterval(1, 2, 1), /confidence: got 1; expected a number between 0 and 1/],
  ["NaN among values", () => medianInterval([1, Number.NaN]), /medianInterval: got NaN/],
])("refused: %s", (_, make, message) => {
  expect(make).toThrow(message);
});
