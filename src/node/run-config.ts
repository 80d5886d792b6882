/** What a run was asked for: plain JSON, from which everything is made again on `resume`. */

import type { Dataset } from "../data/dataset.js";
import { refuse } from "../errors.js";
import { type GradientConfig, optimizerFrom } from "../learn/optimizer.js";
import { negativeFrom } from "../learn/rbm/negative.js";
import type { CompleteLearningOptions } from "../learn/rbm/options.js";
import type { NegativeConfig } from "../learn/rbm/phase.js";
import { RUN_FORMAT } from "./files.js";
import { type LoadOptions, loadData } from "./load-data.js";

export interface DataConfig extends LoadOptions {
  readonly spec: string;
}

export interface RunConfig {
  readonly kind: "rbm";
  /** The version of harmonium that began the run. */
  readonly version: string;
  /** The command line that would begin it again. */
  readonly command: string;
  readonly data: DataConfig;
  readonly heldOut?: DataConfig;
  readonly model: { readonly hidden: number; readonly weightScale: number };
  readonly learning: Omit<CompleteLearningOptions, "negative"> & {
    readonly negative: NegativeConfig;
    readonly optimizer: GradientConfig;
  };
}

export function loadConfigured({ spec, ...options }: DataConfig): Promise<Dataset> {
  return loadData(spec, options);
}

/** The learning options that the configuration stands for; throws "option" for values outside their domain. */
export function learningFrom({ learning }: RunConfig): CompleteLearningOptions {
  return { ...learning, negative: negativeFrom(learning.negative), optimizer: optimizerFrom(learning.optimizer) };
}

type Test = readonly [expected: string, holds: (value: unknown) => boolean];

const text: Test = ["a text", (value) => typeof value === "string"];
const number: Test = ["a number", (value) => typeof value === "number"];
const oneOf = (...values: unknown[]): Test => [
  values.map((value) => `"${value}"`).join(" or "),
  (value) => values.includes(value),
];
const numbers: Test = ["numbers", (value) => Array.isArray(value) && value.every((item) => typeof item === "number")];
const optional = ([expected, holds]: Test): Test => [expected, (value) => value === undefined || holds(value)];
const either = (a: Test, b: Test): Test => [`${a[0]} or ${b[0]}`, (value) => a[1](value) || b[1](value)];
const statistics = oneOf("probability", "sample");

const schedule: Test = [
  "a number, a line or steps",
  (value) => {
    if (typeof value === "number") return true;
    const { kind, from, to, steps } = record(value);
    if (kind === "linear") return typeof from === "number" && typeof to === "number";
    return kind === "steps" && Array.isArray(steps) && steps.every((step) => numbers[1](step) && step.length === 2);
  },
];

const dataFields: Readonly<Record<string, Test>> = {
  spec: text,
  classes: optional(numbers),
  limit: optional(number),
  labels: optional(text),
  array: optional(text),
  scale: optional(either(number, oneOf("minmax"))),
  binarize: optional(number),
  imageShape: optional(
    either(["height and width", (value) => numbers[1](value) && (value as number[]).length === 2], oneOf("square")),
  ),
};

const fields: Readonly<Record<string, Test>> = {
  kind: oneOf("rbm"),
  version: text,
  command: text,
  "model.hidden": number,
  "model.weightScale": number,
  "learning.epochs": number,
  "learning.batchSize": number,
  "learning.seed": number,
  "learning.clamp": oneOf("sample", "threshold", "probability"),
  "learning.wake": statistics,
  "learning.negative.rule": oneOf("cd"),
  "learning.negative.k": number,
  "learning.negative.dream": statistics,
  "learning.negative.reconstruction": statistics,
  "learning.optimizer.optimizer": oneOf("sgd"),
  "learning.optimizer.rate": schedule,
  "learning.optimizer.momentum": schedule,
  "learning.optimizer.weightDecay": number,
};

/** Reads a run's config.json; throws "format" for what is none, naming the entry. Domains of numbers are checked where they are used. */
export function parseRunConfig(json: string, file: string): RunConfig {
  const wayOut = "Restore the file, or train anew in another folder.";
  let config: unknown;
  try {
    config = JSON.parse(json);
  } catch (cause) {
    throw refuse("format", { who: file, got: (cause as Error).message, expected: "JSON", wayOut }, cause);
  }
  const { format, ...rest } = record(config);
  const { heldOut } = rest;
  const demand = (name: string, value: unknown, [expected, holds]: Test): void => {
    if (holds(value)) return;
    throw refuse("format", { who: `${file}: ${name}`, got: JSON.stringify(value) ?? "nothing", expected, wayOut });
  };
  demand("format", format, oneOf(RUN_FORMAT));
  for (const [name, test] of Object.entries(fields)) demand(name, at(rest, name), test);
  for (const part of ["data", ...(heldOut === undefined ? [] : ["heldOut"])]) {
    for (const [name, test] of Object.entries(dataFields)) demand(`${part}.${name}`, at(rest, `${part}.${name}`), test);
  }
  return rest as unknown as RunConfig;
}

/** The value as a record; an empty one where it is none. */
function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function at(value: unknown, path: string): unknown {
  return path.split(".").reduce((inner: unknown, key) => record(inner)[key], value);
}
