import { describe, expect, test } from "vitest";
import type { Dataset } from "#src/data/dataset.js";
import { selectClasses, sliceCases, takeCases } from "#src/data/select.js";
import { refusal } from "./refusal.js";

const dataset: Dataset = {
  name: "d",
  cases: 5,
  units: 2,
  levels: Uint8Array.of(0, 1, 10, 11, 20, 21, 30, 31, 40, 41),
  labels: Uint8Array.of(3, 1, 3, 2, 1),
  imageShape: [1, 2],
};
const floats: Dataset = {
  name: "f",
  cases: 3,
  units: 1,
  levels: Float32Array.of(0.25, 0.5, 0.75),
  labels: Int32Array.of(1000, 7, 1000),
};

describe("selectClasses", () => {
  test("one class, in order, copied", () => {
    const selected = selectClasses(dataset, [3]);
    expect(selected).toEqual({
      name: "d classes 3",
      cases: 2,
      units: 2,
      levels: Uint8Array.of(0, 1, 20, 21),
      labels: Uint8Array.of(3, 3),
      imageShape: [1, 2],
    });
    expect(selected.levels.buffer).not.toBe(dataset.levels.buffer);
  });

  test("several classes, in the order of the cases; a class named twice counts once", () => {
    const selected = selectClasses(dataset, [2, 1, 2]);
    expect(selected.name).toBe("d classes 2,1");
    expect(selected.labels).toEqual(Uint8Array.of(1, 2, 1));
    expect(selected.levels).toEqual(Uint8Array.of(10, 11, 30, 31, 40, 41));
  });

  test("floats and int32 labels", () => {
    const selected = selectClasses(floats, [1000]);
    expect(selected.levels).toEqual(Float32Array.of(0.25, 0.75));
    expect(selected.labels).toEqual(Int32Array.of(1000, 1000));
  });

  test("a class without cases: the message has the classes there are", async () => {
    const error = await refusal(() => selectClasses(dataset, [9]));
    expect(error.kind).toBe("data");
    expect(error.message).toBe("d: got class 9, no case; expected classes 1 (2 cases), 2 (1 case), 3 (2 cases)");
    expect((await refusal(() => selectClasses(dataset, [3, 256 + 3]))).message).toMatch(/class 259/);
  });

  test.each([[[]], [[-1]], [[1.5]], [[Number.NaN]]])("refuses the classes %j", async (classes) => {
    expect((await refusal(() => selectClasses(dataset, classes))).kind).toBe("option");
  });

  test("refuses data without labels", async () => {
    const { labels: _, ...unlabelled } = dataset;
    const error = await refusal(() => selectClasses(unlabelled, [1]));
    expect(error.message).toMatch(/without labels/);
  });
});

describe("takeCases", () => {
  test("the first, copied", () => {
    const taken = takeCases(dataset, 2);
    expect(taken).toEqual({
      ...dataset,
      cases: 2,
      levels: Uint8Array.of(0, 1, 10, 11),
      labels: Uint8Array.of(3, 1),
    });
    expect(taken.levels.buffer.byteLength).toBe(4);
    expect(takeCases(floats, 1)).toEqual({
      name: "f",
      cases: 1,
      units: 1,
      levels: Float32Array.of(0.25),
      labels: Int32Array.of(1000),
    });
  });

  test("all where there are no more", () => {
    expect(takeCases(dataset, 5)).toBe(dataset);
    expect(takeCases(dataset, 6)).toBe(dataset);
  });

  test("a Node buffer is copied too", () => {
    const levels = Buffer.from([1, 2, 3, 4]);
    const taken = takeCases({ name: "b", cases: 2, units: 2, levels }, 1);
    levels[0] = 9;
    expect([...taken.levels]).toEqual([1, 2]);
  });

  test.each([0, -1, 1.5, Number.NaN])("refuses %d", async (limit) => {
    expect((await refusal(() => takeCases(dataset, limit))).kind).toBe("option");
  });
});

describe("sliceCases", () => {
  test("from the middle, copied", () => {
    const { levels, labels, cases } = sliceCases(dataset, 1, 3);
    expect([cases, [...levels], [...(labels as Uint8Array)]]).toEqual([2, [10, 11, 20, 21], [1, 3]]);
    expect(levels.buffer.byteLength).toBe(4);
    expect([...sliceCases(floats, 2, 3).levels]).toEqual([0.75]);
  });

  test.each([
    [-1, 2],
    [2, 2],
    [0, 6],
    [0.5, 2],
  ])("refuses %d to %d", async (from, to) => {
    expect((await refusal(() => sliceCases(dataset, from, to))).kind).toBe("option");
  });
});
