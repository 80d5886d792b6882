/** Greedy learning: each layer of weights of a deep belief network as an RBM on the layer below [Hinton, Osindero and Teh 2006]. */

import type { Dataset } from "../../data/dataset.js";
import { takeCases } from "../../data/select.js";
import type { Kernels } from "../../kernels/kernels.js";
import { bondRbm, type Dbn, withBond } from "../../machines/dbn.js";
import { startAtMeans, transposedRbm } from "../../machines/initialize-dbn.js";
import type { Rbm } from "../../machines/rbm.js";
import { residentBond } from "../../machines/resident-dbn.js";
import { stoppingSaves } from "../early-stopping.js";
import { startRbmLearner } from "../rbm/learner.js";
import { ruleSaves } from "../rbm/options.js";
import { asPart, type Stage } from "../stages.js";
import { type DbnWatched, startDbnFigures } from "./figures.js";
import { layerData, layerSamples } from "./layer-input.js";
import type { CompleteDbnOptions, CompleteLayerOptions } from "./options.js";

/** As many held-out cases as are watched. */
const watchedCases = 1000;

/** The stage that teaches bond l, from 0, of networks of this shape. */
export function layerStage(
  shape: Dbn,
  l: number,
  data: Dataset,
  { layers, passes }: CompleteDbnOptions,
  { heldOut, monitor }: DbnWatched,
): Stage<Dbn> {
  const learning = layers[l];
  const { visible, hidden } = bondRbm(shape, l);
  const isTop = l === shape.directed.length;
  const classes = isTop ? shape.classes : 0;
  return {
    name: `layer ${l + 1}`,
    learning,
    cases: data.cases,
    work: visible * hidden * workOf(learning),
    saves: { ...ruleSaves(learning, visible, hidden), ...(learning.stopWhen && stoppingSaves(shape)) },
    async begin(kernels, dbn, saved) {
      const below = { kernels, bonds: bondsBelow(kernels, dbn, l), classes, clamp: layers[0].clamp };
      const features = await layerData(below, data);
      const watched = heldOut && (await layerData(below, takeCases(heldOut, watchedCases)));
      const initial = saved ? bondRbm(dbn, l) : startOf(dbn, l, learning, features, classes);
      const { clamp, batchSize, seed } = learning;
      const stack = { kernels, classes, layers: shape.layers.slice(0, l + 2) };
      const last = clamp === "probability" ? "mean" : "sample";
      const source = l > 0 && passes === "sample" ? layerSamples(below, data, last, batchSize, seed) : undefined;
      const learner = startRbmLearner(kernels, initial, features, learning, { heldOut: watched, monitor: 0 }, saved, {
        classes,
        source,
        figures: (top) =>
          startDbnFigures(
            { ...stack, directed: below.bonds, top },
            data,
            { heldOut, monitor },
            { ...learning, clamp: below.clamp },
          ),
      });
      return { learner: asPart(learner, (rbm) => withBond(dbn, l, rbm)), data: source ? data : features };
    },
  };
}

function bondsBelow(kernels: Kernels, { directed }: Dbn, l: number) {
  return directed.slice(0, l).map((bond) => residentBond(kernels, bond));
}

function startOf(dbn: Dbn, l: number, { start }: CompleteLayerOptions, features: Dataset, classes: number): Rbm {
  const rbm = bondRbm(dbn, l);
  if (start === "means") return startAtMeans(rbm, features, classes);
  return start === "transposed" ? transposedRbm(bondRbm(dbn, l - 1), rbm) : rbm;
}

/** Products of matrices for an update: conditionals up, down and up for each sweep, and two correlations. */
function workOf({ negative: { config } }: CompleteLayerOptions): number {
  return 3 + 2 * ("k" in config ? config.k : 1);
}
