import { describe, expect, test } from "vitest";
import { batchMeans, effectiveSamples, expectedTotalVariation, totalVariation } from "#src/index.js";
import { randomStream } from "#src/random/stream.js";

/** Two-state chains that turn over with probability q at each step: autocorrelation (1 − 2q)^t, both states equally likely. */
function twoState(chains: number, times: number, q: number, seed = 1) {
  const random = randomStream(seed, "data");
  const means = batchMeans(2, chains, times);
  const state = Array.from({ length: chains }, (): number => (random.uniform() < 0.5 ? 1 : 0));
  for (let t = 0; t < times; t++) {
    state.forEach((s, chain) => {
      if (random.uniform() < q) state[chain] = 1 - s;
      means.add(chain, state[chain], 1);
    });
    means.next();
  }
  return means.summary();
}

describe("batchMeans", () => {
  test("with a chain a batch: mean and standard error of the chains' means, by the textbook", () => {
    const values = [
      [1, 5, 3],
      [2, 2, 8],
      [0, 1, 1],
      [7, 7, 9],
    ];
    // 40 chains: no group holds two
    const means = batchMeans(1, 40, 3);
    const rows = Array.from({ length: 40 }, (_, chain) => values[chain % 4].map((x) => x + chain));
    for (let t = 0; t < 3; t++) {
      for (const [chain, row] of rows.entries()) means.add(chain, 0, row[t]);
      means.next();
    }
    const each = rows.map((row) => (row[0] + row[1] + row[2]) / 3);
    const mean = each.reduce((a, b) => a + b) / 40;
    const variance = each.reduce((sum, m) => sum + (m - mean) ** 2, 0) / 39;
    const { samples, mean: got, standardError } = means.summary();
    expect(samples).toBe(120);
    expect(got[0]).toBeCloseTo(mean, 12);
    expect(standardError[0]).toBeCloseTo(Math.sqrt(variance / 40), 12);
  });

  // sd of the mean of n: √(¼ (1 + ρ) / (1 − ρ) / n). 32 batches or more know their variance to √(2 / 31) = 25 %, the error to
  // 13 %; four of these, and the batches' own shortness (at most 1 %), make 55 %.
  test.each([
    [1, 20_000, 0.5],
    [1, 20_000, 0.05],
    [3, 8_000, 0.05],
    [100, 500, 0.05],
    [1000, 20, 0.5],
    [1, 20_000, 0.95],
  ])("%i chains of %i times that turn over with probability %d know their error", (chains, times, q) => {
    const { standardError, samples } = twoState(chains, times, q);
    const rho = 1 - 2 * q;
    // chains that start in equilibrium; for long ones the sum of all autocorrelations
    const sum = Array.from({ length: times - 1 }, (_, t) => (1 - (t + 1) / times) * rho ** (t + 1)).reduce(
      (a, b) => a + b,
      0,
    );
    const expected = Math.sqrt((0.25 * (1 + 2 * sum)) / samples);
    expect(standardError[0] / expected).toBeGreaterThan(0.45);
    expect(standardError[0] / expected).toBeLessThan(1.55);
    expect(standardError[1]).toBeCloseTo(standardError[0], 10);
    // a planted bug, errors as if samples were independent, is noticed where they are not
    if (Math.abs(rho) > 0.8) {
      const naive = Math.sqrt(0.25 / samples) / expected;
      expect(naive < 0.45 || naive > 1.55).toBe(true);
    }
  });

  test("a run that is stopped is summed up to there; one batch has no error", () => {
    const means = batchMeans(1, 1, 1000);
    for (const x of [1, 2, 6]) {
      means.add(0, 0, x);
      means.next();
    }
    const { samples, mean, standardError } = means.summary();
    expect([samples, mean[0], standardError[0]]).toEqual([3, 3, Number.NaN]);
    const one = batchMeans(1, 1, 1);
    one.add(0, 0, 1);
    one.next();
    expect(one.summary().standardError[0]).toBeNaN();
  });
});

describe("how far samples are from their law by chance", () => {
  const law = [0.5, 0.25, 0.125, 0.0625, 0.03125, 0.03125];
  const drawn = (n: number, seed: number) => {
    const random = randomStream(seed, "data");
    const counts = new Float64Array(law.length);
    for (let k = 0; k < n; k++) {
      let [u, s] = [random.uniform(), 0];
      while (s < law.length - 1 && u >= law[s]) u -= law[s++];
      counts[s] += 1 / n;
    }
    return counts;
  };

  test("totalVariation by hand, and refused for other sizes", () => {
    expect(totalVariation([0.5, 0.5, 0], [0.25, 0.25, 0.5])).toBe(0.5);
    expect(totalVariation([1, 0], [0, 1])).toBe(1);
    expect(() => totalVariation([1], [0.5, 0.5])).toThrow("got 1 and 2 states");
  });

  test("expectedTotalVariation is the sum of E|X − np| over binomial laws, from one draw to thousands", () => {
    for (const n of [1, 2, 5, 20, 100, 1000]) {
      const exact = law.reduce((sum, p) => {
        let [binomial, mean] = [(1 - p) ** n, 0];
        for (let k = 0; k <= n; k++) {
          mean += binomial * Math.abs(k / n - p);
          binomial *= ((n - k) / (k + 1)) * (p / (1 - p));
        }
        return sum + mean / 2;
      }, 0);
      expect(expectedTotalVariation(law, n) / exact, `${n} draws`).toBeCloseTo(1, 9);
    }
    // many draws: √(2 p (1 − p) / π n)
    const n = 1e9;
    const normal = law.reduce((sum, p) => sum + Math.sqrt((2 * p * (1 - p)) / (Math.PI * n)) / 2, 0);
    expect(expectedTotalVariation(law, n) / normal).toBeCloseTo(1, 5);
    expect(expectedTotalVariation([1, 0], 10)).toBe(0);
    expect(expectedTotalVariation(law, Number.NaN)).toBeNaN();
  });

  test("and what is drawn lies as far", () => {
    const all = Array.from({ length: 200 }, (_, seed) => totalVariation(drawn(300, seed), law));
    const mean = all.reduce((a, b) => a + b) / 200;
    // one of 200 has a spread of some 30 % of its mean: the mean of them 2 %, of which six
    expect(Math.abs(mean / expectedTotalVariation(law, 300) - 1)).toBeLessThan(0.12);
  });

  test("effectiveSamples of independent draws are the draws", () => {
    const errors = law.map((p) => Math.sqrt((p * (1 - p)) / 777));
    expect(effectiveSamples(law, errors)).toBeCloseTo(777, 9);
    expect(
      effectiveSamples(
        law,
        law.map(() => Number.NaN),
      ),
    ).toBeNaN();
    // twoState with ρ = 0.9: (1 + ρ) / (1 − ρ) = 19 samples are worth one
    const { standardError, samples } = twoState(64, 4000, 0.05, 3);
    const worth = samples / effectiveSamples([0.5, 0.5], standardError);
    expect(worth).toBeGreaterThan(19 * 0.5);
    expect(worth).toBeLessThan(19 * 1.7);
  });
});
