import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Field, Kernels, States } from "#src/kernels/kernels.js";
import { referenceKernels } from "#src/kernels/reference.js";
import { createKernels } from "#src/kernels/threads.js";
import { randomStream } from "#src/random/stream.js";

let all: Kernels[];
beforeAll(async () => {
  all = [referenceKernels(), await createKernels(), await createKernels({ threads: 3 })];
});
afterAll(() => {
  for (const kernels of all) kernels.dispose();
});

const normals = (count: number, seed: number, scale = 1) => {
  const random = randomStream(seed, "data");
  return Float32Array.from({ length: count }, () => scale * random.normal());
};
const bits = (count: number, seed: number) => {
  const random = randomStream(seed, "data");
  return Uint8Array.from({ length: count }, () => (random.uniform() < 0.4 ? 1 : 0));
};

/** 40 plain units, then a group of 7, given 21 hidden ones. */
const [plain, size, hidden, cases] = [40, 7, 21, 2000];
const units = plain + size;
const draw = { seed: 9, purpose: "visible", step: 3 } as const;

function made(kernels: Kernels, { meanIsSample = false, scale = 1, withInput = false } = {}) {
  const weights = kernels.matrix(units, hidden);
  weights.write(normals(units * hidden, 1, 0.5));
  const bias = kernels.vector(units);
  bias.write(normals(units, 2));
  const from = kernels.states(cases, hidden);
  from.write(bits(cases * hidden, 3));
  const [mean, sample, input] = [
    kernels.field(cases, units),
    kernels.states(cases + 2, units),
    kernels.field(cases, units),
  ];
  const group = { first: plain, size };
  const task = { cases, from, weights, transposed: true, bias, mean, sample, meanIsSample, scale, draw };
  kernels.conditional({ ...task, group, ...(withInput && { input }) });
  const grouped = { mean: mean.read(cases), sample: sample.read(cases) };
  kernels.conditional({ ...task, input });
  return { ...grouped, input: input.read(cases), without: sample.read(cases), state: sample };
}

describe("a softmax group", () => {
  test.each([0, 1])("kernels %i: means are the softmax of inputs, one unit is on, as often as the means say", (n) => {
    const { mean, sample, input, without } = made(all[n], { scale: 0.7 });
    const expected = new Float64Array(size);
    const counts = new Float64Array(size);
    for (let b = 0; b < cases; b++) {
      const x = Array.from(input.subarray(b * units + plain, (b + 1) * units), (value) => Math.exp(0.7 * value));
      const sum = x.reduce((a, c) => a + c);
      const on = sample.subarray(b * units + plain, (b + 1) * units);
      expect(on.reduce((a, c) => a + c)).toBe(1);
      x.forEach((value, u) => {
        expect(mean[b * units + plain + u]).toBeCloseTo(value / sum, 6);
        expected[u] += value / sum;
        counts[u] += on[u];
      });
      // plain units are as without a group
      for (let i = 0; i < plain; i++) expect(sample[b * units + i]).toBe(without[b * units + i]);
    }
    // each count is a sum of independent bits: five standard deviations of at most √(expected)
    for (let u = 0; u < size; u++) expect(Math.abs(counts[u] - expected[u])).toBeLessThan(5 * Math.sqrt(expected[u]));
  });

  test("the same bits with one thread and three, with and without a field for inputs", () => {
    const [one, three] = [made(all[1]), made(all[2], { withInput: true })];
    expect(one.mean).toEqual(three.mean);
    expect(one.sample).toEqual(three.sample);
  });

  test("samples in place of means are those samples", () => {
    const { mean, sample } = made(all[1], { meanIsSample: true });
    expect(Array.from(mean)).toEqual(Array.from(sample));
  });

  test("has to be inside the layer", () => {
    const [kernels] = all;
    const weights = kernels.matrix(3, 4);
    const [from, out] = [kernels.states(1, 3), kernels.states(1, 4)];
    const task = { cases: 1, from, weights, bias: kernels.vector(4), sample: out, draw };
    expect(() => kernels.conditional({ ...task, group: { first: 3, size: 2 } })).toThrow("inside 4 units");
  });
});

test("the words of 500 units beside ten others: the same on all kernels", () => {
  const given = bits(7 * 500, 5);
  const made = all.map((kernels) => {
    const [from, to] = [kernels.states(9, 500), kernels.states(7, 510)];
    from.write(given);
    to.write(bits(7 * 510, 6));
    kernels.copyUnits({ cases: 6, from, to, units: 500 });
    const back = kernels.states(7, 484);
    kernels.copyUnits({ cases: 5, from: to, fromUnit: 16, to: back, units: 484 });
    return [to.read(7), back.read(5)];
  });
  const [[wide, narrow]] = made;
  expect(wide.subarray(5 * 510, 5 * 510 + 500)).toEqual(given.subarray(5 * 500, 6 * 500));
  expect(narrow.subarray(484, 968)).toEqual(given.subarray(516, 1000));
  for (const others of made.slice(1)) expect(others).toEqual([wide, narrow]);
});

describe.each([0, 1])("kernels %i: copies of units", (n) => {
  const [wide, narrow, rows] = [37, 20, 5];

  test.each(["states", "field"] as const)("of %s go to their places, the others stay", (kind) => {
    const kernels = all[n];
    const [from, to] = [kernels[kind](rows + 1, narrow), kernels[kind](rows, wide)];
    const [given, there] = [bits(rows * narrow, 5), bits(rows * wide, 6)];
    const write = (layer: States | Field, values: Uint8Array) =>
      layer.kind === "states" ? layer.write(values) : layer.write(Float32Array.from(values));
    write(from, given);
    write(to, there);
    kernels.copyUnits({ cases: rows - 1, from, fromUnit: 3, to, toUnit: 14, units: 17 });
    const expected = there.slice();
    for (let b = 0; b < rows - 1; b++) {
      for (let u = 0; u < 17; u++) expected[b * wide + 14 + u] = given[b * narrow + 3 + u];
    }
    expect(Array.from(to.read(rows))).toEqual(Array.from(expected));
  });

  test("are refused where the layers have no such units, or are one, or of two kinds", () => {
    const kernels = all[n];
    const [from, to] = [kernels.states(rows, narrow), kernels.states(rows, wide)];
    expect(() => kernels.copyUnits({ cases: rows, from, to, units: 21 })).toThrow("units that both have");
    expect(() => kernels.copyUnits({ cases: rows + 1, from, to, units: 2 })).toThrow("units that both have");
    expect(() => kernels.copyUnits({ cases: 1, from, to: kernels.field(1, 9), units: 1 })).toThrow("both have");
    expect(() => kernels.copyUnits({ cases: 1, from, to: from, units: 1 })).toThrow("two different ones");
  });
});
