/** harmonium equilibrium: the Boltzmann–Gibbs law of a small machine, exactly. */

import { Command } from "commander";
import { type Equilibrium, equilibrium } from "../../src/index.js";
import { loadBoltzmann } from "../../src/node/index.js";
import { number } from "../arguments.js";
import { dynamicsRows, dynamicsTable } from "../dynamics-table.js";
import { print, printJson, table } from "../output.js";

const examples = `Examples:
  harmonium equilibrium weights.csv                    N rows of N weights, or N + 1 with the bias last
  harmonium equilibrium weights.csv --temperature 2 --top 3
  harmonium equilibrium weights.csv --dynamics         how fast each dynamics gets there
  harmonium equilibrium small-rbm.safetensors --json
`;

interface EquilibriumOptions {
  readonly temperature: number;
  readonly top: number;
  readonly dynamics?: true;
  readonly symmetrize?: true;
  readonly json?: true;
}

export function equilibriumCommand(): Command {
  return new Command("equilibrium")
    .description("P(s) = e^(−E(s)/T) / Z of a Boltzmann machine of at most 28 units, by enumeration of its states")
    .argument("<machine>", "a CSV of symmetric weights M, a model file (safetensors), or a run's folder")
    .addHelpText("before", examples)
    .option("--temperature <T>", "T: temperature", number(), 1)
    .option("--top <n>", "how many of the likeliest states to show", number({ min: 1, max: 1000, whole: true }), 10)
    .option("--dynamics", "for at most 12 units: spectral gap, detailed balance and law of each dynamics")
    .option("--symmetrize", "use (M + Mᵀ) / 2 without its diagonal")
    .option("--json", "one JSON object on standard output")
    .action(run);
}

async function run(path: string, options: EquilibriumOptions): Promise<void> {
  const { temperature, top, json } = options;
  const machine = await loadBoltzmann(path, { symmetrize: options.symmetrize === true });
  const dynamics = options.dynamics && dynamicsRows(machine, temperature);
  const result = equilibrium(machine, { temperature, top });
  const { logPartition, energy, entropy, heatCapacity, mean } = result;
  if (json) {
    const states = result.states.map(({ state, ...rest }) => ({ state: [...state], ...rest }));
    const numbers = { logPartition, energy, entropy, heatCapacity, mean: [...mean] };
    printJson({ machine: path, units: machine.units, temperature, ...numbers, states, ...(dynamics && { dynamics }) });
    return;
  }
  print(
    `${path}: ${machine.units} units at T = ${temperature}, all ${(2 ** machine.units).toLocaleString("en")} states\n`,
  );
  print(
    table([
      ["  log Z", logPartition.toFixed(6), "nats"],
      ["  energy ⟨E⟩", energy.toFixed(6)],
      ["  entropy S", entropy.toFixed(6), "nats"],
      ["  heat capacity dU/dT", heatCapacity.toFixed(6)],
      ["  means ⟨s⟩", [...mean].map((m) => m.toFixed(3)).join(" ")],
    ]),
  );
  print(`\n${statesTable(result)}`);
  if (dynamics) print(`\n${dynamicsTable(dynamics)}`);
}

function statesTable({ states }: Equilibrium): string {
  const rows = states.map(({ state, energy, probability }) => [
    `  ${state.join("")}`,
    probability.toPrecision(4),
    energy.toFixed(4),
  ]);
  return table([["  likeliest states", "P(s)", "E(s)"], ...rows]);
}
