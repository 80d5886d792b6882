/** What a refusal must be: one clear message, exit code 2, and nothing changed. */

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Ended } from "./program.js";

/** A small training, to which options are added. */
export const bars = [
  ...["train", "rbm", "--data", "bars-and-stripes:4", "--hidden", "8", "--epochs", "3", "--no-figures"],
];

/** Every file below a folder with its size and time. */
export function inventory(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return names.map((name) => {
    const found = statSync(join(folder, name));
    return found.isFile() ? `${name} ${found.size} ${found.mtimeMs}` : name;
  });
}

/** Demands that the program refuses in the folder; returns what it says. */
export async function refusalIn(folder: string, run: (...words: string[]) => Promise<Ended>, words: string[]) {
  const before = inventory(folder);
  const { code, stdout, stderr } = await run(...words);
  expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: "" });
  expect(stderr).not.toMatch(/\n\s+at |node:|Error:|undefined|\[object/);
  const lines = stderr.trimEnd().split("\n");
  expect(lines[0]).toMatch(/^harmonium: .*[.?]$/);
  expect(lines.slice(1).filter((line) => line !== "(add --help for examples and options)")).toEqual([]);
  expect(inventory(folder)).toEqual(before);
  return lines[0] as string;
}
