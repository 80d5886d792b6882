/** What a run was asked for: plain JSON, from which everything is made again on `resume`. */

import type { Dataset } from "../data/dataset.js";
import { negativeFrom } from "../learn/contrastive.js";
import type { SgdConfig } from "../learn/optimizer.js";
import type { CompleteLearningOptions } from "../learn/options.js";
import type { NegativeConfig } from "../learn/phase.js";
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
    readonly optimizer: SgdConfig;
  };
}

export function loadConfigured({ spec, ...options }: DataConfig): Promise<Dataset> {
  return loadData(spec, options);
}

/** The learning options that the configuration stands for. */
export function learningFrom({ learning }: RunConfig): CompleteLearningOptions {
  return { ...learning, negative: negativeFrom(learning.negative) };
}
