/** An RBM that is being taught, in the kernels' memory. */

import type { Dataset } from "../../data/dataset.js";
import { takeCases } from "../../data/select.js";
import { freeEnergiesOf } from "../../evaluate/free-energy.js";
import { reconstructionErrorOf } from "../../evaluate/reconstruction.js";
import type { Kernels } from "../../kernels/kernels.js";
import type { Rbm } from "../../machines/rbm.js";
import { type ResidentRbm, readRbm, residentRbm } from "../../machines/resident.js";
import type { SavedState } from "../checkpoint.js";
import type { EpochFigures, Learner } from "../learner.js";
import { startOptimizer } from "./optimizer.js";
import type { CompleteLearningOptions } from "./options.js";
import { isMoments, startPositive } from "./phase.js";

/** At most so many held-out cases are looked at after each epoch: enough for two digits, little beside an epoch's work. */
const monitoredCases = 1000;

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
  const figures = heldOut && heldOutFigures(resident, data, heldOut, learning);
  return {
    learn(batch, epoch) {
      const positive = wake(batch);
      const result = dream.expect(batch, positive);
      const cases = batch.rows.length;
      const rebuilt = isMoments(result) ? undefined : result.reconstruction;
      const sum = rebuilt && kernels.squaredError(positive.visible, rebuilt, cases);
      optimizer.apply(positive, result, epoch, epochs);
      return sum === undefined ? undefined : { sum, count: cases * rbm.visible };
    },
    largest: () => ({
      weight: kernels.largest(parameters.weights),
      bias: Math.max(kernels.largest(parameters.visibleBias), kernels.largest(parameters.hiddenBias)),
    }),
    ...(figures && { figures }),
    machine: () => readRbm(parameters),
    state: () => ({ ...dream.state?.(), ...optimizer.state() }),
  };
}

/** Errors and free energies on (at most `monitoredCases`) held-out cases. */
function heldOutFigures(
  resident: ResidentRbm,
  data: Dataset,
  heldOut: Dataset,
  { clamp, seed, negative }: CompleteLearningOptions,
): (epoch: number) => EpochFigures {
  const unseen = takeCases(heldOut, monitoredCases);
  const seen = takeCases(data, unseen.cases);
  // rebuilt as in training, so that the two errors can be compared
  const { reconstruction } = negative.config.rule === "cd" ? negative.config : { reconstruction: "sample" as const };
  const error = reconstructionErrorOf(resident, { clamp, reconstruction, seed });
  const energies = freeEnergiesOf(resident, { clamp, seed });
  const meanFreeEnergy = (of: Dataset) => energies(of).reduce((a, b) => a + b, 0) / of.cases;
  return (epoch) => ({
    heldOutReconstructionError: error(unseen, epoch),
    freeEnergyGap: meanFreeEnergy(unseen) - meanFreeEnergy(seen),
  });
}
