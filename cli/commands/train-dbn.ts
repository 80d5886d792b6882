/** harmonium train dbn: a deep belief network, layer by layer, then all together. */

import { Command, Option } from "commander";
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
import { allowLists, forLayers, type LayerList } from "../layer-lists.js";
import { loadLesson } from "../lessons/index.js";
import { addRbmNegativeOptions, type RbmNegativeOptions, rbmNegative, saysOf } from "../lessons/rbm-negative.js";
import { addRbmRuleOptions, type RbmRuleOptions, rbmRule } from "../lessons/rbm-rule.js";
import { commandLine } from "../quote.js";
import { beginRun } from "../training.js";

/** What each layer may have of its own, as it is asked for one of them. */
interface LayerChoices extends RbmNegativeOptions, RbmRuleOptions {
  readonly epochs: number;
  readonly batchSize?: number;
}

/** Options that take one value, or one for each layer. */
const lists = {
  epochs: "--epochs",
  batchSize: "--batch-size",
  rule: "--rule",
  k: "--k",
  chains: "--chains",
  rate: "--rate",
  momentum: "--momentum",
  weightDecay: "--weight-decay",
} as const satisfies Partial<Record<keyof LayerChoices, string>>;

type Listed = keyof typeof lists;

type DbnOptions = TrainCommandOptions &
  Omit<LayerChoices, Listed> & { readonly [Name in Listed]?: LayerList<NonNullable<LayerChoices[Name]>> } & {
    readonly layers: number[];
    readonly labelUnits?: true;
    readonly weightScale: number;
    readonly clamp: "sample" | "threshold" | "probability";
    readonly wake: "probability" | "sample";
    readonly passes: "sample" | "mean";
    readonly transposed?: true;
    readonly upDown?: number;
    readonly upDownRate?: Schedule;
    readonly upDownMomentum?: Schedule;
    readonly upDownSweeps?: Schedule;
    readonly upDownDreams?: "contrastive" | "persistent";
    readonly upDownAverage?: number;
  };

const examples = `Examples:
  harmonium train dbn --data mnist:train --layers 784-500-500-2000
  harmonium train dbn --data mnist:train --layers 784-500-500-2000 --label-units --epochs 10,10,20 --up-down 20
  harmonium train dbn --data mnist:train --layers 784-500-2000 --rule cd,pcd --k 1,5 --rate 0.1..0.01,0.05..0 --monitor 5
  harmonium train dbn --data mnist:train --layers 784-500-784 --transposed --rule pcd --rate 0.05..0

--epochs, --batch-size, --rule, --k, --chains, --rate, --momentum and --weight-decay take one value, or one for each layer.
`;

const monitored =
  "a lower bound on the log-likelihood every n epochs of a layer and after its last, of the layers learnt so far; log Z exact where that takes seconds, else estimated from both sides; 0 for never";

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
    .option(
      "--epochs <n>",
      "passes through the data for each layer; one number, or one for each layer: 10,10,20",
      number({ min: 1, whole: true }),
      10,
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
    .addOption(scheduleOption("--up-down-momentum <α>", "its momentum in [0, 1) (default: 0)"))
    .option(
      "--up-down-average <part>",
      "the model is the mean of the parameters after this part of its epochs",
      number(),
    )
    .addOption(
      scheduleOption(
        "--up-down-sweeps <k>",
        "Gibbs sweeps of the top pair in up-down, e.g. 3@0,6@100,10@200 (default: 3, 6 and 10 for a third each)",
      ),
    )
    .addOption(
      new Option(
        "--up-down-dreams <which>",
        "its sweeps start at each pass up, or where those before have ended (default: contrastive)",
      ).choices(["contrastive", "persistent"]),
    );
  addRbmRuleOptions(addRbmNegativeOptions(dbn));
  for (const option of dbn.options) if (option.long === "--monitor") option.description = monitored;
  allowLists(dbn, Object.keys(lists));
  return addFolderOptions(dbn, "runs/dbn");
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
    ...(options.monitor > 0 && { monitor: options.monitor }),
  };
  await beginRun(config, await loadLesson(config, cases), "runs/dbn", options);
}

