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
export function rbmFigures(heldOut: Dataset | undefined, monitor: number): (keyof EpochFigures)[] {
  return [
    ...(heldOut ? (["heldOutReconstructionError", "freeEnergyGap"] as const) : []),
    ...(monitor > 0 ? (["logLikelihood"] as const) : []),
    ...(heldOut && monitor > 0 ? (["heldOutLogLikelihood"] as const) : []),
  ];
}

/** The figures after epoch `epoch`, from 0, of parameters that change in place. */
export function startFigures(
  resident: ResidentRbm,
  data: Dataset,
  { heldOut, monitor }: Watched,
  { clamp, seed, negative }: CompleteLearningOptions,
): (epoch: number) => EpochFigures {
  const unseen = heldOut && takeCases(heldOut, watchedCases);
  const seen = takeCases(data, unseen?.cases ?? watchedCases);
  // rebuilt as in training, so that the two errors can be compared
  const { reconstruction } = negative.config.rule === "cd" ? negative.config : { reconstruction: "sample" as const };
  const error = reconstructionErrorOf(resident, { clamp, reconstruction, seed });
  const energies = freeEnergiesOf(resident, { clamp, seed });
  const meanFreeEnergy = (of: Dataset) => energies(of).reduce((a, b) => a + b, 0) / of.cases;
  return (epoch) => {
    const isMonitored = monitor > 0 && (epoch + 1) % monitor === 0;
    if (!isMonitored && !unseen) return {};
    const logZ = isMonitored ? exactLogPartition(readRbm(resident.parameters)) : Number.NaN;
    const free = meanFreeEnergy(seen);
    const known = isMonitored ? { logLikelihood: -free - logZ } : {};
    if (!unseen) return known;
    const unseenFree = meanFreeEnergy(unseen);
    return {
      heldOutReconstructionError: error(unseen, epoch),
      freeEnergyGap: unseenFree - free,
      ...known,
      ...(isMonitored && { heldOutLogLikelihood: -unseenFree - logZ }),
    };
  };
}
