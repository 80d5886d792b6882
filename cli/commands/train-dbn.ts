/** harmonium train dbn: a deep belief network, layer by layer, then all together. */

import { Command, InvalidArgumentError, Option } from "commander";
import { classCount, type Dataset, refuse, type Schedule, sgd } from "../../src/index.js";
import { type DbnRunConfig, loadConfigured } from "../../src/node/index.js";
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
import { addRbmNegativeOptions, type RbmNegativeOptions, rbmNegative } from "../lessons/rbm-negative.js";
import { addRbmRuleOptions, type RbmRuleOptions, rbmRule } from "../lessons/rbm-rule.js";
import { commandLine } from "../quote.js";
import { beginRun } from "../training.js";

interface DbnOptions extends TrainCommandOptions, RbmNegativeOptions, RbmRuleOptions {
  readonly layers: number[];
  readonly labelUnits?: true;
  readonly weightScale: number;
  readonly epochs: number[];
  readonly batchSize?: number;
  readonly clamp: "sample" | "threshold" | "probability";
  readonly wake: "probability" | "sample";
  readonly passes: "sample" | "mean";
  readonly transposed?: true;
  readonly upDown?: number;
  readonly upDownRate?: Schedule;
  readonly upDownSweeps?: Schedule;
}

const examples = `Examples:
  harmonium train dbn --data mnist:train --layers 784-500-500-2000
  harmonium train dbn --data mnist:train --layers 784-500-500-2000 --label-units --epochs 10,10,20 --up-down 20
  harmonium train dbn --data mnist:train --layers 784-500-784 --transposed --rule pcd --rate 0.05..0
`;

export function trainDbnCommand(version: string): Command {
  const dbn = addMachineOptions(addRunOptions(dbnOptions()));
  return dbn.action((options: DbnOptions, self: Command) => run(options, self, version));
}

function dbnOptions(): Command {
  const dbn = new Command("dbn")
    .description(
      "a deep belief network: each layer as an RBM on the one below, then, if asked for, all together by up-down",
    )
    .addHelpText("before", examples);
  const choice = (flags: string, text: string, ...choices: [string, ...string[]]) =>
    dbn.addOption(new Option(flags, text).choices(choices).default(choices[0]));
  addHeldOutOption(addDataOptions(dbn, "the training cases v"))
    .addOption(
      new Option("--layers <sizes>", "units of each layer, the visible one first, e.g. 784-500-500-2000")
        .argParser(deepLayers("784-500-500-2000"))
        .makeOptionMandatory(),
    )
    .option("--label-units", "label units beside the last layer but one: classes to generate by, and to recognize")
    .option("--weight-scale <s>", "s: standard deviation of the initial weights", number({ min: 0 }), 0.01)
    .addOption(
      new Option("--epochs <n>", "passes through the data for each layer; one number, or one for each layer: 10,10,20")
        .argParser(epochs)
        .default([10], "10"),
    );
  addBatchSize(dbn);
  const clamp = "v₀: grey levels sampled anew each epoch, thresholded, or used as probabilities";
  choice("--clamp <how>", clamp, "sample", "threshold", "probability");
  choice("--wake <what>", "⟨v h⟩₀ with P(h | v), or with samples", "probability", "sample");
  choice("--passes <what>", "upper layers learn from samples of those below, or from their means", "sample", "mean");
  dbn
    .option(
      "--transposed",
      "start each upper layer as the one below upside down (sizes have to alternate, as 784-500-784)",
    )
    .option(
      "--up-down <n>",
      "epochs of up-down (contrastive wake-sleep) after the layers",
      number({ min: 1, whole: true }),
    )
    .addOption(scheduleOption("--up-down-rate <η>", "learning rate of up-down (default: 0.01)"))
    .addOption(
      scheduleOption(
        "--up-down-sweeps <k>",
        "Gibbs sweeps of the top pair in up-down, e.g. 3@0,6@100,10@200 (default: 3, 6 and 10 for a third each)",
      ),
    );
  return addFolderOptions(addRbmRuleOptions(addRbmNegativeOptions(dbn)), "runs/dbn");
}

