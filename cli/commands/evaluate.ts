/** harmonium evaluate: how well a model fits data, as far as it can be said without log Z. */

import { Command, Option } from "commander";
import { freeEnergies, pseudoLogLikelihoods, reconstructionError } from "../../src/index.js";
import { loadConfigured, loadModel } from "../../src/node/index.js";
import { addDataOptions, addMachineOptions, dataConfig, type DataOptions, type MachineOptions } from "../arguments.js";
import { print, printJson, table } from "../output.js";

const examples = `Examples:
  harmonium evaluate runs/twos --data mnist:test --classes 2
  harmonium evaluate runs/twos --data mnist:test --limit 1000 --sites all --json
`;

interface EvaluateOptions extends DataOptions, MachineOptions {
  readonly sites: "one" | "all";
}

export function evaluateCommand(): Command {
  const command = new Command("evaluate")
    .description("reconstruction error, free energies F(v), pseudo-likelihood; nats a case")
    .argument("<model>", "a run's folder, or a model file (safetensors)")
    .addHelpText("before", examples);
  addDataOptions(command, "the cases v; grey levels are sampled to bits").addOption(
    new Option("--sites <which>", "pseudo-likelihood log P(vᵢ | rest): one random unit a case (times their number), or all of them (exact, slow)").choices(["one", "all"]).default("one"),
  );
  return addMachineOptions(command).action(run);
}

/** Mean, standard error of the mean, smallest and largest. */
function summary(values: Float64Array) {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardError: n > 1 ? Math.sqrt(squares / (n - 1) / n) : 0, min: Math.min(...minMax(values)), max: Math.max(...minMax(values)) };
}

function minMax(values: Float64Array): [number, number] {
  return values.reduce(([low, high], value): [number, number] => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity] as [number, number]);
}

async function run(path: string, options: EvaluateOptions): Promise<void> {
  const { machine, file } = await loadModel(path);
  const data = await loadConfigured(dataConfig(options));
  const { threads, seed, sites } = options;
  const error = await reconstructionError(machine, data, { threads, seed });
  const energy = summary(await freeEnergies(machine, data, { threads, seed }));
  const pseudo = summary(pseudoLogLikelihoods(machine, data, { sites, seed }));
  if (options.json) {
    printJson({ model: file, data: data.name, cases: data.cases, reconstructionError: error, freeEnergy: energy, pseudoLogLikelihood: { ...pseudo, sites } });
    return;
  }
  const nats = (x: number) => x.toFixed(2);
  const how = sites === "one" ? "one random unit a case" : "all units, exact";
  print(`${file} on ${data.name}, ${data.cases.toLocaleString("en")} cases\n`);
  print(
    table([
      ["  reconstruction error", error.toFixed(4), "mean squared, per unit; a proxy, not the likelihood"],
      ["  free energy F(v)", `${nats(energy.mean)} ± ${nats(energy.standardError)}`, `nats a case; from ${nats(energy.min)} to ${nats(energy.max)}. Lower is likelier; differences mean, values do not`],
      ["  log pseudo-likelihood", `${nats(pseudo.mean)} ± ${nats(pseudo.standardError)}`, `nats a case, summed over ${data.units} units (${how}); a proxy, not the likelihood`],
    ]),
  );
  print("\n± is one standard error over cases.");
}
