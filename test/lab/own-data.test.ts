import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createKernels,
  type Dataset,
  initializeRbm,
  parametersSha256,
  serializeModel,
  sgd,
  takeCases,
  toDataset,
  train,
} from "#src/index.js";
import { loadData } from "#src/node/index.js";
import { framed, frameOf, frameText } from "../../lab/data/frame.js";
import { asDigit, borderMean, fitted, type Grey, greyOf, inverted, type Pixels } from "../../lab/data/grey.js";
import { chosenClasses, quoted } from "../../lab/data/own-data.js";
import { readDrawing } from "../../lab/data/read-drawing.js";
import { readOwn } from "../../lab/data/read-own.js";
import { readPictures } from "../../lab/data/read-pictures.js";
import { classesOf, splitCases } from "../../lab/data/split.js";
import { setBase } from "../../lab/engine/shipped.js";
import { start } from "../../lab/pages/digits/engine.js";
import { commandOf, fields, hiddenOf, type Settings } from "../../lab/pages/digits/fields.js";
import { idxOf, zipOf } from "../data/archives.js";
import { refusal } from "../data/refusal.js";
import { csvOf, disc, npyOf, twoKinds } from "./own-files.js";

const folder = mkdtempSync(join(tmpdir(), "harmonium-own-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fileOf = (name: string, content: string | Uint8Array) => new File([content as BlobPart], name);
const { rows, labels } = twoKinds(45, 20);
const flat = Uint8Array.from(rows.flat());

describe("a file of the reader's own", () => {
  /** As the page and as the command line reads it. */
  async function both(
    files: readonly (readonly [string, string | Uint8Array])[],
    how: { labels?: string; values?: "levels" | "minmax" | "255" | "above0" | "aboveHalf" } = {},
    options: Parameters<typeof loadData>[1] = {},
  ) {
    for (const [name, content] of files) writeFileSync(join(folder, name), content);
    const own = await readOwn({
      files: files.map(([name, content]) => fileOf(name, content)),
      values: how.values ?? "levels",
      labels: how.labels ?? "",
    });
    const { name, ...there } = await loadData(join(folder, (files[0] as [string, string])[0]), options);
    const { name: here, ...read } = own.dataset;
    expect(name.endsWith(here)).toBe(true);
    return { read, there, own };
  }
  const half = rows.map((row) => row.map((bit) => 16 * bit));

  test.each([
    ["CSV", [["a.csv", csvOf(rows)]], {}, {}, []],
    ["CSV, gzipped", [["a.csv.gz", gzipSync(csvOf(rows))]], {}, {}, []],
    [
      "CSV with a column of labels",
      [
        [
          "b.csv",
          csvOf(
            rows.map((row, b) => [labels[b] as number, ...row]),
            ["y", ...row20()],
          ),
        ],
      ],
      { labels: "y" },
      { labels: "y" },
      ["--labels y"],
    ],
    [
      "CSV of 0 to 16, stretched",
      [["c.tsv", csvOf(half).replaceAll(",", "\t")]],
      { values: "minmax" },
      { scale: "minmax" },
      ["--scale minmax"],
    ],
    [
      "CSV of 0 to 16, by a threshold",
      [["d.csv", csvOf(half)]],
      { values: "above0" },
      { binarize: 0 },
      ["--binarize 0"],
    ],
    ["NPY of bytes", [["e.npy", npyOf([45, 4, 5], flat)]], {}, {}, []],
    [
      "NPY of numbers",
      [
        [
          "f.npy",
          npyOf(
            [45, 20],
            Float32Array.from(flat, (bit) => bit / 2),
          ),
        ],
      ],
      {},
      {},
      [],
    ],
    [
      "NPY with its labels",
      [
        ["g.npy", npyOf([45, 20], flat)],
        ["g labels.npy", npyOf([45], Int32Array.from(labels))],
      ],
      {},
      { labels: join(folder, "g labels.npy") },
      ["--labels 'g labels.npy'"],
    ],
    [
      "NPZ",
      [
        [
          "h.npz",
          zipOf([
            { name: "x.npy", bytes: npyOf([45, 20], flat) },
            { name: "y.npy", bytes: npyOf([45], Int32Array.from(labels)) },
          ]),
        ],
      ],
      {},
      {},
      [],
    ],
    ["IDX", [["i.idx", idxOf([45, 4, 5], flat)]], {}, {}, []],
    [
      "IDX with its labels, gzipped",
      [
        ["own-images-idx3-ubyte.gz", gzipSync(idxOf([45, 4, 5], flat))],
        ["own-labels-idx1-ubyte", idxOf([45], labels)],
      ],
      {},
      {},
      [],
    ],
  ] as const)("%s: the same data as the command line has", async (_, files, how, options, words) => {
    const { read, there, own } = await both(files as never, how as never, options as never);
    expect(read).toEqual(there);
    expect(own.options).toEqual(words);
  });

  test.each<[string, readonly [string, string | Uint8Array][], RegExp]>([
    ["ragged CSV", [["x.csv", "1,0\n1,0,1"]], /line 2: got 3 cells; expected 2/],
    ["NaN", [["x.csv", "1,0\nNaN,1"]], /line 2, column 0.*finite/],
    ["an empty file", [["x.csv", ""]], /empty file/],
    ["only a header", [["x.csv", "a,b\n"]], /no rows/],
    ["numbers that need a scale", [["x.csv", "1,16\n3,4"]], /16; expected levels in \[0, 1\]\. Choose another rule/],
    ["a quote within a cell", [["x.csv", '1,2\n3,4"4']], /line 2.*quote/],
    ["IDX cut short", [["x.idx", idxOf([45, 4, 5], flat).slice(0, 500)]], /IDX sizes/],
    ["neither this nor that", [["x.bin", Uint8Array.of(7, 7, 7, 7)]], /IDX, NPY or NPZ/],
    [
      "labels that are too few",
      [
        ["a.npy", npyOf([45, 20], flat)],
        ["y.npy", npyOf([44], Int32Array.from(labels.slice(1)))],
      ],
      /44 labels; expected 45/,
    ],
    [
      "labels beside CSV",
      [
        ["a.csv", csvOf(rows)],
        ["labels.csv", labels.join("\n")],
      ],
      /second file/,
    ],
    [
      "too many units",
      [["a.npy", npyOf([2, 5000], new Uint8Array(10_000))]],
      /5000 units a case; expected at most 4096/,
    ],
    ["too many cases", [["a.npy", npyOf([100_001, 1], new Uint8Array(100_001))]], /100001 cases/],
    [
      "three files",
      [
        ["a.csv", "1"],
        ["b.csv", "1"],
        ["c.csv", "1"],
      ],
      /3 files/,
    ],
    [
      "pictures and a table",
      [
        ["a.csv", "1"],
        ["b.png", "1"],
      ],
      /1 PNG and 1 other/,
    ],
    ["what is called a picture and is none", [["b.png", "1,0"]], /does not start as PNG/],
  ])("%s is refused in words", async (_, files, words) => {
    const asked = {
      files: files.map(([name, content]) => fileOf(name, content)),
      values: "levels",
      labels: "",
    } as const;
    const error = await refusal(() => readOwn(asked));
    expect(error.message).toMatch(words);
  });

  test("a column that looks like labels is pointed out, unless it is named", async () => {
    const csv = csvOf(rows, ["Label", ...row20().slice(1)]);
    const asked = { files: [fileOf("a.csv", csv)], values: "levels" } as const;
    expect((await readOwn({ ...asked, labels: "" })).notes.join()).toMatch(/column Label is learnt/);
    expect((await readOwn({ ...asked, labels: "Label" })).notes).toEqual(["Labels: a.csv, column Label."]);
    expect((await readOwn({ ...asked, labels: "x3" })).notes.join()).toMatch(/column Label is learnt/);
  });

  test("a word of the command is what a shell takes for one", () => {
    expect(["a.csv", "my data.csv", "it's.csv", "-x.csv", "$(rm).csv"].map(quoted)).toEqual([
      "a.csv",
      "'my data.csv'",
      "'it'\\''s.csv'",
      "./-x.csv",
      "'$(rm).csv'",
    ]);
  });
});

function row20() {
  return Array.from({ length: 20 }, (_, i) => `x${i}`);
}

describe("cases as pictures", () => {
  test.each([
    [784, [28, 28], { height: 28, width: 28, how: "image" }],
    [64, undefined, { height: 8, width: 8, how: "square" }],
    [1, undefined, { height: 1, width: 1, how: "square" }],
    [20, undefined, { height: 4, width: 5, how: "folded" }],
    [50, undefined, { height: 5, width: 10, how: "folded" }],
    [13, undefined, { height: 4, width: 4, how: "folded" }],
    [4095, undefined, { height: 63, width: 65, how: "folded" }],
  ] as const)("%i units", (units, image, frame) => {
    expect(frameOf(units, image)).toEqual(frame);
  });

  test("never lose a unit, and are no longer than twice as wide", () => {
    for (let units = 1; units <= 4096; units++) {
      const { height, width } = frameOf(units);
      expect(height * width).toBeGreaterThanOrEqual(units);
      expect(height * width - units).toBeLessThan(width);
      expect(Math.max(height, width)).toBeLessThanOrEqual(2 * Math.min(height, width));
    }
  });

  test("are filled up with zeros where units do not fill the rows", () => {
    const frame = frameOf(3);
    expect([...framed(Float32Array.of(1, 2, 3, 4, 5, 6), 3, frame)]).toEqual([1, 2, 3, 0, 4, 5, 6, 0]);
    expect(frameText(3, frame)).toBe("3 units a case, folded into 2 rows of 2 to be shown; the last place is empty");
  });
});

describe("which cases are learnt", () => {
  const dataset = (cases: number, some?: number[]): Dataset =>
    toDataset({
      name: "d",
      shape: [cases, 1],
      values: new Uint8Array(cases),
      ...(some && { labels: Int32Array.from(some) }),
    });

  test.each([
    [19, 19, undefined],
    [20, 18, 2],
    [45, 41, 4],
  ])("%i: the last tenth is held out, from 20 on", (cases, training, held) => {
    const split = splitCases(dataset(cases));
    expect([split.training.cases, split.heldOut?.cases]).toEqual([training, held]);
  });

  test("those of the classes that are chosen", () => {
    const data = dataset(45, labels);
    expect(classesOf(data)).toEqual([0, 1]);
    expect(classesOf(dataset(3, [1, 1, 1]))).toBeUndefined();
    expect(classesOf(dataset(3, [1, 10, 1]))).toBeUndefined();
    expect(chosenClasses([1, 7], [0, 1])).toEqual([1]);
    expect(chosenClasses([7], [0, 1])).toBeUndefined();
    expect(chosenClasses([0, 1, 2], [0, 1])).toBeUndefined();
    expect(splitCases(data, [1]).training.labels).toEqual(new Int32Array(20).fill(1));
  });
});

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

const shipped = join(import.meta.dirname, "../../dist/lab-public");
const initial = {
  ...(Object.fromEntries(
    Object.entries(fields).map(([name, { initial: value }]) => [name, value]),
  ) as unknown as Settings),
  hidden: 6,
  epochs: 3,
  batch: 10,
};

describe.skipIf(!existsSync(join(shipped, "digits-test.bin.gz")))(
  "the page of digits with own data (needs the built lab)",
  () => {
    beforeAll(() => {
      setBase("http://lab/");
      globalThis.fetch = (async (address: URL) => new Response(readFileSync(join(shipped, address.pathname)))) as never;
    });
    type Lab = Awaited<ReturnType<typeof start>>;
    const ask = async <Answer>(engine: Lab, command: unknown) => (await engine.command?.(command as never)) as Answer;
    const open = (engine: Lab, name: string, content: string | Uint8Array, how = {}) =>
      ask<string>(engine, { what: "data", files: [fileOf(name, content)], values: "levels", labels: "", ...how });

    test("its run is the library's training of the first nine tenths, and its command says so", async () => {
      const first = await start({ ...initial, digits: [2] });
      expect(await open(first, "own.csv", csvOf(rows))).toBe("own.csv");
      expect(first.adjust?.(initial as never), "the machine begins anew").toBe(false);
      first.dispose?.();
      const settings = { ...initial, file: "own.csv", filter: 2 };
      const engine = await start(settings);
      while (await engine.advance());
      const view = engine.view();
      expect(view.source).toMatchObject({ units: 20, heldOut: 4, own: { cases: 41, classes: undefined } });
      expect([view.cases, view.figured, view.shown, view.updates]).toEqual([41, 4, 4, 15]);
      expect([view.data.length, view.reconstructions.length, view.dreams.length, view.filters.length]).toEqual([
        80, 80, 200, 120,
      ]);
      expect(view.filter?.top.length).toBe(80);
      expect([...view.data.subarray(0, 20)]).toEqual(rows[41]);
      const data = takeCases(toDataset({ name: "own", shape: [45, 20], values: Float64Array.from(flat) }), 41);
      const kernels = await createKernels({ threads: 1 });
      let rbm = initializeRbm(data, { hidden: 6, seed: 1 });
      const optimizer = sgd({ rate: 0.05, momentum: 0, weightDecay: 0.0002 });
      for await (const report of train(rbm, data, { epochs: 3, batchSize: 10, seed: 1, optimizer, kernels }))
        if (report.done) rbm = report.machine();
      expect(await ask(engine, { what: "sha256" })).toBe(await parametersSha256(rbm));
      expect(commandOf(settings, view.source.own)).toBe(
        "harmonium train rbm --data own.csv --limit 41 --hidden 6 --epochs 3 --batch-size 10 --rate 0.05 --weight-decay 0.0002 --seed 1 --monitor 1",
      );
      kernels.dispose();
      // a machine of another width is none for these data; one of theirs is
      const wrong = serializeModel(
        initializeRbm(takeCases(toDataset({ name: "w", shape: [2, 9], values: new Uint8Array(18) }), 2), {
          hidden: 2,
          seed: 1,
        }),
      );
      expect(() => engine.command?.({ what: "open", bytes: wrong } as never)).toThrow(/9 × 2 units; expected 20/);
      expect(await ask(engine, { what: "open", bytes: serializeModel(rbm) })).toBe(6);
      await ask(engine, { what: "forget" });
      // back and on again
      const saved = engine.save?.();
      await engine.load?.(saved as never);
      expect(engine.view()).toEqual(view);
      engine.dispose?.();
    });

    test("a file that is wrong changes nothing; read in another way it may be right", async () => {
      const engine = await start({ ...initial, file: "none.csv", digits: [2] });
      await engine.advance();
      const before = engine.view();
      expect(before.source.own, "a link's file that is not open").toBeUndefined();
      const sixteen = csvOf(rows.map((row) => row.map((bit) => 16 * bit)));
      await expect(open(engine, "sixteen.csv", sixteen)).rejects.toThrow(/expected levels/);
      expect(engine.view()).toEqual(before);
      expect(engine.adjust?.({ ...initial, file: "none.csv", digits: [2], values: "minmax" } as never)).toBe("looked");
      expect(await ask(engine, { what: "data", values: "minmax", labels: "" })).toBe("sixteen.csv");
      const again = await start({ ...initial, file: "sixteen.csv" });
      expect(again.view().source.own?.options).toEqual(["--scale minmax"]);
      for (const each of [engine, again]) each.dispose?.();
    });

    test("classes are chosen where there are labels, and a wide case has fewer hidden units", async () => {
      const engine = await start({ ...initial, digits: [2] });
      const labelled = csvOf(
        rows.map((row, b) => [...row, labels[b] as number]),
        [...row20(), "kind"],
      );
      await open(engine, "l.csv", labelled, { labels: "kind" });
      const ones = await start({ ...initial, file: "l.csv", digits: [1, 5] });
      const { own } = ones.view().source;
      expect(own).toMatchObject({ classes: [0, 1], cases: 20, options: ["--labels kind"] });
      expect(commandOf({ ...initial, file: "l.csv", digits: [1, 5] }, own)).toContain(
        "--data l.csv --labels kind --classes 1 --limit 20 --hidden 6",
      );
      await open(engine, "wide.npy", npyOf([3, 4096], new Uint8Array(3 * 4096).fill(1)));
      const wide = await start({ ...initial, file: "wide.npy", hidden: 1000 });
      expect([hiddenOf({ hidden: 1000 }, 4096), hiddenOf({ hidden: 1000 })]).toEqual([244, 1000]);
      const { filterCount, shown, source } = wide.view();
      expect([filterCount, shown, source.heldOut, source.frame.height]).toEqual([100, 3, 0, 64]);
      expect(await wide.advance()).toBe(true);
      for (const each of [engine, ones, wide]) each.dispose?.();
    });
  },
);
