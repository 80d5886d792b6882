/** harmonium equilibrium: the Boltzmann–Gibbs law of a small machine, exactly. */

import { Command } from "commander";
import { type Equilibrium, equilibrium } from "../../src/index.js";
import { loadBoltzmann } from "../../src/node/index.js";
import { number } from "../arguments.js";
import { print, printJson, table } from "../output.js";

const examples = `Examples:
  harmonium equilibrium weights.csv                    N rows of N weights, or N + 1 with the bias last
  harmonium equilibrium weights.csv --temperature 2 --top 3
  harmonium equilibrium small-rbm.safetensors --json
`;

interface EquilibriumOptions {
  readonly temperature: number;
  readonly top: number;
  readonly symmetrize?: true;
  readonly json?: true;
}

export function equilibriumCommand(): Command {
  return new Command("equilibrium")
    .description("P(s) = e^(−E(s)/T) / Z of a Boltzmann machine of at most 28 units, by enumeration of its states")
    .argument("<machine>", "a CSV of symmetric weights M, or an RBM (a run's folder or a model file)")
    .addHelpText("before", examples)
    .option("--temperature <T>", "T: temperature", number(), 1)
    .option("--top <n>", "how many of the likeliest states to show", number({ min: 1, max: 1000, whole: true }), 10)
    .option("--symmetrize", "use (M + Mᵀ) / 2 without its diagonal")
    .option("--json", "one JSON object on standard output")
    .action(run);
}

async function run(path: string, { temperature, top, symmetrize, json }: EquilibriumOptions): Promise<void> {
  const machine = await loadBoltzmann(path, { symmetrize: symmetrize === true });
  const result = equilibrium(machine, { temperature, top });
  const { logPartition, energy, entropy, heatCapacity, mean } = result;
  if (json) {
    const states = result.states.map(({ state, ...rest }) => ({ state: [...state], ...rest }));
    const numbers = { logPartition, energy, entropy, heatCapacity, mean: [...mean] };
    printJson({ machine: path, units: machine.units, temperature, ...numbers, states });
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
}

function statesTable({ states }: Equilibrium): string {
  const rows = states.map(({ state, energy, probability }) => [
    `  ${state.join("")}`,
    probability.toPrecision(4),
    energy.toFixed(4),
  ]);
  return table([["  likeliest states", "P(s)", "E(s)"], ...rows]);
}
