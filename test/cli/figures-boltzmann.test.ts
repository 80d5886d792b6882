import { describe, expect, it } from "vitest";
import { signedColour } from "#cli/figures/colour.js";
import { type CouplingMapInput, couplingMap, momentScatter, pngSize, type Theme } from "#cli/figures/index.js";
import { colours, inTheme, lineColours } from "#cli/figures/style.js";
import { decode, longestRun, others, type Picture, sha256 } from "./figures-decode.js";

const [orange, blue, unjoined] = [signedColour(1), signedColour(-1), 0xeceef1];
const packed = (theme: Theme, colour: string) => Number.parseInt(inTheme(theme, colour).slice(1), 16);

/** The box around all pixels of a colour. */
function extent(picture: Picture, colour: number) {
  let [left, right, top, bottom, count] = [picture.width, -1, picture.height, -1, 0];
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++) {
      if (picture.at(x, y) !== colour) continue;
      [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
      count++;
    }
  }
  return { left, right, top, bottom, width: right - left + 1, height: bottom - top + 1, count };
}

/** Units 0 and 2 visible, 1 hidden; 0–2 with weight +1, 0–1 with −1, 1–2 not joined. */
const three: CouplingMapInput = {
  units: 3,
  visible: [0, 2],
  weights: [0, -1, 1, -1, 0, 0, 1, 0, 0],
  joined: [0, 1, 1, 1, 0, 0, 1, 0, 0],
};

describe("couplingMap", () => {
  it("groups visible and hidden units, is symmetric, and leaves what is not joined grey", async () => {
    const picture = decode(await couplingMap(three));
    expect(picture.width).toBe(1440);
    const cell = 72;
    // in the order 0, 2 | 1: orange at (0, 2) and (2, 0), which touch at a corner; blue at (0, 1) and (1, 0), which do not
    const [pair, single] = [extent(picture, orange), extent(picture, blue)];
    const legend = longestRun(picture, pair.top + 5, orange);
    expect(legend).toEqual({ x: pair.left + cell, length: cell });
    expect(longestRun(picture, pair.top + cell + 5, orange)).toEqual({ x: pair.left, length: cell });
    expect(longestRun(picture, pair.top + 5, blue)).toEqual({ x: pair.left + 2 * cell + 12, length: cell });
    expect(longestRun(picture, pair.top + 2 * cell + 12 + 5, blue)).toEqual({ x: pair.left, length: cell });
    expect(single.left).toBeLessThanOrEqual(pair.left);
    // the diagonal, and 1–2 both ways
    expect(longestRun(picture, pair.top + 5, unjoined)).toEqual({ x: pair.left, length: cell });
    expect(longestRun(picture, pair.top + cell + 5, unjoined).length).toBe(cell);
    expect(longestRun(picture, pair.top + 2 * cell + 12 + 5, unjoined).length).toBe(cell);
    // the gap is paper
    expect(picture.at(pair.left + 2 * cell + 6, pair.top + 5)).toBe(0xffffff);
  });

  it("draws a machine without hidden units, of one unit, and one larger than the page", async () => {
    for (const units of [1, 5, 1500]) {
      const visible = Array.from({ length: units }, (_, i) => i);
      const weights = new Float64Array(units * units).map((_, at) => Math.sin(at % units) * Math.sin(at / units));
      const picture = decode(await couplingMap({ units, visible, weights }));
      expect(picture.width).toBe(1440);
      for (const [x0, x1] of [
        [0, 60],
        [1380, 1440],
      ] as const) {
        expect(others(picture, [x0, 0, x1, picture.height], 0xffffff)).toBe(0);
      }
    }
  });

  it.each<[string, object, string]>([
    [
      "NaN",
      { weights: [0, Number.NaN, 1, -1, 0, 0, 1, 0, 0] },
      "couplingMap: weights: got NaN between units 0 and 1; expected finite numbers",
    ],
    ["other sizes", { units: 4 }, "couplingMap: weights: got 9 values; expected 16 (4 × 4 units)"],
    [
      "a unit that is not there",
      { visible: [0, 3] },
      "couplingMap: visible: got a unit that is not there; expected units below 3",
    ],
    ["joined pairs of other sizes", { joined: [1] }, "couplingMap: joined: got 1 values; expected 9 (3 × 3 units)"],
  ])("refuses %s", async (_, changes, message) => {
    await expect(couplingMap({ ...three, ...changes })).rejects.toThrow(message);
  });
});

/** Independent units of these means: ⟨s_i s_j⟩ = ⟨s_i⟩⟨s_j⟩, plus `extra` for each pair. */
function moments(mean: number[], extra = 0) {
  const pair = mean.flatMap((a, i) => mean.map((b, j) => (i === j ? a : a * b + extra)));
  return { mean, pair };
}
const means = [0.1, 0.3, 0.5, 0.7, 0.9];
const same = { units: 5, data: moments(means), model: moments(means) };

