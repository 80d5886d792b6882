import { describe, expect, test } from "vitest";
import { exactLogPartition } from "#src/evaluate/log-partition.js";
import { exactRbmMoments } from "#src/evaluate/rbm-moments.js";
import { createRbm, type Rbm } from "#src/machines/rbm.js";
import { strongRbm } from "../oracles/enumerate.js";
import { momentsOf } from "../oracles/exact-rbm.js";

const parts = [
  ["weights", "weights"],
  ["visible", "visibleBias"],
  ["hidden", "hiddenBias"],
] as const;

const largest = (x: Iterable<number>) => Math.max(...Array.from(x, Math.abs));

describe.each([
  ["more visible units", strongRbm(7, 4, 5)],
  ["more hidden units", strongRbm(3, 8, 6, 2)],
  ["as many", strongRbm(5, 5, 7)],
  ["one unit", strongRbm(1, 6, 8)],
])("moments: %s", (_, rbm) => {
  const moments = exactRbmMoments(rbm);

  test("are those of all states, to 1e-13", () => {
    const naive = momentsOf(rbm);
    for (const [name] of parts) {
      expect(largest(moments[name].map((x, at) => x - naive[name][at]))).toBeLessThan(1e-13);
    }
  });

  test("are the slopes of log Z by central differences: relative error below 1e-6", () => {
    const copy = {
      ...rbm,
      weights: [...rbm.weights],
      visibleBias: [...rbm.visibleBias],
      hiddenBias: [...rbm.hiddenBias],
    };
    const logZ = () => exactLogPartition(copy as unknown as Rbm);
    const h = 1e-4;
    for (const [name, parameter] of parts) {
      const values = copy[parameter];
      moments[name].forEach((moment, at) => {
        const value = values[at] as number;
        values[at] = value + h;
        const above = logZ();
        values[at] = value - h;
        const slope = (above - logZ()) / (2 * h);
        values[at] = value;
        expect(Math.abs(slope - moment)).toBeLessThan(1e-6 * Math.max(moment, 1e-3));
      });
    }
  });
});

test("weights whose exponentials leave the floating-point numbers", () => {
  const rbm = createRbm(2, 1);
  rbm.weights.set([3000, -3000]);
  rbm.hiddenBias.set([-3000]);
  // h = 0: v fair coins; h = 1: v = (1, 0), at an energy of 0
  const { weights, visible, hidden } = exactRbmMoments(rbm);
  [weights, visible, hidden]
    .flatMap((x) => [...x])
    .forEach((x, at) => {
      expect(x).toBeCloseTo([1 / 5, 0, 3 / 5, 2 / 5, 1 / 5][at] as number, 13);
    });
});

test("parameters that are not numbers give moments and a log Z that are none", () => {
  const rbm = strongRbm(4, 3, 1);
  rbm.weights[5] = Number.NaN;
  expect(exactRbmMoments(rbm).weights.every((x) => Number.isNaN(x))).toBe(true);
  expect(exactLogPartition(rbm)).toBeNaN();
});

test("refused: more than 20 units in both layers", () => {
  expect(() => exactRbmMoments(createRbm(21, 30))).toThrow(
    "exactRbmMoments: got 21 units, 2^21 states; expected at most 20",
  );
});
