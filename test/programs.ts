/** TypeScript that stands in documents: checked and compiled as a user's program would be, then run. */

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

export interface Program {
  /** A name for the file, without an ending. */
  readonly name: string;
  readonly text: string;
}

export interface Workplace {
  /** What the compiler says; empty when all is well. */
  readonly complaints: string;
  run(name: string): { readonly status: number | null; readonly stdout: string; readonly stderr: string };
  remove(): void;
}

/** A folder outside the repository in which the package `harmonium` is installed, as a link, and the programs compiled. */
export function compilePrograms(programs: readonly Program[]): Workplace {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "harmonium-docs-")));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/harmonium"), "junction");
  for (const { name, text } of programs) writeFileSync(join(folder, `${name}.mts`), text);
  const compilerOptions = {
    rootDir: ".",
    outDir: "compiled",
    declaration: false,
    sourceMap: false,
    typeRoots: [join(root, "node_modules/@types")],
  };
  const config = { extends: join(root, "tsconfig.json"), compilerOptions, include: ["*.mts"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const node = (...args: string[]) => spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  const { status, stdout, stderr } = node(join(root, "node_modules/typescript/bin/tsc"), "-p", ".");
  return {
    complaints: status === 0 ? "" : stdout + stderr,
    run: (name) => node(join(folder, "compiled", `${name}.mjs`)),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** What a program says that it prints: the comments `// → text`, in their order. */
export function promisedLines(text: string): string[] {
  return [...text.matchAll(/\/\/ → (.*)$/gm)].map(([, line = ""]) => line.trim());
}
