import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toDataset } from "#src/data/levels.js";
import { refusal } from "./refusal.js";

const name = "n";

describe("toDataset: bytes", () => {
  test("grey levels are kept, without a copy", () => {
    const values = Uint8Array.of(0, 1, 2, 255, 128, 7);
    const dataset = toDataset({ name, shape: [2, 3], values });
    expect(dataset).toEqual({ name, cases: 2, units: 3, levels: values });
    expect(dataset.levels).toBe(values);
  });

  test("a 2 makes grey levels of bytes", () => {
    expect(toDataset({ name, shape: [1, 3], values: Uint8Array.of(0, 1, 2) }).levels).toEqual(Uint8Array.of(0, 1, 2));
  });

  test("0 and 1 become 0 and 255, and the values stay as they are", () => {
    const values = Uint8Array.of(0, 1, 1, 0);
    expect(toDataset({ name, shape: [2, 2], values }).levels).toEqual(Uint8Array.of(0, 255, 255, 0));
    expect(values).toEqual(Uint8Array.of(0, 1, 1, 0));
  });

  test("binarize compares level / 255", () => {
    const values = Uint8Array.of(0, 127, 128, 255);
    const levels = (binarize: number) => [...toDataset({ name, shape: [1, 4], values, binarize }).levels];
    expect(levels(0.5)).toEqual([0, 0, 255, 255]);
    expect(levels(0)).toEqual([0, 255, 255, 255]);
    // Above the threshold, not at it.
    expect(levels(128 / 255)).toEqual([0, 0, 0, 255]);
  });

  test("binarize of bytes 0 and 1", () => {
    const levels = toDataset({ name, shape: [1, 2], values: Uint8Array.of(0, 1), binarize: 0.5 }).levels;
    expect(levels).toEqual(Uint8Array.of(0, 255));
  });

  test("a threshold in bytes is refused with the level it means", async () => {
    const error = await refusal(() => toDataset({ name, shape: [1, 2], values: Uint8Array.of(0, 9), binarize: 102 }));
    expect(error.kind).toBe("option");
    expect(error.message).toMatch(/102 for bytes.*use 0\.4\.$/);
  });

  test("scale", () => {
    const values = Uint8Array.of(0, 4, 16, 8);
    const expected = Float32Array.of(0, 0.25, 1, 0.5);
    expect(toDataset({ name, shape: [2, 2], values, scale: 16 }).levels).toEqual(expected);
    expect(toDataset({ name, shape: [2, 2], values, scale: "minmax" }).levels).toEqual(expected);
  });
});

describe("toDataset: other numbers", () => {
  test("float32 in [0, 1] is kept, float64 becomes float32", () => {
    const values = Float32Array.of(0, 1, 0.5, Math.fround(0.1));
    expect(toDataset({ name, shape: [2, 2], values }).levels).toBe(values);
    const levels = toDataset({ name, shape: [2, 2], values: Float64Array.of(0, 1, 0.5, 0.1) }).levels;
    expect(levels).toEqual(values);
    expect(toDataset({ name, shape: [1, 2], values: Int32Array.of(0, 1) }).levels).toEqual(Float32Array.of(0, 1));
  });

  test("minmax is over the whole array", () => {
    const levels = toDataset({ name, shape: [2, 2], values: Float64Array.of(-1, 0, 1, 3), scale: "minmax" }).levels;
    expect(levels).toEqual(Float32Array.of(0, 0.25, 0.5, 1));
  });

  test("minmax always ends in [0, 1] and reaches both ends", () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 });
    fc.assert(
      fc.property(fc.array(finite, { minLength: 2 }), (numbers) => {
        fc.pre(new Set(numbers.map((number) => number + 0)).size > 1);
        const { levels } = toDataset({
          name,
          shape: [numbers.length, 1],
          values: Float64Array.from(numbers),
          scale: "minmax",
        });
        expect(Math.min(...levels)).toBe(0);
        expect(Math.max(...levels)).toBe(1);
      }),
    );
  });

  test("binarize compares the number itself, or the scaled one", () => {
    const values = Float64Array.of(-3, 8, 8.5, 16);
    expect(toDataset({ name, shape: [1, 4], values, binarize: 8 }).levels).toEqual(Uint8Array.of(0, 0, 255, 255));
    const scaled = toDataset({ name, shape: [1, 4], values, scale: 16, binarize: 0.55 });
    expect(scaled.levels).toEqual(Uint8Array.of(0, 0, 0, 255));
  });

  test.each([
    [
      1.5,
      /row 1, column 2 \(both counted from 0\): got 1\.5; expected levels in \[0, 1\]\. Use scale .* binarize .*\.$/,
    ],
    [-1e-9, /row 1, column 2 .*: got -1e-9;/],
    [1.0000000000000002, /row 1, column 2/],
    [Number.NaN, /row 1, column 2 .*: got NaN; expected a finite number/],
    [Number.POSITIVE_INFINITY, /row 1, column 2 .*: got Infinity; expected a finite number/],
  ])("%d is refused with its row and column", async (bad, message) => {
    const values = Float64Array.of(0, 0, 0, 0, 1, bad, 0, bad, 0);
    const error = await refusal(() => toDataset({ name: "x.npy", shape: [3, 3], values }));
    expect(error.kind).toBe("data");
    expect(error.message).toMatch(/^x\.npy, /);
    expect(error.message).toMatch(message);
  });

  test.each([
    { scale: 2 },
    { scale: "minmax" as const },
    { binarize: 0.5 },
    { scale: "minmax" as const, binarize: 0.5 },
  ])("NaN is refused with %j too", async (options) => {
    for (const bad of [Number.NaN, Number.NEGATIVE_INFINITY]) {
      const values = Float32Array.of(0, 1, bad, 0);
      const error = await refusal(() => toDataset({ name, shape: [2, 2], values, ...options }));
      expect(error.message).toMatch(/row 1, column 0 .*expected a finite number/);
    }
  });

  test("a place in the file's terms", async () => {
    const where = (row: number, column: number) => `line ${row + 2}, column c${column}`;
    const error = await refusal(() => toDataset({ name, shape: [1, 2], values: Float64Array.of(0, 2), where }));
    expect(error.message).toMatch(/^n, line 2, column c1: got 2;/);
  });

  test("minmax of a range above the largest double is refused as such", async () => {
    const values = Float64Array.of(-1e308, 1e308);
    const error = await refusal(() => toDataset({ name, shape: [1, 2], values, scale: "minmax" }));
    expect(error.message).toMatch(/got values from -1e\+308 to 1e\+308/);
  });

  test.each<[string, object, string]>([
    ["a scale of 0", { scale: 0 }, "option"],
    ["a negative scale", { scale: -1 }, "option"],
    ["a scale of NaN", { scale: Number.NaN }, "option"],
    ["a threshold of NaN", { binarize: Number.NaN }, "option"],
    ["a scale that is too small", { scale: 2 }, "data"],
    ["minmax of equal values", { scale: "minmax", values: Float64Array.of(3, 3, 3, 3) }, "data"],
  ])("refuses %s", async (_, over, kind) => {
    const raw = { name, shape: [2, 2], values: Float64Array.of(0, 1, 2, 3), ...over };
    expect((await refusal(() => toDataset(raw))).kind).toBe(kind);
  });
});

