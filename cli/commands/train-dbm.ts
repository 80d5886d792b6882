/** harmonium train dbm: a deep Boltzmann machine, all layers together, perhaps after a greedy start. */

import { Command, Option } from "commander";
import { contrastiveDivergence, parametersSha256, refuse, type Schedule, sgd } from "../../src/index.js";
import { type BegunWith, type DbmRunConfig, loadConfigured, loadModel } from "../../src/node/index.js";
import {
  addBatchSize,
  addDataOptions,
  addFolderOptions,
  addHeldOutOption,
  addMachineOptions,
  addRunOptions,
  batchSizeFor,
  dataConfig,
  deepLayers,
  heldOutConfig,
  number,
  scheduleOption,
  type TrainCommandOptions,
} from "../arguments.js";
import { loadLesson } from "../lessons/index.js";
import { numbers, type RbmNegativeOptions, rbmNegative } from "../lessons/rbm-negative.js";
import { addRbmRuleOptions, type RbmRuleOptions, rbmRule } from "../lessons/rbm-rule.js";
import { commandLine } from "../quote.js";
import { beginRun } from "../training.js";

interface DbmOptions extends TrainCommandOptions, Omit<RbmRuleOptions, "centre">, RbmNegativeOptions {
  readonly layers: number[];
  readonly from?: string;
  readonly weightScale: number;
  readonly epochs: number;
  readonly batchSize?: number;
  readonly clamp: "sample" | "threshold" | "probability";
  readonly meanFieldPasses: number;
  readonly meanFieldTolerance: number;
  readonly lowerRate: number;
  readonly centre?: boolean;
  readonly pretrain?: number;
  readonly pretrainRate?: Schedule;
}

const rules = ["pcd", "pt"] as const;

const examples = `Examples:
  harmonium train dbm --data mnist:train --layers 784-500-1000
  harmonium train dbm --data mnist:train --layers 784-500-1000 --epochs 100 --rate 0.03..0 --average 0.5 --monitor 10
  harmonium train dbm --data mnist:train --layers 784-500-1000 --from runs/rbm --epochs 50 --rate 0.05..0 --average 0.5
  harmonium train dbm --data mnist:train --layers 784-500-1000 --pretrain 20 --no-centre --rate 0.005..0
  harmonium train dbm --data bars-and-stripes:3 --layers 9-12-8 --epochs 1500 --batch-size 14 --monitor 100
`;

export function trainDbmCommand(version: string): Command {
  const dbm = addMachineOptions(addRunOptions(dbmOptions()));
  return dbm.action((options: DbmOptions, self: Command) => run(options, self, version));
}

function dbmOptions(): Command {
  const dbm = new Command("dbm")
    .description("a deep Boltzmann machine: mean field against chains over odd and even layers, all layers together")
    .addHelpText("before", examples);
  const choice = (flags: string, text: string, ...choices: [string, ...string[]]) =>
    dbm.addOption(new Option(flags, text).choices(choices).default(choices[0]));
  addHeldOutOption(addDataOptions(dbm, "the training cases v"))
    .addOption(
      new Option("--layers <sizes>", "units of each layer, the visible one first, e.g. 784-500-1000")
        .argParser(deepLayers("784-500-1000"))
        .makeOptionMandatory(),
    )
    .option(
      "--from <model>",
      "begin above this RBM or smaller deep machine, whose layers are the lower ones: a run, or a file",
    )
    .option("--weight-scale <s>", "s: standard deviation of the initial weights", number({ min: 0 }), 0.01)
    .option("--epochs <n>", "passes through the data, all layers together", number({ whole: true }), 20);
  addBatchSize(dbm);
  choice(
    "--clamp <how>",
    "v: grey levels sampled anew each epoch, thresholded, or used as probabilities",
    "sample",
    "threshold",
    "probability",
  );
  const count = number({ min: 1, whole: true });
  choice("--rule <which>", "pcd: chains that go on; pt: tempered chains, over the even layers", ...rules);
  dbm
    .option("--k <k>", "pcd: k, sweeps of the chains an update (default: 5)", count)
    .option("--chains <M>", "M: chains (default: 100, pt: 20 on every rung)", count)
    .option("--sweeps <n>", "pt: sweeps an update (default: 1)", count)
    .option("--ladder <βs>", "pt: inverse temperatures, falling from 1 (default: 1,0.8,0.6,0.4,0.2,0)", numbers)
    .addOption(
      new Option("--dream <what>", "pcd: statistics of odd layers: means, or samples (default: probability)").choices([
        "probability",
        "sample",
      ]),
    )
    .option("--mean-field-passes <n>", "at most n passes of mean field an update", number({ min: 0, whole: true }), 30)
    .option(
      "--mean-field-tolerance <t>",
      "passes end when means change by t or less (root mean square)",
      number({ min: 0 }),
      0.001,
    )
    .option(
      "--lower-rate <f>",
      "each bond learns at the rate of the one above it times f; lower bonds that have learnt before need less",
      number({ min: 0 }),
      1,
    )
    .option(
      "--pretrain <n>",
      "learn each bond by itself first, as an RBM by CD-1 with doubled inputs, for n epochs",
      number({ min: 1, whole: true }),
    )
    .addOption(scheduleOption("--pretrain-rate <η>", "learning rate of that (default: 0.05)"));
  return addFolderOptions(
    addRbmRuleOptions(dbm).option("--no-centre", "units as they are (default: centred)"),
    "runs/dbm",
  );
}

