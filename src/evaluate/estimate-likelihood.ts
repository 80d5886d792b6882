/** Log-likelihoods where log Z is an estimate: what is uncertain over cases, and what over log Z. */

import type { Dataset } from "../data/dataset.js";
import type { Rbm } from "../machines/rbm.js";
import { checkWidth } from "../machines/resident.js";
import { mean, variance } from "../math/statistics.js";
import { type LogPartition, logPartition, type PartitionOptions } from "./estimate-partition.js";
import { type FreeEnergyOptions, freeEnergies } from "./free-energy.js";

export interface LogLikelihood {
  /** Mean of log P(v) over the cases, nats a case. */
  readonly mean: number;
  /** Of the mean, over cases; NaN for a single case. */
  readonly standardError: number;
  /** The mean with log Z at the two ends of its bracket: a log Z that is too low flatters. */
  readonly lower: number;
  readonly upper: number;
  readonly logPartition: LogPartition;
}

export interface LikelihoodOptions extends Omit<PartitionOptions, "data">, Omit<FreeEnergyOptions, "seed"> {
  /** log Z, where it is known already. */
  readonly logPartition?: LogPartition;
  /** The base of the annealed chains has the means of these data; without them, those of a short run of the machine. */
  readonly baseData?: Dataset;
}

/** Mean log P(v) = −F(v) − log Z of the cases; grey levels are sampled to binary cases first. Throws "shape", and as `logPartition`. */
export async function logLikelihood(rbm: Rbm, data: Dataset, options: LikelihoodOptions = {}): Promise<LogLikelihood> {
  checkWidth("logLikelihood", data, rbm.visible);
  const { baseData, ...rest } = options;
  const partition = options.logPartition ?? (await logPartition(rbm, { ...rest, ...(baseData && { data: baseData }) }));
  const energies = await freeEnergies(rbm, data, rest);
  const unnormalised = -mean(energies);
  return {
    mean: unnormalised - partition.value,
    standardError: data.cases > 1 ? Math.sqrt(variance(energies) / data.cases) : Number.NaN,
    lower: unnormalised - partition.upper,
    upper: unnormalised - partition.lower,
    logPartition: partition,
  };
}
