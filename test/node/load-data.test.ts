import { mkdtempSync, rmSync } from "node:fs";
import { chmod, cp, mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formatNpy } from "#src/data/npy.js";
import { type LoadOptions, loadData } from "#src/node/load-data.js";
import { idxOf } from "../data/archives.js";
import { refusal } from "../data/refusal.js";

const fixtures = new URL("../fixtures/npy/", import.meta.url);
let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "harmonium-data-"));
  const images = idxOf([3, 2, 2], [0, 255, 0, 255, 1, 2, 3, 4, 9, 9, 9, 9]);
  const labels = idxOf([3], [4, 2, 4]);
  const files: Record<string, Uint8Array | string> = {
    "toy-images-idx3-ubyte": images,
    "toy-labels-idx1-ubyte": labels,
    "zip-images.idx3-ubyte.gz": gzipSync(images),
    "zip-labels.idx1-ubyte": labels,
    "lone.idx": images,
    "short-images-idx3-ubyte": images,
    "short-labels-idx1-ubyte": idxOf([2], [4, 2]),
    "labels.npy": formatNpy([3], Int32Array.of(1000, 2, 1000)),
    "labels.csv": "label\n5\n6\n5\n",
    "one-hot.npy": formatNpy([3, 2], Uint8Array.of(0, 1, 1, 0, 0, 1)),
    "table.csv": "class,p,q\n1,0,0.5\n2,1,0.25\n",
    "grey.csv": "class,p,q\n1,0,255\n2,16,0\n",
    "table.csv.gz": gzipSync("0,1\n1,0\n"),
    "table.tsv": "0\t1\n1\t0\n",
    "PK.csv": "PK,q\n0,1\n",
    "utf16.csv": Buffer.from("\ufeff0,1\n", "utf16le"),
    "latin1.csv": Buffer.from("gr\xfcn,rot\n0,1\n", "latin1"),
    "empty.npy": "",
    "page.html": "<!doctype html>",
    "nested.gz": gzipSync(gzipSync(images)),
    "damaged.gz": gzipSync(images).subarray(0, -3),
    "named.csv": formatNpy([1, 2], Uint8Array.of(0, 1)),
  };
  await Promise.all(Object.entries(files).map(([name, contents]) => writeFile(at(name), contents)));
  await cp(fixtures, at("npy"), { recursive: true });
  await mkdir(at("sub"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("loadData: built-in", () => {
  test("mnist:test, one class, limited", async () => {
    const dataset = await loadData("mnist:test", { classes: [2], limit: 10 });
    expect(dataset).toMatchObject({ name: "mnist:test classes 2", cases: 10, units: 784, imageShape: [28, 28] });
    expect(dataset.labels).toEqual(new Uint8Array(10).fill(2));
  });

  test("class 2 of MNIST", async () => {
    expect(await loadData("mnist:train", { classes: [2] })).toMatchObject({
      name: "mnist:train classes 2",
      cases: 5958,
    });
    expect(await loadData("mnist:test", { classes: [2] })).toMatchObject({ cases: 1032 });
  });

  test("bars-and-stripes:3, and options for levels", async () => {
    const dataset = await loadData("bars-and-stripes:3");
    expect(dataset).toMatchObject({ name: "bars-and-stripes:3", cases: 16, units: 9, imageShape: [3, 3] });
    const scaled = await loadData("bars-and-stripes:3", { scale: 255, imageShape: [1, 9] });
    expect(scaled.levels).toEqual(Float32Array.from(dataset.levels, (level) => level / 255));
    expect(scaled.imageShape).toEqual([1, 9]);
  });

  test.each<[string, LoadOptions, RegExp]>([
    ["mnist:trian", {}, /the name "mnist:trian".*Did you mean mnist:train\?/],
    ["minst", {}, /Did you mean mnist:train\?/],
    ["bars-and-strips:5", {}, /Did you mean bars-and-stripes:4\?/],
    ["bars-and-stripes:", {}, /side ""/],
    ["bars-and-stripes:-3", {}, /side "-3"/],
    ["bars-and-stripes:0", {}, /side 0/],
    ["cifar:train", {}, /expected a file, or one of mnist:train, mnist:test, bars-and-stripes:4$/],
    ["", {}, /an empty name/],
    ["bars-and-stripes:2", { labels: "y.npy" }, /^labels: got y\.npy for the built-in/],
    ["bars-and-stripes:2", { array: "x" }, /^array: got x for the built-in/],
  ])("refuses %j with %j", async (spec, options, message) => {
    const error = await refusal(() => loadData(spec, options));
    expect(error.kind).toBe("option");
    expect(error.message).toMatch(message);
  });

  test("a side that is too large", async () => {
    expect((await refusal(() => loadData("bars-and-stripes:40"))).kind).toBe("size");
  });
});

describe("loadData: files", () => {
  const levels = Uint8Array.of(0, 255, 0, 255, 1, 2, 3, 4, 9, 9, 9, 9);

  test("IDX brings the labels beside it", async () => {
    const path = at("toy-images-idx3-ubyte");
    expect(await loadData(path)).toEqual({
      name: path,
      cases: 3,
      units: 4,
      levels,
      labels: Uint8Array.of(4, 2, 4),
      imageShape: [2, 2],
    });
    expect(await loadData(path, { classes: [2] })).toMatchObject({
      name: `${path} classes 2`,
      cases: 1,
      levels: Uint8Array.of(1, 2, 3, 4),
    });
  });

  test("gzip, with labels that are not gzipped and a point in the name", async () => {
    const dataset = await loadData(at("zip-images.idx3-ubyte.gz"));
    expect(dataset).toMatchObject({ cases: 3, levels, labels: Uint8Array.of(4, 2, 4) });
  });

  test("labels from another file: IDX, NPY, CSV", async () => {
    const load = (labels: string) => loadData(at("lone.idx"), { labels: at(labels) });
    expect(await loadData(at("lone.idx"))).not.toHaveProperty("labels");
    expect((await load("toy-labels-idx1-ubyte")).labels).toEqual(Uint8Array.of(4, 2, 4));
    expect((await load("labels.npy")).labels).toEqual(Int32Array.of(1000, 2, 1000));
    expect((await load("labels.csv")).labels).toEqual(Int32Array.of(5, 6, 5));
  });

  test("NPY and NPZ", async () => {
    const npy = await loadData(at("npy/u1-fortran.npy"));
    expect(npy).toMatchObject({ cases: 2, units: 12, imageShape: [3, 4] });
    const npz = await loadData(at("npy/compressed.npz"), { classes: [3] });
    expect(npz.levels).toEqual(npy.levels.slice(12));
    expect(npz.labels).toEqual(Int32Array.of(3));
    const named = await loadData(at("npy/several.npz"), { array: "x_train", labels: "y_train" });
    expect(named).toMatchObject({ levels: npy.levels, labels: Int32Array.of(7, 3) });
    expect(await loadData(at("npy/f8.npy"), { scale: "minmax" })).toMatchObject({ cases: 2, units: 12 });
  });

  test("CSV", async () => {
    const table = await loadData(at("table.csv"), { labels: "class", imageShape: "square" }).catch((error) => error);
    expect(table.message).toMatch(/square images of 2 units/);
    expect(await loadData(at("table.csv"), { labels: "class" })).toEqual({
      name: at("table.csv"),
      cases: 2,
      units: 2,
      levels: Float32Array.of(0, 0.5, 1, 0.25),
      labels: Int32Array.of(1, 2),
    });
    expect(await loadData(at("table.csv.gz"))).toMatchObject({ levels: Float32Array.of(0, 1, 1, 0) });
    expect(await loadData(at("table.tsv"), { binarize: 0.5 })).toMatchObject({ levels: Uint8Array.of(0, 255, 255, 0) });
    expect(await loadData(at("PK.csv"))).toMatchObject({ levels: Float32Array.of(0, 1) });
  });

  test("the bytes tell the format, whatever the file is called", async () => {
    expect(await loadData(at("named.csv"))).toMatchObject({ levels: Uint8Array.of(0, 255) });
  });

  test("a relative path", async () => {
    const path = "test/fixtures/npy/u1.npy";
    expect((await loadData(path)).name).toBe(path);
  });
});

describe("loadData refuses", () => {
  test.each<[string, LoadOptions, string, RegExp]>([
    [
      "toy-images-idx3-ubyt",
      {},
      "file",
      /toy-images-idx3-ubyt: got no such file.*Did you mean .*toy-images-idx3-ubyte\?$/,
    ],
    ["sub/x.npy", {}, "file", /no such file.*The folder .*sub has no file of a similar name\.$/],
    ["no/such/folder/x.npy", {}, "file", /The nearest folder that exists is .*harmonium-data-\w+\.$/],
    ["lone.idx/x.npy", {}, "file", /The nearest folder that exists is .*harmonium-data-\w+\.$/],
    ["sub", {}, "file", /got a folder/],
    ["empty.npy", {}, "file", /got an empty file/],
    ["page.html", {}, "format", /got a file that starts with 3c 21 64 6f 63 74 79 70; expected IDX, NPY or NPZ .* CSV/],
    ["nested.gz", {}, "format", /got gzip of a file that starts with 1f 8b/],
    ["damaged.gz", {}, "format", /do not unpack/],
    ["utf16.csv", {}, "format", /text in UTF-16.*Save it as UTF-8/],
    ["latin1.csv", {}, "format", /no text in UTF-8/],
    [
      "grey.csv",
      { labels: "class" },
      "data",
      /grey\.csv, line 2, column "q": got 255; expected levels in \[0, 1\]\. Use scale/,
    ],
    ["grey.csv", { labels: "clas" }, "option", /Did you mean "class"\?/],
    ["short-images-idx3-ubyte", {}, "shape", /short-labels-idx1-ubyte: got 2 labels; expected 3/],
    ["lone.idx", { labels: "nowhere.npy" }, "file", /^nowhere\.npy: got no such file/],
    ["lone.idx", { array: "x" }, "option", /^array: got x for .*lone\.idx, which is IDX/],
    ["lone.idx", { classes: [4] }, "data", /without labels/],
    [
      "toy-images-idx3-ubyte",
      { classes: [9] },
      "data",
      /class 9, no case; expected classes 2 \(1 case\), 4 \(2 cases\)/,
    ],
    ["toy-images-idx3-ubyte", { classes: [] }, "option", /^classes: got no class/],
    ["toy-images-idx3-ubyte", { limit: 0 }, "option", /^limit: got 0/],
    ["npy/several.npz", {}, "option", /x_train, y_train, x_test/],
    ["npy/f8.npy", {}, "data", /f8\.npy, row 0, column 0 \(both counted from 0\): got -0\.5/],
    ["npy/object.npy", {}, "unsupported", /never loaded/],
    ["toy-labels-idx1-ubyte", {}, "shape", /an array of shape \[3\]; expected \[cases, units\]/],
  ])("%s with %j", async (name, options, kind, message) => {
    const error = await refusal(() => loadData(at(name), options));
    expect(error.message).toMatch(message);
    expect(error.kind).toBe(kind);
  });

  test("labels that are not one number a case", async () => {
    const load = (labels: string) => refusal(() => loadData(at("lone.idx"), { labels: at(labels) }));
    expect((await load("one-hot.npy")).message).toMatch(/labels of shape \[3, 2\]/);
    expect((await load("npy/stored.npz")).message).toMatch(/an NPZ archive as file of labels/);
  });

  test.skipIf(process.getuid?.() === 0 || process.platform === "win32")("a file without permission", async () => {
    await writeFile(at("locked.npy"), "x");
    await chmod(at("locked.npy"), 0);
    expect((await refusal(() => loadData(at("locked.npy")))).kind).toBe("file");
  });
});
