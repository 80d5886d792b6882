/** Options that several commands share, and how their texts become values. */

import { existsSync } from "node:fs";
import { type Command, InvalidArgumentError, Option } from "commander";
import { availableThreads, parseSchedule, refuse, type Schedule } from "../src/index.js";
import { BUILT_IN_DATA, type DataConfig } from "../src/node/index.js";

/** A number; `whole` and the bounds are said in the error. */
export function number({ min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, whole = false } = {}) {
  return (text: string): number => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (Number.isFinite(value) && value >= min && value <= max && (!whole || Number.isSafeInteger(value))) return value;
    const kind = whole ? "a whole number" : "a number";
    const bounds = [Number.isFinite(min) ? `at least ${min}` : "", Number.isFinite(max) ? `at most ${max}` : ""].filter(
      Boolean,
    );
    throw new InvalidArgumentError(`Expected ${[kind, ...bounds].join(", ")}.`);
  };
}

/** "2" or "1,3,5-7" → [1, 3, 5, 6, 7]. */
export function classes(text: string): number[] {
  const parts = text.split(",").map((part) => /^\s*(\d{1,6})\s*(?:-\s*(\d{1,6})\s*)?$/.exec(part));
  if (parts.some((part) => part === null)) throw new InvalidArgumentError("Expected classes such as 2 or 1,3,5-7.");
  return parts.flatMap((part) => {
    const [from, to] = [Number(part?.[1]), Number(part?.[2] ?? part?.[1])];
    if (to < from || to - from > 10000) throw new InvalidArgumentError("Expected classes such as 2 or 1,3,5-7.");
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}

/** "784-500-2000" → [784, 500, 2000], the layers of a deep machine; the error names `example`. */
export function deepLayers(example: string) {
  return (text: string): number[] => {
    const parts = text.split("-").map(Number);
    if (parts.length >= 2 && parts.every((size) => Number.isSafeInteger(size) && size >= 1)) return parts;
    throw new InvalidArgumentError(`Expected units such as ${example}, at least two layers.`);
  };
}

/** Cases an update where the user names no number and the data have as many. */
export const usualBatch = 100;

export function addBatchSize(command: Command): Command {
  const text = `B: cases an update (default: ${usualBatch}, or all if fewer)`;
  return command.option("--batch-size <B>", text, number({ whole: true }));
}

export function batchSizeFor({ batchSize }: { readonly batchSize?: number }, cases: number): number {
  return batchSize ?? Math.min(usualBatch, cases);
}

/** "28x28" → [28, 28]. */
export function imageShape(text: string): [number, number] {
  const match = /^(\d{1,5})x(\d{1,5})$/.exec(text);
  if (!match || Number(match[1]) === 0 || Number(match[2]) === 0) {
    throw new InvalidArgumentError("Expected height x width, such as 28x28.");
  }
  return [Number(match[1]), Number(match[2])];
}

function scale(text: string): "minmax" | number {
  return text === "minmax" ? text : number({ min: Number.MIN_VALUE })(text);
}

/** What the data options parse to. */
export interface DataOptions {
  readonly data?: string;
  readonly classes?: number[];
  readonly limit?: number;
  readonly labels?: string;
  readonly array?: string;
  readonly scale?: "minmax" | number;
  readonly binarize?: number;
  readonly imageShape?: [number, number];
}

export function addDataOptions(command: Command, what: string): Command {
  const sources = "mnist:train, mnist:test, bars-and-stripes:4, or a file (IDX, NPY, NPZ, CSV; .gz too)";
  return command
    .option("--data <source>", `${what}: ${sources}`)
    .option("--classes <list>", "only the cases of these classes, e.g. 2 or 1,3,5-7", classes)
    .option("--limit <n>", "only the first n cases", number({ min: 1, whole: true }))
    .option("--labels <where>", "labels: a file (IDX, NPY), a column (CSV) or an array (NPZ)")
    .option("--array <name>", "the array with the data (NPZ)")
    .option("--scale <by>", "bring values to [0, 1]: minmax, or a number to divide by", scale)
    .option("--binarize <threshold>", "1 where a value is above the threshold, else 0", number())
    .option("--image-shape <HxW>", "cases are images of this shape, e.g. 28x28 (known for MNIST and IDX)", imageShape);
}

/** The data configuration that the options stand for. */
export function dataConfig(options: DataOptions): DataConfig {
  if (options.data === undefined) {
    const wayOut = "For instance --data mnist:train, or --data cases.csv.";
    const expected = `a file, or one of ${BUILT_IN_DATA.join(", ")}`;
    throw refuse("option", { who: "--data", got: "nothing", expected, wayOut });
  }
  const { data: spec, classes: chosen, limit, labels, array, scale: by, binarize, imageShape: shape } = options;
  const all = { classes: chosen, limit, labels, array, scale: by, binarize, imageShape: shape };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return { spec, ...given } as DataConfig;
}

/** The cases to watch: the same selection of the named source; MNIST's test part with its training part. */
export function heldOutConfig(
  source: string | undefined,
  { limit: _, labelled: __, ...data }: DataConfig,
): DataConfig | undefined {
  if (source === "none") return undefined;
  if (source !== undefined) {
    const { labels, ...rest } = data;
    // a file of labels belongs to the training cases; a column or an array has its namesake in the other file
    return labels !== undefined && existsSync(labels) ? { ...rest, spec: source } : { ...data, spec: source };
  }
  return data.spec === "mnist:train" ? { ...data, spec: "mnist:test" } : undefined;
}

/** An option with a schedule as its value: a number, a line, or steps. */
export function scheduleOption(flags: string, text: string): Option {
  const [name] = flags.split(" ") as [string];
  return new Option(flags, text).argParser((value): Schedule => parseSchedule(value, name));
}

export interface MachineOptions {
  readonly seed: number;
  readonly threads: number;
  readonly json?: true;
}

/** What every training command takes. */
export interface TrainCommandOptions extends DataOptions, MachineOptions {
  readonly heldOut?: string;
  readonly run?: string;
  readonly force?: true;
  readonly figures: boolean;
  readonly checkpointEvery: number;
}

export function addHeldOutOption(command: Command): Command {
  const text = "cases to watch but not to learn (mnist:test comes with mnist:train), or none";
  return command.option("--held-out <source>", text);
}

/** Where a new run is kept. */
export function addFolderOptions(command: Command, base: string): Command {
  return command
    .option("--run <folder>", `where to keep the run (default: the next free ${base}, ${base}-2, …)`)
    .option("--force", "replace the run that is in that folder");
}

/** What only concerns how a run is kept. */
export function addRunOptions(command: Command): Command {
  return command
    .option("--checkpoint-every <s>", "seconds between checkpoints", number({ min: 0 }), 5)
    .option("--no-figures", "draw no figures and no report");
}

export function addMachineOptions(command: Command, { seed = true } = {}): Command {
  if (seed) command.option("--seed <n>", "the same seed gives the same bits", number({ min: 0, whole: true }), 1);
  const threads = number({ min: 1, max: 64, whole: true });
  return command
    .option(
      "--threads <n>",
      "threads that compute; results do not depend on it",
      threads,
      Math.min(64, availableThreads()),
    )
    .option("--json", "newline-delimited JSON on standard output; talk stays on standard error");
}
