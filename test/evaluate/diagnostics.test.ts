import { expect, test } from "vitest";
import type { Dataset } from "#src/data/dataset.js";
import { hiddenActivity, largestWeights } from "#src/evaluate/diagnostics.js";
import { createRbm, hiddenMean } from "#src/machines/rbm.js";
import { strongRbm } from "../oracles/enumerate.js";

const levels = Float32Array.from({ length: 300 * 6 }, (_, i) => ((i * 37) % 101) / 100);
const data: Dataset = { name: "grey", cases: 300, units: 6, levels };

test("means and extremes of P(h | v) over the cases; a unit that is never on and one that always is", async () => {
  const rbm = strongRbm(6, 4, 2, 0.5);
  rbm.hiddenBias[1] = -30;
  rbm.hiddenBias[3] = 30;
  const { mean, lowest, highest, dead, saturated } = await hiddenActivity(rbm, data, { threads: 2 });
  const all = Array.from({ length: 300 }, (_, b) => hiddenMean(rbm, levels.subarray(b * 6, b * 6 + 6)));
  for (let j = 0; j < 4; j++) {
    const values = all.map((p) => p[j] as number);
    expect(mean[j]).toBeCloseTo(values.reduce((a, b) => a + b) / 300, 5);
    expect(lowest[j]).toBeCloseTo(Math.min(...values), 5);
    expect(highest[j]).toBeCloseTo(Math.max(...values), 5);
  }
  expect([dead, saturated]).toEqual([[1], [3]]);
});

test("a unit that is on in a single case is not dead", async () => {
  const rbm = createRbm(6, 1);
  rbm.weights.fill(20);
  rbm.hiddenBias[0] = -110;
  const one: Dataset = { name: "one", cases: 50, units: 6, levels: new Uint8Array(300).fill(255, 0, 6) };
  expect(await hiddenActivity(rbm, one)).toMatchObject({ dead: [], saturated: [] });
  await expect(hiddenActivity(rbm, one, { threshold: 0.5 })).rejects.toThrow("threshold: got 0.5; expected");
});

test("the largest weights, with their places", () => {
  const rbm = createRbm(3, 2);
  rbm.weights.set([1, -5, 0, 5, 2, -0.5]);
  expect(largestWeights(rbm, 3)).toEqual([
    { visible: 0, hidden: 1, weight: -5 },
    { visible: 1, hidden: 1, weight: 5 },
    { visible: 2, hidden: 0, weight: 2 },
  ]);
  expect(largestWeights(rbm, 100)).toHaveLength(6);
});
