import { expect, test } from "vitest";
import { dbmFeatures, dbmReconstruct } from "#src/evaluate/dbm-features.js";
import { hiddenFeatures } from "#src/evaluate/features.js";
import { reconstruct } from "#src/evaluate/reconstruction.js";
import { rbmAsDbm } from "#src/machines/dbm.js";
import { allStates, strongRbm } from "../oracles/enumerate.js";
import { binaryData, settledMeans, strongDbm } from "../oracles/exact-dbm.js";

const sigma = (x: number): number => 1 / (1 + Math.exp(-x));

test("means of each layer and what comes back from the first, against float64", async () => {
  const dbm = strongDbm([5, 4, 3, 2], 3);
  const cases = allStates(5);
  const data = binaryData(cases);
  const settled = { iterations: 2000, tolerance: 1e-7 };
  const means = cases.map((v) => settledMeans(dbm, v).means);
  for (const layer of [1, 2, 3]) {
    const values = await dbmFeatures(dbm, data, { layer, threads: 2, ...settled });
    const expected = means.flatMap((m) => m[layer] as number[]);
    expect(values.length).toBe(expected.length);
    values.forEach((value, at) => {
      expect(Math.abs(value - (expected[at] as number))).toBeLessThan(1e-5);
    });
  }
  expect(await dbmFeatures(dbm, data, settled)).toEqual(await dbmFeatures(dbm, data, { layer: 3, ...settled }));
  const rebuilt = await dbmReconstruct(dbm, data, settled);
  cases.forEach((_, c) => {
    for (let i = 0; i < 5; i++) {
      const input = (means[c]?.[1] ?? []).reduce(
        (sum, m, j) => sum + m * (dbm.weights[0]?.[i * 4 + j] as number),
        dbm.biases[0]?.[i] as number,
      );
      expect(Math.abs((rebuilt[c * 5 + i] as number) - sigma(input))).toBeLessThan(1e-5);
    }
  });
});

test("with one hidden layer they are an RBM's", async () => {
  const rbm = strongRbm(5, 4);
  const data = binaryData(allStates(5));
  expect(await dbmFeatures(rbmAsDbm(rbm), data)).toEqual(await hiddenFeatures(rbm, data));
  expect(await dbmReconstruct(rbmAsDbm(rbm), data)).toEqual(await reconstruct(rbm, data));
});

test("a layer that is not there, and data of another width", async () => {
  const dbm = strongDbm([3, 2, 2]);
  const data = binaryData([[1, 0, 1]]);
  expect(() => dbmFeatures(dbm, data, { layer: 3 })).toThrow("layer: got 3; expected a layer from 1 to 2");
  expect(() => dbmFeatures(dbm, data, { layer: 0 })).toThrow("layer: got 0");
  expect(() => dbmReconstruct(dbm, binaryData([[1, 0]]))).toThrow("3, the model's visible units");
});
