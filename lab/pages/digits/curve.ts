/** What an epoch told, epoch by epoch. */

import type { TrainingReport } from "#src/index.js";

export interface Curve {
  readonly epoch: readonly number[];
  readonly reconstruction: readonly number[];
  readonly heldOut: readonly number[];
  /** Mean F(held out) − mean F(training), nats. */
  readonly gap: readonly number[];
  readonly likelihood: readonly Likelihood[];
}

/** Mean log P(v), nats a digit; with its bracket where log Z was estimated from both sides. */
export interface Likelihood {
  readonly epoch: number;
  readonly training: number;
  readonly heldOut: number;
  readonly exact: boolean;
  /** Of the held-out digits. */
  readonly range: { readonly lower: number; readonly upper: number } | undefined;
}

export const emptyCurve: Curve = { epoch: [], reconstruction: [], heldOut: [], gap: [], likelihood: [] };

export function withEpoch(curve: Curve, report: TrainingReport): Curve {
  const { epoch, logLikelihood, heldOutLogLikelihood, logLikelihoodMethod, heldOutLogLikelihoodRange } = report;
  const {
    reconstructionError = Number.NaN,
    heldOutReconstructionError = Number.NaN,
    freeEnergyGap = Number.NaN,
  } = report;
  const likelihood: Likelihood[] =
    logLikelihood === undefined
      ? []
      : [
          {
            epoch,
            training: logLikelihood,
            heldOut: heldOutLogLikelihood ?? Number.NaN,
            exact: logLikelihoodMethod === "exact",
            range: heldOutLogLikelihoodRange,
          },
        ];
  return {
    epoch: [...curve.epoch, epoch],
    reconstruction: [...curve.reconstruction, reconstructionError],
    heldOut: [...curve.heldOut, heldOutReconstructionError],
    gap: [...curve.gap, freeEnergyGap],
    likelihood: [...curve.likelihood, ...likelihood],
  };
}
