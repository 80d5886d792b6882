/** What a deep belief network makes of data without randomness: the layers, the labels, and back down. */

import type { Dataset } from "../../data/dataset.js";
import { refuse } from "../../errors.js";
import type { ClampMode, Field, Kernels, States } from "../../kernels/kernels.js";
import type { KernelOptions } from "../../kernels/threads.js";
import type { Dbn } from "../../machines/dbn.js";
import { towardsHidden, towardsVisible } from "../../machines/resident.js";
import { checkVisible, downPass, type ResidentDbn, withResidentDbn } from "../../machines/resident-dbn.js";
import { logistic } from "../../math/logistic.js";
import { labelScores } from "./label-scores.js";
import { chunkSize, forLayerMeans } from "./layer-means.js";

export interface PassOptions extends KernelOptions {
  /** Kernels to use instead of making some; they keep what a call takes of their memory. */
  readonly kernels?: Kernels;
  /** Grey levels as they are, "probability" and the default, or at a threshold; nothing is sampled. */
  readonly clamp?: Exclude<ClampMode, "sample">;
}

export interface FeatureOptions extends PassOptions {
  /** Which layer, 1 for the one above the data; the top one by default. */
  readonly layer?: number;
}

/**
 * The means of a layer [cases, its units], each taken from the means of the one below. Those of the top layer of a network with label units
 * are ⟨h⟩ over its own P(y | h_below). Throws "shape" for data of another width, "option" for a layer that is not there.
 */
export function dbnFeatures(dbn: Dbn, data: Dataset, options: FeatureOptions = {}): Promise<Float32Array> {
  const { layers, directed } = dbn;
  const top = layers.length - 1;
  const { layer = top } = options;
  checkVisible("dbnFeatures", data, dbn);
  if (!Number.isInteger(layer) || layer < 1 || layer > top) {
    throw refuse("option", { who: "layer", got: String(layer), expected: `a layer from 1 to ${top}` });
  }
  const bonds = Math.min(layer, directed.length);
  return overLayer(dbn, data, options, bonds, layers[layer], (resident) => {
    if (layer < top) return (below, cases) => below.read(cases);
    const means = topMeans(resident);
    return (below, cases) => means(below, cases).read(cases);
  });
}

/**
 * P(y | v) of each case [cases, classes], exactly given the means of the last layer but one. Throws "option" for a network without label
 * units, "shape" for data of another width.
 */
export function labelProbabilities(dbn: Dbn, data: Dataset, options: PassOptions = {}): Promise<Float32Array> {
  const { directed, classes } = dbn;
  if (classes === 0) {
    const wayOut = "Train it with labels.";
    throw refuse("option", {
      who: "labelProbabilities",
      got: "a network without label units",
      expected: "one with some",
      wayOut,
    });
  }
  checkVisible("labelProbabilities", data, dbn);
  return overLayer(dbn, data, options, directed.length, classes, ({ kernels, top }) => {
    const scores = labelScores(kernels, top, chunkSize);
    return (below, cases) => scores.probabilities(below, cases);
  });
}

/** The means of the visible units after a pass to the top and back [cases, visible]. Throws "shape" for data of another width. */
export function dbnReconstruct(dbn: Dbn, data: Dataset, options: PassOptions = {}): Promise<Float32Array> {
  const { layers, directed } = dbn;
  checkVisible("dbnReconstruct", data, dbn);
  return overLayer(dbn, data, options, directed.length, layers[0], (resident) => {
    const { kernels, top } = resident;
    const means = topMeans(resident);
    const joined = kernels.field(chunkSize, top.visibleBias.size);
    const below = kernels.field(chunkSize, layers[directed.length]);
    const pass = downPass(kernels, resident.directed, chunkSize, "mean");
    const draw = { seed: 0, purpose: "evaluationGeneration", step: 0 } as const;
    return (layer, cases) => {
      kernels.conditional({ cases, from: means(layer, cases), ...towardsVisible(top), mean: joined });
      kernels.copyUnits({ cases, from: joined, to: below, units: below.units });
      return (pass(below, cases, draw).at(-1) ?? below).read(cases);
    };
  });
}

/** Means of the top layer given the one below it, averaged over P(y | below) where there are label units. */
function topMeans({ kernels, top, classes }: ResidentDbn): (below: States | Field, cases: number) => Field {
  const H = top.hiddenBias.size;
  const mean = kernels.field(chunkSize, H);
  if (classes === 0) {
    return (below, cases) => {
      kernels.conditional({ cases, from: below, ...towardsHidden(top), mean });
      return mean;
    };
  }
  const scores = labelScores(kernels, top, chunkSize);
  const W = top.weights.read().subarray((top.visibleBias.size - classes) * H);
  return (below, cases) => {
    const p = scores.probabilities(below, cases);
    const x = scores.input.read(cases);
    const values = x.map((input, at) => {
      const [b, j] = [Math.floor(at / H), at % H];
      let sum = 0;
      for (let y = 0; y < classes; y++) {
        const share = p[b * classes + y];
        // most labels are out of the question
        if (share > 1e-9) sum += share * logistic(input + W[y * H + j]);
      }
      return sum;
    });
    mean.write(values);
    return mean;
  };
}

/** Gives `start` the network in the kernels, and collects what it makes of each chunk of the layer above so many bonds [cases, width]. */
function overLayer(
  dbn: Dbn,
  data: Dataset,
  options: PassOptions,
  bonds: number,
  width: number,
  start: (resident: ResidentDbn) => (layer: States | Field, cases: number) => ArrayLike<number>,
): Promise<Float32Array> {
  return withResidentDbn(dbn, options, async (resident) => {
    const { kernels, directed } = resident;
    const make = start(resident);
    const all = new Float32Array(data.cases * width);
    await forLayerMeans(
      kernels,
      directed.slice(0, bonds),
      data,
      options.clamp ?? "probability",
      (layer, cases, first) => {
        all.set(make(layer, cases), first * width);
      },
    );
    return all;
  });
}
