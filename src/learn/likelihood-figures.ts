/** Log-likelihoods among the figures of an epoch, once log Z is known: exactly, by an estimate, or by the rule that learns. */

import type { EpochFigures, LikelihoodMethod, PartitionFigure, Range } from "./learner.js";

/** What is known of log Z: its value, from where, and where that is an estimate, how good it is. */
export interface KnownPartition {
  readonly value: number;
  readonly method: LikelihoodMethod;
  readonly estimate?: PartitionFigure;
}

/** What is told of log-likelihoods, from the means of log P(v) + log Z over the cases. */
export function likelihoodFigures(known: KnownPartition, seen: number, unseen: number | undefined): EpochFigures {
  const { value, method, estimate } = known;
  const range = (mean: number): Range | undefined => {
    const { lower, upper } = estimate ?? {};
    return lower === undefined || upper === undefined ? undefined : { lower: mean - upper, upper: mean - lower };
  };
  const [own, heldOut] = [range(seen), unseen === undefined ? undefined : range(unseen)];
  return {
    logLikelihood: seen - value,
    logLikelihoodMethod: method,
    ...(own && { logLikelihoodRange: own }),
    ...(unseen !== undefined && { heldOutLogLikelihood: unseen - value }),
    ...(heldOut && { heldOutLogLikelihoodRange: heldOut }),
    ...(estimate && { logPartition: estimate }),
  };
}
