import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adaptiveTemperatures } from "#src/evaluate/adaptive-temperatures.js";
import type { AnnealedChains } from "#src/evaluate/annealed-chains.js";
import { bennett } from "#src/evaluate/bar.js";
import { baseFromMeans } from "#src/evaluate/base-rates.js";
import { effectiveSampleSize, logMeanExp, meanOfLogWeights } from "#src/evaluate/log-weights.js";
import { raiseLogLikelihoods } from "#src/evaluate/raise.js";
import { rbmChains } from "#src/evaluate/rbm-chains.js";
import { salakhutdinovMurrayTemperatures } from "#src/evaluate/temperatures.js";
import { watched } from "#src/evaluate/watch.js";
import type { Kernels } from "#src/kernels/kernels.js";
import { createKernels } from "#src/kernels/threads.js";
import { mean, variance } from "#src/math/statistics.js";
import { randomStream } from "#src/random/stream.js";
import { allStates, strongRbm } from "../oracles/enumerate.js";
import { exactChains, rbmPath } from "../oracles/exact-chains.js";

describe("log weights", () => {
  test("the mean, its error and the effective number of weights 1, 2, 3, 10, at any scale", () => {
    const weights = [1, 2, 3, 10];
    for (const offset of [0, 10_000, -10_000]) {
      const logs = weights.map((w) => Math.log(w) + offset);
      const found = meanOfLogWeights(logs);
      const error = Math.sqrt(variance(weights) / 4);
      expect(logMeanExp(logs)).toBeCloseTo(Math.log(4) + offset, 9);
      expect(found.error).toBeCloseTo(error / 4, 9);
      expect(found.upper).toBeCloseTo(Math.log(4 + 3 * error) + offset, 9);
      // 4 − 3 errors is below 0
      expect(found.lower).toBe(Number.NEGATIVE_INFINITY);
      expect(effectiveSampleSize(logs)).toBeCloseTo(16 ** 2 / 114, 9);
    }
    expect(meanOfLogWeights([5, 5, 5])).toMatchObject({ value: 5, error: 0, lower: 5, upper: 5, deviation: 0 });
  });
});

/** Works of a process whose ln w is normal: the one law for which forward and reverse are both known. */
function works(L: number, s: number, count: number, seed: number): Float64Array {
  const random = randomStream(seed, "data");
  return Float64Array.from({ length: count }, () => L - (s * s) / 2 + s * random.normal());
}

describe("Bennett's acceptance ratio", () => {
  test("without noise it is the truth, whatever the numbers of runs", () => {
    expect(bennett([12.5], [-12.5, -12.5, -12.5]).value).toBeCloseTo(12.5, 10);
    expect(bennett([-1e4, -1e4], [1e4]).value).toBeCloseTo(-1e4, 6);
  });

  test("400 times 200 and 300 runs, s = 1.5: no bias beyond 4 standard errors, and the spread is the error it states, within 10 %", () => {
    const estimates = Array.from({ length: 400 }, (_, n) =>
      bennett(works(30, 1.5, 200, 2 * n), works(-30, 1.5, 300, 2 * n + 1)),
    );
    const values = estimates.map(({ value }) => value);
    const stated = Math.sqrt(mean(estimates.map(({ error }) => error ** 2)));
    const spread = Math.sqrt(variance(values));
    expect(Math.abs(mean(values) - 30)).toBeLessThan((4 * spread) / 20);
    // the standard deviation of 400 values is known to 3.5 %
    expect(Math.abs(stated / spread - 1)).toBeLessThan(0.1);
    // and it is better than either alone
    const alone = Array.from({ length: 400 }, (_, n) => logMeanExp(works(30, 1.5, 200, 2 * n)));
    expect(spread).toBeLessThan(Math.sqrt(variance(alone)));
  });

  test("planted bug: a reverse process that is not the reversal (its works shifted by 1 nat) moves the value", () => {
    const shifted = works(-30, 0.5, 2000, 2).map((x) => x + 1);
    const { value, error } = bennett(works(30, 0.5, 2000, 1), shifted);
    expect(Math.abs(value - 30)).toBeGreaterThan(10 * error);
  });
});

