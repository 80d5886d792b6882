/** harmonium train boltzmann: learn the parameters of a general Boltzmann machine from data. */

import { existsSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import {
  CONNECTIONS_TEXTS,
  type ConnectionsConfig,
  connectionsFrom,
  type Dataset,
  HarmoniumError,
  nearest,
  parseAnnealing,
  parseConnections,
  refuse,
  usualWeightScale,
} from "../../src/index.js";
import { type BoltzmannRunConfig, loadConfigured, loadEdges } from "../../src/node/index.js";
import {
  addDataOptions,
  addFolderOptions,
  addHeldOutOption,
  addMachineOptions,
  addRunOptions,
  dataConfig,
  heldOutConfig,
  number,
  scheduleOption,
  type TrainCommandOptions,
} from "../arguments.js";
import { chooseMonitor } from "../lessons/boltzmann-monitor.js";
import { chooseRule, type RuleOptions } from "../lessons/boltzmann-rule.js";
import { loadLesson } from "../lessons/index.js";
import { plural } from "../output.js";
import { commandLine } from "../quote.js";
import { beginRun } from "../training.js";

interface BoltzmannOptions extends TrainCommandOptions, RuleOptions {
  readonly hidden: number;
  readonly connect: string;
  readonly weightScale?: number;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly clamp: "sample" | "threshold";
  readonly monitor?: number;
}

/** Cases an update, and updates, where the user names no number. */
const usualBatch = 1000;
const usualUpdates = 2000;
const fewestEpochs = 10;

const examples = `Examples:
  harmonium train boltzmann --data bars-and-stripes:4
  harmonium train boltzmann --data patterns.csv --hidden 2 --connect groups:4,4 --epochs 2000
  harmonium train boltzmann --data spins.npy --connect lattice:8x8,periodic --negative tempered --ladder 1,0.8,0.6,0.4
  harmonium train boltzmann --data patterns.csv --hidden 2 --connect groups:4,4 --positive chains --negative scratch \\
    --temperature 10 --anneal "2@20, 2@15, 2@12, 4@10" --readings 10 --dynamics glauber --optimizer sign
`;

export function trainBoltzmannCommand(version: string): Command {
  const boltzmann = addMachineOptions(addRunOptions(boltzmannOptions()));
  return boltzmann.action((options: BoltzmannOptions, self: Command) => run(options, self, version));
}

function boltzmannOptions(): Command {
  const boltzmann = new Command("boltzmann")
    .description(
      "a Boltzmann machine with any connections, E(s) = −½ sᵀMs − bᵀs, by the difference of ⟨s sᵀ⟩ clamped and free",
    )
    .addHelpText("before", examples);
  const choice = (flags: string, text: string, ...choices: string[]) => new Option(flags, text).choices(choices);
  const count = number({ whole: true });
  addHeldOutOption(addDataOptions(boltzmann, "the training cases, on the visible units"))
    .option("--hidden <H>", "H: hidden units, which come after the visible ones", number({ min: 0, whole: true }), 0)
    .option("--connect <which>", `joined pairs: ${CONNECTIONS_TEXTS}, or a CSV file of pairs of units`, "full")
    .option(
      "--weight-scale <s>",
      `s: standard deviation of the initial weights to hidden units (default: 1/√N of all N units)`,
      number({ min: 0 }),
    )
    .addOption(
      choice(
        "--positive <phase>",
        "⟨s sᵀ⟩ clamped (default: data without hidden units, else exact where that is cheap, else chains)",
        ...phases,
      ),
    )
    .addOption(
      choice("--negative <rule>", "⟨s sᵀ⟩ free (default: exact where that is cheap, else persistent)", ...rules),
    )
    .option("--chains <n>", "chains of the negative phase (default: 100, tempered: 20 on every rung)", count)
    .option("--chains-per-case <n>", "with --positive chains: chains for each case (default: 1)", count)
    .option("--sweeps <n>", "persistent and tempered chains: sweeps an update (default: 1)", count)
    .option(
      "--anneal <stages>",
      'clamped chains and chains from scratch: sweeps at temperatures, "2@20, 2@15, 2@12, 4@10" (default: 10@T clamped, 50@T free)',
      annealing,
    )
    .option("--readings <n>", "the same chains: how often statistics are read, a sweep apart (default: 1)", count)
    .addOption(
      choice(
        "--dynamics <which>",
        "the same chains: units in turn, or at random (default: sequential)",
        "sequential",
        "glauber",
      ),
    )
    .option(
      "--ladder <βs>",
      "tempered chains: inverse temperatures in units of 1/T, falling from 1 (default: 1,0.8,0.6,0.4,0.2,0)",
      numbers,
    )
    .option("--k <k>", "with --negative cd: sweeps from the data (default: 1)", count)
    .option("--temperature <T>", "T: temperature of the statistics", number(), 1)
    .addOption(
      choice(
        "--optimizer <which>",
        "sgd: by the gradient; sign: steps of fixed size with its sign",
        "sgd",
        "sign",
      ).default("sgd"),
    )
    .addOption(
      scheduleOption(
        "--rate <η>",
        "η: learning rate, or size of steps (default: 0.1 T, falling to 0.01 T with chains; sign: 0.2 T); a number, a line 0.1..0.01, or steps 0.1@0,0.01@10 (value@epoch)",
      ),
    )
    .addOption(
      scheduleOption(
        "--momentum <α>",
        "α: momentum in [0, 1) of sgd; a number, a line, or steps (default: 0.9, 0 with chains)",
      ),
    )
    .option("--weight-decay <λ>", "λ: penalty ½ λ Σ M² of sgd (default: 0)", number())
    .option("--epochs <n>", `passes through the data (default: as many as make ${usualUpdates} updates)`, count)
    .option("--batch-size <B>", `B: cases an update (default: ${usualBatch}, or all if fewer)`, count)
    .addOption(
      choice("--clamp <how>", "grey levels sampled anew each time, or thresholded at ½", "sample", "threshold").default(
        "sample",
      ),
    )
    .option(
      "--monitor <n>",
      "log-likelihood every n epochs, exact or else estimated, 0 for never (default: 50 times, where that is cheap)",
      number({ min: 0, whole: true }),
    );
  return addFolderOptions(boltzmann, "runs/boltzmann");
}

const phases = ["data", "exact", "chains", "mean-field"];
const rules = ["exact", "scratch", "persistent", "tempered", "cd", "pseudo-likelihood"];

function annealing(text: string) {
  try {
    return parseAnnealing(text, "--anneal");
  } catch (error) {
    // a temperature that is none is this option's
    throw error instanceof HarmoniumError ? refuse(error.kind, { ...error.complaint, who: "--anneal" }) : error;
  }
}

function numbers(text: string): number[] {
  const values = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (values.every(Number.isFinite)) return values;
  throw new InvalidArgumentError("Expected numbers such as 1,0.8,0.6.");
}

async function run(options: BoltzmannOptions, command: Command, version: string): Promise<void> {
  const source = dataConfig(options);
  const heldOut = heldOutConfig(options.heldOut, source);
  const data = await loadConfigured(source);
  const asked = await boltzmannConfig(options, data);
  const config: BoltzmannRunConfig = {
    kind: "boltzmann",
    version,
    command: commandLine(command),
    data: source,
    ...(heldOut && { heldOut }),
    ...asked.config,
  };
  await beginRun(config, await loadLesson(config, data), "runs/boltzmann", options, asked.choices);
}

type Asked = Pick<BoltzmannRunConfig, "model" | "learning" | "monitor">;

/** The machine and the rule that the options ask for, and what was chosen where they do not; throws "option" for values outside their domain. */
async function boltzmannConfig(
  options: BoltzmannOptions,
  data: Dataset,
): Promise<{ config: Asked; choices: string[] }> {
  const { hidden, seed, clamp, temperature, batchSize = Math.min(usualBatch, data.cases) } = options;
  const config = await connectionsConfig(options.connect, data.units + hidden);
  const connections = connectionsFrom(config, data.units, hidden);
  const { choices, ...rule } = chooseRule(options, { connections, visible: data.units, batchSize });
  const updatesAnEpoch = Math.max(1, Math.ceil(data.cases / batchSize));
  const epochs = options.epochs ?? Math.max(fewestEpochs, Math.ceil(usualUpdates / updatesAnEpoch));
  const watched = chooseMonitor(options.monitor, epochs, { connections, visible: data.units, cases: data.cases });
  return {
    config: {
      model: { hidden, weightScale: weightScaleOf(options, data.units + hidden), connections: config },
      learning: { epochs, batchSize, seed, clamp, temperature, ...rule },
      monitor: watched.monitor,
    },
    choices: [
      ...choices,
      ...(options.epochs === undefined
        ? [`${plural(epochs, "epoch")}, ${plural(epochs * updatesAnEpoch, "update")}; --epochs chooses another number.`]
        : []),
      watched.choice,
    ],
  };
}

function weightScaleOf({ weightScale, hidden }: BoltzmannOptions, units: number): number {
  if (weightScale === undefined || hidden > 0) return weightScale ?? usualWeightScale(units);
  const wayOut = "Leave it out: weights between visible units begin at 0.";
  throw refuse("option", { who: "--weight-scale", got: "it without hidden units", expected: "hidden units", wayOut });
}

async function connectionsConfig(text: string, units: number): Promise<ConnectionsConfig> {
  const known = parseConnections(text, "--connect");
  if (known) return known;
  if (existsSync(text) || /[./\\]/.test(text)) return { kind: "edges", pairs: await loadEdges(text, units) };
  const meant = nearest(text.split(":")[0] as string, ["full", "bipartite", "groups", "lattice"]);
  const wayOut = meant === undefined ? {} : { wayOut: `Did you mean ${meant}?` };
  throw refuse("option", {
    who: "--connect",
    got: `"${text}"`,
    expected: `${CONNECTIONS_TEXTS}, or a file of pairs of units`,
    ...wayOut,
  });
}
