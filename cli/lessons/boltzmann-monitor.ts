/** Watching the log-likelihood of a general machine: how often, whether it can be had exactly or at all, and the most that it can be. */

import {
  type Boltzmann,
  type CompleteBoltzmannOptions,
  type Connections,
  type Dataset,
  exactTerms,
  refuse,
  takeCases,
} from "../../src/index.js";
import { termsText } from "./boltzmann-texts.js";

/** The most terms of sums that are taken once. */
const mostTermsOnce = 2 ** 29;

/** At most so many cases are looked at for a log-likelihood. */
const monitoredCases = 1000;

/** How often a log-likelihood is told by default, and terms and units of all of them together: a second or two. */
const usualFigures = 50;
const cheapFigures = 2 ** 26;

/** Epochs from one log-likelihood to the next, 0 for none, and what to say of it. */
export function chooseMonitor(
  given: number | undefined,
  epochs: number,
  { connections, visible, cases }: { connections: Connections; visible: number; cases: number },
): { readonly monitor: number; readonly choice: string } {
  const shown = Array.from({ length: visible }, (_, i) => i);
  const counted = Math.min(cases, monitoredCases);
  const terms = exactTerms(connections, shown, "all", mostTermsOnce);
  const clamped = exactTerms(connections, shown, "hidden", mostTermsOnce / counted);
  const all = terms + (clamped + connections.units) * counted;
  const figures = Math.min(usualFigures, Math.floor(cheapFigures / all));
  const monitor = given ?? (figures > 0 ? Math.ceil(epochs / figures) : 0);
  if (monitor > 0) {
    const how = Number.isFinite(terms) ? "Exact" : "Estimated";
    return { monitor, choice: `${how} log-likelihood every ${monitor === 1 ? "epoch" : `${monitor} epochs`}.` };
  }
  if (given !== undefined) return { monitor, choice: "No log-likelihood." };
  const other = Number.isFinite(terms) ? "it" : "an estimate";
  const wayOut = Number.isFinite(clamped) ? `; --monitor asks for ${other}` : "";
  return { monitor, choice: `No log-likelihood: the exact one has ${termsText(all, mostTermsOnce)}${wayOut}.` };
}

/** Throws "option" for what is no number of epochs, "size" where a case has too many states of the hidden units. */
export function demandMonitor(
  { visible }: Boltzmann,
  { connections }: CompleteBoltzmannOptions,
  monitor: number,
  cases: number,
): void {
  const who = "--monitor";
  if (!Number.isSafeInteger(monitor) || monitor < 0) {
    throw refuse("option", { who, got: String(monitor), expected: "a whole number of epochs, or 0" });
  }
  if (monitor === 0) return;
  // log Z can be estimated; the sum over the hidden units of each case is exact
  const clamped = mostTermsOnce / Math.min(cases, monitoredCases);
  if (exactTerms(connections, visible, "hidden", clamped) <= clamped) return;
  const many = termsText(Number.POSITIVE_INFINITY, mostTermsOnce);
  const got = `${monitor} for a machine whose hidden units are so connected that log-likelihoods have ${many}`;
  throw refuse("size", { who, got, expected: "0", wayOut: "Leave the log-likelihood out with --monitor 0." });
}

/**
 * Minus the entropy of the cases that a log-likelihood is taken of, thresholded as there, in nats: no law gives them more on average. All
 * cases different, it is −log of their number.
 */
export function mostLogLikelihood(data: Dataset): number {
  const { levels, cases, units } = takeCases(data, monitoredCases);
  const half = levels instanceof Uint8Array ? 128 : 0.5;
  const counts = new Map<string, number>();
  for (let c = 0; c < cases; c++) {
    let bits = "";
    for (let i = 0; i < units; i++) bits += (levels[c * units + i] as number) >= half ? "1" : "0";
    counts.set(bits, (counts.get(bits) ?? 0) + 1);
  }
  return [...counts.values()].reduce((sum, n) => sum + (n / cases) * Math.log(n / cases), 0);
}
