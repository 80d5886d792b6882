import { describe, expect, test } from "vitest";
import { barsAndStripes } from "#src/data/bars-and-stripes.js";
import { refusal } from "./refusal.js";

describe("barsAndStripes", () => {
  test("2 × 2 by hand: rows, then columns", () => {
    const { cases, units, levels, imageShape, name } = barsAndStripes(2);
    expect({ name, cases, units, imageShape }).toEqual({
      name: "bars-and-stripes:2",
      cases: 8,
      units: 4,
      imageShape: [2, 2],
    });
    const bits = Array.from({ length: 8 }, (_, draw) =>
      [...levels.subarray(4 * draw, 4 * draw + 4)].map((v) => v / 255),
    );
    expect(bits).toEqual([
      [0, 0, 0, 0],
      [1, 1, 0, 0],
      [0, 0, 1, 1],
      [1, 1, 1, 1],
      [0, 0, 0, 0],
      [1, 0, 1, 0],
      [0, 1, 0, 1],
      [1, 1, 1, 1],
    ]);
  });

  test.each([2, 3, 4, 5, 8])("side %i: 2^(side + 1) − 2 images, the empty and the full one twice", (side) => {
    const { cases, units, levels } = barsAndStripes(side);
    const counts = new Map<string, number>();
    for (let draw = 0; draw < cases; draw++) {
      const image = levels.subarray(draw * units, (draw + 1) * units).join();
      counts.set(image, (counts.get(image) ?? 0) + 1);
    }
    expect(counts.size).toBe(2 ** (side + 1) - 2);
    const twice = [...counts].filter(([, count]) => count !== 1);
    const all = (level: number) => Array(units).fill(level).join();
    expect(twice).toEqual([
      [all(0), 2],
      [all(255), 2],
    ]);
  });

  test.each<[number, string]>([
    [0, "option"],
    [1.5, "option"],
    [Number.NaN, "option"],
    [17, "size"],
    [1e9, "size"],
  ])("refuses side %d", async (side, kind) => {
    expect((await refusal(() => barsAndStripes(side))).kind).toBe(kind);
  });
});
