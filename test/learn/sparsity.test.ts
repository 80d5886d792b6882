import { expect, test } from "vitest";
import { barsAndStripes } from "#src/data/bars-and-stripes.js";
import type { Dataset } from "#src/data/dataset.js";
import { hiddenFeatures } from "#src/evaluate/features.js";
import { adam, sgd } from "#src/learn/optimizer.js";
import type { SparsityOptions } from "#src/learn/rbm/sparsity.js";
import { initializeRbm } from "#src/machines/initialize.js";
import { freeEnergy, hiddenMean, type Rbm } from "#src/machines/rbm.js";
import { allStates, strongRbm } from "../oracles/enumerate.js";
import { exactNegative } from "../oracles/exact-rbm.js";
import { last } from "./last-report.js";

const names = ["weights", "visibleBias", "hiddenBias"] as const;

test("for one case and q of that case the step is the gradient of log P(v) − cost · cross entropy: finite differences, error below 3e-6", async () => {
  const rbm = strongRbm(5, 3, 7);
  const v = [1, 0, 1, 1, 0];
  const data: Dataset = { name: "case", cases: 1, units: 5, levels: Uint8Array.from(v, (bit) => 255 * bit) };
  const [target, cost] = [0.2, 0.7];
  const states = allStates(5);
  const objective = (of: Rbm): number => {
    const logZ = Math.log(states.reduce((sum, s) => sum + Math.exp(-freeEnergy(of, s)), 0));
    let penalty = 0;
    for (const q of hiddenMean(of, v)) penalty -= target * Math.log(q) + (1 - target) * Math.log(1 - q);
    return -freeEnergy(of, v) - logZ - cost * penalty;
  };
  const copy = {
    ...rbm,
    weights: [...rbm.weights],
    visibleBias: [...rbm.visibleBias],
    hiddenBias: [...rbm.hiddenBias],
  };
  const expected = names.flatMap((name) =>
    copy[name].map((value, i) => {
      const at = (x: number) => {
        copy[name][i] = x;
        return objective(copy as unknown as Rbm);
      };
      const slope = (at(value + 1e-5) - at(value - 1e-5)) / 2e-5;
      copy[name][i] = value;
      return slope;
    }),
  );
  const stepOf = async (sparsity?: SparsityOptions) => {
    const options = { epochs: 1, clamp: "threshold", negative: exactNegative(), optimizer: sgd({ rate: 1 }) } as const;
    const machine = (await last(rbm, data, { ...options, ...(sparsity && { sparsity }) })).machine();
    return names.flatMap((name) => Array.from(machine[name], (x, i) => x - (rbm[name][i] as number)));
  };
  const distance = (found: number[]) =>
    Math.hypot(...found.map((x, i) => x - (expected[i] as number))) / Math.hypot(...expected);
  expect(distance(await stepOf({ target, cost, rate: 1 }))).toBeLessThan(3e-6);
  // planted: no penalty, another target
  expect(distance(await stepOf())).toBeGreaterThan(0.1);
  expect(distance(await stepOf({ target: 0.25, cost, rate: 1 }))).toBeGreaterThan(0.01);
});

test.each([
  ["SGD", {}],
  ["centred Adam", { optimizer: adam({ rate: 0.01 }), centring: true }],
] as const)(
  "hidden units come to be on as often as the target says, with %s; without it, three times as often",
  async (_, given) => {
    const bars = barsAndStripes(4);
    const start = initializeRbm(bars, { hidden: 30, seed: 1 });
    const meanActivity = async (sparsity?: SparsityOptions) => {
      const options = { epochs: 300, batchSize: 8, seed: 1, ...given, ...(sparsity && { sparsity }) };
      const machine = (await last(start, bars, options)).machine();
      const features = await hiddenFeatures(machine, bars);
      return features.reduce((a, b) => a + b, 0) / features.length;
    };
    const sparse = await meanActivity({ target: 0.1, cost: 2 });
    expect(sparse).toBeGreaterThan(0.05);
    expect(sparse).toBeLessThan(0.15);
    expect(await meanActivity()).toBeGreaterThan(3 * sparse);
  },
);

test.each<[SparsityOptions, string]>([
  [{ target: 0 }, "sparsity target: got 0; expected a number in (0, 1); 0.01 to 0.1 is usual"],
  [{ target: 1 }, "sparsity target: got 1"],
  [{ target: 0.1, cost: 0 }, "sparsity cost: got 0; expected a positive number"],
  [{ target: 0.1, cost: Number.POSITIVE_INFINITY }, "sparsity cost: got Infinity"],
  [{ target: 0.1, rate: 2 }, "rate of sparsity: got 2; expected a number in (0, 1]"],
])("refused: %j", async (sparsity, message) => {
  const bars = barsAndStripes(2);
  const start = initializeRbm(bars, { hidden: 3, seed: 1 });
  await expect(last(start, bars, { epochs: 1, sparsity })).rejects.toThrow(message);
});
