/** harmonium train classification-rbm: an RBM of cases and their labels, by what it says of labels, of both, or of cases without. */

import { type Command as Cli, Command, Option } from "commander";
import { initializeClassificationRbm } from "../../src/index.js";
import { type ClassificationRbmRunConfig, loadConfigured } from "../../src/node/index.js";
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
} from "../arguments.js";
import {
  addClassificationRbmRuleOptions,
  type ClassificationRbmRuleOptions,
  classificationRbmRule,
} from "../lessons/classification-rbm-rule.js";
import { loadLesson } from "../lessons/index.js";
import { commandLine } from "../quote.js";
import { beginRun } from "../training.js";

interface ClassificationRbmOptions extends TrainCommandOptions, ClassificationRbmRuleOptions {
  readonly hidden: number;
  readonly weightScale: number;
  readonly labelled?: number;
  readonly epochs: number;
  readonly batchSize?: number;
  readonly clamp: "sample" | "threshold" | "probability";
}

const examples = `Examples:
  harmonium train classification-rbm --data mnist:train                                     the hybrid objective
  harmonium train classification-rbm --data mnist:train --objective discriminative --hidden 500 --dropout 0.5
  harmonium train classification-rbm --data mnist:train --labelled 1000 --objective semi-supervised --unlabelled 0.1
  harmonium train classification-rbm --data answers.csv --labels party --hidden 50 --held-out none --json

−E(v, y, h) = vᵀWh + bᵀv + cᵀh + d_y + (U h)_y;  P(y | v) = softmax_y(d_y + Σ_j softplus(c_j + (Wᵀv)_j + U_yj)), exactly.
Where the labels of data are −1, a case has none (--objective semi-supervised).
`;

export function trainClassificationRbmCommand(version: string): Cli {
  const command = new Command("classification-rbm")
    .description(
      "a classification RBM: its label units tell P(y | v) exactly, and are learnt for that, for P(v, y), or both",
    )
    .addHelpText("before", examples);
  addHeldOutOption(addDataOptions(command, "the labelled training cases"))
    .option(
      "--labelled <n>",
      "take only the first n cases for labelled (semi-supervised)",
      number({ min: 1, whole: true }),
    )
    .option("--hidden <H>", "H: hidden units", number({ min: 1, whole: true }), 500)
    .option("--weight-scale <s>", "s: standard deviation of the initial weights", number({ min: 0 }), 0.05)
    .option(
      "--epochs <n>",
      "passes through the data (of labelled or unlabelled cases, whichever are more)",
      number({ whole: true }),
      20,
    )
    .addOption(
      new Option("--clamp <how>", "v: grey levels sampled anew each epoch, thresholded, or used as probabilities")
        .choices(["sample", "threshold", "probability"])
        .default("sample"),
    );
  addBatchSize(command);
  addFolderOptions(addClassificationRbmRuleOptions(command), "runs/classification-rbm");
  return addMachineOptions(addRunOptions(command)).action((options: ClassificationRbmOptions, self: Cli) =>
    run(options, self, version),
  );
}

async function run(options: ClassificationRbmOptions, command: Cli, version: string): Promise<void> {
  const { epochs, seed, hidden, weightScale, labelled, clamp } = options;
  const source = { ...dataConfig(options), ...(labelled !== undefined && { labelled }) };
  const heldOut = heldOutConfig(options.heldOut, source);
  const rule = classificationRbmRule(options, heldOut !== undefined);
  const data = await loadConfigured(source);
  const { classes } = initializeClassificationRbm(data, { hidden: 1, seed });
  const config: ClassificationRbmRunConfig = {
    kind: "classification-rbm",
    version,
    command: commandLine(command),
    data: source,
    ...(heldOut && { heldOut }),
    model: { hidden, classes, weightScale },
    learning: { epochs, batchSize: batchSizeFor(options, data.cases), seed, clamp, ...rule },
  };
  await beginRun(config, await loadLesson(config, data), "runs/classification-rbm", options);
}
