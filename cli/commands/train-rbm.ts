/** harmonium train rbm: learn the parameters of a restricted Boltzmann machine from data. */

import { Command, Option } from "commander";
import { loadConfigured, type RbmRunConfig } from "../../src/node/index.js";
import {
  addBatchSize,
  addDataOptions,
  addFolderOptions,
  addHeldOutOption,
  addMachineOptions,
  addRunOptions,
  batchSizeFor,
  dataConfig,
  heldOutConfig,
  number,
  type TrainCommandOptions,
  usualBatch,
} from "../arguments.js";
import { loadLesson } from "../lessons/index.js";
import { addRbmNegativeOptions, type RbmNegativeOptions, rbmNegative } from "../lessons/rbm-negative.js";
import { addRbmRuleOptions, type RbmRuleOptions, rbmRule } from "../lessons/rbm-rule.js";
import { commandLine } from "../quote.js";
import { beginRun } from "../training.js";

interface RbmOptions extends TrainCommandOptions, RbmNegativeOptions, RbmRuleOptions {
  readonly hidden: number;
  readonly weightScale: number;
  readonly epochs: number;
  readonly batchSize?: number;
  readonly clamp: "sample" | "threshold" | "probability";
  readonly wake: "probability" | "sample";
}

const examples = `Examples:
  harmonium train rbm --data mnist:train --classes 2
  harmonium train rbm --data mnist:train --hidden 500 --epochs 20 --rate 0.1..0.01 --momentum 0.5@0,0.9@5
  harmonium train rbm --data mnist:train --hidden 500 --centre --rate 0.05..0 --average 0.5
  harmonium train rbm --data mnist:train --rule ptt --hidden 100 --batch-size 500 --chains 500 --rate 0.02
  harmonium train rbm --data answers.csv --scale minmax --hidden 20 --k 10 --json
`;

export function trainRbmCommand(version: string): Command {
  const rbm = addMachineOptions(addRunOptions(rbmOptions()));
  return rbm.action((options: RbmOptions, self: Command) => run(options, self, version));
}

function rbmOptions(): Command {
  const rbm = new Command("rbm")
    .description(
      "a restricted Boltzmann machine, E(v, h) = −vᵀWh − bᵀv − cᵀh, by contrastive divergence or another rule",
    )
    .addHelpText("before", examples);
  const choice = (flags: string, text: string, ...choices: [string, ...string[]]) =>
    rbm.addOption(new Option(flags, text).choices(choices).default(choices[0]));
  addHeldOutOption(addDataOptions(rbm, "the training cases v"))
    .option("--hidden <H>", "H: hidden units h", number({ whole: true }), 100)
    .option("--weight-scale <s>", "s: standard deviation of the initial weights W", number({ min: 0 }), 0.01)
    .option("--epochs <n>", "passes through the data", number({ whole: true }), 20);
  addBatchSize(rbm);
  const clamp = "v₀: grey levels sampled anew each epoch, thresholded, or used as probabilities";
  choice("--clamp <how>", clamp, "sample", "threshold", "probability");
  choice("--wake <what>", "⟨v h⟩₀ with P(h | v), or with samples", "probability", "sample");
  return addFolderOptions(addRbmRuleOptions(addRbmNegativeOptions(rbm)), "runs/rbm");
}

async function run(options: RbmOptions, command: Command, version: string): Promise<void> {
  const asked = rbmConfig(options, version, commandLine(command));
  const data = await loadConfigured(asked.data);
  const batchSize = batchSizeFor(options, data.cases);
  const config = { ...asked, learning: { ...asked.learning, batchSize } };
  await beginRun(config, await loadLesson(config, data), "runs/rbm", options);
}

/** The run that the options ask for; throws "option" for values outside their domain. */
function rbmConfig(options: RbmOptions, version: string, commandText: string): RbmRunConfig {
  const { hidden, weightScale, epochs, batchSize = usualBatch, seed, clamp, wake } = options;
  const { monitor } = options;
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
      negative: rbmNegative(options),
      ...rbmRule(options, heldOut !== undefined, options.rule === "ptt"),
    },
    ...(monitor > 0 && { monitor }),
  };
}
