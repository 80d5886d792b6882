/** What commands do with a deep Boltzmann machine in place of an RBM. */

import {
  type Dataset,
  type Dbm,
  type DbmBound,
  dbmBound,
  dbmReconstruct,
  dbmSampler,
  withResidentDbm,
} from "../src/index.js";
import type { LikelihoodOptions } from "./likelihood.js";
import { plural } from "./output.js";
import { stageView } from "./progress.js";

export interface DbmChains {
  readonly threads: number;
  readonly seed: number;
  readonly chains: number;
  readonly sweeps: number;
  readonly as: "probability" | "sample";
  readonly start: Dataset | undefined;
}

/** P(v | h) or bits after the last sweep [chains, visible]; nothing where the signal stopped it. */
export function sampleDbm(dbm: Dbm, options: DbmChains, signal: AbortSignal): Promise<Float32Array | undefined> {
  const { threads, seed, chains, sweeps, as, start } = options;
  return withResidentDbm(dbm, { threads }, async (resident) => {
    const sampler = dbmSampler(resident, start && { start });
    const state = sampler.init(seed, chains);
    let info = sampler.step(state);
    for (let breath = performance.now(); state.sweep < sweeps; info = sampler.step(state)) {
      if (performance.now() - breath < 100) continue;
      await new Promise(setImmediate);
      breath = performance.now();
      if (signal.aborted) return undefined;
    }
    return Float32Array.from(as === "sample" ? (state.layers[0]?.read(chains) ?? []) : info.visibleMean.read(chains));
  });
}

export interface DbmEvaluation {
  readonly reconstructionError: number;
  readonly bound: DbmBound | undefined;
}

/** The variational bound, and what comes back from the means of the first hidden layer. */
export async function evaluateDbm(
  dbm: Dbm,
  data: Dataset,
  { logZ, exact, chains, temperatures, seed, threads }: LikelihoodOptions,
): Promise<DbmEvaluation> {
  const reconstructionError = errorOf(data, await dbmReconstruct(dbm, data, { threads }));
  if (!logZ) return { reconstructionError, bound: undefined };
  const view = stageView(process.stderr, "log Z");
  try {
    const bound = await dbmBound(dbm, data, {
      ...(exact && { method: "exact" }),
      baseData: data,
      seed,
      threads,
      ...(chains !== undefined && { chains }),
      ...(temperatures !== undefined && { temperatures }),
      onProgress: view.show,
    });
    return { reconstructionError, bound };
  } finally {
    view.end();
  }
}

/** Mean squared difference of a level and its reconstruction. */
function errorOf({ levels }: Dataset, values: Float32Array): number {
  const full = levels instanceof Uint8Array ? 255 : 1;
  return values.reduce((sum, value, i) => sum + ((levels[i] as number) / full - value) ** 2, 0) / values.length;
}

/** The fields of a JSON result. */
export function dbmJson({ reconstructionError, bound }: DbmEvaluation) {
  if (!bound) return { reconstructionError };
  const { logPartition, mean, standardError, lower, upper, iterations, change } = bound;
  const { value, lower: low, upper: high, method, warnings } = logPartition;
  return {
    reconstructionError,
    logPartition: { value, lower: low, upper: high, method, warnings },
    variationalBound: { mean, standardError: Number.isNaN(standardError) ? null : standardError, lower, upper },
    meanField: { passes: iterations, change },
  };
}

/** [name, value, remark] of the same. */
export function dbmRows({ reconstructionError, bound }: DbmEvaluation): string[][] {
  return [
    ...(bound ? boundRows(bound) : []),
    ["  reconstruction error", reconstructionError.toFixed(4), "mean squared, per unit; a proxy, not the likelihood"],
  ];
}

function boundRows({ mean, standardError, lower, upper, logPartition, iterations, change }: DbmBound): string[][] {
  const { value, lower: low, upper: high, method } = logPartition;
  const isExact = method === "exact";
  const error = Number.isNaN(standardError) ? "" : ` ± ${standardError.toFixed(2)}`;
  const ends = isExact ? "" : `; from ${lower.toFixed(2)} to ${upper.toFixed(2)} by log Z`;
  const range = isExact ? "exact" : `estimated; from ${low.toFixed(2)} to ${high.toFixed(2)}. Too low a log Z flatters`;
  return [
    ["  log-likelihood ≥", `${mean.toFixed(2)}${error}`, `nats a case; variational bound${ends}`],
    ["  log Z", value.toFixed(isExact ? 4 : 2), `nats, ${range}`],
    [
      "  mean field",
      plural(iterations, "update"),
      `of each layer at most; means still changed by ${change.toExponential(1)}`,
    ],
  ];
}

/** What `inspect` says of it: the fields of --json, and rows of a table, with `show` for the spread of weights. */
export function dbmFacts<Spread>(
  { layers, weights, biases }: Dbm,
  spread: (values: ArrayLike<number>) => Spread,
  show: (of: Spread) => string,
) {
  const parameters = [...weights, ...biases].reduce((sum, { length }) => sum + length, 0);
  const spreads = weights.map((W, l): [string, Spread] => [`layer ${l + 1}`, spread(W)]);
  const shifts = biases.map((b, l): [string, Spread] => [`layer ${l}`, spread(b)]);
  return {
    facts: { layers, parameters, weights: Object.fromEntries(spreads), biases: Object.fromEntries(shifts) },
    rows: [
      ["  machine", `deep Boltzmann machine, ${layers.join("-")} binary units, ${plural(parameters, "parameter")}`],
      ...spreads.map(([name, value]) => [`  weights, ${name}`, show(value)]),
      ...shifts.map(([name, value]) => [`  biases, ${name}`, show(value)]),
    ],
  };
}
