import { describe, expect, test } from "vitest";
import type { Dataset } from "#src/data/dataset.js";
import { dbnBound } from "#src/evaluate/dbn/bound.js";
import { exactDbnLogLikelihoods } from "#src/evaluate/dbn/exact.js";
import { dbnFeatures, dbnReconstruct, labelProbabilities } from "#src/evaluate/dbn/features.js";
import { logPartition } from "#src/evaluate/estimate-partition.js";
import { exactLogPartition } from "#src/evaluate/log-partition.js";
import { bondRbm, withBond } from "#src/machines/dbn.js";
import { transposedRbm } from "#src/machines/initialize-dbn.js";
import { freeEnergy } from "#src/machines/rbm.js";
import { allStates, strongRbm } from "../oracles/enumerate.js";
import { randomDbn, recognized, recognizedMeans, sigma, topLaw, visibleLaw } from "../oracles/small-dbn.js";

const dataOf = (cases: readonly Uint8Array[]): Dataset => ({
  name: "all states",
  cases: cases.length,
  units: cases[0].length,
  levels: Uint8Array.from(cases.flatMap((s) => Array.from(s, (bit) => 255 * bit))),
});

const machines = [
  ["4-3-3", randomDbn([4, 3, 3], { seed: 1 })],
  ["4-3-3 with two label units", randomDbn([4, 3, 3], { classes: 2, seed: 2 })],
  ["4-2-3-2 with three", randomDbn([4, 2, 3, 2], { classes: 3, seed: 3 })],
  ["4-3 with two", randomDbn([4, 3], { classes: 2, seed: 4 })],
] as const;

