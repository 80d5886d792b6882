/** An RBM that is being taught, in the kernels' memory. */

import type { Dataset } from "../../data/dataset.js";
import type { Kernels } from "../../kernels/kernels.js";
import type { Rbm } from "../../machines/rbm.js";
import { readRbm, residentRbm } from "../../machines/resident.js";
import type { SavedState } from "../checkpoint.js";
import type { Learner } from "../learner.js";
import { epochFigures } from "./figures.js";
import { startOptimizer } from "./optimizer.js";
import type { CompleteLearningOptions } from "./options.js";
import { isMoments, startPositive } from "./phase.js";

/** `saved`: the state of the rule to go on from. */
export function startRbmLearner(
  kernels: Kernels,
  rbm: Rbm,
  data: Dataset,
  learning: CompleteLearningOptions,
  heldOut?: Dataset,
  saved?: SavedState,
): Learner<Rbm> {
  const { epochs, batchSize, seed, negative } = learning;
  const resident = residentRbm(kernels, rbm);
  const { parameters } = resident;
  const context = { kernels, parameters, data, seed, batchSize, saved };
  const wake = startPositive(context, learning);
  const dream = negative.start(context);
  const optimizer = startOptimizer(context, learning.optimizer);
  const figures = epochFigures(resident, dream, learning, data, heldOut);
  let rateFactor = 1;
  return {
    *prepare(update) {
      if (!dream.prepare) return;
      const verdict = yield* dream.prepare(update);
      if (verdict.rejected) optimizer.forget();
      rateFactor = verdict.rateFactor;
    },
    learn(batch, epoch) {
      const positive = wake(batch);
      const result = dream.expect(batch, positive);
      const cases = batch.rows.length;
      const rebuilt = isMoments(result) ? undefined : result.reconstruction;
      const sum = rebuilt && kernels.squaredError(positive.visible, rebuilt, cases);
      optimizer.apply(positive, result, epoch, epochs, rateFactor);
      return sum === undefined ? undefined : { sum, count: cases * rbm.visible };
    },
    largest: () => ({
      weight: kernels.largest(parameters.weights),
      bias: Math.max(kernels.largest(parameters.visibleBias), kernels.largest(parameters.hiddenBias)),
    }),
    figures,
    ruleFigures: () => dream.figures?.(),
    rateFactor: () => rateFactor,
    machine: () => readRbm(parameters),
    state: () => ({ ...dream.state?.(), ...optimizer.state() }),
  };
}
