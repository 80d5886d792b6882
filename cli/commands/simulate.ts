/** harmonium simulate: the dynamics of a network, and how close it comes to its exact law. */

import { Command, Option } from "commander";
import {
  type AnnealingSchedule,
  clampedNetwork,
  formatNpy,
  mostLawUnits,
  type Network,
  type NetworkDynamics,
  parseAnnealing,
  refuse,
} from "../../src/index.js";
import { loadNetwork, writeFileAtomic } from "../../src/node/index.js";
import { addMachineOptions, type MachineOptions, number } from "../arguments.js";
import type { Theme } from "../figures/index.js";
import { checkFolder, checkOut } from "../grid.js";
import { INTERRUPTED, interruptible } from "../interrupts.js";
import { plural, print, printJson, table, talk } from "../output.js";
import { fittedLine, livingLine } from "../progress.js";
import { clampedValues } from "../simulation/clamp.js";
import { drawSimulation } from "../simulation/figures.js";
import { compare } from "../simulation/law.js";
import { progressParts, report, statesOf, summary } from "../simulation/report.js";
import { type Observed, type Simulation, simulate } from "../simulation/run.js";

const examples = `Examples:
  harmonium simulate weights.csv --figures figures            N rows of N weights, or N + 1 with the bias last
  harmonium simulate weights.csv --dynamics parallel --steps 10000 --temperature 2
  harmonium simulate weights.csv --clamp 0=1,3=0 --out trajectory.npy
  harmonium simulate runs/encoder --anneal "2@20, 2@15, 2@12, 4@10" --chains 100 --steps 10
`;

const laws = `
Symmetric weights without a diagonal make a Boltzmann machine: all dynamics but parallel come to
P(s) = e^(−E(s)/T) / Z, parallel to Peretto's law. Other weights come to a law without a formula. It is
computed, and the samples are compared with it, for at most 16 free units (10 without symmetry).
`;

/** Values in the trajectory's file, a byte each. */
const mostValues = 2 ** 30;

/** Values of all chains in the kernels' memory. */
const mostStates = 2 ** 27;

interface SimulateOptions extends MachineOptions {
  readonly dynamics: NetworkDynamics;
  readonly temperature?: number;
  readonly anneal?: AnnealingSchedule;
  readonly clamp?: string;
  readonly chains: number;
  readonly steps: number;
  readonly burnIn?: number;
  readonly every: number;
  readonly symmetrize?: true;
  readonly out?: string;
  readonly figures?: string;
  readonly theme: Theme;
}

export function simulateCommand(): Command {
  const whole = (min: number, max: number = 2 ** 31) => number({ min, max, whole: true });
  const command = new Command("simulate")
    .description(
      "run a network of stochastic binary units, P(sⱼ = 1) = σ(xⱼ / T) with xⱼ = Σᵢ Mᵢⱼ sᵢ + bⱼ, and compare it with its exact law",
    )
    .argument("<machine>", "a CSV of weights M, a model file (safetensors), or a run's folder")
    .addHelpText("before", examples)
    .addHelpText("after", laws)
    .addOption(
      new Option(
        "--dynamics <which>",
        "what a time step draws anew: one unit at random (glauber), all units at once (parallel), one after the other (sequential), or block after block of units that nothing joins (blocks)",
      )
        .choices(["glauber", "parallel", "sequential", "blocks"])
        .default("glauber"),
    )
    .option("--temperature <T>", "T: temperature (default: 1, or the last of --anneal)", number())
    .option("--anneal <stages>", 'first anneal: sweeps at temperatures, e.g. "2@20, 2@15, 2@12, 4@10"', annealing)
    .option("--clamp <values>", "units to hold, e.g. 0=1,3=0; or a file with such pairs")
    .option("--chains <n>", "independent chains; each starts at a random state", whole(1, 1_000_000), 16)
    .option(
      "--burn-in <n>",
      "time steps before, which do not count (default: as many as --steps; 0 after --anneal)",
      whole(0),
    )
    .option("--steps <n>", "time steps that count", whole(1), 1000)
    .option("--every <n>", "keep the state of every n-th of them", whole(1), 1)
    .option("--symmetrize", "use (M + Mᵀ) / 2 without its diagonal")
    .option("--out <file>", "write the states, .npy uint8 [states, chains, units] ([states, units] for one chain)")
    .option(
      "--figures <folder>",
      "draw the spikes, the firing rates, the energy, and the sampled law beside the exact one",
    )
    .addOption(new Option("--theme <which>", "the page of the figures").choices(["light", "dark"]).default("light"));
  return addMachineOptions(command).action(run);
}

