/** harmonium evaluate: how well a model fits data: its likelihood, and what can be said without log Z. */

import { Command, Option } from "commander";
import {
  asRbm,
  type Boltzmann,
  type Classifying,
  classificationFit,
  classify,
  type Dataset,
  type Dbm,
  type Dbn,
  freeEnergies,
  isClassifying,
  type LogPartition,
  type Machine,
  pseudoLogLikelihoods,
  reconstructionError,
  refuse,
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
import { evaluateBoltzmann } from "../boltzmann-evaluation.js";
import { classFacts, fitRows } from "../classification.js";
import { dbmJson, dbmRows, evaluateDbm } from "../dbm.js";
import { evaluateDbn, evaluationJson, evaluationRows } from "../dbn.js";
import { diagnose, diagnosticsJson, diagnosticsRows } from "../diagnostics.js";
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
  harmonium evaluate runs/digits --data mnist:test --no-log-z --diagnostics
`;

interface EvaluateOptions extends DataOptions, MachineOptions, LikelihoodOptions {
  readonly sites?: Sites;
  readonly figures?: string;
  readonly diagnostics?: true;
  readonly draws?: number;
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
    .option(
      "--draws <n>",
      "passes up for each case of a deep network's bound (default: 20)",
      number({ min: 1, whole: true }),
    )
    .option("--no-log-z", "no log Z and no likelihood")
    .option(
      "--diagnostics",
      "how chains mix (autocorrelation, R̂, swaps and round trips of tempering), dead and saturated units, largest weights",
    )
    .option(
      "--figures <folder>",
      "draw log Z along the temperatures, and the free energies of the cases, samples and noise",
    );
  return addMachineOptions(command).action(run);
}

/** Throws "option" for options of other machines. */
function demandOwners({ sites, figures, draws, diagnostics }: EvaluateOptions, kind: Machine["kind"]): void {
  const machines = {
    rbm: "an RBM",
    dbn: "a deep belief network",
    dbm: "a deep Boltzmann machine",
    boltzmann: "a general Boltzmann machine",
  } as const;
  const mine = kind === "dbn" || kind === "dbm" || kind === "boltzmann" ? kind : "rbm";
  const owned = [
    ["--sites", sites, "rbm"],
    ["--figures", figures, "rbm"],
    ["--diagnostics", diagnostics, "rbm"],
    ["--draws", draws, "dbn"],
  ] as const;
  const wrong = owned.find(([, value, owner]) => value !== undefined && owner !== mine);
  if (wrong) throw refuse("option", { who: wrong[0], got: machines[mine], expected: machines[wrong[2]] });
}

async function runDbn(dbn: Dbn, file: string, data: Dataset, options: EvaluateOptions): Promise<void> {
  const { name, cases } = data;
  const evaluation = await evaluateDbn(dbn, data, options, options.draws);
  if (options.json) return printJson({ model: file, data: name, cases, ...evaluationJson(evaluation) });
  const { bound } = evaluation;
  printTable(file, data, evaluationRows(evaluation), bound !== undefined, bound?.logPartition.warnings);
}

async function runDbm(dbm: Dbm, file: string, data: Dataset, options: EvaluateOptions): Promise<void> {
  const { name, cases } = data;
  const evaluation = await evaluateDbm(dbm, data, options);
  if (options.json) return printJson({ model: file, data: name, cases, ...dbmJson(evaluation) });
  const { bound } = evaluation;
  printTable(file, data, dbmRows(evaluation), bound !== undefined, bound?.logPartition.warnings);
}

async function runBoltzmann(machine: Boltzmann, file: string, data: Dataset, options: EvaluateOptions): Promise<void> {
  const { name, cases } = data;
  const { freeEnergies: energies, logZ } = await evaluateBoltzmann(machine, data, options);
  const freeEnergy = summary(energies);
  if (options.json) {
    return printJson({ model: file, data: name, cases, freeEnergy, ...(logZ && likelihoodJson(logZ, freeEnergy)) });
  }
  const rows = [...(logZ ? likelihoodRows(logZ, freeEnergy) : []), energyRow(freeEnergy)];
  printTable(file, data, rows, true, logZ?.warnings);
}

/** The rows of an evaluation, what ± means where there is any, and what to doubt about log Z. */
function printTable(
  file: string,
  { name, cases }: Dataset,
  rows: string[][],
  hasErrors: boolean,
  warnings: readonly string[] = [],
): void {
  print(`${file} on ${name}, ${plural(cases, "case")}\n`);
  print(table(rows));
  if (cases > 1 && hasErrors) print("\n± is one standard error over cases.");
  for (const warning of warnings) print(`\nlog Z: ${warning}`);
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
  const { machine: model, file } = await loadModel(path);
  demandOwners(options, model.kind);
  const data = await loadConfigured(dataConfig(options));
  if (model.kind === "dbm") return runDbm(model as Dbm, file, data, options);
  if (model.kind === "dbn") return runDbn(model as Dbn, file, data, options);
  if (model.kind === "boltzmann") return runBoltzmann(model as Boltzmann, file, data, options);
  if (isClassifying(model)) return evaluateClasses(model, file, data, options);
  const machine = asRbm(model, path);
  const { threads, seed, json } = options;
  const isCheap = data.cases * data.units * machine.hidden <= fewSeconds;
  const sites = options.sites ?? (isCheap ? "all" : "one");
  const error = await reconstructionError(machine, data, { threads, seed });
  const freeEnergy = summary(await freeEnergies(machine, data, { threads, seed }));
  const pseudoLogLikelihood = { ...summary(pseudoLogLikelihoods(machine, data, { sites, seed })), sites };
  const { name, cases } = data;
  const logZ = await logPartitionFor(machine, data, options);
  const diagnostics = options.diagnostics && (await diagnose(machine, data, options));
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
      ...(diagnostics && { diagnostics: diagnosticsJson(diagnostics) }),
      ...(figures && { figures }),
    });
    return;
  }
  print(`${file} on ${name}, ${plural(cases, "case")}\n`);
  print(rows(error, freeEnergy, pseudoLogLikelihood, data.units, logZ));
  const over = logZ?.method === "ais" ? "cases; of log Z, over chains" : "cases";
  if (cases > 1) print(`\n± is one standard error over ${over}.`);
  if (diagnostics) print(`\n${table(diagnosticsRows(diagnostics))}`);
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
  const how = pseudo.sites === "one" ? "one random unit a case" : "all units, exact";
  return table([
    ...(logZ ? likelihoodRows(logZ, energy) : []),
    ["  reconstruction error", error.toFixed(4), "mean squared, per unit; a proxy, not the likelihood"],
    energyRow(energy),
    [
      "  log pseudo-likelihood",
      withError(pseudo),
      `nats a case, summed over ${plural(units, "unit")} (${how}); a proxy, not the likelihood`,
    ],
  ]);
}

function energyRow(energy: Summary): string[] {
  const range = `from ${energy.min.toFixed(2)} to ${energy.max.toFixed(2)}`;
  const about = `nats a case; ${range}. Lower is likelier; differences mean, values do not`;
  return ["  free energy F(v)", withError(energy), about];
}

function withError({ mean, standardError }: Summary): string {
  return `${mean.toFixed(2)}${standardError === null ? "" : ` ± ${standardError.toFixed(2)}`}`;
}
