/**
 * What the page asks of a kind of tower, so that the rest of it need not know which one it has: how it learns, dreams, what goes up and down in
 * it, and what it answers.
 */

import {
  type Checkpoint,
  type Dataset,
  type Dbm,
  type Dbn,
  type Kernels,
  parametersSha256,
  type Training,
} from "#src/index.js";
import type { Settings } from "./fields.js";
import type { GenerativeBond } from "./projection.js";

export const COLUMNS = 10;

export type Tower = Dbn | Dbm;

/** States of the layers [COLUMNS, units] from the pixels up, and which label is on; no labels where there are no label units. */
export interface Levels {
  readonly layers: readonly Float32Array[];
  readonly labels: readonly number[];
}

/** A tower that dreams in ten columns. */
export interface Dreamer<Machine extends Tower> {
  /** The machine's numbers in place of those of before. */
  write(machine: Machine): void;
  /** Chains from random bits, with what these settings hold. */
  begin(settings: Settings): void;
  sweep(): void;
  readonly sweeps: number;
  levels(): Levels;
  save(): SavedDream;
  load(saved: SavedDream): void;
}

export interface SavedDream {
  readonly sweep: number;
  readonly states: readonly Uint8Array[];
}

export interface Lesson<Machine extends Tower> {
  readonly start: Machine;
  /** All stages together. */
  readonly updates: number;
  /** Epochs of each stage. */
  readonly epochs: readonly number[];
  train(kernels: Kernels, resume: Checkpoint<Machine> | undefined): Training<Machine>;
}

export interface Kind<Machine extends Tower> {
  readonly machine: Settings["machine"];
  /** The shipped one (build/models.mjs). */
  readonly file: string;
  /** Layers of weights. */
  readonly bonds: number;
  /** Stages of learning: a bond each, and perhaps more. In the last one it dreams. */
  readonly stages: number;
  lesson(settings: Settings, data: Dataset): Lesson<Machine>;
  /** The memory that the machine takes is of the kernels; `held`: the held-out digits. */
  createDreamer(kernels: Kernels, machine: Machine, settings: Settings, held: Dataset): Dreamer<Machine>;
  /** Whether dreams are other ones by these settings. */
  dreamsOtherwise(before: Settings, next: Settings): boolean;
  /** What the first bonds make of digits [COLUMNS, 784] while they learn, by means: up through them, and down again. */
  recognized(machine: Machine, bonds: number, digits: Float32Array): Levels;
  /** The weights by which layers make those below, from the pixels up. */
  generative(machine: Machine): readonly GenerativeBond[];
  /** What it makes of a digit (DeepCommand "read"), and how well it does (DeepCommand "score"). */
  read(machine: Machine, digit: DigitChoice): Promise<unknown>;
  score(machine: Machine): Promise<unknown>;
}

export type DigitChoice = Pick<Settings, "read" | "drawing">;

/** What the page asks a tower. */
export type DeepCommand =
  | ({ readonly what: "read"; readonly machine: Settings["machine"] } & DigitChoice)
  | { readonly what: "score"; readonly machine: Settings["machine"] }
  | { readonly what: "sha256" };

/** No answer to a question that was meant for the other kind. */
export async function told<Machine extends Tower>(kind: Kind<Machine>, machine: Machine, command: DeepCommand) {
  if (command.what === "sha256") return parametersSha256(machine);
  if (command.machine !== kind.machine) return undefined;
  return command.what === "read" ? kind.read(machine, command) : kind.score(machine);
}

/** Each row [width] by itself. */
export function eachRow(
  rows: Float32Array,
  width: number,
  map: (row: Float32Array) => ArrayLike<number>,
): Float32Array {
  const mapped = Array.from({ length: rows.length / width }, (_, b) => map(rows.subarray(b * width, (b + 1) * width)));
  return Float32Array.from(mapped.flatMap((row) => Array.from(row)));
}
