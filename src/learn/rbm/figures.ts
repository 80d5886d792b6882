/** What a run tells after an epoch, of (at most 1,000) training and held-out cases. */

import type { Dataset } from "../../data/dataset.js";
import { takeCases } from "../../data/select.js";
import { refuse } from "../../errors.js";
import { freeEnergiesOf } from "../../evaluate/free-energy.js";
import { reconstructionErrorOf } from "../../evaluate/reconstruction.js";
import { levelMeans } from "../../machines/initialize.js";
import { type ResidentRbm, readRbm } from "../../machines/resident.js";
import type { EpochFigures } from "../learner.js";
import { type KnownPartition, likelihoodFigures } from "../likelihood-figures.js";
import type { monitorRbm } from "../monitor.js";
import type { CompleteLearningOptions } from "./options.js";
import type { NegativePhase } from "./phase.js";

/** Enough for two digits, little beside an epoch's work. */
const watchedCases = 1000;

export interface Watched {
  readonly heldOut: Dataset | undefined;
  /** Epochs from one log-likelihood to the next; 0 for none. */
  readonly monitor: number;
  /** Begins to watch log Z, where it is asked for: who learns without need not load what estimates it. */
  readonly startMonitor?: typeof monitorRbm | undefined;
}

/** Throws "option" where cases have no likelihood. */
export function checkMonitor({ clamp }: Pick<CompleteLearningOptions, "clamp">): void {
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
  { heldOut, monitor, startMonitor }: Watched,
  learning: CompleteLearningOptions,
): ((epoch: number) => Generator<EpochFigures, EpochFigures, void>) | undefined {
  const { clamp, seed, negative } = learning;
  const ownPartition = knowsPartition(learning) ? dream.logPartition : undefined;
  const partition = startMonitor?.(resident.kernels, readRbm(resident.parameters), levelMeans(data), seed);
  if (!heldOut && !partition && !ownPartition) return undefined;
  const unseen = heldOut && takeCases(heldOut, watchedCases);
  const seen = takeCases(data, unseen?.cases ?? watchedCases);
  // rebuilt as in training, so that the two errors can be compared
  const { reconstruction } = negative.config.rule === "cd" ? negative.config : { reconstruction: "sample" as const };
  const error = reconstructionErrorOf(resident, { clamp, reconstruction, seed });
  const energies = freeEnergiesOf(resident, { clamp, seed });
  const meanFreeEnergy = (of: Dataset) => energies(of).reduce((a, b) => a + b, 0) / of.cases;
  return function* (epoch) {
    const isMonitored = partition && (epoch + 1) % monitor === 0;
    if (!isMonitored && !unseen && !ownPartition) return {};
    const free = meanFreeEnergy(seen);
    const unseenFree = unseen && meanFreeEnergy(unseen);
    const figures = {
      ...(unseen && { heldOutReconstructionError: error(unseen, epoch) }),
      ...(unseenFree !== undefined && { freeEnergyGap: unseenFree - free }),
    };
    const own = ownPartition?.();
    const told = (known: KnownPartition) => ({
      ...figures,
      ...likelihoodFigures(known, -free, unseenFree === undefined ? undefined : -unseenFree),
    });
    if (isMonitored) {
      const work = partition(readRbm(resident.parameters));
      for (let next = work.next(); ; next = work.next()) {
        // where the monitor is exact, the rule's own log Z can be judged by it
        if (next.done) return { ...told(next.value), ...(own && !next.value.estimate && { logPartition: own }) };
        yield figures;
      }
    }
    if (!own) return figures;
    return clamp === "probability"
      ? { ...figures, logPartition: own }
      : told({ value: own.value, method: "rule", estimate: own });
  };
}