async function run(options: DbmOptions, command: Command, version: string): Promise<void> {
  if (options.pretrainRate !== undefined && options.pretrain === undefined) {
    const [who, expected] = ["--pretrain-rate", "--pretrain with this option"];
    throw refuse("option", {
      who,
      got: "it without --pretrain",
      expected,
      wayOut: `Choose that, or leave ${who} out.`,
    });
  }
  if (options.from !== undefined && options.pretrain !== undefined) {
    const wayOut = "Layers that have learnt need no greedy start.";
    throw refuse("option", { who: "--pretrain", got: "it with --from", expected: "one of the two", wayOut });
  }
  const data = dataConfig(options);
  const heldOut = heldOutConfig(options.heldOut, data);
  const cases = await loadConfigured(data);
  const batchSize = batchSizeFor(options, cases.cases);
  const config: DbmRunConfig = {
    kind: "dbm",
    version,
    command: commandLine(command),
    data,
    ...(heldOut && { heldOut }),
    model: { layers: options.layers, weightScale: options.weightScale, ...(await begunWith(options.from)) },
    learning: learningOf(options, batchSize, heldOut !== undefined),
    ...(options.monitor > 0 && { monitor: options.monitor }),
  };
  await beginRun(config, await loadLesson(config, cases), "runs/dbm", options);
}

async function begunWith(from: string | undefined): Promise<Partial<BegunWith>> {
  if (from === undefined) return {};
  return { from, fromSha256: await parametersSha256((await loadModel(from)).machine) };
}

type Learning = DbmRunConfig["learning"];

/** Throws "option" for values outside their domain. */
function learningOf(options: DbmOptions, batchSize: number, heldOut: boolean): Learning {
  const { layers, seed, clamp, epochs, pretrain } = options;
  const { meanFieldPasses: iterations, meanFieldTolerance: tolerance } = options;
  const { centre = true, ...rule } = options;
  const bonds = layers.length - 1;
  const pretraining =
    pretrain === undefined ? [] : layers.slice(1).map((_, l) => bondOf(options, l, pretrain, batchSize));
  return {
    epochs: epochs + bonds * (pretrain ?? 0),
    batchSize,
    seed,
    pretraining,
    joint: {
      epochs,
      batchSize,
      clamp,
      negative: negativeOf(options),
      meanField: { iterations, tolerance },
      lowerRate: options.lowerRate,
      ...rbmRule({ ...rule, ...(centre && { centre }) }, heldOut),
    },
  };
}

/** Throws "option" for options of the other rule. */
function negativeOf(options: DbmOptions): Learning["joint"]["negative"] {
  const { rule, k, chains, sweeps, ladder, dream } = options;
  const usual = rule === "pcd" ? { k: 5 } : {};
  const given = Object.entries({ k, chains, sweeps, ladder, dream }).filter(([, value]) => value !== undefined);
  // of these rules only
  return rbmNegative({ ...usual, ...Object.fromEntries(given), rule }, rules) as Learning["joint"]["negative"];
}

function bondOf(
  { clamp, pretrainRate: rate = 0.05, weightDecay, l1 }: DbmOptions,
  l: number,
  epochs: number,
  batchSize: number,
): Learning["pretraining"][number] {
  return {
    epochs,
    batchSize,
    // thresholds are for the data
    clamp: l > 0 && clamp === "threshold" ? "sample" : clamp,
    wake: "probability",
    negative: contrastiveDivergence().config,
    optimizer: sgd({ rate, weightDecay, l1 }),
  };
}
