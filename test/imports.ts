/** What the sources import, and the rules for it: which folder may use which. The checker of architecture.test.ts. */

import { dirname, join } from "node:path/posix";

/** Source texts by their path from the root, `src/math/log.ts`. */
export type Sources = ReadonlyMap<string, string>;

export interface Import {
  /** The file that imports. */
  readonly by: string;
  readonly line: number;
  /** As it is written: `../math/log.js`, `csv-parse/sync`. */
  readonly specifier: string;
  /** A path from the root for a relative import, else a module of Node or the name of a package. */
  readonly target: string;
  /** A whole `import type` or `export type`: nothing is loaded at run time. */
  readonly typeOnly: boolean;
}

const base = ["errors", "math", "random"];
const machines = [...base, "data", "kernels", "units"];
const samplers = [...machines, "machines"];
const evaluate = [...samplers, "samplers"];
const learn = [...evaluate, "evaluate"];
const io = [...learn, "learn"];
const index = [...io, "io"];

/** For each folder (or single file) of src/: what it may import besides itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  math: ["errors"],
  random: ["errors", "math"],
  data: base,
  kernels: base,
  units: base,
  machines,
  samplers,
  evaluate,
  learn,
  io,
  index,
  node: [...index, "index"],
};

/** What it may import the types of. */
const mayImportTypes: Readonly<Record<string, readonly string[]>> = { kernels: ["data"], units: ["data"] };

/** npm packages; nothing else in src/ may import any. */
const mayImportPackages: Readonly<Record<string, readonly string[]>> = {
  node: ["csv-parse"],
  cli: ["commander", "@resvg/resvg-wasm", "@fontsource/ibm-plex-sans"],
  lab: ["preact", "@preact/signals", "uplot", "csv-parse"],
};

const statements = [
  /^(?:import|export)\s+(type\s+)?(?:[\w$*\s,]|\{[^}]*\})*?from\s*"([^"]+)"/gm,
  /^import()\s*"([^"]+)"/gm,
  /\bimport(\()\s*"([^"]+)"\s*\)/g,
  // a worker's file: loaded as surely as an import
  /\bnew URL(\()\s*"(\.[^"]+\.js)"\s*,\s*import\.meta\.url/g,
];

/** All imports and re-exports of one file, by their text; in comments too where they look like one. */
export function importsOf(by: string, text: string): Import[] {
  return statements.flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match): Import => {
      const specifier = match[2] as string;
      const target = specifier.startsWith(".")
        ? join(dirname(by), specifier).replace(/\.js$/, ".ts")
        : specifier.replace(/^(@[^/]+\/[^/]+|[^@/][^/]*)\/.*$/, "$1");
      const line = text.slice(0, match.index).split("\n").length;
      return { by, line, specifier, target, typeOnly: match[1]?.startsWith("type") === true };
    }),
  );
}

/** `errors`, `kernels`, `node`, … for a file of src/; `cli`; `lab`; undefined elsewhere. */
function folderOf(file: string): string | undefined {
  if (file.startsWith("cli/")) return "cli";
  if (file.startsWith("lab/")) return "lab";
  return /^src\/([^/.]+)/.exec(file)?.[1];
}

/** Says what is wrong with an import; undefined when it points the right way. */
function complaint({ by, specifier, target, typeOnly }: Import): string | undefined {
  const folder = folderOf(by) as string;
  if (!specifier.startsWith(".")) {
    // package.json "imports": the built library, as a page gets it
    if (folder === "lab" && specifier === "#src/index.js") return;
    const packages = mayImportPackages[folder];
    if (packages && (target.startsWith("node:") || packages.includes(target))) return;
    return `${folder} may not import the ${target.startsWith("node:") ? "module of Node" : "package"} ${target}`;
  }
  const to = folderOf(target);
  if (to === folder) return;
  if (to === undefined) return `${target} is outside src/ and cli/`;
  if (folder === "cli")
    return /^src\/(node\/)?index\.ts$/.test(target)
      ? undefined
      : "cli may import src/index.ts and src/node/index.ts only";
  if (mayImport[folder] === undefined)
    return `the folder ${folder} has no place in the order; give it one in test/imports.ts`;
  if (mayImport[folder].includes(to) || (typeOnly && mayImportTypes[folder]?.includes(to))) return;
  return `${folder} may not import ${to}`;
}

/** Every import that points the wrong way, as `file:line: what is wrong`. */
export function wrongImports(sources: Sources): string[] {
  return [...sources].flatMap(([file, text]) =>
    importsOf(file, text).flatMap((one) => {
      const wrong = complaint(one);
      return wrong === undefined ? [] : [`${file}:${one.line}: ${wrong}`];
    }),
  );
}

/** `file` and all files that it leads to; `types`: also by imports of types. */
export function reachable(sources: Sources, file: string, { types = false } = {}): Set<string> {
  const seen = new Set([file]);
  for (const by of seen) {
    for (const { target, typeOnly } of importsOf(by, sources.get(by) ?? "")) {
      if (sources.has(target) && (types || !typeOnly)) seen.add(target);
    }
  }
  return seen;
}

/** Cycles of a directed graph, one path `a → b → a` for each edge that closes one. */
export function cycles(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  function visit(node: string): void {
    if (path.includes(node)) found.push([...path.slice(path.indexOf(node)), node].join(" → "));
    if (done.has(node) || path.includes(node)) return;
    path.push(node);
    for (const next of graph.get(node) ?? []) visit(next);
    path.pop();
    done.add(node);
  }
  for (const node of graph.keys()) visit(node);
  return found;
}

/** Who imports whom, types included; `name` groups files, into folders for instance. */
export function importGraph(sources: Sources, name: (file: string) => string): Map<string, Set<string>> {
  const graph = new Map<string, Set<string>>();
  for (const [file, text] of sources) {
    const from = graph.get(name(file)) ?? new Set();
    graph.set(name(file), from);
    for (const { target } of importsOf(file, text)) {
      if (sources.has(target) && name(target) !== name(file)) from.add(name(target));
    }
  }
  return graph;
}

export const folderName = (file: string): string => folderOf(file) ?? file;
