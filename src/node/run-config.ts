/** What a run was asked for: plain JSON, from which everything is made again on `resume`. */

import type { Dataset } from "../data/dataset.js";
import { refuse } from "../errors.js";
import { boltzmannNegativeFrom } from "../learn/boltzmann/negative.js";
import type { CompleteBoltzmannOptions } from "../learn/boltzmann/options.js";
import type { BoltzmannNegativeConfig, PositiveConfig } from "../learn/boltzmann/phase.js";
import { positiveFrom } from "../learn/boltzmann/positive.js";
import type { CompleteClassificationRbmOptions } from "../learn/classification-rbm/options.js";
import type { CompleteClassifierOptions } from "../learn/classifier/options.js";
import type { CompleteDbmOptions, DbmLearningOptions } from "../learn/dbm/options.js";
import type { CompleteDbnOptions, CompleteLayerOptions, DbnLearningOptions } from "../learn/dbn/options.js";
import type { CompleteUpDown, UpDownOptions } from "../learn/dbn/up-down-options.js";
import { type GradientConfig, optimizerFrom } from "../learn/optimizer.js";
import { negativeFrom } from "../learn/rbm/negative.js";
import type { CompleteLearningOptions } from "../learn/rbm/options.js";
import type { NegativeConfig } from "../learn/rbm/phase.js";
import type { Connections } from "../machines/connections.js";
import type { ConnectionsConfig } from "../machines/connections-config.js";
import { RUN_FORMAT } from "./files.js";
import { type LoadOptions, loadData } from "./load-data.js";
import { dataFields, oneOf, record, type Shape, shapes, type Test } from "./run-config-fields.js";

export interface DataConfig extends LoadOptions {
  readonly spec: string;
}

/** What every run was asked for. */
interface AnyRunConfig {
  /** The version of harmonium that began the run. */
  readonly version: string;
  /** The command line that would begin it again. */
  readonly command: string;
  readonly data: DataConfig;
  readonly heldOut?: DataConfig;
}

export interface RbmRunConfig extends AnyRunConfig {
  readonly kind: "rbm";
  readonly model: { readonly hidden: number; readonly weightScale: number };
  readonly learning: Omit<CompleteLearningOptions, "negative"> & {
    readonly negative: NegativeConfig;
    readonly optimizer: GradientConfig;
  };
  /** Epochs from one exact log-likelihood to the next; none by default. */
  readonly monitor?: number;
}

export interface BoltzmannRunConfig extends AnyRunConfig {
  readonly kind: "boltzmann";
  readonly model: {
    readonly hidden: number;
    readonly weightScale: number;
    readonly connections: ConnectionsConfig;
  };
  readonly learning: Omit<CompleteBoltzmannOptions, "connections" | "biased" | "positive" | "negative"> & {
    readonly positive: PositiveConfig;
    readonly negative: BoltzmannNegativeConfig;
  };
  /** Epochs from one exact log-likelihood to the next; 0 for none. It decides nothing. */
  readonly monitor: number;
}

type LayerConfig = Omit<CompleteLayerOptions, "negative" | "seed"> & {
  readonly negative: NegativeConfig;
  readonly optimizer: GradientConfig;
};

export interface DbnRunConfig extends AnyRunConfig {
  readonly kind: "dbn";
  /** Units of each layer, the visible one first; label units, 0 for none. */
  readonly model: { readonly layers: readonly number[]; readonly classes: number; readonly weightScale: number };
  readonly learning: Pick<CompleteDbnOptions, "passes" | "seed"> & {
    /** Of all stages together; cases an update of the last layer, and of up-down. */
    readonly epochs: number;
    readonly batchSize: number;
    readonly layers: readonly LayerConfig[];
    readonly upDown?: Omit<CompleteUpDown, "seed" | "dreams"> & Pick<UpDownOptions, "dreams">;
  };
  /** Epochs from one bound to the next; none by default. */
  readonly monitor?: number;
}

/** The model file or run folder that a run begins with, and the SHA-256 of its parameters: another model would be another run. */
export interface BegunWith {
  readonly from: string;
  readonly fromSha256: string;
}

export interface DbmRunConfig extends AnyRunConfig {
  readonly kind: "dbm";
  readonly model: Partial<BegunWith> & {
    /** Units of each layer, the visible one first. */
    readonly layers: readonly number[];
    readonly weightScale: number;
  };
  readonly learning: Pick<CompleteDbmOptions, "seed"> & {
    /** Of all stages together, and of each of their batches. */
    readonly epochs: number;
    readonly batchSize: number;
    /** Of each bond by itself, from below; empty without. */
    readonly pretraining: readonly Omit<LayerConfig, "start">[];
    readonly joint: Omit<CompleteDbmOptions, "seed" | "pretraining">;
  };
  /** Epochs from one bound to the next; none by default. */
  readonly monitor?: number;
}

