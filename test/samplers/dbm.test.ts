import { describe, expect, test } from "vitest";
import { createKernels } from "#src/kernels/threads.js";
import { dbmAsRbm, rbmAsDbm } from "#src/machines/dbm.js";
import { residentRbm } from "#src/machines/resident.js";
import { residentDbm } from "#src/machines/resident-dbm.js";
import { dbmSampler } from "#src/samplers/dbm.js";
import { gibbsSampler } from "#src/samplers/gibbs.js";
import { allStates, codeOf, strongRbm } from "../oracles/enumerate.js";
import { binaryData, dbmLaw, strongDbm } from "../oracles/exact-dbm.js";

test("with one hidden layer its chains are an RBM's", async () => {
  const rbm = strongRbm(6, 4);
  const kernels = await createKernels();
  const [deep, plain] = [dbmSampler(residentDbm(kernels, rbmAsDbm(rbm))), gibbsSampler(residentRbm(kernels, rbm))];
  const [a, b] = [deep.init(3, 50), plain.init(3, 50)];
  for (let sweep = 0; sweep < 5; sweep++) {
    const [x, y] = [deep.step(a), plain.step(b)];
    expect(a.layers[0]?.read(50)).toEqual(b.visible.read(50));
    expect(a.layers[1]?.read(50)).toEqual(b.hidden.read(50));
    expect(x.visibleMean.read(50)).toEqual(y.visibleMean.read(50));
  }
});

describe.each([[[4, 3, 3]], [[3, 3, 2, 2]]])("layers %j", (layers) => {
  const dbm = strongDbm(layers, 8, 1.5);
  const chains = 20_000;
  /** Total variation that exact draws keep below but for one run in a million. */
  const most = (law: ArrayLike<number>) =>
    Array.from(law).reduce((sum, p) => sum + 0.5 * Math.sqrt((p * (1 - p)) / chains), 0) +
    Math.sqrt(Math.log(1e6) / (2 * chains));

  test.each([["noise"], ["cases"]])("from %s, the law of v after 50 sweeps", async (from) => {
    const { visible } = dbmLaw(dbm);
    const states = allStates(layers[0] as number);
    const start = binaryData(Array.from({ length: chains }, (_, n) => states[n % states.length] as Uint8Array));
    const sampler = dbmSampler(residentDbm(await createKernels(), dbm), from === "cases" ? { start } : {});
    const state = sampler.init(1, chains);
    while (state.sweep < 50) sampler.step(state);
    const bits = state.layers[0]?.read(chains) as Uint8Array;
    const units = layers[0] as number;
    const seen = new Float64Array(2 ** units);
    for (let c = 0; c < chains; c++) seen[codeOf(bits.subarray(c * units, (c + 1) * units))] += 1 / chains;
    const distance = (law: ArrayLike<number>) =>
      seen.reduce((sum, p, code) => sum + Math.abs(p - (law[code] as number)) / 2, 0);
    expect(distance(visible)).toBeLessThan(most(visible));
    // with the last layer upside down v would have another law
    const last = dbm.weights.length - 1;
    const wrong = dbmLaw({ ...dbm, weights: dbm.weights.map((W, l) => (l === last ? W.map((w) => -w) : W)) });
    expect(distance(wrong.visible)).toBeGreaterThan(most(visible));
  });
});

test("no chains, more than cases, and cases of another width are refused", async () => {
  const resident = residentDbm(await createKernels(), strongDbm([3, 2, 2]));
  const start = binaryData([[1, 0, 1]]);
  expect(() => dbmSampler(resident).init(0, 0)).toThrow("chains: got 0");
  expect(() => dbmSampler(resident, { start }).init(0, 2)).toThrow("chains: got 2; expected at most 1");
  expect(() => dbmSampler(resident, { start: binaryData([[1, 0]]) }).init(0, 1)).toThrow(
    "3, the model's visible units",
  );
  expect(dbmAsRbm(strongDbm([3, 2, 2])).visible).toBe(5);
});
