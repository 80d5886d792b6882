import { describe, expect, test } from "vitest";
import { asDigit, borderMean, fitted, type Grey, greyOf, inverted, type Pixels } from "../../lab/data/grey.js";
import { readDrawing } from "../../lab/data/read-drawing.js";
import { readPictures } from "../../lab/data/read-pictures.js";
import { refusal } from "../data/refusal.js";
import { disc, fileOf } from "./own-files.js";

describe("pictures", () => {
  const grey = (side: number, levels: Uint8Array): Grey => ({ width: side, height: side, levels });
  /** What a decoder would give. */
  const rgba = ({ width, height, levels }: Grey, alpha = 255): Pixels => ({
    width,
    height,
    data: Uint8ClampedArray.from({ length: 4 * levels.length }, (_, i) =>
      i % 4 === 3 ? alpha : (levels[i >> 2] as number),
    ),
  });
  const decoder = (pictures: Record<string, Grey>) => async (file: File) => rgba(pictures[file.name] as Grey);

  test("luminance of white, red, and what is transparent", () => {
    const data = Uint8ClampedArray.of(255, 255, 255, 255, 255, 0, 0, 255, 0, 0, 0, 0);
    expect([...greyOf({ width: 3, height: 1, data }).levels]).toEqual([255, 76, 0]);
    // dark ink on nothing: nothing is paper
    const ink = Uint8ClampedArray.of(0, 0, 0, 255, 0, 0, 0, 0);
    expect([...greyOf({ width: 2, height: 1, data: ink }).levels]).toEqual([0, 255]);
  });

  test("scaled down by a whole factor, each pixel is the mean of its block; the mean of all stays at any factor", () => {
    const levels = Uint8Array.from({ length: 36 }, (_, i) => (i * 37) % 256);
    const small = fitted(grey(6, levels), 2);
    const block = [0, 1, 2].flatMap((y) => [0, 1, 2].map((x) => levels[y * 6 + x] as number));
    expect(small.levels[0]).toBe(Math.round(block.reduce((a, b) => a + b) / 9));
    const mean = (of: ArrayLike<number>) => Array.from(of).reduce((a, b) => a + b) / of.length;
    for (const side of [4, 5, 7, 11])
      expect(Math.abs(mean(fitted(grey(6, levels), side).levels) - mean(levels))).toBeLessThan(0.5);
    expect(fitted({ width: 10, height: 5, levels: new Uint8Array(50) }, 4)).toMatchObject({ width: 4, height: 2 });
  });

  test("a digit has its centre of mass in the middle, and fits 20 × 20", () => {
    const levels = new Uint8Array(100 * 80);
    for (let y = 10; y < 50; y++) for (let x = 60; x < 90; x++) if (x < 70 || y > 40) levels[y * 100 + x] = 200;
    const digit = asDigit({ width: 100, height: 80, levels }) as Grey;
    let [mass, across, down] = [0, 0, 0];
    digit.levels.forEach((level, i) => {
      mass += level;
      across += level * ((i % 28) + 0.5);
      down += level * (Math.floor(i / 28) + 0.5);
    });
    expect(Math.abs(across / mass - 14)).toBeLessThanOrEqual(0.5);
    expect(Math.abs(down / mass - 14)).toBeLessThanOrEqual(0.5);
    const on = [...digit.levels.keys()].filter((i) => (digit.levels[i] as number) > 0).map((i) => Math.floor(i / 28));
    expect(Math.max(...on) - Math.min(...on) + 1).toBe(20);
    expect(asDigit(grey(9, new Uint8Array(81)))).toBeUndefined();
  });

  test("of one small size are taken as they are, by their names; light ones turned over", async () => {
    const [a, b] = [grey(9, disc(9, 3, 250, 10)), grey(9, disc(9, 2, 200, 0))];
    const files = [fileOf("b.png", "-"), fileOf("a.png", "-")];
    const dark = await readPictures(files, decoder({ "a.png": a, "b.png": b }));
    expect(dark.shape).toEqual([2, 9, 9]);
    expect([...dark.values]).toEqual([...a.levels, ...b.levels]);
    expect(dark.notes.join()).not.toMatch(/light/);
    const light = await readPictures(files, decoder({ "a.png": inverted(a), "b.png": inverted(b) }));
    expect(light.values).toEqual(dark.values);
    expect(light.notes.join()).toMatch(/border is light/);
    expect(borderMean(a)).toBe(10);
  });

  test("of several sizes, or large, are scaled, and that is said", async () => {
    const files = [fileOf("a.png", "-"), fileOf("b.png", "-")];
    const mixed = await readPictures(
      files,
      decoder({ "a.png": grey(9, disc(9, 3, 255, 0)), "b.png": grey(12, disc(12, 3, 255, 0)) }),
    );
    expect(mixed.shape).toEqual([2, 28, 28]);
    expect(mixed.notes.join()).toMatch(/2 sizes: all are scaled/);
    const large = await readPictures(files.slice(0, 1), decoder({ "a.png": grey(100, disc(100, 30, 255, 0)) }));
    expect(large.shape).toEqual([1, 28, 28]);
    expect(large.notes.join()).toMatch(/100 × 100 pixels are more than 64/);
  });

  test("a picture becomes a drawing: dark on light as light on dark; one colour is refused", async () => {
    const ink = grey(100, disc(100, 40, 255, 0));
    const drawn = await readDrawing(fileOf("a.png", "-"), decoder({ "a.png": ink }));
    const turned = await readDrawing(fileOf("a.png", "-"), decoder({ "a.png": inverted(ink) }));
    expect(turned.bits).toEqual(drawn.bits);
    // the area of a disc of diameter 20
    expect(Math.abs(drawn.bits.reduce((a, b) => a + b) - Math.PI * 100)).toBeLessThan(12);
    const same = grey(28, disc(28, 5, 255, 0));
    const asItIs = await readDrawing(fileOf("a.png", "-"), decoder({ "a.png": same }));
    expect([...asItIs.bits]).toEqual([...same.levels].map((level) => level / 255));
    const blank = await refusal(() =>
      readDrawing(fileOf("a.png", "-"), decoder({ "a.png": grey(30, new Uint8Array(900).fill(255)) })),
    );
    expect(blank.message).toMatch(/one colour/);
  });
});
