import { describe, expect, test } from "vitest";
import { createDbm, dbmAsRbm, dbmEnergy, rbmAsDbm, sidesOf } from "#src/machines/dbm.js";
import { initializeRbm } from "#src/machines/initialize.js";
import { initializeDbm } from "#src/machines/initialize-dbm.js";
import { energy } from "#src/machines/rbm.js";
import { allStates, strongRbm } from "../oracles/enumerate.js";
import { binaryData, dbmLaw, naiveLog, splitState, strongDbm } from "../oracles/exact-dbm.js";

test.each([[[3, 2]], [[3, 2, 4]], [[2, 3, 2, 3]], [[2, 1, 2, 1, 2]]])(
  "layers %j: the energy, and that of the same machine as an RBM of even against odd layers",
  (layers) => {
    const dbm = strongDbm(layers);
    const rbm = dbmAsRbm(dbm);
    expect(sidesOf(dbm)).toEqual({ even: rbm.visible, odd: rbm.hidden });
    for (const flat of allStates(layers.reduce((a, b) => a + b, 0))) {
      const states = splitState(dbm, flat);
      const side = (parity: number) => states.filter((_, l) => l % 2 === parity).flatMap((x) => [...x]);
      expect(dbmEnergy(dbm, states)).toBeCloseTo(-naiveLog(dbm, states), 10);
      expect(energy(rbm, side(0), side(1))).toBeCloseTo(-naiveLog(dbm, states), 10);
    }
  },
);

test("an RBM is the machine of one hidden layer", () => {
  const rbm = strongRbm(4, 3);
  expect(dbmAsRbm(rbmAsDbm(rbm))).toEqual(rbm);
});

test("with one hidden layer it begins as an RBM does, bit for bit", () => {
  const data = binaryData([
    [0, 1, 1, 0],
    [1, 1, 0, 0],
  ]);
  const dbm = initializeDbm(data, { layers: [4, 3], seed: 5 });
  expect(dbmAsRbm(dbm)).toEqual(initializeRbm(data, { hidden: 3, seed: 5 }));
});

describe("begun above a smaller machine", () => {
  const data = binaryData([
    [0, 1, 1, 0],
    [1, 1, 0, 0],
  ]);

  test.each([[[4, 3, 5]], [[4, 3, 2, 3]]])(
    "layers %j: without weights above it, the law of v is the RBM's own",
    (layers) => {
      const rbm = strongRbm(4, 3);
      const dbm = initializeDbm(data, { layers, weightScale: 0, from: rbm, seed: 5 });
      const [own, before] = [dbmLaw(dbm).visible, dbmLaw(rbmAsDbm(rbm)).visible];
      own.forEach((p, v) => {
        expect(p).toBeCloseTo(before[v], 12);
      });
    },
  );

  test("small weights change it by their square: the bias makes up for their means", () => {
    const rbm = strongRbm(4, 3);
    const before = dbmLaw(rbmAsDbm(rbm)).visible;
    const change = (weightScale: number) => {
      const dbm = initializeDbm(data, { layers: [4, 3, 6], weightScale, from: rbm, seed: 5 });
      const after = dbmLaw(dbm).visible;
      return after.reduce((sum, p, v) => sum + Math.abs(p - before[v]), 0);
    };
    // a tenth of the weights, a hundredth of the change; a tenth without the bias
    expect(change(0.2) / change(0.02)).toBeGreaterThan(70);
    expect(change(0.2) / change(0.02)).toBeLessThan(140);
  });

  test("a deep machine of all layers goes on as it is; other layers are refused", () => {
    const dbm = strongDbm([4, 3, 2]);
    expect(initializeDbm(data, { layers: [4, 3, 2], from: dbm, seed: 5 })).toEqual(dbm);
    for (const layers of [
      [4, 2, 2],
      [4, 3],
    ]) {
      const make = () => initializeDbm(data, { layers, from: dbm, seed: 5 });
      expect(make).toThrow(`from: got a machine of 4-3-2 units; expected layers that ${layers.join("-")} begins with`);
    }
  });
});

test("layers that cannot be, or do not fit the data, are refused", () => {
  expect(() => createDbm([784])).toThrow("layers: got 784; expected two or more sizes");
  expect(() => createDbm([])).toThrow("layers: got none");
  expect(() => createDbm([784, 0, 10])).toThrow("units of layer 1: got 0; expected a whole number, at least 1");
  expect(() => createDbm([784, 500, 2.5])).toThrow("units of layer 2: got 2.5");
  const data = binaryData([[0, 1, 1, 0]]);
  const make = () => initializeDbm(data, { layers: [5, 3], seed: 0 });
  expect(make).toThrow("layers: got a visible layer of 5 units; expected 4, the units of cases");
  expect(() =>
    dbmEnergy(createDbm([2, 1]), [
      [1, 0],
      [1, 1],
    ]),
  ).toThrow("dbmEnergy: got layers of 2, 2 units; expected layers of 2, 1 units");
});
