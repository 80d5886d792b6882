/** What a run tells after an epoch, of (at most 1,000) training and held-out cases. */

import type { Dataset } from "../../data/dataset.js";
import { takeCases } from "../../data/select.js";
import { variationalBoundsOf } from "../../evaluate/dbm-bound.js";
import { dbmForwardEstimate } from "../../evaluate/dbm-partition.js";
import { type ResidentDbm, readDbm } from "../../machines/resident-dbm.js";
import { mean } from "../../math/statistics.js";
import type { EpochFigures } from "../learner.js";
import type { CompleteDbmOptions } from "./options.js";

/** Enough for two digits, little beside an epoch's work. */
const watchedCases = 1000;
/** Of the estimate of log Z: about a tenth of a nat for machines that have learnt something. */
const annealing = { chains: 100, temperatures: 1000 } as const;

export interface DbmWatched {
  readonly heldOut: Dataset | undefined;
  /** Epochs from one bound with its log Z to the next; 0 for none. */
  readonly monitor: number;
  readonly threads: number;
}

/** The figures of a run with these. */
export function dbmFigures({ heldOut, monitor }: Pick<DbmWatched, "heldOut" | "monitor">): (keyof EpochFigures)[] {
  return [
    ...(heldOut ? (["freeEnergyGap"] as const) : []),
    ...(monitor > 0 ? (["bound", ...(heldOut ? (["heldOutBound"] as const) : [])] as const) : []),
  ];
}

/** The figures after epoch `epoch`, from 0, of parameters that change in place; none where there is nothing to tell. */
export function startDbmFigures(
  resident: ResidentDbm,
  data: Dataset,
  { heldOut, monitor, threads }: DbmWatched,
  { clamp, seed, meanField }: CompleteDbmOptions,
): ((epoch: number) => Promise<EpochFigures>) | undefined {
  if (!heldOut && monitor === 0) return undefined;
  const unseen = heldOut && takeCases(heldOut, watchedCases);
  const seen = takeCases(data, unseen?.cases ?? watchedCases);
  const bounds = variationalBoundsOf(resident, { clamp, seed, ...meanField });
  const meanBound = (of: Dataset) => mean(bounds(of).unnormalised);
  return async (epoch) => {
    const isMonitored = monitor > 0 && (epoch + 1) % monitor === 0;
    if (!isMonitored && !unseen) return {};
    const own = meanBound(seen);
    const other = unseen && meanBound(unseen);
    const logPartition =
      isMonitored && (await dbmForwardEstimate(readDbm(resident.bonds), { ...annealing, data: seen, seed, threads }));
    return {
      ...(other !== undefined && { freeEnergyGap: own - other }),
      ...(logPartition && { logPartition, bound: own - logPartition.value }),
      ...(logPartition && other !== undefined && { heldOutBound: other - logPartition.value }),
    };
  };
}