function annealing(text: string): AnnealingSchedule {
  return parseAnnealing(text, "--anneal");
}

async function run(path: string, options: SimulateOptions): Promise<void> {
  const { out, figures, json, theme } = options;
  if (out !== undefined) checkOut(out, [".npy"]);
  if (figures !== undefined) checkFolder(figures, "--figures");
  const network = await loadNetwork(path, { symmetrize: options.symmetrize === true });
  const simulation = await simulationOf(network, options);
  checkSize(simulation, out !== undefined);
  const { network: reduced } = clampedNetwork(network, simulation.clamped);
  const isSmall = reduced.units <= mostLawUnits(reduced);
  const view = livingLine(process.stderr, { plain: json === true && process.stdout.isTTY });
  const energies: number[] = [];
  const observed = await interruptible(
    (signal) =>
      simulate(simulation, { trajectory: out !== undefined, counts: isSmall }, signal, (progress) => {
        if (progress.energy !== undefined) energies.push(progress.energy);
        view.show({
          line: (width, colour) => fittedLine(progressParts(progress, energies), width, colour),
          plain: () => progressParts(progress, []).parts.join(", "),
          logged: progress.seconds > 1 && progress.moment.time < progress.length ? "perhaps" : "no",
        });
      }),
    "Stopping after this step; once more stops at once, and nothing is written.",
  );
  view.end();
  if (observed.stopped) {
    process.exitCode = INTERRUPTED;
    if (observed.kept === 0) return talk("Stopped before the first state that counts; nothing was written.");
    talk(`Stopped after ${plural(observed.time, "time step")}; what follows is of ${statesOf(observed)}.`);
  }
  const comparison = isSmall ? compare(simulation, observed) : undefined;
  if (out !== undefined) await writeTrajectory(out, simulation, observed);
  const drawn = figures === undefined ? [] : await drawSimulation(figures, simulation, observed, comparison, theme);
  if (json) return printJson(report(path, out, simulation, observed, comparison, drawn));
  print(summary(path, simulation, observed, comparison));
  const written = [...(out === undefined ? [] : [["  states", out]]), ...drawn.map((file) => ["  figure", file])];
  if (written.length > 0) print(`\n${table(written)}`);
  if (comparison && comparison.totalVariation > 2 * comparison.expected) {
    talk(
      "\nThe samples are further from the law than chance makes likely: try a longer --burn-in, more --steps, or --anneal.",
    );
  }
}

async function simulationOf(network: Network, options: SimulateOptions): Promise<Simulation> {
  const { dynamics, anneal = [], chains, steps, every, seed, threads } = options;
  if (every > steps) {
    throw refuse("option", { who: "--every", got: String(every), expected: `at most ${steps}, the number of --steps` });
  }
  return {
    network,
    dynamics,
    temperature: options.temperature ?? anneal.at(-1)?.temperature ?? 1,
    annealing: anneal,
    clamped: options.clamp === undefined ? new Map() : await clampedValues(options.clamp),
    chains,
    burnIn: options.burnIn ?? (anneal.length > 0 ? 0 : steps),
    steps,
    every,
    seed,
    threads,
  };
}

function checkSize({ network, chains, steps, every }: Simulation, isWritten: boolean): void {
  const { units } = network;
  if (chains * units > mostStates) {
    const got = `${chains}, which makes ${plural(chains * units, "state")} of single units`;
    const wayOut = `With ${units} units use at most ${Math.floor(mostStates / units)}.`;
    throw refuse("size", { who: "--chains", got, expected: `at most ${mostStates.toLocaleString("en")}`, wayOut });
  }
  const values = Math.floor(steps / every) * chains * units;
  if (!isWritten || values <= mostValues) return;
  const wayOut = "Keep fewer states with --every, or take fewer --chains or --steps.";
  const expected = `at most ${plural(mostValues, "value")}`;
  throw refuse("size", { who: "--out", got: `a trajectory of ${plural(values, "value")}`, expected, wayOut });
}

async function writeTrajectory(out: string, { chains, network }: Simulation, observed: Observed): Promise<void> {
  const { kept, trajectory } = observed;
  const shape = chains === 1 ? [kept, network.units] : [kept, chains, network.units];
  await writeFileAtomic(out, formatNpy(shape, trajectory as Uint8Array));
}
