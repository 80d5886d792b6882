/** What training of a deep belief network tells after an epoch: the errors of its label units, and a bound on its log-likelihood. */

import type { Dataset } from "../../data/dataset.js";
import { labelsOf } from "../../data/labels.js";
import { takeCases } from "../../data/select.js";
import { startDbnBounds } from "../../evaluate/dbn/bound.js";
import { labelScores } from "../../evaluate/dbn/label-scores.js";
import { chunkSize, startLayerMeans } from "../../evaluate/dbn/layer-means.js";
import type { ClampMode } from "../../kernels/kernels.js";
import { readRbm } from "../../machines/resident.js";
import type { ResidentDbn } from "../../machines/resident-dbn.js";
import { mean } from "../../math/statistics.js";
import type { EpochFigures } from "../learner.js";
import { likelihoodFigures } from "../likelihood-figures.js";
import { monitorRbm } from "../monitor.js";

/** Enough for two digits, little beside an epoch's work. */
const watchedCases = 1000;
/** Passes up for each of them. */
const draws = 5;

export interface DbnWatched {
  readonly heldOut: Dataset | undefined;
  /** Epochs of a stage from one bound to the next, besides that after its last; 0 for none. */
  readonly monitor: number;
}

/** The figures of a stage with these, besides those of its RBM. */
export function dbnFigures({ heldOut, monitor }: DbnWatched, classes: number): (keyof EpochFigures)[] {
  return [
    ...(heldOut && classes > 0 ? (["heldOutErrorRate", "heldOutCrossEntropy"] as const) : []),
    ...(monitor > 0 ? (["logLikelihood"] as const) : []),
    ...(monitor > 0 && heldOut ? (["heldOutLogLikelihood"] as const) : []),
  ];
}

/** What figures need to know of a stage. */
interface StageOptions {
  readonly epochs: number;
  readonly seed: number;
  /** How levels clamp the visible units. */
  readonly clamp: ClampMode;
}

type Figures = (epoch: number) => Generator<EpochFigures, EpochFigures, void>;

/**
 * The figures after epoch `epoch`, from 0, of a network whose parameters change in place; none where there is nothing to tell.
 *
 * A stage that teaches one layer gives the network up to there: the bonds below, and the RBM that learns as its top pair. Its bound on
 * log P(v) is exact where that is the first one, and should rise from stage to stage [Hinton, Osindero and Teh 2006, section 4].
 */
export function startDbnFigures(
  resident: ResidentDbn,
  data: Dataset,
  { heldOut, monitor }: DbnWatched,
  options: StageOptions,
): Figures | undefined {
  const errors = heldOut && resident.classes > 0 ? startLabelErrors(resident, heldOut) : undefined;
  const bounds = monitor > 0 ? startBounds(resident, data, heldOut, options) : undefined;
  if (!errors && !bounds) return undefined;
  return function* (epoch) {
    const told = errors ? yield* errors() : {};
    if (!bounds || ((epoch + 1) % monitor !== 0 && epoch + 1 < options.epochs)) return told;
    const work = bounds();
    for (let next = work.next(); ; next = work.next()) {
      if (next.done) return { ...told, ...next.value };
      yield told;
    }
  };
}

/** The error rate of the label units on all held-out cases, and the mean −ln P(label | v), after a pass up of means. */
function startLabelErrors({ kernels, directed, top, classes }: ResidentDbn, heldOut: Dataset) {
  const labels = labelsOf("train: held-out data", heldOut, classes);
  const means = startLayerMeans(kernels, directed, heldOut, "probability");
  const scores = labelScores(kernels, top, chunkSize);
  return function* (): Generator<EpochFigures, EpochFigures, void> {
    scores.reread();
    let [wrong, nats] = [0, 0];
    for (const { layer, cases, first } of means()) {
      const all = scores.probabilities(layer, cases);
      for (let b = 0; b < cases; b++) {
        const label = labels[first + b];
        const p = all.subarray(b * classes, (b + 1) * classes);
        wrong += Number(p.indexOf(p.reduce((most, one) => Math.max(most, one), 0)) !== label);
        nats -= Math.log(p[label]);
      }
      yield {};
    }
    return { heldOutErrorRate: wrong / heldOut.cases, heldOutCrossEntropy: nats / heldOut.cases };
  };
}

/** Variational bounds of (at most 1,000) training and held-out cases, with log Z of the top pair. */
function startBounds(
  resident: ResidentDbn,
  data: Dataset,
  heldOut: Dataset | undefined,
  { seed, clamp }: StageOptions,
) {
  const { kernels, directed, top, classes } = resident;
  const unseen = heldOut && takeCases(heldOut, watchedCases);
  const seen = takeCases(data, unseen?.cases ?? watchedCases);
  const bounds = startDbnBounds(resident, { draws, seed, clamp });
  const layers = startLayerMeans(kernels, directed, seen, clamp);
  const shape = readRbm(top);
  const even = new Float64Array(shape.visible).fill(classes > 0 ? 1 / classes : 0.5);
  const partition = monitorRbm(kernels, shape, even, seed, classes);

  /** Of the visible units of the top pair: where chains for log Z start. */
  function topMeans(): Float64Array {
    const sums = new Float64Array(shape.visible);
    for (const { layer, cases } of layers()) {
      const values = layer.read(cases);
      for (let at = 0; at < values.length; at++) sums[at % layer.units] += values[at] / seen.cases;
    }
    return sums.map((value, i) => (i < shape.visible - classes ? value : even[i]));
  }

  return function* (): Generator<void, EpochFigures, void> {
    const own = yield* bounds(seen);
    const other = unseen && (yield* bounds(unseen));
    const known = yield* partition(readRbm(top), topMeans());
    const figures = likelihoodFigures(known, mean(own.variational), other && mean(other.variational));
    return { ...figures, likelihoodIsBound: true };
  };
}
