import { expect, test } from "vitest";
import type { Dataset } from "#src/data/dataset.js";
import { hiddenFeatures } from "#src/evaluate/features.js";
import { freeEnergies } from "#src/evaluate/free-energy.js";
import { pseudoLogLikelihoods } from "#src/evaluate/pseudolikelihood.js";
import { reconstruct, reconstructionError } from "#src/evaluate/reconstruction.js";
import { createRbm, freeEnergy, hiddenMean, visibleMean } from "#src/machines/rbm.js";
import { allStates, strongRbm, visibleDistribution } from "../oracles/enumerate.js";

const rbm = strongRbm(5, 4, 3);
const states = allStates(5);
/** All 32 states, more often than a chunk holds. */
const repeated: Dataset = {
  name: "all states",
  cases: 320,
  units: 5,
  levels: Uint8Array.from({ length: 320 * 5 }, (_, i) => 255 * states[Math.floor(i / 5) % 32][i % 5]),
};

test("freeEnergies equal freeEnergy within 1e-5 nats, across chunks", async () => {
  const energies = await freeEnergies(rbm, repeated, { threads: 2 });
  energies.forEach((value, b) => {
    expect(Math.abs(value - freeEnergy(rbm, states[b % 32]))).toBeLessThan(1e-5);
  });
});

test("the exact log pseudo-likelihood is Σ_i log P(v_i | rest) of the enumerated law", () => {
  const p = visibleDistribution(rbm);
  const exact = pseudoLogLikelihoods(rbm, repeated, { sites: "all" });
  for (let code = 0; code < 32; code++) {
    const expected = Array.from({ length: 5 }, (_, i) => Math.log(p[code] / (p[code] + p[code ^ (1 << i)]))).reduce(
      (a, b) => a + b,
    );
    expect(exact[code]).toBeCloseTo(expected, 10);
  }
});

test("the pseudo-likelihood keeps its digits where units are saturated and weights are large", () => {
  // x = 40, and the flip of v_0 takes 60 away: log((1 + e^−20) / (1 + e^40)), beside a bias that cancels most of it
  const extreme = {
    ...createRbm(1, 1),
    weights: Float32Array.of(60),
    visibleBias: Float32Array.of(-41),
    hiddenBias: Float32Array.of(-20),
  };
  const data: Dataset = { name: "one", cases: 1, units: 1, levels: Uint8Array.of(255) };
  const expected = -Math.log1p(Math.exp(41 + Math.log1p(Math.exp(-20)) - (40 + Math.log1p(Math.exp(-40)))));
  expect(pseudoLogLikelihoods(extreme, data, { sites: "all" })[0]).toBeCloseTo(expected, 10);
});

test("the one-site estimate is unbiased: 64,000 draws within 4.5 standard errors of the exact mean", () => {
  const many: Dataset = {
    ...repeated,
    cases: 64_000,
    levels: Uint8Array.from({ length: 64_000 * 5 }, (_, i) => repeated.levels[i % 160]),
  };
  const one = pseudoLogLikelihoods(rbm, many, { seed: 4 });
  const exact = pseudoLogLikelihoods(rbm, { ...repeated, cases: 32 }, { sites: "all" }).reduce((a, b) => a + b) / 32;
  const mean = one.reduce((a, b) => a + b) / one.length;
  const deviation = Math.sqrt(one.reduce((sum, x) => sum + (x - mean) ** 2, 0) / one.length);
  expect(Math.abs(mean - exact)).toBeLessThan(4.5 * (deviation / Math.sqrt(one.length)));
});

test("reconstruct and hiddenFeatures are P(v | P(h | v)) and P(h | v), within 2e-6", async () => {
  const levels = Float32Array.from({ length: 300 * 5 }, (_, i) => ((i * 37) % 101) / 100);
  const grey: Dataset = { name: "grey", cases: 300, units: 5, levels };
  const [rebuilt, features] = [await reconstruct(rbm, grey), await hiddenFeatures(rbm, grey, { threads: 2 })];
  for (const b of [0, 1, 255, 256, 299]) {
    const h = hiddenMean(rbm, levels.subarray(b * 5, b * 5 + 5));
    h.forEach((mean, j) => {
      expect(Math.abs(features[b * 4 + j] - mean)).toBeLessThan(2e-6);
    });
    visibleMean(rbm, h).forEach((mean, i) => {
      expect(Math.abs(rebuilt[b * 5 + i] - mean)).toBeLessThan(2e-6);
    });
  }
});

test("reconstructionError of samples has the enumerated expectation (4.5 standard errors)", async () => {
  const cases = 64_000;
  const many: Dataset = {
    ...repeated,
    cases,
    levels: Uint8Array.from({ length: cases * 5 }, (_, i) => repeated.levels[i % 160]),
  };
  // E |v − v′| over h ~ P(h | v), v′ ~ P(v | h), v uniform over the states
  let expected = 0;
  for (const v of states) {
    const mean = hiddenMean(rbm, v);
    for (const h of allStates(4)) {
      const weight = h.reduce((product, bit, j) => product * (bit ? mean[j] : 1 - mean[j]), 1 / 32);
      visibleMean(rbm, h).forEach((m, i) => {
        expected += (weight * (v[i] ? 1 - m : m)) / 5;
      });
    }
  }
  const error = await reconstructionError(rbm, many, { seed: 2, threads: 2 });
  expect(Math.abs(error - expected)).toBeLessThan(4.5 * Math.sqrt(0.25 / cases));
});

test("data of another width are refused with both widths and the way out", async () => {
  const call = async () => freeEnergies(rbm, { ...repeated, units: 4 });
  await expect(call()).rejects.toThrow(
    /freeEnergies: got all states with 4 units a case; expected 5, the model's visible units\. Use/,
  );
});
