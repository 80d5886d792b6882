/** What a run's folder records of an epoch. */

import type { LikelihoodMethod } from "../learn/learner.js";
import type { TrainingReport } from "../learn/report.js";

/** One line of metrics.jsonl. */
export interface EpochMetrics {
  readonly epoch: number;
  readonly update: number;
  /** Where training has stages: which, and its own epochs. */
  readonly stage?: string;
  readonly stageEpoch?: number;
  readonly imagesPerSecond: number;
  readonly seconds: number;
  readonly reconstructionError?: number;
  readonly heldOutReconstructionError?: number;
  readonly crossEntropy?: number;
  readonly heldOutErrorRate?: number;
  readonly heldOutCrossEntropy?: number;
  readonly freeEnergyGap?: number;
  readonly logLikelihood?: number;
  readonly heldOutLogLikelihood?: number;
  /** Where their log Z is from. */
  readonly logLikelihoodMethod?: LikelihoodMethod;
  /** Whether they are lower bounds. */
  readonly likelihoodIsBound?: true;
  /** With log Z at the ends of its bracket, where it was estimated from both sides. */
  readonly logLikelihoodLower?: number;
  readonly logLikelihoodUpper?: number;
  readonly heldOutLogLikelihoodLower?: number;
  readonly heldOutLogLikelihoodUpper?: number;
  /** log Z where it is an estimate, its standard error, and the bracket of one from both sides. */
  readonly logPartition?: number;
  readonly logPartitionError?: number;
  readonly logPartitionLower?: number;
  readonly logPartitionUpper?: number;
  /** Numbers of the rule's own. */
  readonly rule?: Readonly<Record<string, number>>;
  /** With early stopping: the last good epoch so far, and whether training ended with this one. */
  readonly bestEpoch?: number;
  readonly stoppedEarly?: true;
  readonly rate: number;
  readonly momentum: number;
  readonly largestWeight: number;
}

/** The record of a report of a complete epoch. */
export function epochMetrics(report: TrainingReport): EpochMetrics {
  const { epoch, update, casesPerSecond, seconds, reconstructionError, rate, momentum, largestWeight } = report;
  const { heldOutReconstructionError, freeEnergyGap, logLikelihood, heldOutLogLikelihood, logPartition, rule } = report;
  const { bestEpoch, stoppedEarly, stage, logLikelihoodMethod, logLikelihoodRange, heldOutLogLikelihoodRange } = report;
  const { crossEntropy, heldOutErrorRate, heldOutCrossEntropy } = report;
  return {
    epoch,
    update,
    ...(stage && { stage: stage.name, stageEpoch: stage.epoch }),
    imagesPerSecond: Math.round(casesPerSecond),
    seconds: Number(seconds.toFixed(3)),
    ...(reconstructionError !== undefined && { reconstructionError }),
    ...(heldOutReconstructionError !== undefined && { heldOutReconstructionError }),
    ...(crossEntropy !== undefined && { crossEntropy }),
    ...(heldOutErrorRate !== undefined && { heldOutErrorRate }),
    ...(heldOutCrossEntropy !== undefined && { heldOutCrossEntropy }),
    ...(freeEnergyGap !== undefined && { freeEnergyGap }),
    ...(logLikelihood !== undefined && { logLikelihood }),
    ...(heldOutLogLikelihood !== undefined && { heldOutLogLikelihood }),
    ...(logLikelihoodMethod && { logLikelihoodMethod }),
    ...(report.likelihoodIsBound && { likelihoodIsBound: true as const }),
    ...(logLikelihoodRange && {
      logLikelihoodLower: logLikelihoodRange.lower,
      logLikelihoodUpper: logLikelihoodRange.upper,
    }),
    ...(heldOutLogLikelihoodRange && {
      heldOutLogLikelihoodLower: heldOutLogLikelihoodRange.lower,
      heldOutLogLikelihoodUpper: heldOutLogLikelihoodRange.upper,
    }),
    ...(logPartition && { logPartition: logPartition.value, logPartitionError: logPartition.error }),
    ...(logPartition?.lower !== undefined && { logPartitionLower: logPartition.lower }),
    ...(logPartition?.upper !== undefined && { logPartitionUpper: logPartition.upper }),
    ...(rule && { rule }),
    ...(bestEpoch !== undefined && { bestEpoch }),
    ...(stoppedEarly && { stoppedEarly }),
    rate,
    momentum,
    largestWeight,
  };
}