const rbm = strongRbm(4, 3, 12, 1.3);
const base = baseFromMeans([0.3, 0.6, 0.5, 0.45]);
const betas = Float64Array.from([0, 0.125, 0.25, 0.5, 0.75, 1]);

describe("RAISE", () => {
  let kernels: Kernels;
  let chains: AnnealedChains;
  beforeAll(async () => {
    kernels = await createKernels();
    chains = rbmChains(kernels, rbm, 256);
    chains.base = base;
  });
  afterAll(() => kernels.dispose());

  /** The law of the forward process' end: f_0, then T_1 … T_K. */
  function endLaw(): Float64Array {
    const exact = exactChains(rbmPath(rbm, base.logits));
    exact.drawBase(1, { seed: 0, number: 0, firstChain: 0 });
    for (const beta of betas.subarray(1)) exact.move(beta, { run: { seed: 0, number: 0, firstChain: 0 }, step: 0 });
    return exact.law;
  }

  test("from 4,000 chains each: the mean weight of a case is the probability that the process ends there, within 4.5 errors", async () => {
    const law = endLaw();
    const all = allStates(4);
    const [each, codes] = [4000, [0, 3, 6, 9, 15]];
    for (const code of codes) {
      const states = Uint8Array.from({ length: each * 4 }, (_, at) => all[code][at % 4]);
      const singles = await watched(raiseLogLikelihoods(chains, betas, states, 1, 5));
      const { value, error } = meanOfLogWeights(singles);
      expect(Math.abs(value - Math.log(law[code]))).toBeLessThan(4.5 * error);
      // and so one chain's logarithm is too low on average
      expect(mean(singles)).toBeLessThan(Math.log(law[code]));
    }
  });

  test("many chains a case, in turns: log of the mean, and less below log p than one", async () => {
    const law = endLaw();
    const states = Uint8Array.from(allStates(4).flatMap((s) => [...s]));
    const below = async (runsEach: number) => {
      const logs = await watched(raiseLogLikelihoods(chains, betas, states, runsEach, 6));
      return mean(logs.map((x, code) => Math.log(law[code]) - x));
    };
    const [one, many] = [await below(1), await below(200)];
    expect(many).toBeLessThan(one);
    expect(Math.abs(many)).toBeLessThan(0.05);
  });
});

describe("temperatures", () => {
  test("Salakhutdinov and Murray's are 14,500 steps", () => {
    const sm = salakhutdinovMurrayTemperatures();
    expect(sm.length).toBe(14_501);
    expect([sm[0], sm[500], sm[4500], sm[14_500]]).toEqual([0, 0.5, Math.fround(0.9), 1]);
    expect(sm.every((beta, k) => k === 0 || beta > sm[k - 1])).toBe(true);
  });

  test("adaptive ones rise from 0 to 1, are more for a harder machine, and denser where ln f changes most", async () => {
    const kernels = await createKernels();
    const counts: number[] = [];
    for (const scale of [0.1, 0.6]) {
      const chains = rbmChains(kernels, strongRbm(60, 40, 2, scale), 100);
      const found = await watched(adaptiveTemperatures(chains, 1));
      expect([found[0], found.at(-1)]).toEqual([0, 1]);
      expect(found.every((beta, k) => k === 0 || beta > found[k - 1])).toBe(true);
      counts.push(found.length - 1);
    }
    expect(counts[1]).toBeGreaterThan(counts[0]);
    kernels.dispose();
  });

  test("adaptive steps grow as ln f changes less: about 3.8 times from end to end, where √ of its variance falls so", async () => {
    const kernels = await createKernels();
    // independent units whose law is far from the even base: all of the change is at small β
    const steep = strongRbm(200, 5, 3, 0);
    steep.visibleBias.fill(-4);
    const chains = rbmChains(kernels, steep, 256);
    const adapted = await watched(adaptiveTemperatures(chains, 1));
    const gaps = [adapted[1] - adapted[0], 1 - adapted[adapted.length - 2]];
    // √ of the variance of U′ = −4 Σ v at β = 0 and 1: 4 √(200 / 4) and 4 √(200 · 0.018 · 0.982)
    expect(gaps[1] / gaps[0]).toBeGreaterThan(2.5);
    expect(gaps[1] / gaps[0]).toBeLessThan(5.5);
    kernels.dispose();
  });
});
