import { describe, expect, test } from "vitest";
import { encoderPatterns } from "#src/data/encoder.js";
import { refusal } from "./refusal.js";

describe("encoderPatterns", () => {
  test("3-h-3 by hand", () => {
    const { levels, labels, ...rest } = encoderPatterns(3);
    expect(rest).toEqual({ name: "encoder:3", cases: 3, units: 6, imageShape: [2, 3] });
    expect(Array.from(levels, (level) => level / 255).join("")).toBe("100100" + "010010" + "001001");
    expect(labels).toEqual(Int32Array.of(0, 1, 2));
  });

  test.each([1, 4, 8, 40])("%i: one unit of each group a case, each pair of units once", (visible) => {
    const { cases, units, levels } = encoderPatterns(visible);
    expect([cases, units, levels.length]).toEqual([visible, 2 * visible, 2 * visible ** 2]);
    const column = (unit: number) => Array.from({ length: cases }, (_, row) => levels[row * units + unit]);
    for (let i = 0; i < visible; i++) {
      expect(column(i).filter((level) => level === 255)).toHaveLength(1);
      expect(column(visible + i)).toEqual(column(i));
    }
    expect(new Set(Array.from({ length: visible }, (_, i) => column(i).join())).size).toBe(visible);
  });

  test.each<[number, string]>([
    [0, "option"],
    [2.5, "option"],
    [Number.NaN, "option"],
    [4097, "size"],
    [1e300, "size"],
  ])("refuses %d", async (visible, kind) => {
    expect((await refusal(() => encoderPatterns(visible))).kind).toBe(kind);
  });
});
