import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { type Dataset, toDataset } from "#src/index.js";
import { loadData } from "#src/node/index.js";
import { framed, frameOf, frameText } from "../../lab/data/frame.js";
import { chosenClasses, quoted } from "../../lab/data/own-data.js";
import { readOwn } from "../../lab/data/read-own.js";
import { classesOf, splitCases } from "../../lab/data/split.js";
import { idxOf, zipOf } from "../data/archives.js";
import { refusal } from "../data/refusal.js";
import { columnNames, csvOf, fileOf, npyOf, twoKinds } from "./own-files.js";

const folder = mkdtempSync(join(tmpdir(), "harmonium-own-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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
            ["y", ...columnNames(20)],
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
    const csv = csvOf(rows, ["Label", ...columnNames(20).slice(1)]);
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
