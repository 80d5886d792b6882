import { describe, expect, test } from "vitest";
import { barsAndStripes } from "#src/data/bars-and-stripes.js";
import { initializeRbm, levelMeans } from "#src/machines/initialize.js";
import { createRbm, energy, freeEnergy, hiddenInput, hiddenMean, visibleMean } from "#src/machines/rbm.js";
import { allStates, jointDistribution, naiveEnergy, strongRbm } from "../oracles/enumerate.js";

const rbm = strongRbm(4, 3);

describe("an RBM against enumeration of all its states", () => {
  test("energy(v, h) is −vᵀWh − bᵀv − cᵀh", () => {
    for (const v of allStates(4))
      for (const h of allStates(3)) expect(energy(rbm, v, h)).toBeCloseTo(naiveEnergy(rbm, v, h), 12);
  });

  test("freeEnergy(v) is −log Σ_h e^−E(v, h)", () => {
    for (const v of allStates(4)) {
      const sum = allStates(3).reduce((total, h) => total + Math.exp(-naiveEnergy(rbm, v, h)), 0);
      expect(freeEnergy(rbm, v)).toBeCloseTo(-Math.log(sum), 12);
    }
  });

  test("hiddenMean and visibleMean are the conditionals of the joint law", () => {
    const { joint } = jointDistribution(rbm);
    allStates(4).forEach((v, a) => {
      const row = joint[a];
      const total = row.reduce((x, y) => x + y, 0);
      hiddenMean(rbm, v).forEach((mean, j) => {
        const on = allStates(3).reduce((sum, h, b) => sum + h[j] * row[b], 0);
        expect(mean).toBeCloseTo(on / total, 12);
      });
    });
    allStates(3).forEach((h, b) => {
      const total = joint.reduce((sum, row) => sum + row[b], 0);
      visibleMean(rbm, h).forEach((mean, i) => {
        const on = allStates(4).reduce((sum, v, a) => sum + v[i] * joint[a][b], 0);
        expect(mean).toBeCloseTo(on / total, 12);
      });
    });
  });
});

test("a case of another width is refused, with both widths", () => {
  expect(() => hiddenInput(rbm, [1, 0])).toThrow("hiddenInput: got 2 values; expected 4, one case");
});

test.each([0, -1, 1.5, Number.NaN])("%d hidden units are refused", (hidden) => {
  expect(() => createRbm(4, hidden)).toThrow(`hidden units: got ${hidden}; expected a whole number, at least 1`);
});

test("initializeRbm: visible biases are the log-odds of the data's means, weights have the asked deviation", () => {
  const data = barsAndStripes(4);
  const initial = initializeRbm(data, { hidden: 400, weightScale: 0.02, seed: 3 });
  levelMeans(data).forEach((p, i) => {
    expect(1 / (1 + Math.exp(-initial.visibleBias[i]))).toBeCloseTo(p, 6);
  });
  const n = initial.weights.length;
  const variance = initial.weights.reduce((sum, w) => sum + w * w, 0) / n;
  expect(Math.abs(variance / 0.02 ** 2 - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
  expect(initial.hiddenBias.every((c) => c === 0)).toBe(true);
});
