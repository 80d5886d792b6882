import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { signedColour } from "#cli/figures/colour.js";
import {
  type CurveSeries,
  filterGrid,
  filtersOf,
  filtersOverEpochs,
  imagePairs,
  learningCurves,
  otherDigits,
  pairsInRows,
  pngSize,
  sampleChains,
  seriesFromRecords,
  unitsByNorm,
} from "#cli/figures/index.js";
import { rasterPng } from "#cli/figures/png.js";
import { blankRaster, tileSize } from "#cli/figures/tiles.js";
import { decode, longestRun, others, type Picture, sha256 } from "./figures-decode.js";

const orange = signedColour(1);
const blue = signedColour(-1);
const white = 0xffffff;

/** Visible units 4 as 2 × 2 images; hidden unit 0 has all weights +2, unit 1 none, unit 2 all −2. */
const threeUnits = {
  weights: Float32Array.from({ length: 12 }, (_, i) => [2, 0, -2][i % 3] as number),
  visible: 4,
  hidden: 3,
  imageShape: [2, 2] as const,
};

const wave = (length: number, seed: number) => Float32Array.from({ length }, (_, i) => 0.5 + 0.5 * Math.sin(i * seed));
const machine = { weights: wave(16 * 6, 1.3), visible: 16, hidden: 6 };
const imageShape = [4, 4] as const;
const pair = (seed: number) => ({ original: wave(16, seed), reconstruction: wave(16, seed + 0.1), number: seed });
const series: CurveSeries[] = [
  {
    title: "Error",
    unit: "nats",
    note: "a proxy, not the likelihood",
    lines: [
      {
        name: "training",
        points: [
          [0, 3],
          [1, 2],
          [2, 1],
        ],
      },
    ],
  },
];

const drawCurves = () => learningCurves({ series });

const drawings: Record<string, () => Promise<Uint8Array>> = {
  filterGrid: () => filterGrid({ ...machine, imageShape }),
  heatMap: () => filterGrid(machine),
  filtersOverEpochs: () =>
    filtersOverEpochs({
      units: [4, 1],
      snapshots: [0, 1, 2].map((epoch) => ({ epoch, filters: filtersOf(machine, [4, 1]).map((w) => w * epoch) })),
      imageShape,
    }),
  imagePairs: () => imagePairs({ rows: pairsInRows([1, 2, 3, 4, 5].map(pair), 3), imageShape, numberName: "error" }),
  otherDigits: () =>
    otherDigits({ trainedOn: "2", rows: ["0", "1", "3"].map((label, i) => ({ label, pairs: [pair(i)] })), imageShape }),
  learningCurves: drawCurves,
  sampleChains: () =>
    sampleChains({
      sweeps: [0, 1, 10],
      chains: [{ label: "noise", samples: [wave(16, 1), wave(16, 2), wave(16, 3)] }],
      imageShape,
    }),
};