describe("toDataset: shapes", () => {
  const values = new Uint8Array(24);

  test.each([
    [[2, 12], undefined, undefined],
    [[2, 3, 4], undefined, [3, 4]],
    [[2, 3, 4, 1], undefined, [3, 4]],
    [[2, 1, 3, 4], undefined, [3, 4]],
    [[2, 12], [4, 3] as const, [4, 3]],
    [[2, 3, 4], [6, 2] as const, [6, 2]],
    [[6, 4], "square" as const, [2, 2]],
  ])("%j, asked for %j: images of %j", (shape, asked, imageShape) => {
    const dataset = toDataset({ name, shape, values, imageShape: asked });
    expect(dataset.cases * dataset.units).toBe(24);
    expect(dataset.cases).toBe(shape[0]);
    expect(dataset.imageShape).toEqual(imageShape);
  });

  test.each<[string, object, string]>([
    ["one axis", { shape: [24] }, "shape"],
    ["no axes", { shape: [] }, "shape"],
    ["colours", { shape: [2, 2, 2, 3] }, "shape"],
    ["five axes", { shape: [2, 3, 4, 1, 1] }, "shape"],
    ["another number of values", { shape: [2, 11] }, "shape"],
    ["no cases", { shape: [0, 3], values: new Uint8Array(0) }, "data"],
    ["no units", { shape: [3, 0], values: new Uint8Array(0) }, "data"],
    ["images of another size", { shape: [2, 12], imageShape: [3, 5] }, "shape"],
    ["images of negative sides", { shape: [2, 12], imageShape: [-3, -4] }, "shape"],
    ["images of half pixels", { shape: [2, 12], imageShape: [4.8, 2.5] }, "shape"],
    ["square images of 12 units", { shape: [2, 12], imageShape: "square" }, "shape"],
  ])("refuses %s", async (_, over, kind) => {
    const raw = { name, values, shape: [2, 12], ...over };
    expect((await refusal(() => toDataset(raw))).kind).toBe(kind);
  });
});

describe("toDataset: labels", () => {
  const raw = { name, shape: [3, 1], values: new Uint8Array(3) };

  test("bytes are kept, others become int32; −1 is no label of a case", () => {
    const bytes = Uint8Array.of(0, 9, 255);
    expect(toDataset({ ...raw, labels: bytes }).labels).toBe(bytes);
    const labels = toDataset({ ...raw, labels: Float64Array.of(-1, 9, 2 ** 31 - 1) }).labels;
    expect(labels).toEqual(Int32Array.of(-1, 9, 2 ** 31 - 1));
  });

  test.each([-2, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])("%d is no label", async (bad) => {
    const error = await refusal(() => toDataset({ ...raw, labels: Float64Array.of(0, bad, 1) }));
    expect(error.kind).toBe("data");
    expect(error.message).toMatch(/^labels of n, case 1 \(counted from 0\): got the label/);
  });

  test("a label a case", async () => {
    for (const count of [0, 2, 4]) {
      const error = await refusal(() => toDataset({ ...raw, labels: new Uint8Array(count), labelsName: "y.npy" }));
      expect(error.kind).toBe("shape");
      expect(error.message).toBe(`y.npy: got ${count} labels; expected 3, one a case`);
    }
  });
});