function epochs(text: string): number[] {
  const parts = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (parts.every((count) => Number.isSafeInteger(count) && count >= 1)) return parts;
  throw new InvalidArgumentError("Expected whole numbers such as 10 or 10,10,20.");
}

async function run(options: DbnOptions, command: Command, version: string): Promise<void> {
  demandOwners(options);
  const data = dataConfig(options);
  const heldOut = heldOutConfig(options.heldOut, data);
  const cases = await loadConfigured(data);
  const config: DbnRunConfig = {
    kind: "dbn",
    version,
    command: commandLine(command),
    data,
    ...(heldOut && { heldOut }),
    model: {
      layers: options.layers,
      classes: options.labelUnits ? classCount("--label-units", cases) : 0,
      weightScale: options.weightScale,
    },
    learning: learningOf(options, cases, heldOut !== undefined),
  };
  await beginRun(config, await loadLesson(config, cases), "runs/dbn", options);
}

type Learning = DbnRunConfig["learning"];

/** Throws "option" for values outside their domain. */
function learningOf(options: DbnOptions, { cases }: Dataset, heldOut: boolean): Learning {
  const { layers, seed, clamp, wake, passes, transposed, upDown: upDownEpochs } = options;
  const bonds = layers.length - 1;
  const batchSize = batchSizeFor(options, cases);
  const each = epochsOf(options.epochs, bonds);
  const rule = rbmRule(options, heldOut, options.rule === "ptt");
  const negative = rbmNegative(options);
  const upDown = upDownEpochs === undefined ? undefined : upDownOf(options, upDownEpochs, batchSize);
  return {
    epochs: each.reduce((sum, count) => sum + count, upDownEpochs ?? 0),
    batchSize,
    seed,
    passes,
    layers: each.map((count, l) => ({
      epochs: count,
      batchSize,
      // thresholds are for the data
      clamp: l > 0 && clamp === "threshold" ? "sample" : clamp,
      wake,
      negative,
      start: l === 0 ? "given" : transposed ? "transposed" : "means",
      ...rule,
    })),
    ...(upDown && { upDown }),
  };
}

function epochsOf(given: readonly number[], bonds: number): number[] {
  if (given.length === 1) return Array.from({ length: bonds }, () => given[0] as number);
  if (given.length === bonds) return [...given];
  const expected = `one number, or ${bonds}: one for each layer above the visible one`;
  throw refuse("option", { who: "--epochs", got: given.join(","), expected });
}

function upDownOf(options: DbnOptions, count: number, batchSize: number): NonNullable<Learning["upDown"]> {
  const { upDownRate: rate = 0.01, clamp, weightDecay } = options;
  const third = Math.floor(count / 3);
  const steps = [
    [0, 3],
    [third, 6],
    [2 * third, 10],
  ] as const;
  const sweeps = options.upDownSweeps ?? (third >= 1 ? { kind: "steps" as const, steps } : 3);
  return { epochs: count, batchSize, clamp, sweeps, optimizer: sgd({ rate, weightDecay }) };
}

/** Throws "option" for options that say nothing without another, or nothing here. */
function demandOwners({ upDown, upDownRate, upDownSweeps, monitor }: DbnOptions): void {
  const owned = { "--up-down-rate": upDownRate, "--up-down-sweeps": upDownSweeps };
  for (const [who, value] of Object.entries(owned)) {
    if (value === undefined || upDown !== undefined) continue;
    const expected = "--up-down with this option";
    throw refuse("option", { who, got: "it without --up-down", expected, wayOut: `Choose that, or leave ${who} out.` });
  }
  if (monitor === 0) return;
  const wayOut = "harmonium evaluate tells a bound afterwards.";
  throw refuse("option", { who: "--monitor", got: String(monitor), expected: "0 for a deep belief network", wayOut });
}