interface Block {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Where the tallest block of one colour lies that is at least 20 pixels wide; undefined where there is none. */
function findBlock(picture: Picture, colour: number): Block | undefined {
  let best: Block | undefined;
  for (let y = 0; y < picture.height; y++) {
    const { x, length } = longestRun(picture, y, colour);
    if (length < 20) continue;
    let height = 0;
    while (y + height < picture.height && picture.at(x, y + height) === colour) height++;
    if (height > (best?.height ?? 0)) best = { x, y, height, width: length };
    y += height;
  }
  return best;
}

function block(picture: Picture, colour: number): Block {
  const found = findBlock(picture, colour);
  if (found === undefined || found.height < 20) throw new Error(`no tile of colour ${colour.toString(16)}`);
  return found;
}

describe("every figure", () => {
  for (const [name, draw] of Object.entries(drawings)) {
    it(`${name}: 1440 pixels wide, with a title, the same bytes twice`, async () => {
      const png = await draw();
      const picture = decode(png);
      expect(pngSize(png)).toEqual({ width: 1440, height: picture.height });
      expect(picture.width).toBe(1440);
      expect(picture.height % 2).toBe(0);
      expect(others(picture, [72, 60, 1000, 130], white)).toBeGreaterThan(1000);
      for (const edge of [
        [0, 0, 1440, 50],
        [0, picture.height - 40, 1440, picture.height],
        [0, 0, 60, picture.height],
      ] as const) {
        expect(others(picture, edge, white)).toBe(0);
      }
      expect(sha256(await draw())).toBe(sha256(png));
    });
  }

  it("needs no font of the machine: another process without fontconfig and home draws the same bytes", async () => {
    const index = fileURLToPath(import.meta.resolve("#cli/figures/index.js"));
    const program = `
      import { createHash } from "node:crypto";
      const { learningCurves } = await import(${JSON.stringify(`file://${index}`)});
      const png = await learningCurves({ series: ${JSON.stringify(series)} });
      process.stdout.write(createHash("sha256").update(png).digest("hex"));`;
    const env = { ...process.env, FONTCONFIG_FILE: "/dev/null", HOME: "/nonexistent" };
    const there = execFileSync(process.execPath, ["--input-type=module", "-e", program], { env, encoding: "utf8" });
    expect(there).toBe(sha256(await drawCurves()));
  });

  it("refuses a picture that would be too tall or too wide", async () => {
    const rows = Array.from({ length: 300 }, () => ({ pairs: [pair(1)] }));
    await expect(imagePairs({ rows, imageShape })).rejects.toMatchObject({ kind: "size" });
    const many = Array.from({ length: 400 }, (_, i) => i);
    const chains = [{ samples: many.map(() => wave(16, 1)) }];
    await expect(sampleChains({ sweeps: many, chains, imageShape })).rejects.toMatchObject({ kind: "size" });
  });
});

describe("filterGrid", () => {
  it("draws +max orange, 0 as the background, −max blue", async () => {
    const picture = decode(await filterGrid(threeUnits));
    const plus = block(picture, orange);
    const minus = block(picture, blue);
    expect(plus.width).toBe(plus.height);
    expect([minus.y, minus.width, minus.height]).toEqual([plus.y, plus.width, plus.height]);
    expect(minus.x).toBeGreaterThan(plus.x + plus.width);
    const between = (plus.x + minus.x) / 2;
    expect(others(picture, [between, plus.y, between + plus.width, plus.y + plus.height], white)).toBe(0);
    // … and a hairline shows where that tile is.
    expect(picture.at(between - 1, plus.y)).not.toBe(white);
  });

  it("draws each weight as a crisp square of whole pixels, the first weights in the first row", async () => {
    const weights = Float32Array.from([1, 0.5, 0.25, -0.25, -0.5, -1]);
    const picture = decode(await filterGrid({ weights, visible: 6, hidden: 1, imageShape: [2, 3] }));
    const corner = block(picture, orange);
    const zoom = corner.width;
    weights.forEach((weight, i) => {
      const x = corner.x + (i % 3) * zoom;
      const y = corner.y + Math.floor(i / 3) * zoom;
      expect(others(picture, [x, y, x + zoom, y + zoom], signedColour(weight)), `weight ${i}`).toBe(0);
    });
  });

  it("reads W by columns and orders units by the norm of theirs", async () => {
    const matrix = { weights: Float32Array.from([1, 3, -2, 1, 3, -2]), visible: 2, hidden: 3 };
    expect([...filtersOf(matrix, [2, 0])]).toEqual([-2, -2, 1, 1]);
    expect(unitsByNorm(matrix)).toEqual([1, 2, 0]);
    const largest = decode(await filterGrid({ ...matrix, imageShape: [1, 2], maxTiles: 1 }));
    expect(block(largest, orange).height).toBeGreaterThan(20);
    const first = decode(await filterGrid({ ...threeUnits, maxTiles: 1, order: "index" }));
    expect(findBlock(first, blue)).toBeUndefined();
  });

  it("lets the largest 0.5 % share the end colour, on one scale for all tiles", async () => {
    // 997 weights of 1 and three of 50, the last: the scale ends at 1.
    const weights = Float32Array.from({ length: 1000 }, (_, i) => (i < 997 ? 1 : 50));
    const one = { weights, visible: 1000, hidden: 1, imageShape: [25, 40] as const };
    expect(block(decode(await filterGrid(one)), orange).height).toBeGreaterThan(100);
  });

  it("keeps to its room from 1 to 400 tiles, tall, wide, tiny and large images", async () => {
    for (const [count, shape] of [
      [1, [28, 28]],
      [4, [28, 28]],
      [400, [28, 28]],
      [30, [14, 56]],
      [30, [112, 7]],
      [7, [1, 1]],
      [3, [300, 200]],
    ] as const) {
      const visible = shape[0] * shape[1];
      const weights = wave(visible * count, 0.7);
      const picture = decode(await filterGrid({ weights, visible, hidden: count, imageShape: shape, maxTiles: 400 }));
      const right = others(picture, [1370, 200, 1440, picture.height], white);
      expect(right, `${count} tiles of ${shape}`).toBe(0);
      expect(picture.height).toBeLessThan(2600);
    }
  });

  it("averages images that are larger than a tile can be", () => {
    expect(tileSize([300, 200], 100, 100)).toEqual({ reduce: 3, zoomX: 1, zoomY: 1, width: 67, height: 100 });
    expect(tileSize([28, 28], 120)).toEqual({ reduce: 1, zoomX: 4, zoomY: 4, width: 112, height: 112 });
  });

  it("draws a heat map where the visible units are no pixels: rows visible, columns hidden", async () => {
    const weights = Float32Array.from([1, -1, 1, 0, 0, 0]);
    const picture = decode(await filterGrid({ weights, visible: 2, hidden: 3 }));
    const cell = block(picture, orange);
    expect(others(picture, [cell.x + cell.width, cell.y, cell.x + 2 * cell.width, cell.y + cell.height], blue)).toBe(0);
    expect(picture.at(cell.x + 5, cell.y + cell.height + 5)).toBe(white);
  });

  it("draws a machine whose weights are all 0", async () => {
    const zero = { ...threeUnits, weights: new Float32Array(12) };
    expect(pngSize(await filterGrid(zero)).width).toBe(1440);
  });

  it("refuses NaN, and says which weight it is", async () => {
    const weights = threeUnits.weights.slice();
    weights[7] = Number.NaN;
    const refused = expect(filterGrid({ ...threeUnits, weights })).rejects;
    await refused.toMatchObject({ kind: "data" });
    await refused.toThrow("NaN between visible unit 2 and hidden unit 1");
    await expect(filterGrid({ weights, visible: 4, hidden: 3 })).rejects.toThrow("NaN");
  });

  it("refuses sizes that do not fit", async () => {
    await expect(filterGrid({ ...threeUnits, hidden: 4 })).rejects.toMatchObject({ kind: "shape" });
    await expect(filterGrid({ ...threeUnits, imageShape: [2, 3] })).rejects.toMatchObject({ kind: "shape" });
    for (const bad of [
      [-2, -2],
      [0.5, 8],
    ] as const) {
      await expect(filterGrid({ ...threeUnits, imageShape: bad })).rejects.toMatchObject({ kind: "option" });
    }
    for (const maxTiles of [0, 1.5, 1001, Number.NaN]) {
      await expect(filterGrid({ ...threeUnits, maxTiles })).rejects.toMatchObject({ kind: "option" });
    }
  });
});

describe("filtersOverEpochs", () => {
  it("has one scale for all epochs: a filter half as large is paler", async () => {
    const full = new Float32Array(4).fill(1);
    const snapshots = [
      { epoch: 0, filters: full.map((w) => w / 2) },
      { epoch: 1, filters: full },
    ];
    const picture = decode(await filtersOverEpochs({ units: [0], snapshots, imageShape: [2, 2] }));
    const end = block(picture, orange);
    const half = block(picture, signedColour(0.5));
    expect(half.height).toBe(end.height);
    expect(half.x).toBeLessThan(end.x);
  });

  it("refuses NaN with epoch, unit and pixel, and filters of another size", async () => {
    const filters = new Float32Array(8);
    filters[6] = Number.POSITIVE_INFINITY;
    const refused = expect(
      filtersOverEpochs({ units: [3, 9], snapshots: [{ epoch: 2, filters }], imageShape: [2, 2] }),
    );
    await refused.rejects.toThrow("filtersOverEpochs: epoch 2: got Infinity for hidden unit 9, pixel 2");
    const short = filtersOverEpochs({ units: [3], snapshots: [{ epoch: 2, filters }], imageShape: [2, 2] });
    await expect(short).rejects.toMatchObject({ kind: "shape" });
    await expect(filtersOverEpochs({ units: [], snapshots: [], imageShape: [2, 2] })).rejects.toMatchObject({
      kind: "data",
    });
  });
});

describe("pairs and chains of grey images", () => {
  const black = 0x12161c;
  const on = new Float32Array([1, 1, 1, 1]);
  const off = new Float32Array([0, 0, 0, 0]);

  it("draws the original left and the reconstruction right, on as ink", async () => {
    const rows = [
      { pairs: [{ original: on, reconstruction: off }] },
      { pairs: [{ original: off, reconstruction: off }] },
    ];
    const picture = decode(await imagePairs({ rows, imageShape: [2, 2] }));
    const tile = block(picture, black);
    expect(tile.width).toBe(tile.height);
    expect(picture.at(tile.x + tile.width + 30, tile.y + 30)).toBe(white);
  });

  it("takes bytes for levels: 255 is 1", async () => {
    const asBytes = (levels: Float32Array) => Uint8Array.from(levels, (level) => Math.round(255 * level));
    const floats = Float32Array.from([0, 51 / 255, 102 / 255, 1]);
    const one = await imagePairs({ rows: [{ pairs: [{ original: floats, reconstruction: on }] }], imageShape: [2, 2] });
    const two = await imagePairs({
      rows: [{ pairs: [{ original: asBytes(floats), reconstruction: on }] }],
      imageShape: [2, 2],
    });
    expect(sha256(one)).toBe(sha256(two));
  });

  it("draws photographs with 1 as white: images that are mostly not empty", async () => {
    const photo = new Float32Array([1, 0.5, 0.5, 0.5]);
    const rows = [{ pairs: [{ original: photo, reconstruction: off }] }];
    expect(block(decode(await imagePairs({ rows, imageShape: [2, 2] })), black).height).toBeGreaterThan(20);
    const inked = decode(await imagePairs({ rows, imageShape: [2, 2], ink: "dark" }));
    const first = block(inked, black);
    expect(first.height * 2).toBeLessThanOrEqual(
      block(decode(await imagePairs({ rows, imageShape: [2, 2] })), black).height,
    );
  });

  it("labels its rows, and numbers its pairs", async () => {
    const bare = {
      rows: [{ pairs: [{ original: on, reconstruction: on }] }],
      imageShape: [2, 2],
      ink: "dark",
    } as const;
    const labelled = {
      ...bare,
      rows: [{ ...(bare.rows[0] as object), label: "7", pairs: [{ original: on, reconstruction: on, number: 0.25 }] }],
    };
    const [one, two] = [pngSize(await imagePairs(bare)), pngSize(await imagePairs(labelled))];
    expect(two.height).toBeGreaterThan(one.height);
    const tile = block(decode(await imagePairs(labelled)), black);
    const labelArea = [72, tile.y, tile.x - 4, tile.y + tile.height] as const;
    expect(others(decode(await imagePairs(labelled)), labelArea, white)).toBeGreaterThan(50);
  });

  it("puts the samples of one chain in a row", async () => {
    const chains = [{ samples: [off, off, on] }, { samples: [off, off, off] }];
    const picture = decode(await sampleChains({ sweeps: [0, 1, 10], chains, imageShape: [2, 2], ink: "dark" }));
    const tile = block(picture, black);
    // Third of three in the upper of two rows.
    expect(tile.x).toBeGreaterThan(72 + 2 * tile.width);
    expect(tile.y).toBeLessThan(picture.height / 2);
    expect(
      others(picture, [tile.x, tile.y + tile.height + 2, tile.x + tile.width, tile.y + tile.height + 6], white),
    ).toBe(0);
  });

  it("refuses NaN, levels outside [0, 1], other sizes, and nothing", async () => {
    const bad = new Float32Array([0, Number.NaN, 0, 0]);
    const draw = (original: Float32Array | Uint8Array) =>
      imagePairs({ rows: [{ pairs: [{ original, reconstruction: on }] }], imageShape: [2, 2] });
    await expect(draw(bad)).rejects.toThrow("imagePairs: row 0, original 0: got NaN at pixel 1");
    await expect(draw(new Float32Array([0, 0, 0, 1.01]))).rejects.toMatchObject({ kind: "data" });
    await expect(draw(new Float32Array(3))).rejects.toMatchObject({ kind: "shape" });
    await expect(imagePairs({ rows: [], imageShape: [2, 2] })).rejects.toMatchObject({ kind: "data" });
    await expect(otherDigits({ rows: [], imageShape: [2, 2], trainedOn: "2" })).rejects.toThrow("otherDigits");
    await expect(sampleChains({ sweeps: [0], chains: [{ samples: [bad] }], imageShape: [2, 2] })).rejects.toThrow(
      "NaN",
    );
    await expect(
      sampleChains({ sweeps: [0, 1], chains: [{ samples: [on] }], imageShape: [2, 2] }),
    ).rejects.toMatchObject({
      kind: "shape",
    });
    await expect(sampleChains({ sweeps: [], chains: [], imageShape: [2, 2] })).rejects.toMatchObject({ kind: "data" });
  });
});

describe("learningCurves", () => {
  const lineBlue = 0x0869ac;

  it("falls where the values fall: the end dot lies lower than the start of the line", async () => {
    const picture = decode(await learningCurves({ series }));
    const columns: number[] = [];
    for (let x = 0; x < picture.width; x++) {
      for (let y = 0; y < picture.height; y++) {
        if (picture.at(x, y) === lineBlue) {
          columns[x] = y;
          break;
        }
      }
    }
    const xs = Object.keys(columns).map(Number);
    const first = columns[Math.min(...xs) + 2] as number;
    const middle = columns[Math.round((Math.min(...xs) + Math.max(...xs)) / 2) - 100] as number;
    expect(middle).toBeGreaterThan(first);
  });

  it("gives a note its own line", async () => {
    const { note: _, ...bare } = series[0] as CurveSeries;
    const [noted, plain] = [await learningCurves({ series }), await learningCurves({ series: [bare] })];
    expect(pngSize(noted).height).toBe(pngSize(plain).height + 40);
  });

  it("turns records into panels, and says what is a proxy", () => {
    const records = [
      { epoch: 0, reconstructionError: 5, heldOutReconstructionError: 6 },
      { epoch: 1, reconstructionError: 3, freeEnergyGap: 0.5 },
    ];
    const panels = seriesFromRecords(records, "squared error per unit");
    expect(panels.map(({ title }) => title)).toEqual(["Reconstruction error", "Free-energy gap"]);
    expect(panels[0]).toMatchObject({ unit: "squared error per unit", note: "a proxy, not the likelihood" });
    expect(panels[0]?.lines).toEqual([
      {
        name: "training",
        points: [
          [0, 5],
          [1, 3],
        ],
      },
      { name: "held-out", points: [[0, 6]] },
    ]);
    expect(seriesFromRecords([])).toEqual([]);
    const proxies = seriesFromRecords([{ epoch: 0, pseudoLikelihood: -80 }]);
    expect(proxies[0]?.note).toBe("a proxy, not the likelihood");
  });

  it("draws what is estimated with a band between its two sides", async () => {
    const at = (epoch: number, wide: number) => ({
      epoch,
      logLikelihood: -5 + epoch,
      logLikelihoodMethod: "estimated" as const,
      logLikelihoodLower: -5 + epoch - wide,
      logLikelihoodUpper: -5 + epoch + wide,
    });
    // before the first look there is nothing, and no exact one
    const [panel] = seriesFromRecords([{ epoch: 0 }, at(1, 1), at(2, 0.5)]);
    expect(panel?.unit).toBe("nats per case, estimated; pale: between the two sides of log Z");
    expect(panel?.lines[0]?.band).toEqual([
      [1, -5, -3],
      [2, -3.5, -2.5],
    ]);
    const [rule] = seriesFromRecords([{ epoch: 1, logLikelihood: -5, logLikelihoodMethod: "rule", logPartition: 9 }]);
    expect(rule?.unit).toBe("nats per case, with the rule's log Z");
    const [exact] = seriesFromRecords([{ epoch: 1, logLikelihood: -5, logLikelihoodMethod: "exact", logPartition: 9 }]);
    expect(exact?.unit).toBe("nats per case, exact");
    const draw = async (band: [number, number, number][]) => {
      const line = { name: "training", points: [[0, 0.1] as const, [1, 0.9] as const] };
      const axis = { name: "other", points: [[0, 0] as const, [1, 1] as const] };
      return learningCurves({ series: [{ title: "T", unit: "", lines: [{ ...line, band }, axis] }] });
    };
    const [plain, banded] = [
      await draw([]),
      await draw([
        [0, 0, 0.4],
        [1, 0.7, 1],
      ]),
    ];
    expect(banded).not.toEqual(plain);
    await expect(draw([[0, Number.NaN, 1]])).rejects.toThrow('learningCurves: "T", training: got NaN at 0');
  });

  it("refuses NaN, empty lines, and values at or below 0 on a logarithmic axis", async () => {
    const draw = (points: [number, number][], logY = false) =>
      learningCurves({ series: [{ title: "T", unit: "", logY, lines: [{ name: "training", points }] }] });
    await expect(draw([[0, Number.NaN]])).rejects.toThrow('learningCurves: "T", training: got NaN at 0');
    await expect(draw([])).rejects.toMatchObject({ kind: "data" });
    await expect(draw([[0, 0]], true)).rejects.toThrow("logarithmic");
    await expect(
      draw(
        [
          [0, 1],
          [1, 0.01],
        ],
        true,
      ),
    ).resolves.toBeInstanceOf(Uint8Array);
    await expect(learningCurves({ series: [] })).rejects.toMatchObject({ kind: "data" });
    await expect(learningCurves({ series: [{ title: "T", unit: "", lines: [] }] })).rejects.toMatchObject({
      kind: "data",
    });
  });

  it("draws many lines, one point, and constant values", async () => {
    const lines = ["a", "b", "c", "d", "e", "f"].map((name, i) => ({
      name,
      points: [
        [0, 1],
        [5, 1 + i / 100],
      ] as [number, number][],
    }));
    const odd: CurveSeries[] = [
      { title: "many", unit: "", lines },
      { title: "one", unit: "", lines: [{ name: "a", points: [[0, 0]] }] },
      {
        title: "flat",
        unit: "",
        lines: [
          {
            name: "a",
            points: [
              [0, 7],
              [5, 7],
            ],
          },
        ],
      },
    ];
    expect(pngSize(await learningCurves({ series: odd })).width).toBe(1440);
  });
});

describe("rasterPng", () => {
  it("writes what a decoder reads", () => {
    const raster = blankRaster(5, 3, 0x0a0b0c);
    raster.rgb.set([255, 1, 2], 3 * (5 * 1 + 4));
    const picture = decode(rasterPng(raster));
    expect([picture.width, picture.height]).toEqual([5, 3]);
    expect(picture.at(4, 1)).toBe(0xff0102);
    expect(picture.at(3, 1)).toBe(0x0a0b0c);
  });
});
