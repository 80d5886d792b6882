/** harmonium train rbm: learn the parameters of a restricted Boltzmann machine from data. */

import { existsSync } from "node:fs";
import { Command, Option } from "commander";
import { contrastiveDivergence, parseSchedule, type Schedule, sgd } from "../../src/index.js";
import { createRun, type DataConfig, freeRunFolder, loadConfigured, type RunConfig } from "../../src/node/index.js";
import {
  addDataOptions,
  addMachineOptions,
  addRunOptions,
  type DataOptions,
  dataConfig,
  type MachineOptions,
  number,
} from "../arguments.js";
import { quote } from "../quote.js";
import { loadMaterial, trainRun } from "../training.js";

interface RbmOptions extends DataOptions, MachineOptions {
  readonly heldOut?: string;
  readonly hidden: number;
  readonly weightScale: number;
  readonly epochs: number;
  readonly batchSize?: number;
  readonly rate: Schedule;
  readonly momentum: Schedule;
  readonly weightDecay: number;
  readonly k: number;
  readonly clamp: "sample" | "threshold" | "probability";
  readonly wake: "probability" | "sample";
  readonly dream: "probability" | "sample";
  readonly reconstruction: "sample" | "probability";
  readonly run?: string;
  readonly force?: true;
  readonly figures: boolean;
  readonly checkpointEvery: number;
}

/** Cases an update where the user names no number and the data have as many. */
const usualBatch = 100;

const examples = `Examples:
  harmonium train rbm --data mnist:train --classes 2
  harmonium train rbm --data mnist:train --hidden 500 --epochs 20 --rate 0.1..0.01 --momentum 0.5@0,0.9@5
  harmonium train rbm --data answers.csv --scale minmax --hidden 20 --k 10 --json
`;

export function trainCommand(version: string): Command {
  const command = new Command("train").description("train a machine on data").addHelpText("before", examples);
  const rbm = addMachineOptions(addRunOptions(rbmOptions()));
  return command.addCommand(rbm.action((options: RbmOptions, self: Command) => run(options, self, version)));
}

function rbmOptions(): Command {
  const rbm = new Command("rbm")
    .description("a restricted Boltzmann machine, E(v, h) = −vᵀWh − bᵀv − cᵀh, by contrastive divergence")
    .addHelpText("before", examples);
  const choice = (flags: string, text: string, ...choices: [string, ...string[]]) =>
    rbm.addOption(new Option(flags, text).choices(choices).default(choices[0]));
  const schedule = (flags: string, text: string, initial: number) => {
    const [name] = flags.split(" ") as [string];
    rbm.option(flags, text, (value: string): Schedule => parseSchedule(value, name), initial);
  };
  addDataOptions(rbm, "the training cases v")
    .option("--held-out <source>", "cases to watch but not to learn (mnist:test comes with mnist:train), or none")
    .option("--hidden <H>", "H: hidden units h", number({ whole: true }), 100)
    .option("--weight-scale <s>", "s: standard deviation of the initial weights W", number({ min: 0 }), 0.01)
    .option("--epochs <n>", "passes through the data", number({ whole: true }), 20)
    .option(
      "--batch-size <B>",
      `B: cases an update (default: ${usualBatch}, or all if fewer)`,
      number({ whole: true }),
    );
  schedule("--rate <η>", "η: learning rate; a number, a line 0.1..0.01, or steps 0.1@0,0.01@10 (value@epoch)", 0.05);
  schedule("--momentum <α>", "α: momentum in [0, 1); a number, a line, or steps", 0);
  rbm
    .option("--weight-decay <λ>", "λ: penalty ½ λ Σ W²", number(), 0.0002)
    .option("--k <k>", "k: Gibbs sweeps of CD-k", number({ whole: true }), 1);
  const clamp = "v₀: grey levels sampled anew each epoch, thresholded, or used as probabilities";
  choice("--clamp <how>", clamp, "sample", "threshold", "probability");
  choice("--wake <what>", "⟨v h⟩₀ with P(h | v), or with samples", "probability", "sample");
  choice("--dream <what>", "⟨v h⟩ₖ with P(h | v), or with samples", "probability", "sample");
  choice("--reconstruction <what>", "vₖ as a sample or as P(v | h)", "sample", "probability");
  return rbm
    .option("--run <folder>", "where to keep the run (default: the next free runs/rbm, runs/rbm-2, …)")
    .option("--force", "replace the run that is in that folder");
}

async function run(options: RbmOptions, command: Command, version: string): Promise<void> {
  const asked = rbmConfig(options, version, commandLine(command));
  const data = await loadConfigured(asked.data);
  const batchSize = options.batchSize ?? Math.min(usualBatch, data.cases);
  const config = { ...asked, learning: { ...asked.learning, batchSize } };
  const material = await loadMaterial({ config }, data);
  const folder = options.run ?? freeRunFolder("runs/rbm");
  const created = await createRun(folder, config, { force: options.force === true });
  await trainRun(created, material, options);
}

/** The run that the options ask for; throws "option" for values outside their domain. */
function rbmConfig(options: RbmOptions, version: string, commandText: string): RunConfig {
  const { hidden, weightScale, epochs, batchSize = usualBatch, seed, clamp, wake } = options;
  const { k, dream, reconstruction, rate, momentum, weightDecay } = options;
  const data = dataConfig(options);
  const heldOut = heldOutConfig(options.heldOut, data);
  return {
    kind: "rbm",
    version,
    command: commandText,
    data,
    ...(heldOut && { heldOut }),
    model: { hidden, weightScale },
    learning: {
      epochs,
      batchSize,
      seed,
      clamp,
      wake,
      negative: contrastiveDivergence({ k, dream, reconstruction }).config,
      optimizer: sgd({ rate, momentum, weightDecay }),
    },
  };
}

/** The same selection of the named source; MNIST's test part with its training part. */
function heldOutConfig(source: string | undefined, { limit: _, ...data }: DataConfig): DataConfig | undefined {
  if (source === "none") return undefined;
  if (source !== undefined) {
    const { labels, ...rest } = data;
    // a file of labels belongs to the training cases; a column or an array has its namesake in the other file
    return labels !== undefined && existsSync(labels) ? { ...rest, spec: source } : { ...data, spec: source };
  }
  return data.spec === "mnist:train" ? { ...data, spec: "mnist:test" } : undefined;
}

/** The command as it was given. */
function commandLine(command: Command): string {
  let root = command;
  while (root.parent) root = root.parent;
  const given = (root as Command & { rawArgs: string[] }).rawArgs.slice(2);
  return ["npx", "harmonium", ...given].map(quote).join(" ");
}
