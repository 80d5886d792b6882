import { describe, expect, it } from "vitest";
import {
  type DistributionRow,
  distributionBars,
  energyTrace,
  firingRates,
  hintonDiagram,
  klCurves,
  learningCurves,
  pngSize,
  spikeRaster,
  type Theme,
} from "#cli/figures/index.js";
import { colours, inTheme, lineColours } from "#cli/figures/style.js";
import { decode, extent, others, type Picture, sha256 } from "./figures-decode.js";

const themes = ["light", "dark"] as const;
const packed = (theme: Theme, colour: string) => Number.parseInt(inTheme(theme, colour).slice(1), 16);
const paper = (theme: Theme) => packed(theme, colours.background);
const [blue, orange] = lineColours;

/** Six states of three units; unit 2 never on. */
const six = Uint8Array.from([1, 1, 0, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0]);
const rows: DistributionRow[] = [
  { label: "00", exact: 0.4, sampled: 0.3, error: 0.01 },
  { label: "01", exact: 0.2, sampled: 0.2, other: 0.4 },
];
const falling = Array.from({ length: 50 }, (_, t) => -t);

const drawings: Record<string, (theme?: Theme) => Promise<Uint8Array>> = {
  spikeRaster: (theme) => spikeRaster({ states: six, units: 3, clamped: new Set([2]), ...(theme && { theme }) }),
  firingRates: (theme) => firingRates({ rates: [0.25, 1], errors: [0.1, 0], exact: [0.5, 1], ...(theme && { theme }) }),
  energyTrace: (theme) => energyTrace({ times: falling.map((E) => -E), chain: falling, ...(theme && { theme }) }),
  distributionBars: (theme) =>
    distributionBars({ rows, exactName: "Boltzmann–Gibbs", otherName: "Peretto", ...(theme && { theme }) }),
  hintonDiagram: (theme) =>
    hintonDiagram({ ...pair, panels: [{ label: "V", units: [0, 1] }], ...(theme && { theme }) }),
  klCurves: (theme) =>
    klCurves({ curves: [curve("exact", (n) => 1 / (n + 1))], references: [half], ...(theme && { theme }) }),
};

/** Two units: M₀₁ = −4, b = (1, 0). */
const pair = { units: 2, weights: [0, -4, -4, 0], bias: [1, 0], cells: [[0, 1]] };

const half = { name: "ln 2", value: Math.LN2 };
const curve = (name: string, of: (n: number) => number) => ({
  name,
  points: Array.from({ length: 20 }, (_, n) => [10 * n, of(n)] as const),
});

describe("every figure of a network", () => {
  for (const [name, draw] of Object.entries(drawings)) {
    it(`${name}: 1440 pixels wide, margins of paper, light unless it is told otherwise, the same bytes twice`, async () => {
      const [plain, light, dark] = [await draw(), await draw("light"), await draw("dark")];
      expect(sha256(plain)).toBe(sha256(light));
      expect(pngSize(dark)).toEqual(pngSize(light));
      for (const theme of themes) {
        const picture = decode({ light, dark }[theme]);
        expect(picture.width).toBe(1440);
        expect(others(picture, [72, 60, 1000, 130], paper(theme))).toBeGreaterThan(1000);
        for (const edge of [
          [0, 0, 1440, 50],
          [0, picture.height - 40, 1440, picture.height],
          [0, 0, 60, picture.height],
          [1400, 0, 1440, picture.height],
        ] as const) {
          expect(others(picture, edge, paper(theme))).toBe(0);
        }
      }
    });
  }
});

