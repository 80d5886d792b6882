import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cycles, folderName, importGraph, importsOf, reachable, wrongImports } from "./imports.js";

const root = join(import.meta.dirname, "..");

/** Files below a folder by their path from the root, slashes on every system. */
function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll("\\", "/"),
    )
    .filter((file) => /\.(ts|tsx|mjs|js|py)$/.test(file))
    .sort();
}

const read = (file: string) => readFileSync(join(root, file), "utf8");
const sources = new Map([...filesBelow("src"), ...filesBelow("cli")].map((file) => [file, read(file)]));

/** Pages are .tsx; imports say .js, which importsOf takes for .ts. */
const lab = new Map(
  filesBelow("lab")
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts"))
    .map((file) => [file.replace(/x$/, ""), read(file)]),
);

describe("imports", () => {
  test("are found: every line that ends an import or a re-export, and the worker", () => {
    const found = [...sources].flatMap(([file, text]) => importsOf(file, text));
    const written = [...sources].flatMap(([by, text]) =>
      [...text.matchAll(/^(?:import|export|\}) ?.*(?:from|import) "([^"]+)"/gm)].map(([, specifier]) => ({
        by,
        specifier,
      })),
    );
    expect(written.length).toBeGreaterThan(200);
    expect(found).toEqual(expect.arrayContaining(written.map((one) => expect.objectContaining(one))));
    expect(found.map(({ target }) => target)).toContain("src/kernels/worker.ts");
  });

  test("lead to files that exist", () => {
    const missing = [...sources].flatMap(([file, text]) =>
      importsOf(file, text).filter(({ target }) => /^(src|cli)\//.test(target) && !sources.has(target)),
    );
    // made by the build
    expect(missing.filter(({ target }) => target !== "src/kernels/wasm-binary.ts")).toEqual([]);
  });

  test("point one way", () => {
    expect(wrongImports(sources)).toEqual([]);
  });

  test("of the lab are its own files, four packages, and the library's index", () => {
    expect(lab.size).toBeGreaterThan(20);
    expect(wrongImports(lab)).toEqual([]);
    expect(cycles(importGraph(lab, (file) => file))).toEqual([]);
    const engines = [...lab.keys()].filter((file) => file.endsWith("/engine.ts"));
    for (const engine of engines) {
      const outside = [...reachable(lab, engine)].filter((file) => /^lab\/(app|parts|paint)\//.test(file));
      expect(outside, `${engine} runs in a worker, without a page`).toEqual([]);
    }
  });

  test("go round nowhere: between files of src/ and cli/, and between folders of src/", () => {
    expect(cycles(importGraph(sources, (file) => file))).toEqual([]);
    expect(cycles(importGraph(sources, folderName))).toEqual([]);
  });

  test("from src/index.ts lead to no module of Node and no package", () => {
    const library = reachable(sources, "src/index.ts", { types: true });
    expect(library.size).toBeGreaterThan(40);
    const outside = [...library].flatMap((file) =>
      importsOf(file, sources.get(file) as string).filter(({ target }) => !target.startsWith("src/")),
    );
    expect(outside).toEqual([]);
    expect([...library].filter((file) => file.startsWith("src/node/"))).toEqual([]);
  });
});

describe("the checker finds", () => {
  const made = (file: string, text: string) => wrongImports(new Map([[file, text]]));

  test.each([
    ["src/math/log.ts", 'import { train } from "../learn/train.js";', "math may not import learn"],
    ["src/random/draw.ts", 'import type { Rbm } from "../machines/rbm.js";', "random may not import machines"],
    ["src/kernels/wasm.ts", 'import { parseIdx } from "../data/idx.js";', "kernels may not import data"],
    ["src/kernels/wasm.ts", 'import { type Levels } from "../data/dataset.js";', "kernels may not import data"],
    ["src/data/idx.ts", 'export {\n  x,\n  y,\n} from "../kernels/kernels.js";', "data may not import kernels"],
    ["src/evaluate/a.ts", 'export * from "../learn/train.js";', "evaluate may not import learn"],
    ["src/io/model.ts", 'const { x } = await import("../index.js");', "io may not import index"],
    ["src/index.ts", 'export { openRun } from "./node/index.js";', "index may not import node"],
    [
      "src/machines/rbm.ts",
      'import { readFile } from "node:fs/promises";',
      "machines may not import the module of Node node:fs",
    ],
    ["src/machines/rbm.ts", 'import fs from "fs";', "machines may not import the package fs"],
    ["src/node/csv.ts", 'import _ from "lodash/fp.js";', "node may not import the package lodash"],
    ["cli/main.ts", 'import "../src/learn/train.js";', "cli may import src/index.ts and src/node/index.ts only"],
    ["cli/main.ts", 'import { x } from "../test/imports.js";', "test/imports.ts is outside src/ and cli/"],
    ["src/brain/a.ts", 'import { refuse } from "../errors.js";', "the folder brain has no place"],
  ])("%s: %s", (file, text, wrong) => {
    expect(made(file, text)).toEqual([expect.stringContaining(`${file}:1: ${wrong}`)]);
  });

  test("nothing in what is allowed", () => {
    expect(made("src/kernels/wasm.ts", 'import type { Levels } from "../data/dataset.js";')).toEqual([]);
    expect(made("src/learn/train.ts", 'import { freeEnergies } from "../evaluate/free-energy.js";')).toEqual([]);
    expect(
      made("src/node/csv.ts", 'import { parse } from "csv-parse/sync";\nimport { join } from "node:path";'),
    ).toEqual([]);
    expect(
      made("cli/commands/a.ts", 'import { x } from "../../src/node/index.js";\nimport { y } from "../b.js";'),
    ).toEqual([]);
  });

  test("a way round, and a worker's file", () => {
    const round = new Map([
      ["src/a/one.ts", 'import { two } from "../b/two.js";\n'],
      ["src/b/two.ts", 'new Worker(new URL("./three.js", import.meta.url));\n'],
      ["src/b/three.ts", 'import type { One } from "../a/one.js";\n'],
    ]);
    expect(cycles(importGraph(round, (file) => file))).toEqual([
      "src/a/one.ts → src/b/two.ts → src/b/three.ts → src/a/one.ts",
    ]);
    expect(cycles(importGraph(round, folderName))).toEqual(["a → b → a"]);
    expect([...reachable(round, "src/a/one.ts")]).toEqual([...round.keys()]);
  });
});

describe("size", () => {
  const most = 300;
  /** A test file is a list of cases about one file of the sources: longer, and as easily read. */
  const mostTests = 600;
  const folders = ["src", "cli", "assembly", "test", "bench", "scripts", "examples"];

  test(`no file has more than ${most} lines, no test file more than ${mostTests}`, () => {
    const lengths = folders.flatMap(filesBelow).map((file) => ({ file, lines: read(file).split("\n").length - 1 }));
    expect(lengths.length).toBeGreaterThan(100);
    const long = lengths.filter(({ file, lines }) => lines > (file.startsWith("test/") ? mostTests : most));
    expect(long.map(({ file, lines }) => `${file}: ${lines} lines`)).toEqual([]);
  });
});
