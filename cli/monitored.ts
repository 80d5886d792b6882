/** Monitored log-likelihoods as a finished run tells them. */

import type { EpochMetrics } from "../src/node/index.js";

const hows = { exact: ", exact", estimated: "", rule: "" } as const;

/** "−95.20 nats a case, estimated: from −95.61 to −94.90", "−3.3912 nats a case, exact". */
export function likelihoodText(
  { logLikelihoodMethod: method = "exact", logLikelihoodLower: lower, logLikelihoodUpper: upper }: EpochMetrics,
  value: number,
): string {
  return between(value, lower, upper) ?? `${value.toFixed(4)} nats a case${hows[method]}`;
}

/** The same of held-out cases; how log Z was taken is said once. */
export function heldOutLikelihoodText(
  { heldOutLogLikelihoodLower: lower, heldOutLogLikelihoodUpper: upper }: EpochMetrics,
  value: number,
): string {
  return between(value, lower, upper) ?? `${value.toFixed(4)} nats a case`;
}

function between(value: number, lower: number | undefined, upper: number | undefined): string | undefined {
  if (lower === undefined || upper === undefined) return undefined;
  return `${value.toFixed(2)} nats a case, estimated: from ${lower.toFixed(2)} to ${upper.toFixed(2)}`;
}
