/** A classifier that is being taught, in the kernels' memory. */

import { chunks } from "../../data/batches.js";
import type { Dataset } from "../../data/dataset.js";
import { labelsOf } from "../../data/labels.js";
import type { Kernels, LayerParameters } from "../../kernels/kernels.js";
import type { Classifier } from "../../machines/classifier.js";
import { checkWidth } from "../../machines/resident.js";
import { allocateLayers, forwardPass, readClassifier, residentClassifier } from "../../machines/resident-classifier.js";
import { runningAverage } from "../average.js";
import type { SavedState } from "../checkpoint.js";
import { countFrom, savedCount } from "../counter.js";
import type { EpochFigures, Learner } from "../learner.js";
import { memoryNames, ruleAt } from "../optimizer.js";
import { propagation } from "./backward.js";
import { frozenLayers, type Inputs, inputsThrough } from "./frozen.js";
import type { CompleteClassifierOptions } from "./options.js";
import { averageCounter, averageName, restoreLayers, saveLayers, updateCounter } from "./saved-layers.js";

const chunkSize = 256;

/** The figures of a run with these held-out cases. */
export function classifierFigures(heldOut: Dataset | undefined): (keyof EpochFigures)[] {
  return heldOut ? ["heldOutErrorRate", "heldOutCrossEntropy"] : [];
}

/** Throws "shape" or "data" for held-out cases that do not fit. `saved`: the state of the rule to go on from. */
export function startClassifierLearner(
  kernels: Kernels,
  classifier: Classifier,
  data: Dataset,
  learning: CompleteClassifierOptions,
  heldOut: Dataset | undefined,
  saved?: SavedState,
): Learner<Classifier> {
  const { epochs, batchSize, seed, optimizer, lowerRate } = learning;
  const [inputs, classes] = [classifier.layers[0], classifier.layers.at(-1)] as [number, number];
  const labels = labelsOf("train", data, classes);
  if (heldOut) checkWidth("train: held-out data", heldOut, inputs);
  const heldOutLabels = heldOut && labelsOf("train: held-out data", heldOut, classes);

  const first = frozenLayers(classifier, learning.learns);
  const parameters = residentClassifier(kernels, classifier);
  const [frozen, taught] = [parameters.slice(0, first), parameters.slice(first)];
  const sizes = classifier.layers.slice(first);
  const source = inputsThrough(kernels, frozen, data);
  const watched = heldOut && inputsThrough(kernels, frozen, heldOut);

  const { input: inputDropout, hidden: hiddenDropout } = learning.dropout ?? { input: 0, hidden: 0 };
  const dropped = first === 0 ? inputDropout : hiddenDropout;
  const pass = propagation(kernels, taught, batchSize, seed, dropped, { hidden: hiddenDropout });

  const names = memoryNames(optimizer);
  const memory = names.map((name) => {
    const kept = allocateLayers(kernels, sizes);
    restoreLayers(name, kept, saved);
    return kept;
  });
  const counts = optimizer.optimizer === "adam";
  let updates = counts ? countFrom(updateCounter, saved) : 0;

  const averages = learning.average && allocateLayers(kernels, sizes);
  if (averages) restoreLayers(averageName, averages, saved);
  const average =
    averages &&
    learning.average &&
    runningAverage(
      kernels,
      averages,
      taught,
      learning.average,
      Math.ceil(data.cases / batchSize),
      countFrom(averageCounter, saved),
    );
  function shown(): readonly LayerParameters[] {
    average?.settle();
    return averages ? [...frozen, ...averages] : parameters;
  }
  const fitOf = watched && heldOutLabels && heldOutFit(kernels, averages ?? taught, watched, heldOutLabels);
  const largest = (of: "weights" | "hiddenBias") => Math.max(...parameters.map((layer) => kernels.largest(layer[of])));

  return {
    measure: "crossEntropy",
    *prepare() {
      yield* source.prepare();
      if (watched) yield* watched.prepare();
    },
    learn({ rows, update }, epoch) {
      const cases = rows.length;
      source.fill(rows, pass.input);
      const { crossEntropy } = pass.forward(
        Uint32Array.from(rows, (row) => labels[row]),
        update,
      );
      updates++;
      pass.backward(cases, (l, visible, hidden) => {
        let factor = 1;
        for (let above = l; above < taught.length - 1; above++) factor *= lowerRate;
        kernels.optimize({
          parameters: taught[l] as LayerParameters,
          gradient: { positive: { cases, visible, hidden }, negative: { cases: 0, visible, hidden } },
          rule: ruleAt(optimizer, epoch, epochs, updates, factor),
          memory: memory.map((kept) => kept[l] as LayerParameters),
        });
      });
      average?.follow(epoch, epochs);
      return { sum: crossEntropy, count: cases };
    },
    largest: () => ({ weight: largest("weights"), bias: largest("hiddenBias") }),
    ...(fitOf && {
      figures() {
        // brings the arrays that figures are of up to date
        shown();
        return fitOf();
      },
    }),
    parameters: () => readClassifier(parameters),
    machine: () => readClassifier(shown()),
    state: () => ({
      ...Object.assign({}, ...names.map((name, n) => saveLayers(name, memory[n]))),
      ...(counts && { [updateCounter]: savedCount(updates) }),
      ...(averages && saveLayers(averageName, averages)),
      ...(average && { [averageCounter]: savedCount(average.updates) }),
    }),
  };
}

/** The error rate and the cross entropy of all held-out cases, of parameters that change in place. */
function heldOutFit(
  kernels: Kernels,
  layers: readonly LayerParameters[],
  inputs: Inputs,
  labels: Uint32Array,
): () => Generator<EpochFigures, EpochFigures, void> {
  const pass = forwardPass(kernels, layers, chunkSize);
  const from = kernels.field(chunkSize, (layers[0] as LayerParameters).weights.rows);
  return function* () {
    let [wrong, nats] = [0, 0];
    for (const rows of chunks(inputs.cases, chunkSize)) {
      inputs.fill(rows, from);
      pass.run(rows.length, from);
      const of = labels.subarray(rows[0], rows[0] + rows.length);
      const fit = kernels.readOut({ cases: rows.length, input: pass.input, mean: pass.input, labels: of });
      wrong += fit.wrong;
      nats += fit.crossEntropy;
      yield {};
    }
    return { heldOutErrorRate: wrong / inputs.cases, heldOutCrossEntropy: nats / inputs.cases };
  };
}
