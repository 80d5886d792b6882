/** A classification RBM that is being taught, in the kernels' memory. */

import { chunks } from "../../data/batches.js";
import type { Dataset } from "../../data/dataset.js";
import { knownLabels, labelsOf } from "../../data/labels.js";
import { stillClamp } from "../../evaluate/dbn/layer-means.js";
import type { BondParameters, Kernels } from "../../kernels/kernels.js";
import type { Dbn } from "../../machines/dbn.js";
import { withBond } from "../../machines/dbn.js";
import { allocateParameters, readRbm, residentRbm } from "../../machines/resident.js";
import type { SavedState } from "../checkpoint.js";
import type { EpochFigures, Learner } from "../learner.js";
import { startAverage } from "../rbm/average.js";
import { startOptimizer } from "../rbm/optimizer.js";
import { valueAt } from "../schedule.js";
import { startAscent } from "./ascent.js";
import { classPass } from "./class-pass.js";
import type { CompleteClassificationRbmOptions } from "./options.js";
import { inTurns } from "./turns.js";

/** The figures of a run with these held-out cases. */
export function classificationFigures(heldOut: Dataset | undefined): (keyof EpochFigures)[] {
  return heldOut ? ["heldOutErrorRate", "heldOutCrossEntropy"] : [];
}

/** How many cases an epoch has: those with a label, or those without, whichever are more. */
export function casesAnEpoch(data: Dataset): number {
  const { labelled, unlabelled } = knownLabels("train", data);
  return Math.max(labelled.length, unlabelled.length);
}

/** The seed of what is done with unlabelled cases; the top bit that seeds have sets it apart. */
const seedBeside = (seed: number) => (seed + 2 ** 52) % 2 ** 53;

/** The rows of its batches count the cases of an epoch. `saved`: the state of the rule to go on from. */
export function startClassificationRbmLearner(
  kernels: Kernels,
  dbn: Dbn,
  data: Dataset,
  learning: CompleteClassificationRbmOptions,
  heldOut: Dataset | undefined,
  saved?: SavedState,
): Learner<Dbn> {
  const { epochs, batchSize, seed, optimizer: config, sparsity, objective } = learning;
  const { labelled, unlabelled, labels } = knownLabels("train", data, dbn.classes);
  const { visible, hidden } = dbn.top;
  const { parameters } = residentRbm(kernels, dbn.top, dbn.classes);
  const gradient = allocateParameters(kernels, visible, hidden);
  const context = { kernels, parameters, data, seed, batchSize, saved };
  const optimizer = startOptimizer(context, config);
  const updatesAnEpoch = Math.ceil(Math.max(labelled.length, unlabelled.length) / batchSize);
  const average = learning.average && startAverage(context, learning.average, updatesAnEpoch);
  const shown = average?.shown ?? (() => parameters);
  const ones = kernels.vector(hidden);
  ones.write(new Float32Array(hidden).fill(1));

  const { discriminative, generative } = objective;
  const learnLabelled = startAscent(context, data, gradient, { discriminative, generative }, learning);
  const beside = { ...context, seed: seedBeside(seed) };
  const learnUnlabelled =
    unlabelled.length > 0
      ? startAscent(beside, data, gradient, { discriminative: 0, generative: objective.unlabelled }, learning)
      : undefined;
  // an epoch goes once through the more, the fewer come in turns
  const [more, fewer] = labelled.length >= unlabelled.length ? [labelled, unlabelled] : [unlabelled, labelled];
  const turn = fewer.length > 0 ? inTurns(fewer, Math.min(batchSize, fewer.length), beside.seed) : undefined;
  const fitOf =
    heldOut && heldOutFit(kernels, shown(), heldOut, labelsOf("train: held-out data", heldOut, dbn.classes));

  return {
    measure: "crossEntropy",
    learn({ rows, update }, epoch) {
      const plenty = Uint32Array.from(rows, (row) => more[row]);
      const few = turn?.(update) ?? new Uint32Array(0);
      const [known, unknown] = more === labelled ? [plenty, few] : [few, plenty];
      kernels.combine(gradient, 0, gradient, 0, gradient);
      const { crossEntropy } = learnLabelled(
        known,
        update,
        Uint32Array.from(known, (row) => labels[row]),
      );
      learnUnlabelled?.(unknown, update);
      optimizer.follow(gradient, epoch, epochs);
      const { hiddenBias } = parameters;
      if (sparsity > 0)
        kernels.combine(hiddenBias, 1, hiddenBias, -sparsity * valueAt(config.rate, epoch, epochs), ones);
      average?.follow(epoch, epochs);
      return { sum: crossEntropy, count: known.length };
    },
    largest: () => ({
      weight: kernels.largest(parameters.weights),
      bias: Math.max(kernels.largest(parameters.visibleBias), kernels.largest(parameters.hiddenBias)),
    }),
    ...(fitOf && {
      figures() {
        // brings the arrays that figures are of up to date
        shown();
        return fitOf();
      },
    }),
    parameters: () => withBond(dbn, 0, readRbm(parameters)),
    machine: () => withBond(dbn, 0, readRbm(shown())),
    state: () => ({ ...optimizer.state(), ...average?.state() }),
  };
}

const chunkSize = 256;

/** The error rate and the cross entropy of all held-out cases, levels as they are, of parameters that change in place. */
function heldOutFit(
  kernels: Kernels,
  parameters: BondParameters,
  { levels, units, cases }: Dataset,
  labels: Uint32Array,
): () => Generator<EpochFigures, EpochFigures, void> {
  const mode = stillClamp(levels, "probability");
  const pass = classPass(kernels, parameters, chunkSize, mode === "probability" ? "field" : "states");
  const draw = { seed: 0, purpose: "evaluationClamp", step: 0 } as const;
  return function* () {
    let [wrong, nats] = [0, 0];
    for (const rows of chunks(cases, chunkSize)) {
      if (rows[0] > 0) yield {};
      kernels.clamp({ levels, units, rows, mode, draw, out: pass.visible });
      pass.run(rows.length);
      const of = labels.subarray(rows[0], rows[0] + rows.length);
      const fit = kernels.readOut({ cases: rows.length, input: pass.scores, mean: pass.scores, labels: of });
      wrong += fit.wrong;
      nats += fit.crossEntropy;
    }
    return { heldOutErrorRate: wrong / cases, heldOutCrossEntropy: nats / cases };
  };
}
