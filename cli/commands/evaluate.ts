/** harmonium evaluate: how well a model fits data, as far as it can be said without log Z. */

import { Command, Option } from "commander";
import {
  exactLogPartition,
  freeEnergies,
  pseudoLogLikelihoods,
  type Rbm,
  reconstructionError,
} from "../../src/index.js";
import { loadConfigured, loadRbm } from "../../src/node/index.js";
import { addDataOptions, addMachineOptions, type DataOptions, dataConfig, type MachineOptions } from "../arguments.js";
import { plural, print, printJson, table } from "../output.js";

const examples = `Examples:
  harmonium evaluate runs/twos --data mnist:test --classes 2
  harmonium evaluate runs/twos --data mnist:test --limit 1000 --sites all --json
`;

interface EvaluateOptions extends DataOptions, MachineOptions {
  readonly sites?: Sites;
}

type Sites = "one" | "all";

/** Terms of log Z × units of the larger layer up to which the sum takes a few seconds. */
const fewSecondsOfTerms = 2e9;

/** Cases × visible × hidden units up to which all sites take a few seconds. */
const fewSeconds = 4e8;

export function evaluateCommand(): Command {
  const command = new Command("evaluate")
    .description(
      "free energies F(v), pseudo-likelihood, reconstruction error; the exact log-likelihood of small machines; nats",
    )
    .argument("<model>", "a run's folder, or a model file (safetensors)")
    .addHelpText("before", examples);
  const sites =
    "log P(vᵢ | rest) of the pseudo-likelihood: all units (exact), or one random unit a case, times their number " +
    "(fast, noisy) (default: all where it takes seconds)";
  addDataOptions(command, "the cases v; grey levels are sampled to bits").addOption(
    new Option("--sites <which>", sites).choices(["one", "all"]),
  );
  return addMachineOptions(command).action(run);
}

interface Summary {
  readonly mean: number;
  /** Of the mean; none for a single case. */
  readonly standardError: number | null;
  readonly min: number;
  readonly max: number;
}

function summary(values: Float64Array): Summary {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const standardError = n > 1 ? Math.sqrt(squares / (n - 1) / n) : null;
  const min = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const max = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return { mean, standardError, min, max };
}

async function run(path: string, options: EvaluateOptions): Promise<void> {
  const { machine, file } = await loadRbm(path);
  const data = await loadConfigured(dataConfig(options));
  const { threads, seed, json } = options;
  const isCheap = data.cases * data.units * machine.hidden <= fewSeconds;
  const sites = options.sites ?? (isCheap ? "all" : "one");
  const error = await reconstructionError(machine, data, { threads, seed });
  const freeEnergy = summary(await freeEnergies(machine, data, { threads, seed }));
  const pseudoLogLikelihood = { ...summary(pseudoLogLikelihoods(machine, data, { sites, seed })), sites };
  const { name, cases } = data;
  const logZ = logPartitionOf(machine);
  if (json) {
    const likelihood = logZ === undefined ? {} : exactLikelihood(logZ, freeEnergy);
    printJson({
      model: file,
      data: name,
      cases,
      reconstructionError: error,
      freeEnergy,
      pseudoLogLikelihood,
      ...likelihood,
    });
    return;
  }
  print(`${file} on ${name}, ${plural(cases, "case")}\n`);
  print(rows(error, freeEnergy, pseudoLogLikelihood, data.units, logZ));
  if (cases > 1) print("\n± is one standard error over cases.");
}

/** log Z where it takes seconds to sum. */
function logPartitionOf(machine: Rbm): number | undefined {
  const terms = 2 ** Math.min(machine.visible, machine.hidden);
  return terms * Math.max(machine.visible, machine.hidden) <= fewSecondsOfTerms
    ? exactLogPartition(machine)
    : undefined;
}

/** log P(v) = −F(v) − log Z: no estimate, so the bounds are the value. */
function exactLikelihood(logZ: number, { mean, standardError }: Summary) {
  const value = -mean - logZ;
  return {
    logPartition: { value: logZ, lower: logZ, upper: logZ, method: "exact" },
    logLikelihood: { mean: value, standardError, lower: value, upper: value },
  };
}

function rows(
  error: number,
  energy: Summary,
  pseudo: Summary & { sites: Sites },
  units: number,
  logZ: number | undefined,
): string {
  const range = `from ${energy.min.toFixed(2)} to ${energy.max.toFixed(2)}`;
  const how = pseudo.sites === "one" ? "one random unit a case" : "all units, exact";
  const exact =
    logZ === undefined
      ? []
      : [
          ["  log Z", logZ.toFixed(4), "nats, exact"],
          ["  log-likelihood", withError({ ...energy, mean: -energy.mean - logZ }), "nats a case, exact"],
        ];
  return table([
    ...exact,
    ["  reconstruction error", error.toFixed(4), "mean squared, per unit; a proxy, not the likelihood"],
    [
      "  free energy F(v)",
      withError(energy),
      `nats a case; ${range}. Lower is likelier; differences mean, values do not`,
    ],
    [
      "  log pseudo-likelihood",
      withError(pseudo),
      `nats a case, summed over ${plural(units, "unit")} (${how}); a proxy, not the likelihood`,
    ],
  ]);
}

function withError({ mean, standardError }: Summary): string {
  return `${mean.toFixed(2)}${standardError === null ? "" : ` ± ${standardError.toFixed(2)}`}`;
}