describe("momentScatter", () => {
  const draw = async (input: Parameters<typeof momentScatter>[0]) => decode(await momentScatter(input));
  const panelOf = (x: number) => Math.floor((x - 72) / ((1296 - 120) / 3 + 60));

  /** The middles of what is seen of a colour in a panel, from left to right; what touches counts as one. */
  function marks(picture: Picture, colour: number, panel: number): [number, number][] {
    const found: { x: number; y: number; columns: number; to: number }[] = [];
    for (let x = 72; x < 1368; x++) {
      if (panelOf(x) !== panel) continue;
      const ys: number[] = [];
      // below the heads
      for (let y = 250; y < picture.height - 100; y++) if (picture.at(x, y) === colour) ys.push(y);
      if (ys.length === 0) continue;
      const y = ys.reduce((a, b) => a + b) / ys.length;
      const last = found.at(-1);
      if (last?.to === x - 1) Object.assign(last, { x: last.x + x, y: last.y + y, columns: last.columns + 1, to: x });
      else found.push({ x, y, columns: 1, to: x });
    }
    return found.map(({ x, y, columns }) => [x / columns, y / columns]);
  }

  for (const theme of ["light", "dark"] as const) {
    it(`${theme}: 1440 pixels wide, the same bytes twice; equal moments lie on a rising line`, async () => {
      const png = await momentScatter({ ...same, theme });
      expect(sha256(await momentScatter({ ...same, theme }))).toBe(sha256(png));
      expect(pngSize(png)).toEqual(pngSize(await momentScatter(same)));
      const picture = decode(png);
      const paper = packed(theme, colours.background);
      for (const edge of [
        [0, 0, 1440, 50],
        [0, 0, 60, picture.height],
        [1400, 0, 1440, picture.height],
      ] as const) {
        expect(others(picture, edge, paper)).toBe(0);
      }
      const dots = marks(picture, packed(theme, lineColours[0]), 0);
      expect(dots).toHaveLength(5);
      // as far up as across: the axes have one scale
      const [first, last] = [dots[0], dots[4]] as [[number, number], [number, number]];
      expect(last[0] - first[0]).toBeGreaterThan(150);
      for (const [x, y] of dots) expect(Math.abs(x - first[0] + y - first[1])).toBeLessThan(2);
    });
  }

  it("a difference moves the dots off the line, in the panels that it concerns", async () => {
    const fitted = packed("light", lineColours[0]);
    const before = await draw({ ...same, model: moments(means, 0.1) });
    const after = await draw({ ...same, model: moments(means, 0.2) });
    for (const picture of [before, after]) {
      const [first, ...rest] = marks(picture, fitted, 0) as [[number, number], ...[number, number][]];
      for (const [x, y] of rest) expect(Math.abs(x - first[0] + y - first[1])).toBeLessThan(2);
    }
    // covariances of independent data are 0, whatever the means, and the model's are 0.1 and 0.2
    expect(marks(before, fitted, 2)).toHaveLength(1);
    expect(marks(after, fitted, 2)).toHaveLength(1);
  });

  it("pairs that are not joined have another colour", async () => {
    const other = packed("light", lineColours[1]);
    const joined = Array.from({ length: 25 }, (_, at) => (Math.abs(Math.floor(at / 5) - (at % 5)) === 1 ? 1 : 0));
    const mixed = await draw({ ...same, joined });
    expect(marks(mixed, other, 0)).toEqual([]);
    // neighbours are 4 of the 10 pairs
    expect(marks(mixed, other, 1).length).toBeGreaterThan(0);
    expect(marks(mixed, packed("light", lineColours[0]), 1).length).toBeGreaterThan(0);
    expect(marks(await draw(same), other, 1)).toEqual([]);
  });

  it("one unit has no pairs; many are thinned", async () => {
    const one = await draw({ units: 1, data: moments([0.5]), model: moments([0.4]) });
    expect(others(one, [530, 250, 1440, one.height], 0xffffff)).toBe(0);
    const many = Array.from({ length: 150 }, (_, i) => (i + 1) / 160);
    expect((await draw({ units: 150, data: moments(many), model: moments(many) })).width).toBe(1440);
  });

  it.each<[string, object, string]>([
    [
      "NaN",
      { model: moments([0.1, Number.NaN, 0.5, 0.7, 0.9]) },
      'momentScatter: "Means": got NaN; expected finite numbers',
    ],
    [
      "means of other units",
      { data: { ...moments(means), mean: [0.5] } },
      "momentScatter: means of the data: got 1 values; expected 5",
    ],
    [
      "pairs of other units",
      { model: { ...moments(means), pair: [0.5] } },
      "momentScatter: pairs of the model: got 1 values; expected 25",
    ],
    ["no unit", { units: 0 }, "momentScatter: units: got 0; expected a whole number from 1"],
  ])("refuses %s", async (_, changes, message) => {
    await expect(momentScatter({ ...same, ...changes })).rejects.toThrow(message);
  });
});
