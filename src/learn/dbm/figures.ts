/** What a run tells after an epoch, of (at most 1,000) training and held-out cases. */

import type { Dataset } from "../../data/dataset.js";
import { takeCases } from "../../data/select.js";
import { variationalBoundsOf } from "../../evaluate/dbm-bound.js";
import { startEvenMeans } from "../../evaluate/dbm-partition.js";
import { dbmAsRbm } from "../../machines/dbm.js";
import { type ResidentDbm, readDbm } from "../../machines/resident-dbm.js";
import { mean } from "../../math/statistics.js";
import type { EpochFigures } from "../learner.js";
import { likelihoodFigures } from "../likelihood-figures.js";
import { monitorRbm } from "../monitor.js";
import type { CompleteDbmOptions } from "./options.js";

/** Enough for two digits, little beside an epoch's work. */
const watchedCases = 1000;

export interface DbmWatched {
  readonly heldOut: Dataset | undefined;
  /** Epochs from one bound with its log Z to the next; 0 for none. */
  readonly monitor: number;
}

/** The figures of a run with these; log-likelihoods are bounds. */
export function dbmFigures({ heldOut, monitor }: DbmWatched): (keyof EpochFigures)[] {
  return [
    ...(heldOut ? (["heldOutReconstructionError", "freeEnergyGap"] as const) : []),
    ...(monitor > 0 ? (["logLikelihood"] as const) : []),
    ...(monitor > 0 && heldOut ? (["heldOutLogLikelihood"] as const) : []),
  ];
}

/**
 * The figures after epoch `epoch`, from 0, of parameters that change in place; none where there is nothing to tell. The free energy here is
 * the variational one, minus the bound on log P(v) + log Z.
 */
export function startDbmFigures(
  resident: ResidentDbm,
  data: Dataset,
  { heldOut, monitor }: DbmWatched,
  { clamp, seed, meanField }: CompleteDbmOptions,
): ((epoch: number) => Generator<EpochFigures, EpochFigures, void>) | undefined {
  if (!heldOut && monitor === 0) return undefined;
  const unseen = heldOut && takeCases(heldOut, watchedCases);
  const seen = takeCases(data, unseen?.cases ?? watchedCases);
  const bounds = variationalBoundsOf(resident, { clamp, seed, ...meanField });
  const machine = () => dbmAsRbm(readDbm(resident.bonds));
  const evenMeans = startEvenMeans(resident);
  const partition = monitor > 0 ? monitorRbm(resident.kernels, machine(), evenMeans(seen), seed) : undefined;
  return function* (epoch) {
    const isMonitored = partition && (epoch + 1) % monitor === 0;
    if (!isMonitored && !unseen) return {};
    const own = mean(bounds(seen).unnormalised);
    const heldOut = unseen && bounds(unseen);
    const other = heldOut && mean(heldOut.unnormalised);
    const figures =
      heldOut && other !== undefined
        ? { heldOutReconstructionError: heldOut.reconstructionError, freeEnergyGap: own - other }
        : {};
    if (!isMonitored) return figures;
    const work = partition(machine(), evenMeans(seen));
    for (let next = work.next(); ; next = work.next()) {
      if (next.done) return { ...figures, ...likelihoodFigures(next.value, own, other), likelihoodIsBound: true };
      yield figures;
    }
  };
}
