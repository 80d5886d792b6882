/**
 * Greedy learning of a deep Boltzmann machine before all its layers learn together [Salakhutdinov and Hinton 2009]: each bond as an RBM on
 * the means of the layer below. In the whole machine a layer between two others hears both; by itself the RBM has one of them, so the
 * input of that layer counts twice,
 *
 *   P(h | v) = σ(2 (b + Wᵀ v)), P(v | h) = σ(a + W h) for the first bond, P(h | v) = σ(c + Wᵀ v), P(v | h) = σ(2 (a + W h)) for the last,
 *
 * and both for those between. In the machine the halves come together: the bias of a layer is the sum of what its two bonds have learnt.
 */

import type { Dataset } from "../../data/dataset.js";
import type { BondParameters, Kernels } from "../../kernels/kernels.js";
import type { Dbm } from "../../machines/dbm.js";
import { startAtMeans } from "../../machines/initialize-dbn.js";
import type { Rbm } from "../../machines/rbm.js";
import { residentRbm } from "../../machines/resident.js";
import type { SavedState } from "../checkpoint.js";
import { layerData } from "../dbn/layer-input.js";
import { startRbmLearner } from "../rbm/learner.js";
import { ruleSaves } from "../rbm/options.js";
import { asPart, type Stage } from "../stages.js";
import type { CompleteDbmOptions } from "./options.js";

/** The stages that teach the bonds, from below; none where no pretraining is asked for. */
export function pretrainingStages(shape: Dbm, data: Dataset, { pretraining }: CompleteDbmOptions): Stage<Dbm>[] {
  return pretraining.map((_, l) => bondStage(shape, l, data, pretraining));
}

/** What is kept of a bond whose lower layer has a bias from the bond below already: the two parts of the sum. */
const parts = { below: "pretraining.below", own: "pretraining.own" } as const;

function bondStage(shape: Dbm, l: number, data: Dataset, all: CompleteDbmOptions["pretraining"]): Stage<Dbm> {
  const learning = all[l];
  const [units, above] = [shape.layers[l], shape.layers[l + 1]];
  const last = shape.layers.length - 2;
  const scales = { visibleScale: l > 0 ? 2 : 1, hiddenScale: l < last ? 2 : 1 };
  const { config } = learning.negative;
  return {
    name: `layer ${l + 1}`,
    learning,
    cases: data.cases,
    work: units * above * (3 + 2 * ("k" in config ? config.k : 1)),
    saves: {
      ...ruleSaves(learning, units, above),
      ...(l > 0 && { [parts.below]: [units], [parts.own]: [units] }),
    },
    async begin(kernels, dbm, saved) {
      const below = saved && l > 0 ? (saved[parts.below].data as Float32Array) : dbm.biases[l];
      const bonds = bondsBelow(kernels, dbm, l, below);
      const features = await layerData({ kernels, bonds, classes: 0, clamp: all[0].clamp }, data);
      const initial = startOf(dbm, l, features, saved);
      const watched = { heldOut: undefined, monitor: 0 };
      const learner = startRbmLearner(kernels, initial, features, learning, watched, saved, { scales });
      const whole = asPart(learner, (rbm) => withBond(dbm, l, rbm, below));
      if (l === 0) return { learner: whole, data: features };
      const kept = () => ({
        [parts.below]: { shape: [units], data: below },
        [parts.own]: { shape: [units], data: learner.parameters().visibleBias },
      });
      return { learner: { ...whole, state: () => ({ ...learner.state(), ...kept() }) }, data: features };
    },
  };
}

/**
 * The bonds from the data to layer l. Of that layer there is the bias of its lower bond only, `own`; those below have the sum of two, which
 * stands for twice their half.
 */
function bondsBelow(kernels: Kernels, { layers, weights, biases }: Dbm, l: number, own: Float32Array) {
  return Array.from({ length: l }, (_, k) => {
    const hiddenBias = k + 1 === l ? own : biases[k + 1].map((bias) => bias / 2);
    const bond = { kind: "rbm" as const, weights: weights[k], visibleBias: biases[k], hiddenBias };
    const { parameters } = residentRbm(kernels, { ...bond, visible: layers[k], hidden: layers[k + 1] });
    const recognition: BondParameters = { ...parameters, hiddenScale: 2 };
    return { recognition, generative: recognition };
  });
}

function startOf({ layers, weights, biases }: Dbm, l: number, features: Dataset, saved: SavedState | undefined): Rbm {
  const rbm: Rbm = {
    kind: "rbm",
    visible: layers[l],
    hidden: layers[l + 1],
    weights: weights[l],
    visibleBias: biases[l],
    hiddenBias: biases[l + 1],
  };
  if (l === 0) return rbm;
  if (saved) return { ...rbm, visibleBias: saved[parts.own].data as Float32Array };
  return { ...rbm, visibleBias: startAtMeans(rbm, features, 0).visibleBias.map((bias) => bias / 2) };
}

/** The machine with bond l as the RBM has learnt it; `below`: what the lower layer's bias has from the bond below. */
function withBond(dbm: Dbm, l: number, rbm: Rbm, below: Float32Array): Dbm {
  const lower = l === 0 ? rbm.visibleBias : rbm.visibleBias.map((bias, i) => bias + below[i]);
  return {
    ...dbm,
    weights: dbm.weights.map((W, at) => (at === l ? rbm.weights : W)),
    biases: dbm.biases.map((b, at) => (at === l ? lower : at === l + 1 ? rbm.hiddenBias : b)),
  };
}
