/** Data of the reader's own: what a page takes, what it knows of them, how a command names them. */

import type { Dataset, LevelOptions } from "#src/index.js";

/** What a page takes. */
export const MOST_UNITS = 4096;
export const MOST_CASES = 100_000;
export const MOST_LEVELS = 50_000_000;
export const MOST_BYTES = 256 * 2 ** 20;

/** How numbers become levels in [0, 1]: what the command line's options do. */
export const valueRules = ["levels", "minmax", "255", "above0", "aboveHalf"] as const;
export type ValueRule = (typeof valueRules)[number];

export const levelOptionsOf: Readonly<Record<ValueRule, LevelOptions>> = {
  levels: {},
  minmax: { scale: "minmax" },
  "255": { scale: 255 },
  above0: { binarize: 0 },
  aboveHalf: { binarize: 0.5 },
};

export interface OwnData {
  /** The file, as the command names it; of pictures the one that they can be taken away as. */
  readonly name: string;
  readonly dataset: Dataset;
  /** Options with which the command line reads the same data: `--labels y`, `--scale minmax`. */
  readonly options: readonly string[];
  /** What was done to them, in sentences. */
  readonly notes: readonly string[];
  /** Of pictures: an NPY file of their pixels before any rule, which is what the command line has to be given. */
  readonly npy?: Uint8Array;
}

/** Those of the wanted classes that there are; undefined is all cases: where none or all are wanted, or there are none to choose from. */
export function chosenClasses(
  wanted: readonly number[],
  classes: readonly number[] | undefined,
): readonly number[] | undefined {
  const chosen = classes?.filter((each) => wanted.includes(each)) ?? [];
  return chosen.length === 0 || chosen.length === classes?.length ? undefined : chosen;
}

/** A word of a command as a shell reads it. */
export function quoted(word: string): string {
  const plain = word.startsWith("-") ? `./${word}` : word;
  return /^[\w./:,+@%-]+$/.test(plain) ? plain : `'${plain.replaceAll("'", "'\\''")}'`;
}