export interface ClassifierRunConfig extends AnyRunConfig {
  readonly kind: "classifier";
  readonly model: Partial<BegunWith> & {
    /** Units of the inputs, the hidden layers and the read-out. */
    readonly layers: readonly number[];
    /** Inputs are cases and the second layer's means of the deep Boltzmann machine that it begins with; not so by default. */
    readonly augmented?: boolean;
  };
  readonly learning: CompleteClassifierOptions;
}

export interface ClassificationRbmRunConfig extends AnyRunConfig {
  readonly kind: "classification-rbm";
  readonly model: { readonly hidden: number; readonly classes: number; readonly weightScale: number };
  readonly learning: Omit<CompleteClassificationRbmOptions, "negative"> & {
    readonly negative: NegativeConfig;
    readonly optimizer: GradientConfig;
  };
}

export type RunConfig =
  | RbmRunConfig
  | BoltzmannRunConfig
  | ClassifierRunConfig
  | ClassificationRbmRunConfig
  | DbnRunConfig
  | DbmRunConfig;

export function loadConfigured({ spec, ...options }: DataConfig): Promise<Dataset> {
  return loadData(spec, options);
}

/** The learning options that the configuration stands for; throws "option" for values outside their domain. */
export function learningFrom({ learning }: RbmRunConfig): CompleteLearningOptions {
  return { ...learning, negative: negativeFrom(learning.negative), optimizer: optimizerFrom(learning.optimizer) };
}

/** The same for a deep belief network. */
export function dbnLearningFrom({ learning }: DbnRunConfig): DbnLearningOptions {
  const { layers, upDown, passes, seed } = learning;
  return {
    layers: layers.map((layer) => ({
      ...layer,
      negative: negativeFrom(layer.negative),
      optimizer: optimizerFrom(layer.optimizer),
    })),
    ...(upDown && { upDown: { ...upDown, optimizer: optimizerFrom(upDown.optimizer) } }),
    passes,
    seed,
  };
}

/** The same for a deep Boltzmann machine. */
export function dbmLearningFrom({ learning }: DbmRunConfig): DbmLearningOptions {
  const { joint, pretraining, seed } = learning;
  return {
    ...joint,
    negative: negativeFrom(joint.negative),
    optimizer: optimizerFrom(joint.optimizer),
    pretraining: pretraining.map((bond) => ({
      ...bond,
      negative: negativeFrom(bond.negative),
      optimizer: optimizerFrom(bond.optimizer),
    })),
    seed,
  };
}

/** The same for a general machine of these connections. */
export function boltzmannLearningFrom(
  { learning }: BoltzmannRunConfig,
  connections: Connections,
): CompleteBoltzmannOptions {
  return {
    ...learning,
    connections,
    biased: Array.from({ length: connections.units }, (_, i) => i),
    positive: positiveFrom(learning.positive),
    negative: boltzmannNegativeFrom(learning.negative),
    optimizer: optimizerFrom(learning.optimizer),
  };
}

/** The same for a classifier. */
export function classifierLearningFrom({ learning }: ClassifierRunConfig): CompleteClassifierOptions {
  return { ...learning, optimizer: optimizerFrom(learning.optimizer) };
}

/** The same for a classification RBM. */
export function classificationRbmLearningFrom({
  learning,
}: ClassificationRbmRunConfig): CompleteClassificationRbmOptions {
  return { ...learning, negative: negativeFrom(learning.negative), optimizer: optimizerFrom(learning.optimizer) };
}

/** The text of a config.json. Lists of numbers take one line each. */
export function formatRunConfig(config: RunConfig): string {
  const text = JSON.stringify({ format: RUN_FORMAT, ...config }, undefined, 2);
  // a line feed is never inside a text
  return `${text.replace(/\[\n\s*([-+\d.eE,\s]+?)\n\s*\]/g, (_, list: string) => `[${list.replace(/\s+/g, " ")}]`)}\n`;
}

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
  const { kind, heldOut } = rest;
  const demand = (name: string, [expected, holds]: Test, value = at(rest, name)): void => {
    if (holds(value)) return;
    throw refuse("format", { who: `${file}: ${name}`, got: JSON.stringify(value) ?? "nothing", expected, wayOut });
  };
  demand("format", oneOf(RUN_FORMAT), format);
  demand("kind", oneOf(...Object.keys(shapes)));
  const { fields, by }: Shape = shapes[kind as keyof typeof shapes];
  for (const [name, test] of Object.entries(fields)) demand(name, test);
  for (const [name, variants] of Object.entries(by)) {
    demand(name, oneOf(...Object.keys(variants)));
    for (const [inner, test] of Object.entries(variants[at(rest, name) as string])) demand(inner, test);
  }
  for (const part of ["data", ...(heldOut === undefined ? [] : ["heldOut"])]) {
    for (const [name, test] of Object.entries(dataFields)) demand(`${part}.${name}`, test);
  }
  return rest as unknown as RunConfig;
}

function at(value: unknown, path: string): unknown {
  return path.split(".").reduce((inner: unknown, key) => record(inner)[key], value);
}