describe.each(machines)("%s", (_, dbn) => {
  const states = allStates(4);
  const law = visibleLaw(dbn).map((row) => row.reduce((a, b) => a + b));
  const logs = law.map(Math.log);

  test("log Z and log P(v) by enumeration: those of the definition, and Σ P(v) = 1", () => {
    expect(law.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(exactLogPartition(dbn.top, dbn.classes)).toBeCloseTo(topLaw(dbn).logZ, 6);
    const exact = exactDbnLogLikelihoods(
      dbn,
      states.flatMap((s) => Array.from(s)),
    );
    for (let code = 0; code < 16; code++) expect(exact[code]).toBeCloseTo(logs[code], 6);
  });

  test("the bounds: exactly Σ Q log (P / Q) ≤ log P(v), estimated within five standard errors of that", async () => {
    const draws = 4000;
    const { cases, logPartition: partition } = await dbnBound(dbn, dataOf(states), { draws, seed: 7 });
    expect(partition.method).toBe("exact");
    states.forEach((v, code) => {
      const all = recognized(dbn, v);
      const bound = all.reduce((sum, { q, log }) => sum + q * log, 0);
      const variance = all.reduce((sum, { q, log }) => sum + q * (log - bound) ** 2, 0);
      expect(bound).toBeLessThanOrEqual(logs[code] + 1e-9);
      // taking the entropy of Q as it is can only lower the variance where there is one layer between; √2 is for more
      const tolerance = 5 * Math.sqrt((2 * variance) / draws) + 1e-5;
      expect(Math.abs(cases.variational[code] - bound)).toBeLessThan(tolerance);
      // the mean ratio is unbiased for P(v): its error by the delta method
      const second = all.reduce((sum, { q, log }) => sum + q * Math.exp(2 * (log - logs[code])), 0);
      const error = 5 * Math.sqrt((second - 1) / draws) + 1e-5;
      if (error < 0.5) expect(Math.abs(cases.weighted[code] - logs[code])).toBeLessThan(2 * error);
    });
  });

  test("features: each layer from the means of the one below", async () => {
    const grey: Dataset = { ...dataOf(states), levels: Float32Array.from({ length: 64 }, (_, i) => (i % 7) / 6) };
    for (const data of [grey, dataOf(states)]) {
      const scale = data.levels instanceof Uint8Array ? 255 : 1;
      for (let layer = 1; layer < dbn.layers.length - 1; layer++) {
        const features = await dbnFeatures(dbn, data, { layer });
        for (let b = 0; b < 16; b++) {
          let means = Array.from(data.levels.subarray(4 * b, 4 * b + 4), (x) => x / scale);
          for (const bond of dbn.directed.slice(0, layer)) means = recognizedMeans(bond, means);
          for (const [i, m] of means.entries()) expect(features[b * means.length + i]).toBeCloseTo(m, 5);
        }
      }
    }
  });

  test("P(label | v) and the top features: those of sums over the top layer", async () => {
    const { top, classes, directed } = dbn;
    const features = await dbnFeatures(dbn, dataOf(states));
    const given = classes > 0 ? await labelProbabilities(dbn, dataOf(states)) : new Float32Array(16);
    states.forEach((v, b) => {
      let below = Array.from(v, Number);
      for (const bond of directed) below = recognizedMeans(bond, below);
      const weights = Array.from({ length: Math.max(1, classes) }, (_, y) => {
        const labels = Array.from({ length: classes }, (_, c) => Number(c === y));
        const inputs = allStates(top.hidden).map((h) => {
          let minus = 0;
          [...below, ...labels].forEach((s, i) => {
            minus += top.visibleBias[i] * s;
            h.forEach((t, j) => {
              minus += top.weights[i * top.hidden + j] * s * t;
            });
          });
          h.forEach((t, j) => {
            minus += top.hiddenBias[j] * t;
          });
          return { h, w: Math.exp(minus) };
        });
        return inputs;
      });
      const total = weights.flat().reduce((sum, { w }) => sum + w, 0);
      weights.forEach((row, y) => {
        const p = row.reduce((sum, { w }) => sum + w, 0) / total;
        if (classes > 0) expect(given[b * classes + y]).toBeCloseTo(p, 5);
      });
      for (let j = 0; j < top.hidden; j++) {
        const mean = weights.flat().reduce((sum, { h, w }) => sum + h[j] * w, 0) / total;
        expect(features[b * top.hidden + j]).toBeCloseTo(mean, 5);
      }
    });
  });
});

test("reconstruction: up by recognition, down by generative weights, means all the way", async () => {
  const dbn = randomDbn([4, 3, 2], { seed: 5 });
  const [bond] = dbn.directed;
  const states = allStates(4);
  const rebuilt = await dbnReconstruct(dbn, dataOf(states));
  states.forEach((v, b) => {
    const below = recognizedMeans(bond, v);
    const { top } = dbn;
    const h = Array.from({ length: 2 }, (_, j) =>
      sigma(below.reduce((x, s, i) => x + s * top.weights[i * 2 + j], top.hiddenBias[j])),
    );
    const again = below.map((_, i) => sigma(h.reduce((x, t, j) => x + t * top.weights[i * 2 + j], top.visibleBias[i])));
    for (let i = 0; i < 4; i++) {
      const mean = sigma(again.reduce((x, s, j) => x + s * bond.generativeWeights[i * 3 + j], bond.lowerBias[i]));
      expect(rebuilt[b * 4 + i]).toBeCloseTo(mean, 5);
    }
  });
});

test("upside down on top of itself: the bound is the RBM's log-likelihood for every v", () => {
  const below = strongRbm(4, 3, 6);
  const start = withBond(randomDbn([4, 3, 4], { seed: 7 }), 0, below);
  const dbn = withBond(start, 1, transposedRbm(below, bondRbm(start, 1)));
  const logZ = exactLogPartition(below);
  for (const v of allStates(4)) {
    const bound = recognized(dbn, v).reduce((sum, { q, log }) => sum + q * log, 0);
    expect(Math.abs(bound + freeEnergy(below, v) + logZ)).toBeLessThan(1e-6);
    // and any other top changes it
    const other = recognized(start, v).reduce((sum, { q, log }) => sum + q * log, 0);
    expect(Math.abs(other + freeEnergy(below, v) + logZ)).toBeGreaterThan(0.01);
  }
});

test("log Z with label units by annealing: within four standard errors of the sum, from both sides", async () => {
  const { top, classes } = randomDbn([6, 8, 7], { classes: 3, seed: 8, scale: 0.8 });
  const exact = exactLogPartition(top, classes);
  const { combined, forward, reverse, warnings } = await logPartition(top, {
    method: "ais",
    classes,
    chains: 400,
    temperatures: 300,
    seed: 9,
  });
  for (const estimate of [combined, forward, reverse]) {
    expect(Math.abs((estimate?.value ?? Number.NaN) - exact)).toBeLessThan(4 * (estimate?.error ?? 0) + 1e-3);
  }
  // without the group it is another machine
  expect(Math.abs(exactLogPartition(top) - exact)).toBeGreaterThan(0.5);
  expect(warnings).toEqual([]);
});

describe("refusals", () => {
  const dbn = randomDbn([4, 3, 3]);
  const data = dataOf(allStates(4));
  test.each([
    ["layer 3", () => dbnFeatures(dbn, data, { layer: 3 }), "a layer from 1 to 2"],
    ["labels of a network without", () => labelProbabilities(dbn, data), "Train it with labels"],
    ["data of another width", () => dbnBound(dbn, dataOf(allStates(3))), "4, the visible units"],
    ["no draws", () => dbnBound(dbn, data, { draws: 0 }), "at least 1"],
    ["a large network", () => exactDbnLogLikelihoods(randomDbn([4, 21, 2]), [0, 0, 0, 0]), "dbnBound"],
  ])("%s", async (_, work, text) => {
    await expect(async () => work()).rejects.toThrow(text);
  });
});
