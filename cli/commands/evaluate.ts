/** harmonium evaluate: how well a model fits data: its likelihood, and what can be said without log Z. */

import { Command, Option } from "commander";
import {
  asRbm,
  type Classifying,
  classificationFit,
  classify,
  type Dataset,
  freeEnergies,
  isClassifying,
  type LogPartition,
  pseudoLogLikelihoods,
  reconstructionError,
} from "../../src/index.js";
import { loadConfigured, loadModel } from "../../src/node/index.js";
import {
  addDataOptions,
  addMachineOptions,
  type DataOptions,
  dataConfig,
  type MachineOptions,
  number,
} from "../arguments.js";
import { classFacts, fitRows } from "../classification.js";
import {
  type LikelihoodOptions,
  likelihoodJson,
  likelihoodRows,
  logPartitionFor,
  temperatures,
} from "../likelihood.js";
import { drawLikelihood } from "../likelihood-figures.js";
import { plural, print, printJson, table } from "../output.js";

const examples = `Examples:
  harmonium evaluate runs/twos --data mnist:test --classes 2
  harmonium evaluate runs/twos --data mnist:test --limit 1000 --sites all --json
  harmonium evaluate runs/digits --data mnist:test --chains 1000 --temperatures 5000 --figures likelihood
`;

interface EvaluateOptions extends DataOptions, MachineOptions, LikelihoodOptions {
  readonly sites?: Sites;
  readonly figures?: string;
}

type Sites = "one" | "all";

/** Cases × visible × hidden units up to which all sites take a few seconds. */
const fewSeconds = 4e8;

export function evaluateCommand(): Command {
  const command = new Command("evaluate")
    .description(
      "log Z and the log-likelihood, free energies F(v), pseudo-likelihood, reconstruction error; of a classifier its error rate; nats",
    )
    .argument("<model>", "a run's folder, or a model file (safetensors)")
    .addHelpText("before", examples);
  const sites =
    "log P(vᵢ | rest) of the pseudo-likelihood: all units (exact), or one random unit a case, times their number " +
    "(fast, noisy) (default: all where it takes seconds)";
  addDataOptions(command, "the cases v; grey levels are sampled to bits")
    .addOption(new Option("--sites <which>", sites).choices(["one", "all"]))
    .option(
      "--exact",
      "sum log Z over the states of the smaller layer, however long it takes (default: where it takes seconds)",
    )
    .option("--chains <M>", "M: annealed chains each way (default: 250)", number({ min: 2, whole: true }))
    .option(
      "--temperatures <K>",
      "K: equal steps from the base to the machine; sm, the 14,500 of Salakhutdinov and Murray; or adaptive (default: adaptive)",
      temperatures,
    )
    .option("--no-log-z", "no log Z and no likelihood")
    .option(
      "--figures <folder>",
      "draw log Z along the temperatures, and the free energies of the cases, samples and noise",
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
  const { machine: loaded, file } = await loadModel(path);
  const data = await loadConfigured(dataConfig(options));
  const { threads, seed, json } = options;
  if (isClassifying(loaded)) return evaluateClasses(loaded, file, data, options);
  const machine = asRbm(loaded, path);
  const isCheap = data.cases * data.units * machine.hidden <= fewSeconds;
  const sites = options.sites ?? (isCheap ? "all" : "one");
  const error = await reconstructionError(machine, data, { threads, seed });
  const freeEnergy = summary(await freeEnergies(machine, data, { threads, seed }));
  const pseudoLogLikelihood = { ...summary(pseudoLogLikelihoods(machine, data, { sites, seed })), sites };
  const { name, cases } = data;
  const logZ = await logPartitionFor(machine, data, options);
  const figures =
    options.figures === undefined ? undefined : await drawLikelihood(options.figures, machine, data, logZ, options);
  if (json) {
    const likelihood = logZ === undefined ? {} : likelihoodJson(logZ, freeEnergy);
    printJson({
      model: file,
      data: name,
      cases,
      reconstructionError: error,
      freeEnergy,
      pseudoLogLikelihood,
      ...likelihood,
      ...(figures && { figures }),
    });
    return;
  }
  print(`${file} on ${name}, ${plural(cases, "case")}\n`);
  print(rows(error, freeEnergy, pseudoLogLikelihood, data.units, logZ));
  const over = logZ?.method === "ais" ? "cases; of log Z, over chains" : "cases";
  if (cases > 1) print(`\n± is one standard error over ${over}.`);
  for (const warning of logZ?.warnings ?? []) print(`\nlog Z: ${warning}`);
  if (figures) print(`\nFigures: ${figures.join(", ")}`);
}

/** Machines that tell classes and no likelihood. */
async function evaluateClasses(
  machine: Classifying,
  file: string,
  data: Dataset,
  { threads, json }: EvaluateOptions,
): Promise<void> {
  const told = await classify(machine, data, { threads });
  const fit = classificationFit(told, data);
  if (json) return printJson({ model: file, data: data.name, ...classFacts(told, fit) });
  print(`${file} on ${data.name}, ${plural(data.cases, "case")}\n\n${fitRows(fit, data.cases)}`);
}

function rows(
  error: number,
  energy: Summary,
  pseudo: Summary & { sites: Sites },
  units: number,
  logZ: LogPartition | undefined,
): string {
  const range = `from ${energy.min.toFixed(2)} to ${energy.max.toFixed(2)}`;
  const how = pseudo.sites === "one" ? "one random unit a case" : "all units, exact";
  return table([
    ...(logZ ? likelihoodRows(logZ, energy) : []),
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
