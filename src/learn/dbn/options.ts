/** The options of training a deep belief network, their defaults, and their checks. */

import type { Dataset } from "../../data/dataset.js";
import { labelsOf } from "../../data/labels.js";
import { refuse } from "../../errors.js";
import { bondRbm, type Dbn, dbnText } from "../../machines/dbn.js";
import type { Rbm } from "../../machines/rbm.js";
import { checkVisible, type PassMode } from "../../machines/resident-dbn.js";
import { checkSeed } from "../../random/draw.js";
import type { RunOptions } from "../options.js";
import { type CompleteLearningOptions, completeOptions, type LearningOptions } from "../rbm/options.js";
import { type CompleteUpDown, completeUpDown, type UpDownOptions } from "./up-down-options.js";

/** Where a layer's RBM starts: as the network has it; with biases for the means of its data; or as the one below upside down. */
export type LayerStart = "given" | "means" | "transposed";

/** How one layer of weights is learnt: as an RBM on the layer below, by any of its rules. */
export interface LayerOptions extends Omit<LearningOptions, "seed"> {
  /**
   * "given" by default for the first layer, "means" for the others. With "transposed" W₂ = W₁ᵀ and the biases change places, so that the
   * network starts as the RBM below it and its bound on log P(v) with that RBM's log P(v); the layer above has the units of the one below.
   */
  readonly start?: LayerStart;
}

export interface DbnLearningOptions {
  /** One for each layer of weights, from below; none to leave the layers as they are. */
  readonly layers: readonly LayerOptions[];
  /**
   * What upper layers learn from: samples of the layers below, drawn anew for each update, or their means, taken once. The learning options
   * of the layer say by `clamp` how means become its visible units; with samples, only whether the last pass is one.
   */
  readonly passes?: PassMode;
  /** Fine-tuning of all layers together after that (up-down.ts); none by default. */
  readonly upDown?: UpDownOptions;
  /** Layers have seeds of their own that follow from it; 0 by default. */
  readonly seed?: number;
}

export interface DbnTrainOptions extends DbnLearningOptions, RunOptions<Dbn> {
  /**
   * Every so many epochs of a stage, and after its last, the variational bound on the mean log P(v) is told: of the network as far as it is
   * learnt, the RBM of the layer that learns being its top pair; 0, never, by default. Data must not be clamped as probabilities.
   */
  readonly monitor?: number;
}

export interface CompleteLayerOptions extends CompleteLearningOptions {
  readonly start: LayerStart;
}

export interface CompleteDbnOptions {
  readonly layers: readonly CompleteLayerOptions[];
  readonly passes: PassMode;
  readonly upDown?: CompleteUpDown;
  readonly seed: number;
}

/** Seeds of layers, and of up-down after the last: far from one another, and from those that people choose. */
export function stageSeed(seed: number, stage: number): number {
  return (seed + stage * 2 ** 40) % 2 ** 53;
}

/** Rules whose chains keep to one label unit that is on. */
const labelled = ["cd", "pcd", "fpcd"];

/**
 * Fills in the defaults. Throws "option", "shape" or "size" for what cannot be trained, and "data" for labels that are missing or out of
 * range.
 */
export function completeDbnOptions(dbn: Dbn, data: Dataset, options: DbnLearningOptions): CompleteDbnOptions {
  const { layers, passes = "sample", upDown, seed = 0 } = options;
  checkVisible("train", data, dbn);
  checkSeed(seed);
  const bonds = dbn.directed.length + 1;
  if (layers.length !== bonds && layers.length !== 0) {
    const expected = `${bonds}, one for each layer of weights of ${dbnText(dbn)}, or none`;
    throw refuse("option", { who: "learning options of layers", got: String(layers.length), expected });
  }
  if (layers.length === 0 && !upDown) {
    throw refuse("option", { who: "training", got: "no layers and no up-down", expected: "something to do" });
  }
  if (dbn.classes > 0) labelsOf("train", data, dbn.classes);
  const complete = layers.map((layer, l) =>
    completeLayer(dbn, l, data, { ...layer, seed: stageSeed(seed, l) }, passes),
  );
  return {
    layers: complete,
    passes,
    seed,
    ...(upDown && { upDown: completeUpDown(dbn, data, upDown, stageSeed(seed, bonds)) }),
  };
}

function completeLayer(
  dbn: Dbn,
  l: number,
  data: Dataset,
  { start = l === 0 ? "given" : "means", ...options }: LayerOptions & { readonly seed: number },
  passes: PassMode,
): CompleteLayerOptions {
  const rbm = bondRbm(dbn, l);
  const who = `layer ${l + 1}`;
  const learning = completeOptions(rbm, { ...data, name: `${data.name}, ${who}`, units: rbm.visible }, options);
  const { rule } = learning.negative.config;
  const hasLabels = dbn.classes > 0 && l === dbn.directed.length;
  if (hasLabels && !labelled.includes(rule)) {
    const expected = `${labelled.join(", ")}, where label units are among the visible ones`;
    throw refuse("option", { who: `${who}: rule`, got: rule, expected });
  }
  if (l > 0 && passes === "sample" && learning.clamp === "threshold") {
    const wayOut = 'Pass means (passes: "mean"), or clamp samples.';
    throw refuse("option", { who: `${who}: clamp`, got: "threshold", expected: "sample or probability", wayOut });
  }
  if (!["given", "means", "transposed"].includes(start)) {
    throw refuse("option", { who: `${who}: start`, got: String(start), expected: "given, means or transposed" });
  }
  if (start === "transposed") checkTransposed(dbn, l, who, rbm);
  return { ...learning, start };
}

function checkTransposed(dbn: Dbn, l: number, who: string, { hidden }: Rbm): void {
  const below = l > 0 ? dbn.layers[l - 1] : undefined;
  if (below === hidden) return;
  const expected = below === undefined ? "a layer of weights below it" : `${below}, the units two layers below`;
  throw refuse("shape", { who: `${who}: transposed start`, got: `${hidden} units`, expected });
}
