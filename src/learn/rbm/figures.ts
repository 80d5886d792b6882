/** What a run tells after an epoch, of (at most 1,000) training and held-out cases. */

import type { Dataset } from "../../data/dataset.js";
import { takeCases } from "../../data/select.js";
import { refuse } from "../../errors.js";
import { freeEnergiesOf } from "../../evaluate/free-energy.js";
import { exactLogPartition, MOST_EXACT_UNITS } from "../../evaluate/log-partition.js";
import { reconstructionErrorOf } from "../../evaluate/reconstruction.js";
import type { Rbm } from "../../machines/rbm.js";
import { type ResidentRbm, readRbm } from "../../machines/resident.js";
import type { EpochFigures } from "../learner.js";
import type { CompleteLearningOptions } from "./options.js";
import type { NegativePhase } from "./phase.js";

/** Enough for two digits, little beside an epoch's work. */
const watchedCases = 1000;

export interface Watched {
  readonly heldOut: Dataset | undefined;
  /** Epochs from one exact log-likelihood to the next; 0 for none. */
  readonly monitor: number;
}

/** Throws "size" or "option" where exact log-likelihoods cannot be told. */
export function checkMonitor({ visible, hidden }: Rbm, { clamp }: CompleteLearningOptions): void {
  const units = Math.min(visible, hidden);
  if (units > MOST_EXACT_UNITS) {
    const expected = `at most ${MOST_EXACT_UNITS}, for exact log-likelihoods`;
    throw refuse("size", { who: "monitor", got: `${units} units in the smaller layer`, expected });
  }
  if (clamp !== "probability") return;
  const expected = "cases of zeros and ones: clamp sampled or thresholded";
  throw refuse("option", { who: "monitor", got: "data clamped as probabilities", expected });
}

/** The figures of a run with these. */
export function rbmFigures({ heldOut, monitor }: Watched, learning: CompleteLearningOptions): (keyof EpochFigures)[] {
  const likely = monitor > 0 || (knowsPartition(learning) && learning.clamp !== "probability");
  return [
    ...(heldOut ? (["heldOutReconstructionError", "freeEnergyGap"] as const) : []),
    ...(likely ? (["logLikelihood"] as const) : []),
    ...(heldOut && likely ? (["heldOutLogLikelihood"] as const) : []),
  ];
}

/** Does the rule know log Z of the machine that is shown? Of an average it does not. */
function knowsPartition({ negative, average }: CompleteLearningOptions): boolean {
  return negative.config.rule === "ptt" && average === undefined;
}

/**
 * The figures after epoch `epoch`, from 0, of parameters that change in place; none where there is nothing to tell. Levels that are used
 * as probabilities are no states, and have no likelihood.
 */
export function startFigures(
  resident: ResidentRbm,
  dream: NegativePhase,
  data: Dataset,
  { heldOut, monitor }: Watched,
  learning: CompleteLearningOptions,
): ((epoch: number) => EpochFigures) | undefined {
  const { clamp, seed, negative } = learning;
  const logPartition = knowsPartition(learning) ? dream.logPartition : undefined;
  if (!heldOut && monitor === 0 && !logPartition) return undefined;
  const unseen = heldOut && takeCases(heldOut, watchedCases);
  const seen = takeCases(data, unseen?.cases ?? watchedCases);
  // rebuilt as in training, so that the two errors can be compared
  const { reconstruction } = negative.config.rule === "cd" ? negative.config : { reconstruction: "sample" as const };
  const error = reconstructionErrorOf(resident, { clamp, reconstruction, seed });
  const energies = freeEnergiesOf(resident, { clamp, seed });
  const meanFreeEnergy = (of: Dataset) => energies(of).reduce((a, b) => a + b, 0) / of.cases;
  return (epoch) => {
    const isMonitored = monitor > 0 && (epoch + 1) % monitor === 0;
    if (!isMonitored && !unseen && !logPartition) return {};
    const estimate = logPartition?.();
    const likely = isMonitored || (estimate && clamp !== "probability");
    const logZ = isMonitored ? exactLogPartition(readRbm(resident.parameters)) : (estimate?.value ?? Number.NaN);
    const free = meanFreeEnergy(seen);
    const known = {
      ...(estimate && { logPartition: estimate }),
      ...(likely && { logLikelihood: -free - logZ }),
    };
    if (!unseen) return known;
    const unseenFree = meanFreeEnergy(unseen);
    return {
      heldOutReconstructionError: error(unseen, epoch),
      freeEnergyGap: unseenFree - free,
      ...known,
      ...(likely && { heldOutLogLikelihood: -unseenFree - logZ }),
    };
  };
}