type Learning = DbnRunConfig["learning"];

/** Throws "option" for values outside their domain. */
function learningOf(options: DbnOptions, data: Dataset, heldOut: boolean): Learning {
  const { layers, seed, clamp, wake, passes, transposed, upDown: upDownEpochs } = options;
  const each = choicesOfLayers(options, layers.length - 1).map((choices) => ({
    ...choices,
    batchSize: batchSizeFor(choices, data.cases),
  }));
  const last = each.at(-1) as (typeof each)[number];
  const upDown = upDownEpochs === undefined ? undefined : upDownOf(options, upDownEpochs, last);
  return {
    epochs: each.reduce((sum, { epochs }) => sum + epochs, upDownEpochs ?? 0),
    batchSize: last.batchSize,
    seed,
    passes,
    layers: each.map((choices, l) => ({
      epochs: choices.epochs,
      batchSize: choices.batchSize,
      // thresholds are for the data
      clamp: l > 0 && clamp === "threshold" ? "sample" : clamp,
      wake,
      negative: rbmNegative(choices),
      start: l === 0 ? "given" : transposed ? "transposed" : "means",
      ...rbmRule(choices, heldOut, choices.rule === "ptt"),
    })),
    ...(upDown && { upDown }),
  };
}

/** What is asked for each layer: an option that says nothing of its rule is left out where it says something of another's. */
function choicesOfLayers(options: DbnOptions, bonds: number): LayerChoices[] {
  const names = (Object.keys(lists) as Listed[]).filter((name) => options[name] !== undefined);
  const values = new Map(
    names.map((name) => [name, forLayers<unknown>(lists[name], options[name] as LayerList<unknown>, bonds)]),
  );
  const rules = values.get("rule") as LayerChoices["rule"][];
  return rules.map((rule, l) => {
    const own = names.filter((name) => saysOf(rule, name) || !rules.some((other) => saysOf(other, name)));
    const rest = Object.fromEntries(Object.entries(options).filter(([name]) => !values.has(name as Listed)));
    return {
      ...rest,
      ...Object.fromEntries(own.map((name) => [name, values.get(name)?.[l]])),
    } as unknown as LayerChoices;
  });
}

function upDownOf(
  options: DbnOptions,
  count: number,
  { batchSize, weightDecay }: LayerChoices & { readonly batchSize: number },
): NonNullable<Learning["upDown"]> {
  const { upDownRate: rate = 0.01, upDownMomentum: momentum = 0, upDownAverage: average, clamp } = options;
  const third = Math.floor(count / 3);
  const steps = [
    [0, 3],
    [third, 6],
    [2 * third, 10],
  ] as const;
  const sweeps = options.upDownSweeps ?? (third >= 1 ? { kind: "steps" as const, steps } : 3);
  return {
    epochs: count,
    batchSize,
    clamp,
    sweeps,
    optimizer: sgd({ rate, momentum, weightDecay }),
    ...(options.upDownDreams && { dreams: options.upDownDreams }),
    ...(average !== undefined && { average: { from: average } }),
  };
}

/** Throws "option" for options that say nothing without another. */
function demandOwners({
  upDown,
  upDownRate,
  upDownMomentum,
  upDownSweeps,
  upDownDreams,
  upDownAverage,
}: DbnOptions): void {
  const owned = {
    "--up-down-rate": upDownRate,
    "--up-down-momentum": upDownMomentum,
    "--up-down-sweeps": upDownSweeps,
    "--up-down-dreams": upDownDreams,
    "--up-down-average": upDownAverage,
  };
  for (const [who, value] of Object.entries(owned)) {
    if (value === undefined || upDown !== undefined) continue;
    const expected = "--up-down with this option";
    throw refuse("option", { who, got: "it without --up-down", expected, wayOut: `Choose that, or leave ${who} out.` });
  }
}
