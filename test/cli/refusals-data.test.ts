import { mkdirSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { formatNpy } from "#src/index.js";
import { workplace } from "./program.js";
import { refusalIn } from "./refusal.js";

const { cwd, path, run } = workplace();
const refusal = (words: string[]) => refusalIn(cwd, run, words);

/** An IDX file of unsigned bytes. */
function idx(sizes: number[], bytes: number[]): Uint8Array {
  const header = sizes.flatMap((size) => [0, 0, size >> 8, size & 255]);
  return Uint8Array.from([0, 0, 8, sizes.length, ...header, ...bytes]);
}

beforeAll(() => {
  const twelve = Array.from({ length: 12 }, (_, i) => i % 2);
  const files: Record<string, string | Uint8Array> = {
    "wrong-magic.idx": Uint8Array.from([0, 0, 0x77, 3, 0, 0, 0, 1]),
    "cut-short.idx": idx([10, 2, 2], [1, 2, 3]),
    "nothing.csv": "",
    "words.bin": "hello",
    "ragged.csv": "0,1,0\n1,0\n",
    "word.csv": "a,b,c\n0,1,0\n1,x,0\n",
    "nan.csv": "0,1,0\n1,nan,0\n",
    "large.csv": "0,1,0\n1,7,0\n",
    "nan.npy": formatNpy([2, 2], Float32Array.from([0, 1, Number.NaN, 1])),
    "inf.npy": formatNpy([2, 2], Float32Array.from([0, 1, 1, Number.POSITIVE_INFINITY])),
    "negative.npy": formatNpy([2, 2], Float32Array.from([0, -0.5, 1, 1])),
    "images.npy": formatNpy([3, 4], Float32Array.from(twelve)),
    "two-labels.npy": formatNpy([2], Int32Array.from([0, 1])),
    "cases-images-idx3-ubyte": idx([3, 2, 2], twelve),
    "cases-labels-idx1-ubyte": idx([2], [0, 1]),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(path(name), content);
  mkdirSync(path("empty"));
});

describe("data", () => {
  test.each([
    ["nosuch.csv", "nosuch.csv: got no such file; expected a file to read. "],
    ["mnist:tran", "Did you mean mnist:train?"],
    ["empty", "empty: got a folder; expected a file. Name a file, not a folder."],
    ["wrong-magic.idx", "wrong-magic.idx: got IDX type 0x77; expected 08 (uint8)"],
    ["cut-short.idx", "cut-short.idx: got 3 bytes after the header; expected 40 for IDX sizes [10, 2, 2] of uint8. "],
    ["nothing.csv", "nothing.csv: got an empty file; expected a file with data."],
    ["words.bin", "words.bin: got a file that starts with 68 65 6c 6c 6f; expected IDX, NPY or NPZ"],
    ["ragged.csv", "ragged.csv, line 2: got 2 cells; expected 3, as in the first line."],
    ["word.csv", 'word.csv, line 3, column "b": got the cell "x"; expected a finite decimal number. '],
    ["nan.csv", 'nan.csv, line 2, column 1 (counted from 0): got the cell "nan"; expected a finite decimal number. '],
    ["nan.npy", "nan.npy, row 1, column 0 (both counted from 0): got NaN; expected a finite number. "],
    ["inf.npy", "inf.npy, row 1, column 1 (both counted from 0): got Infinity; expected a finite number. "],
    ["cases-images-idx3-ubyte", "cases-labels-idx1-ubyte: got 2 labels; expected 3, one a case."],
  ])("%s", async (source, message) => {
    expect(await refusal(["train", "rbm", "--data", source])).toContain(message);
  });

  test.each(["large.csv", "negative.npy"])("%s: values outside [0, 1] name the options that help", async (source) => {
    const message = await refusal(["train", "rbm", "--data", source]);
    expect(message).toMatch(/got (7|-0\.5); expected levels in \[0, 1\]\. .*--scale \(.*--binarize \(/);
  });

  test.each([
    [
      "labels of another length",
      ["--data", "images.npy", "--labels", "two-labels.npy"],
      "two-labels.npy: got 2 labels; expected 3, one a case.",
    ],
    [
      "no such class",
      ["--data", "mnist:test", "--classes", "11"],
      "mnist:test: got class 11, no case; expected classes 0 (980 cases), 1 (",
    ],
    [
      "classes of data without labels",
      ["--data", "images.npy", "--classes", "1"],
      "Name the labels with the option --labels, or leave the classes out.",
    ],
    [
      "a shape of other images",
      ["--data", "images.npy", "--image-shape", "3x3"],
      "images.npy: got images of 3 × 3; expected height × width = 4 units.",
    ],
    ["no data", [], "--data: got nothing; expected a file, or one of mnist:train"],
    [
      "held-out data of another width",
      ["--data", "images.npy", "--held-out", "mnist:test"],
      "--held-out: got mnist:test with 784 units a case; expected 4, as in images.npy.",
    ],
    ["no held-out data", ["--data", "images.npy", "--held-out", "nosuch.npy"], "nosuch.npy: got no such file"],
  ])("%s", async (_, words, message) => {
    expect(await refusal(["train", "rbm", ...words])).toContain(message);
  });
});
