/** What is looked at after each epoch of an RBM. */

import type { Dataset } from "../../data/dataset.js";
import { takeCases } from "../../data/select.js";
import { freeEnergiesOf } from "../../evaluate/free-energy.js";
import { reconstructionErrorOf } from "../../evaluate/reconstruction.js";
import type { ResidentRbm } from "../../machines/resident.js";
import { mean } from "../../math/statistics.js";
import type { EpochFigures } from "../learner.js";
import type { CompleteLearningOptions } from "./options.js";
import type { NegativePhase } from "./phase.js";

/** At most so many cases are looked at after each epoch: enough for two digits, little beside an epoch's work. */
const monitoredCases = 1000;

/**
 * Errors and free energies on held-out cases, if there are any; log Z and log-likelihoods where the negative phase knows log Z.
 *
 * A level that is used as a probability is no state, so that it has no likelihood.
 */
export function epochFigures(
  resident: ResidentRbm,
  dream: NegativePhase,
  { clamp, seed, negative }: CompleteLearningOptions,
  data: Dataset,
  heldOut?: Dataset,
): (epoch: number) => EpochFigures {
  const unseen = heldOut && takeCases(heldOut, monitoredCases);
  const seen = takeCases(data, unseen?.cases ?? monitoredCases);
  // rebuilt as in training, so that the two errors can be compared
  const { reconstruction } = negative.config.rule === "cd" ? negative.config : { reconstruction: "sample" as const };
  const error = unseen && reconstructionErrorOf(resident, { clamp, reconstruction, seed });
  const energies = unseen || dream.logPartition ? freeEnergiesOf(resident, { clamp, seed }) : undefined;
  const likely = clamp !== "probability";
  return (epoch) => {
    const logPartition = dream.logPartition?.();
    const seenEnergy = energies && mean(energies(seen));
    const unseenEnergy = energies && unseen && mean(energies(unseen));
    const logZ = likely ? logPartition?.value : undefined;
    return {
      ...(error && unseen && { heldOutReconstructionError: error(unseen, epoch) }),
      ...(seenEnergy !== undefined && unseenEnergy !== undefined && { freeEnergyGap: unseenEnergy - seenEnergy }),
      ...(logPartition && { logPartition }),
      ...(logZ !== undefined && seenEnergy !== undefined && { logLikelihood: -seenEnergy - logZ }),
      ...(logZ !== undefined && unseenEnergy !== undefined && { heldOutLogLikelihood: -unseenEnergy - logZ }),
    };
  };
}
