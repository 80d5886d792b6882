import { describe, expect, it } from "vitest";
import { confusionMatrix, mistakes, pngSize } from "#cli/figures/index.js";
import { decode, others } from "./figures-decode.js";

/** Classes that are all right, and one confusion. */
const right = (classes: number, count = 10) =>
  Array.from({ length: classes ** 2 }, (_, at) => (at % (classes + 1) === 0 ? count : 0));
const confused = right(4).map((count, at) => (at === 2 ? 3 : count));

describe("confusionMatrix", () => {
  it("is 1440 pixels wide, the same bytes twice, and shows a confusion", async () => {
    const [plain, again, other] = await Promise.all(
      [right(4), right(4), confused].map((confusion) => confusionMatrix({ confusion })),
    );
    expect(plain).toEqual(again);
    expect(decode(plain as Uint8Array).width).toBe(1440);
    expect(other).not.toEqual(plain);
  });

  it("takes one class, and more than have room for numbers", async () => {
    for (const classes of [1, 2, 10, 100, 700]) {
      const { width, height } = pngSize(await confusionMatrix({ confusion: right(classes) }));
      expect(width).toBe(1440);
      expect(height).toBeLessThan(3000);
    }
  });

  it("paints a wrong cell in another colour than a right one", async () => {
    const picture = decode(await confusionMatrix({ confusion: confused }));
    expect(others(picture, [72, 200, 600, 600], 0xffffff)).toBeGreaterThan(1000);
  });

  it.each([
    [[1, 2, 3], "confusionMatrix: got 3 numbers; expected a square of them"],
    [[], "confusionMatrix: got 0 numbers"],
    [[1, 0, -1, 1], "confusionMatrix: cases: got -1"],
  ])("refuses %j", async (confusion, message) => {
    await expect(confusionMatrix({ confusion })).rejects.toThrow(message);
  });
});

describe("mistakes", () => {
  const levels = new Float32Array(12).fill(0.5);
  const one = { levels, label: 3, taken: 5, probability: 0.98 };

  it("draws any number of images, eight a row", async () => {
    const heights = [];
    for (const count of [1, 8, 9, 48]) {
      const png = await mistakes({ cases: Array.from({ length: count }, () => one), imageShape: [3, 4] });
      const { width, height } = pngSize(png);
      expect(width).toBe(1440);
      heights.push(height);
    }
    expect(heights[2]).toBeGreaterThan(heights[1] as number);
  });

  it("refuses no image, and images of another size or with levels outside [0, 1]", async () => {
    await expect(mistakes({ cases: [], imageShape: [3, 4] })).rejects.toThrow("mistakes: got none");
    await expect(mistakes({ cases: [one], imageShape: [3, 5] })).rejects.toThrow("mistakes: image 0: got 12 values");
    const bright = { ...one, levels: new Float32Array(12).fill(2) };
    await expect(mistakes({ cases: [bright], imageShape: [3, 4] })).rejects.toThrow(
      "levels or probabilities in [0, 1]",
    );
  });
});