/** WCAG 2.2: relative luminance and contrast. */
function contrast(a: number, b: number): number {
  const luminance = (colour: number) =>
    [16, 8, 0]
      .map((shift) => ((colour >> shift) & 255) / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
      .reduce((sum, c, i) => sum + c * ([0.2126, 0.7152, 0.0722][i] as number), 0);
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

it.each(themes)("texts and lines can be read, %s: at least 4.5 : 1", (theme) => {
  for (const ink of [...lineColours, colours.text, colours.quiet]) {
    expect(contrast(packed(theme, ink), paper(theme)), ink).toBeGreaterThan(4.5);
  }
  // rules are there and stay behind
  for (const rule of [colours.axis, colours.hairline]) {
    expect(contrast(packed(theme, rule), paper(theme)), rule).toBeGreaterThan(1.2);
  }
});

describe("spikeRaster", () => {
  it.each(themes)("marks each state of each unit in its place, and nothing else (%s)", async (theme) => {
    const on = packed(theme, blue);
    const all = decode(await spikeRaster({ states: new Uint8Array(18).fill(1), units: 3, theme }));
    const { left, top, width, height } = extent(all, on);
    const picture = decode(await spikeRaster({ states: six, units: 3, theme }));
    for (let t = 0; t < 6; t++) {
      for (let unit = 0; unit < 3; unit++) {
        const [x, y] = [left + ((t + 0.5) * width) / 6, top + ((unit + 0.5) * height) / 3].map(Math.floor);
        expect(picture.at(x as number, y as number), `unit ${unit} at ${t}`).toBe(
          six[t * 3 + unit] ? on : paper(theme),
        );
      }
    }
  });

  it("draws clamped units in grey", async () => {
    const states = new Uint8Array(40).fill(1);
    const picture = decode(await spikeRaster({ states, units: 2, clamped: new Set([1]) }));
    const [free, held] = [extent(picture, packed("light", blue)), extent(picture, packed("light", colours.quiet))];
    expect(free.height).toBeGreaterThan(10);
    expect(held.bottom).toBeGreaterThan(free.bottom + free.height - 5);
  });

  it("shows the first states where there are too many, and says how many there are", async () => {
    const units = 4;
    const early = Uint8Array.from({ length: 2000 * units }, (_, i) => (i < 300 * units ? 1 : 0));
    const on = packed("light", blue);
    // some 310 fit
    const [first, rest] = [early, early.map((bit) => 1 - bit)].map((states) => spikeRaster({ states, units }));
    expect(extent(decode(await (first as Promise<Uint8Array>)), on).width).toBe(1200);
    expect(extent(decode(await (rest as Promise<Uint8Array>)), on).left).toBeGreaterThan(1200);
    const few = { states: early.slice(0, 100 * units), units };
    const [whole, part] = [await spikeRaster(few), await spikeRaster({ ...few, total: 100_000 })];
    expect(sha256(whole)).toBe(sha256(await spikeRaster({ ...few, total: 100 })));
    const inked = (png: Uint8Array) => others(decode(png), [72, 130, 1368, 200], paper("light"));
    expect(inked(part)).toBeGreaterThan(1.3 * inked(whole));
  });

  it("merges units where there are more than rows, a mark as strong as their share", async () => {
    // pairs of units: one of two on makes the mean of ink and paper
    const units = 2000;
    const states = Uint8Array.from({ length: 300 * units }, (_, i) => (i % units) % 2);
    const picture = decode(await spikeRaster({ states, units }));
    const mean = [16, 8, 0]
      .map((shift) => [paper("light"), packed("light", blue)].map((colour) => (colour >> shift) & 255))
      .reduce((colour, [a, b]) => colour * 256 + Math.round(((a as number) + (b as number)) / 2), 0);
    expect(extent(picture, mean).height).toBe(1000);
  });

  it("refuses states that are not whole", async () => {
    await expect(spikeRaster({ states: new Uint8Array(7), units: 3 })).rejects.toMatchObject({ kind: "shape" });
    await expect(spikeRaster({ states: new Uint8Array(0), units: 3 })).rejects.toMatchObject({ kind: "shape" });
    await expect(spikeRaster({ states: six, units: 0 })).rejects.toMatchObject({ kind: "option" });
  });
});

describe("firingRates", () => {
  it("draws bars as high as the rates, and rungs at the exact means", async () => {
    const rates = [0.2, 1, 0.6];
    const exact = [0.8, 0.4, 0.3];
    const picture = decode(await firingRates({ rates, exact }));
    const bars = extent(picture, packed("light", blue));
    const third = bars.width / 3;
    const base = bars.bottom + 1;
    rates.forEach((rate, i) => {
      const span = [bars.left + Math.round(i * third), bars.left + Math.round((i + 1) * third)] as [number, number];
      const bar = extent(picture, packed("light", blue), span);
      expect((base - bar.top) / bars.height, `bar ${i}`).toBeCloseTo(rate, 2);
      const rung = extent(picture, packed("light", orange), span);
      expect((base - (rung.top + rung.bottom) / 2) / bars.height, `rung ${i}`).toBeCloseTo(exact[i] as number, 2);
    });
  });

  it("draws one unit and a thousand", async () => {
    for (const units of [1, 1000]) {
      const rates = Float64Array.from({ length: units }, (_, i) => i / units);
      expect(pngSize(await firingRates({ rates, errors: rates, exact: rates })).width).toBe(1440);
    }
  });

  it.each([
    ["no unit", { rates: [] }, "data"],
    ["NaN", { rates: [0.5, Number.NaN] }, "data"],
    ["a rate above 1", { rates: [1.5] }, "data"],
    ["as many exact means as there are not units", { rates: [0.5], exact: [0.5, 0.5] }, "shape"],
    ["an error below 0", { rates: [0.5], errors: [-1] }, "data"],
  ])("refuses %s", async (_, input, kind) => {
    await expect(firingRates(input)).rejects.toMatchObject({ kind });
  });
});

describe("distributionBars", () => {
  it("puts bars, dots and marks of the other law at their probabilities", async () => {
    const picture = decode(await distributionBars({ rows, exactName: "Boltzmann–Gibbs", otherName: "Peretto" }));
    const ends = extent(picture, packed("light", orange));
    const dots = extent(picture, packed("light", blue));
    // ends of bars at 0.4 and 0.2, dots at 0.3 and 0.2: the scale follows from the first two
    const middle = (from: number, to: number) => (from + to) / 2;
    const [low, high] = [middle(ends.left, ends.left + 5), middle(ends.right - 5, ends.right)];
    const place = (p: number) => low + ((p - 0.2) / 0.2) * (high - low);
    expect(Math.abs(dots.left - (place(0.2) - 9))).toBeLessThanOrEqual(2);
    expect(Math.abs(dots.right - (place(0.3) + 9))).toBeLessThanOrEqual(2);
    const marks = extent(picture, packed("light", colours.text), [high - 10, high + 10].map(Math.round) as never);
    expect(Math.abs(middle(marks.left, marks.right) - place(0.4))).toBeLessThanOrEqual(2);
    expect(marks.top).toBeGreaterThan(ends.top);
  });

  it("refuses nothing, and what is no probability", async () => {
    await expect(distributionBars({ rows: [], exactName: "law" })).rejects.toMatchObject({ kind: "data" });
    for (const bad of [{ exact: Number.NaN }, { sampled: 1.2 }, { other: -0.1 }, { error: Number.NaN }]) {
      const row = { label: "01", exact: 0.5, sampled: 0.5, ...bad };
      const refused = expect(distributionBars({ rows: [row], exactName: "law" })).rejects;
      await refused.toThrow("distributionBars: 01: got");
    }
  });
});

describe("energyTrace and klCurves", () => {
  /** Pixels of the references' grey in each row: a dashed line is a row with many. */
  const rowsOf = (picture: Picture, colour: number): number[] =>
    Array.from({ length: picture.height }, (_, y) =>
      Array.from({ length: 1000 }, (_, x) => picture.at(150 + x, y)).reduce((n, c) => n + (c === colour ? 1 : 0), 0),
    );

  it("draws the exact mean as a dashed line at its height", async () => {
    const times = [0, 1, 2, 3, 4];
    const chain = [0, -10, -5, -10, -10];
    const exact = -5;
    const picture = decode(await energyTrace({ times, chain, exact, moments: [{ name: "kept", value: 2 }] }));
    const grey = packed("light", colours.quiet);
    const most = Math.max(...rowsOf(picture, grey));
    const y = rowsOf(picture, grey).indexOf(most);
    // 6 on, 4 off
    expect(most).toBeGreaterThan(500);
    expect(most).toBeLessThan(800);
    const line = extent(picture, packed("light", blue), [150, 1100]);
    expect((y - line.top) / line.height).toBeCloseTo(0.5, 1);
    const without = decode(await energyTrace({ times, chain }));
    expect(Math.max(...rowsOf(without, grey))).toBeLessThan(300);
  });

  it("thins long traces, keeps short ones", async () => {
    const times = Array.from({ length: 50_000 }, (_, t) => t);
    const chain = times.map((t) => Math.sin(t));
    expect(pngSize(await energyTrace({ times, chain, mean: chain, chains: 3 })).width).toBe(1440);
  });

  it.each([
    ["energies of other times", { times: [0, 1], chain: [0] }, "shape"],
    ["means of other times", { times: [0, 1], chain: [0, 1], mean: [1] }, "shape"],
    ["NaN", { times: [0, 1], chain: [0, Number.NaN] }, "data"],
    ["no time", { times: [], chain: [] }, "data"],
    ["an exact mean of NaN", { times: [0], chain: [0], exact: Number.NaN }, "data"],
  ])("refuses %s", async (_, input, kind) => {
    await expect(energyTrace(input)).rejects.toMatchObject({ kind });
  });

  it("draws several curves in different colours, none of them that of the reference", async () => {
    const curves = ["none", "one", "two", "three", "four", "five"].map((name, i) =>
      curve(name, (n) => i + 1 + Math.exp(-n / 5)),
    );
    const picture = decode(await klCurves({ curves, references: [half] }));
    const heights = lineColours.flatMap((colour) =>
      colour === colours.quiet ? [] : [extent(picture, packed("light", colour), [150, 1000]).bottom],
    );
    expect(heights).toEqual([...heights].sort((a, b) => b - a));
    await expect(klCurves({ curves, references: [{ name: "zero", value: 0 }], logY: true })).rejects.toThrow(
      "zero: got 0",
    );
    await expect(klCurves({ curves: [] })).rejects.toMatchObject({ kind: "data" });
  });
});

describe("hintonDiagram", () => {
  it("draws squares whose area is the weight, in the place of the unit; the bias in its own", async () => {
    const picture = decode(await hintonDiagram({ ...pair, panels: [{ units: [0, 1] }] }));
    const [positive, negative] = [packed("light", orange), packed("light", blue)];
    const bias = extent(picture, positive);
    expect(bias.width).toBe(bias.height);
    // unit 0's panel: its bias, then the weight to unit 1; unit 1's: the weight to unit 0, then nothing
    const first = extent(picture, negative, [0, bias.right + 100]);
    const second = extent(picture, negative, [first.right + 1, picture.width]);
    expect([first.width, second.width]).toEqual([first.height, first.height]);
    expect(first.left).toBeGreaterThan(bias.right);
    expect((bias.width / first.width) ** 2).toBeCloseTo(1 / 4, 1);
    // both in the middle of their row, and nothing right of the second
    expect(bias.top + bias.bottom).toBe(first.top + first.bottom);
    expect(second.left - first.right).toBeLessThan(40);
  });

  it("leaves nothing of machines without weights but their places", async () => {
    const empty = { units: 2, weights: [0, 0, 0, 0], bias: [0, 0], cells: [[0, 1]] };
    const picture = decode(await hintonDiagram({ ...empty, panels: [{ units: [0, 1] }] }));
    expect(() => extent(picture, packed("light", orange))).toThrow("no pixel");
    expect(extent(picture, packed("light", colours.hairline)).width).toBeGreaterThan(100);
  });

  it.each([
    ["NaN", { weights: [0, Number.NaN, 0, 0] }, "data"],
    ["weights of another size", { weights: [0, 1] }, "shape"],
    ["a unit that is not there", { cells: [[0, 2]] }, "shape"],
    ["more panels than a page is wide", { panels: [{ units: Array.from({ length: 60 }, () => 0) }] }, "size"],
  ])("refuses %s", async (_, given, kind) => {
    const input = { ...pair, panels: [{ units: [0, 1] }], ...given };
    await expect(hintonDiagram(input)).rejects.toMatchObject({ kind });
  });
});

describe("learningCurves with a logarithmic x axis", () => {
  const draw = (xs: readonly number[], value = 10) =>
    learningCurves({
      logX: true,
      series: [
        {
          title: "T",
          unit: "",
          lines: [{ name: "line", points: xs.map((x, i) => [x, i] as const) }],
          references: [half],
          moments: [{ name: "here", value }],
        },
      ],
    });

  it("puts ten in the middle between one and a hundred", async () => {
    const picture = decode(await draw([1, 10, 100]));
    const ink = packed("light", blue);
    const { left, right, top, bottom } = extent(picture, ink, [0, 1250]);
    // the line rises by as much in both halves
    const middle = Math.round((left + right) / 2);
    const column = extent(picture, ink, [middle, middle + 1]);
    expect(Math.abs((column.top + column.bottom) / 2 - (top + bottom) / 2)).toBeLessThan(15);
  });

  it("reaches to its upright lines, and refuses 0", async () => {
    const near = decode(await draw([1, 10, 100]));
    const far = decode(await draw([1, 10, 100], 10_000));
    const ink = packed("light", blue);
    expect(extent(far, ink, [0, 1000]).width).toBeLessThan(0.7 * extent(near, ink, [0, 1250]).width);
    await expect(draw([0, 1])).rejects.toMatchObject({ kind: "data" });
  });
});
