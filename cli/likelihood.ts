/** log Z and the log-likelihood as a command tells them: how they are taken, in rows, in JSON, and what to doubt. */

import { InvalidArgumentError } from "commander";
import {
  type Boltzmann,
  connectionsOf,
  type Dataset,
  exactTerms,
  type ForwardEstimate,
  type LogPartition,
  logPartition,
  type Rbm,
  type ReverseEstimate,
  type Temperatures,
} from "../src/index.js";
import { plural } from "./output.js";
import { stageView } from "./progress.js";

export interface LikelihoodOptions {
  readonly logZ: boolean;
  readonly exact?: true;
  readonly chains?: number;
  readonly temperatures?: Temperatures;
  readonly seed: number;
  readonly threads: number;
}

/** Terms of log Z × units of the larger layer up to which the sum takes a few seconds. */
const fewSecondsOfTerms = 2e9;
/** Terms of a general machine's log Z up to which it does. */
const mostTerms = 2 ** 29;

/** "1000", "sm" or "adaptive". */
export function temperatures(text: string): Temperatures {
  if (text === "sm" || text === "adaptive") return text;
  const steps = Number(text);
  if (/^\d+$/.test(text) && steps >= 1 && steps <= 1e6) return steps;
  throw new InvalidArgumentError("Expected a whole number of steps, sm, or adaptive.");
}

/** log Z: exact where that takes seconds, or is asked for; estimated elsewhere, with the base rates of data if given; none where it is not wanted. */
export async function logPartitionFor(
  machine: Rbm | Boltzmann,
  data: Dataset | undefined,
  { logZ, exact, chains, temperatures, seed, threads }: LikelihoodOptions,
): Promise<LogPartition | undefined> {
  if (!logZ) return undefined;
  const asked = chains !== undefined || temperatures !== undefined;
  const method = exact || (isCheap(machine) && !asked) ? "exact" : "ais";
  const view = stageView(process.stderr, "log Z");
  try {
    return await logPartition(machine, {
      method,
      ...(data && { data }),
      seed,
      threads,
      ...(chains !== undefined && { chains }),
      ...(temperatures !== undefined && { temperatures }),
      onProgress: view.show,
    });
  } finally {
    view.end();
  }
}

/** Does an exact log Z take seconds at most? */
function isCheap(machine: Rbm | Boltzmann): boolean {
  if (machine.kind === "boltzmann") {
    return Number.isFinite(exactTerms(connectionsOf(machine), machine.visible, "all", mostTerms));
  }
  const { visible, hidden } = machine;
  return 2 ** Math.min(visible, hidden) * Math.max(visible, hidden) <= fewSecondsOfTerms;
}

interface Energies {
  readonly mean: number;
  /** Of the mean, over cases; none for a single case. */
  readonly standardError: number | null;
}

/** The fields `logPartition` and `logLikelihood` of a JSON result. log P(v) = −F(v) − log Z. */
export function likelihoodJson(estimate: LogPartition, { mean, standardError }: Energies) {
  const { value, lower, upper, method, forward, reverse, combined, starts, warnings } = estimate;
  const details = forward &&
    reverse && {
      standardError: combined?.error,
      forward: directionJson(forward),
      reverse: { ...directionJson(reverse), starts },
      temperatures: estimate.temperatures,
      warnings,
    };
  return {
    logPartition: { value, lower, upper, method, ...details },
    logLikelihood: { mean: -mean - value, standardError, lower: -mean - upper, upper: -mean - lower },
  };
}

function directionJson({ value, error, deviation, effectiveSampleSize, chains }: ForwardEstimate | ReverseEstimate) {
  return { value, standardError: error, deviation, effectiveSampleSize, chains };
}

/** [name, value, remark] of log Z and of the mean log-likelihood. */
export function likelihoodRows(estimate: LogPartition, { mean, standardError }: Energies): string[][] {
  const { value, lower, upper, method, forward, reverse, combined } = estimate;
  const likelihood = -mean - value;
  const over = standardError === null ? "" : ` ± ${standardError.toFixed(2)}`;
  if (method === "exact" || !forward || !reverse) {
    return [
      ["  log Z", value.toFixed(4), "nats, exact"],
      ["  log-likelihood", `${likelihood.toFixed(2)}${over}`, "nats a case, exact"],
    ];
  }
  const between = (low: number, high: number) => `from ${low.toFixed(2)} to ${high.toFixed(2)}`;
  const each = (e: ForwardEstimate | ReverseEstimate) => `${e.value.toFixed(2)} ± ${e.error.toFixed(2)}`;
  const how = `${plural(forward.chains, "chain")} each way, ${plural(forward.temperatures, "temperature")}`;
  return [
    [
      "  log Z",
      `${value.toFixed(2)} ± ${(combined?.error ?? Number.NaN).toFixed(2)}`,
      `nats, estimated; ${between(lower, upper)}`,
    ],
    ["    forward", each(forward), `annealed importance sampling: too low rather than too high; ${how}`],
    ["    reverse", each(reverse), "the same backwards, from the machine's own chains: too high rather than too low"],
    [
      "  log-likelihood",
      `${likelihood.toFixed(2)}${over}`,
      `nats a case; ${between(-mean - upper, -mean - lower)} by log Z`,
    ],
  ];
}
