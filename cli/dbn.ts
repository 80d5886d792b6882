/** What commands do with a deep belief network in place of an RBM. */

import {
  type Dataset,
  type Dbn,
  type DbnBound,
  type DbnInfo,
  dbnBound,
  dbnReconstruct,
  dbnSampler,
  dbnText,
  errorRate,
  type MeanBound,
  refuse,
  withResidentDbn,
} from "../src/index.js";
import type { LikelihoodOptions } from "./likelihood.js";
import { plural } from "./output.js";
import { stageView } from "./progress.js";

/** The classes that --label names, one after the other for `chains` chains: 7, 0,1,2 or all. Throws "option" where there are no label units. */
export function labelsOfChains(
  chosen: readonly number[] | "all" | undefined,
  { classes }: Dbn,
  chains: number,
): Uint32Array | undefined {
  if (chosen === undefined) return undefined;
  if (classes === 0) {
    const wayOut = "Train it with --label-units, or leave --label out.";
    throw refuse("option", { who: "--label", got: "a network without label units", expected: "one with some", wayOut });
  }
  const named = chosen === "all" ? Array.from({ length: classes }, (_, y) => y) : chosen;
  const bad = named.find((label) => label >= classes);
  if (bad !== undefined) {
    throw refuse("option", { who: "--label", got: String(bad), expected: `classes from 0 to ${classes - 1}` });
  }
  return Uint32Array.from({ length: chains }, (_, c) => named[c % named.length] as number);
}

export interface DbnChains {
  readonly threads: number;
  readonly seed: number;
  readonly chains: number;
  readonly sweeps: number;
  readonly as: "probability" | "sample";
  readonly labels: Uint32Array | undefined;
  readonly start: Dataset | undefined;
}

/** P(v | h) or bits after the last sweep of the top pair [chains, visible]; nothing where the signal stopped it. */
export function sampleDbn(dbn: Dbn, options: DbnChains, signal: AbortSignal): Promise<Float32Array | undefined> {
  const { threads, seed, chains, sweeps, as, labels, start } = options;
  return withResidentDbn(dbn, { threads }, async (resident) => {
    const sampler = dbnSampler(resident, { ...(labels && { labels }), ...(start && { start }) });
    const state = sampler.init(seed, chains);
    let breath = performance.now();
    let info: DbnInfo = sampler.look(state);
    while (state.sweep < sweeps) {
      info = sampler.step(state);
      if (performance.now() - breath < 100) continue;
      await new Promise(setImmediate);
      breath = performance.now();
      if (signal.aborted) return undefined;
    }
    return Float32Array.from(info.visible(as === "sample" ? "sample" : "mean").read(chains));
  });
}

export interface DbnEvaluation {
  readonly reconstructionError: number;
  /** The share of cases whose label is not the likeliest, where network and data have labels. */
  readonly errorRate: number | undefined;
  readonly bound: DbnBound | undefined;
}

/** A bound on the likelihood, the error rate of its label units, and what comes back from the top. */
export async function evaluateDbn(
  dbn: Dbn,
  data: Dataset,
  { logZ, exact, chains, temperatures, seed, threads }: LikelihoodOptions,
  draws: number | undefined,
): Promise<DbnEvaluation> {
  const reconstructionError = errorOf(data, await dbnReconstruct(dbn, data, { threads }));
  const wrong = dbn.classes > 0 && data.labels ? await errorRate(dbn, data, { threads }) : undefined;
  if (!logZ) return { reconstructionError, errorRate: wrong, bound: undefined };
  const view = stageView(process.stderr, "log Z of the top pair");
  try {
    const bound = await dbnBound(dbn, data, {
      ...(exact && { method: "exact" }),
      seed,
      threads,
      ...(draws !== undefined && { draws }),
      ...(chains !== undefined && { chains }),
      ...(temperatures !== undefined && { temperatures }),
      onProgress: view.show,
    });
    return { reconstructionError, errorRate: wrong, bound };
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
export function evaluationJson({ reconstructionError, errorRate, bound }: DbnEvaluation) {
  if (!bound) return { reconstructionError, ...(errorRate !== undefined && { errorRate }) };
  const { value, lower, upper, method, warnings } = bound.logPartition;
  return {
    reconstructionError,
    ...(errorRate !== undefined && { errorRate }),
    logPartition: { value, lower, upper, method, warnings },
    variationalBound: bound.variational,
    weightedBound: bound.weighted,
  };
}

/** [name, value, remark] of the same. */
export function evaluationRows({ reconstructionError, errorRate, bound }: DbnEvaluation): string[][] {
  return [
    ...(bound ? boundRows(bound) : []),
    ...(errorRate === undefined
      ? []
      : [["  error rate", `${(100 * errorRate).toFixed(2)} %`, "of the label units: free energies after a pass up"]]),
    ["  reconstruction error", reconstructionError.toFixed(4), "mean squared, per unit, to the top and back; a proxy"],
  ];
}

function boundRows({ variational, weighted, logPartition }: DbnBound): string[][] {
  const { value, lower, upper, method } = logPartition;
  const isExact = method === "exact";
  const show = ({ mean, standardError }: MeanBound) =>
    `${mean.toFixed(2)}${Number.isNaN(standardError) ? "" : ` ± ${standardError.toFixed(2)}`}`;
  const remark = ({ lower: low, upper: high }: MeanBound, text: string) =>
    `nats a case; ${text}${isExact ? "" : `; from ${low.toFixed(2)} to ${high.toFixed(2)} by log Z`}`;
  const range = isExact
    ? "exact"
    : `estimated; from ${lower.toFixed(2)} to ${upper.toFixed(2)}. Too low a log Z flatters`;
  return [
    ["  log-likelihood ≥", show(variational), remark(variational, "variational bound")],
    ["  log-likelihood ≥", show(weighted), remark(weighted, "by the mean ratio, a tighter bound in expectation")],
    ["  log Z of the top pair", value.toFixed(isExact ? 4 : 2), `nats, ${range}`],
  ];
}

/** What `inspect` says of it: the fields of --json, and rows of a table, with `show` for the spread of weights. */
export function dbnFacts<Spread>(
  dbn: Dbn,
  spread: (values: ArrayLike<number>) => Spread,
  show: (of: Spread) => string,
) {
  const { layers, classes, directed, top } = dbn;
  const tied = directed.every(({ generativeWeights: G, recognitionWeights: R }) => G.every((g, at) => g === R[at]));
  const below = directed.reduce((sum, { lower, upper }) => sum + (tied ? 1 : 2) * lower * upper + lower + upper, 0);
  const parameters = below + top.weights.length + top.visible + top.hidden;
  const weights = [
    ...directed.flatMap(({ generativeWeights, recognitionWeights }, l): [string, Spread][] => [
      [`layer ${l + 1}${tied ? "" : ", generative"}`, spread(generativeWeights)],
      ...(tied ? [] : [[`layer ${l + 1}, recognition`, spread(recognitionWeights)] as [string, Spread]]),
    ]),
    [`layer ${directed.length + 1}, top pair`, spread(top.weights)] as [string, Spread],
  ];
  return {
    facts: { layers, classes, parameters, tiedWeights: tied, weights: Object.fromEntries(weights) },
    rows: [
      ["  machine", `deep belief network, ${dbnText(dbn)} binary units, ${plural(parameters, "parameter")}`],
      ...(classes > 0 ? [["  label units", `${classes}, beside the last layer but one`]] : []),
      ["  recognition", tied ? "by the generative weights turned round" : "by weights of its own"],
      ...weights.map(([name, value]) => [`  weights, ${name}`, show(value)]),
    ],
  };
}
