import { describe, expect, test } from "vitest";
import { normalQuantile } from "#src/math/normal-quantile.js";
import { autocorrelation, mean, splitRHat, variance } from "#src/math/statistics.js";
import { randomStream } from "#src/random/stream.js";

/** x_t = ρ x_{t−1} + √(1 − ρ²) noise, from its stationary law: C(t) = ρ^t. */
function autoregressive(rho: number, length: number, seed: number, offset = 0): Float64Array {
  const random = randomStream(seed, "data");
  let x = random.normal();
  return Float64Array.from({ length }, () => {
    x = rho * x + Math.sqrt(1 - rho * rho) * random.normal();
    return x + offset;
  });
}

/** Φ(x) by Simpson's rule from −12. */
function normalBelow(x: number): number {
  const [n, from] = [4000, -12];
  const h = (x - from) / n;
  let sum = 0;
  for (let i = 0; i <= n; i++) {
    const at = from + i * h;
    sum += Math.exp((-at * at) / 2) * (i === 0 || i === n ? 1 : i % 2 === 1 ? 4 : 2);
  }
  return (sum * h) / 3 / Math.sqrt(2 * Math.PI);
}

test("mean and variance", () => {
  expect(mean([1, 2, 6])).toBe(3);
  expect(variance([1, 2, 6])).toBe(7);
  expect(variance([5])).toBe(0);
});

test.each([1e-5, 0.01, 0.02425, 0.3, 0.5, 0.9, 0.999])("Φ(Φ⁻¹(%d)) is it again, to 1e-6 of it", (p) => {
  expect(Math.abs(normalBelow(normalQuantile(p)) / p - 1)).toBeLessThan(1e-6);
});

describe("autocorrelation time", () => {
  // the error of τ with a window of 6 τ over N values is about τ √(2 (2 · 6 τ + 1) / N) [Sokal 1997]
  test.each([0, 0.5, 0.9, 0.97])(
    "of x_t = ρ x_{t−1} + noise is (1 + ρ) / (1 − ρ) / 2, ρ = %d, within 4 standard errors",
    (rho) => {
      const length = 200_000;
      const truth = (1 + rho) / (1 - rho) / 2;
      const { time, effectiveSampleSize } = autocorrelation(autoregressive(rho, length, 3));
      const error = truth * Math.sqrt((2 * (12 * truth + 1)) / length);
      // what lies beyond the window is lost: e^−6 of it and less
      expect(Math.abs(time - truth)).toBeLessThan(4 * error + 0.003 * truth);
      expect(effectiveSampleSize).toBeCloseTo(length / (2 * time), 6);
    },
  );

  test("of 20 short chains is that of one long one", () => {
    const chains = Array.from({ length: 20 }, (_, n) => autoregressive(0.9, 5000, 10 + n));
    const { time } = autocorrelation(chains);
    expect(Math.abs(time - 9.5)).toBeLessThan(4 * 9.5 * Math.sqrt((2 * 115) / 100_000));
  });

  test("planted: chains that do not share their mean have a long one", () => {
    const apart = Array.from({ length: 4 }, (_, n) => autoregressive(0.5, 500, 10 + n, n));
    expect(autocorrelation(apart).time).toBeGreaterThan(20);
  });

  test("of a constant is that of independent values; of an alternating series near 0, with a bounded number of effective values", () => {
    expect(autocorrelation([4, 4, 4, 4]).time).toBe(0.5);
    const alternating = Float64Array.from({ length: 1000 }, (_, t) => (t % 2 === 0 ? 1 : -1));
    expect(autocorrelation(alternating).effectiveSampleSize).toBeLessThanOrEqual(3000);
  });

  test("chains of different lengths are refused", () => {
    expect(() => autocorrelation([[1, 2], [1]])).toThrow("autocorrelation: got chains of lengths 2, 1; expected");
  });
});

describe("split R̂", () => {
  const independent = (n: number, f: (x: number, chain: number, t: number) => number) =>
    Array.from({ length: 4 }, (_, c) => {
      const random = randomStream(50 + c, "data");
      return Float64Array.from({ length: n }, (_, t) => f(random.normal(), c, t));
    });

  test("of independent chains of one law is 1, also with tails that have no mean", () => {
    expect(Math.abs(splitRHat(independent(2000, (x) => x)) - 1)).toBeLessThan(0.005);
    const cauchy = independent(2000, (x) => Math.tan(Math.PI * (normalBelow(x) - 0.5)));
    expect(Math.abs(splitRHat(cauchy) - 1)).toBeLessThan(0.005);
  });

  test("with normal scores of two far chains: √(1 + B / W), computed by hand", () => {
    // halves of two values: two of ranks 1 … 4, two of ranks 5 … 8
    const z = [1, 2, 3, 4, 5, 6, 7, 8].map((rank) => normalQuantile((rank - 0.375) / 8.25));
    const halves = [z.slice(0, 2), z.slice(2, 4), z.slice(4, 6), z.slice(6, 8)];
    const byHand = Math.sqrt(1 / 2 + variance(halves.map(mean)) / mean(halves.map(variance)));
    expect(
      splitRHat([
        [1, 2, 3, 4],
        [5, 6, 7, 8],
      ]),
    ).toBeCloseTo(byHand, 12);
  });

  test.each([
    ["of different means", independent(1000, (x, c) => x + c)],
    ["of different widths", independent(1000, (x, c) => x * (1 + c))],
    ["that drift together", independent(1000, (x, _, t) => x + t / 400)],
  ])("sees chains %s", (_, chains) => {
    expect(splitRHat(chains)).toBeGreaterThan(1.1);
  });

  test("of constants is 1; of different constants infinite; of three values refused", () => {
    expect(splitRHat([Array(8).fill(2), Array(8).fill(2)])).toBe(1);
    expect(splitRHat([Array(8).fill(2), Array(8).fill(3)])).toBe(Number.POSITIVE_INFINITY);
    expect(() => splitRHat([[1, 2, 3]])).toThrow(
      "splitRHat: got chains of lengths 3; expected chains of one length, at least 4",
    );
  });
});
