import { describe, expect, it } from "vitest";
import { greyColour, signedColour } from "#cli/figures/colour.js";

const channels = (colour: number) =>
  [colour >> 16, (colour >> 8) & 255, colour & 255].map((byte) => byte / 255) as Vector;
type Vector = [number, number, number];
type Matrix = [Vector, Vector, Vector];

const times = (m: Matrix, v: Vector) => m.map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]) as Vector;
const linear = (v: Vector) => v.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as Vector;

/** sRGB to OKLab, with the forward matrices of Ottosson 2020 (the code under test has the inverse ones). */
function oklab(lin: Vector): Vector {
  const lms = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    lin,
  ).map(Math.cbrt) as Vector;
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    lms,
  );
}

const distance = (a: Vector, b: Vector) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

/** Machado, Oliveira & Fernandes 2009, severity 1: protanopia, deuteranopia, tritanopia. */
const blindness: Record<string, Matrix> = {
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

describe("signedColour", () => {
  const ends = [channels(signedColour(1)), channels(signedColour(-1))] as const;

  it("is orange above 0, blue below, and the white of the page at 0", () => {
    const [orange, blue] = ends;
    expect(orange[0]).toBeGreaterThan(orange[1]);
    expect(orange[1]).toBeGreaterThan(orange[2]);
    expect(blue[2]).toBeGreaterThan(blue[1]);
    expect(blue[1]).toBeGreaterThan(blue[0]);
    expect(signedColour(0)).toBe(0xffffff);
    expect(signedColour(-0)).toBe(0xffffff);
  });

  it("clamps beyond the ends", () => {
    expect(signedColour(7)).toBe(signedColour(1));
    expect(signedColour(-7)).toBe(signedColour(-1));
  });

  it("is as light for +w as for −w, and darkens with |w|", () => {
    let before = 2;
    for (let share = 0; share <= 1; share += 0.05) {
      const lightness = oklab(linear(channels(signedColour(share))))[0];
      expect(oklab(linear(channels(signedColour(-share))))[0]).toBeCloseTo(lightness, 2);
      expect(lightness).toBeLessThan(before);
      before = lightness;
    }
  });

  it("keeps its ends apart in every kind of colour blindness", () => {
    for (const matrix of Object.values(blindness)) {
      const seen = ends.map((end) =>
        oklab(times(matrix, linear(end)).map((c) => Math.min(1, Math.max(0, c))) as Vector),
      );
      // 0.02 is just noticeable; green and red come to 0.04 for deuteranopes.
      expect(distance(seen[0] as Vector, seen[1] as Vector)).toBeGreaterThan(0.2);
    }
  });
});

describe("greyColour", () => {
  it("puts ink on paper, or light on dark", () => {
    expect(greyColour(0, "dark")).toBe(0xffffff);
    expect(greyColour(1, "light")).toBe(0xffffff);
    expect(greyColour(1, "dark")).toBe(greyColour(0, "light"));
    expect(greyColour(1, "dark")).toBeLessThan(0x202020);
    expect(greyColour(0.25, "dark")).toBe(greyColour(0.75, "light"));
  });
});
