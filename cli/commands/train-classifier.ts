/** harmonium train classifier: a softmax read-out, on inputs, on features of a model, or at the end of layers that learn as well. */

import { Command, InvalidArgumentError } from "commander";
import { type Classifier, classCount, type Dataset, parametersSha256, refuse } from "../../src/index.js";
import { type ClassifierRunConfig, loadConfigured, loadModel } from "../../src/node/index.js";
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
import { classifierOf } from "../lessons/classifier.js";
import { addClassifierRuleOptions, type ClassifierRuleOptions, classifierRule } from "../lessons/classifier-rule.js";
import { loadLesson } from "../lessons/index.js";
import { commandLine } from "../quote.js";
import { beginRun } from "../training.js";

interface ClassifierOptions extends TrainCommandOptions, ClassifierRuleOptions {
  readonly from?: string;
  readonly augmented?: true;
  readonly layers?: number[];
  readonly epochs: number;
  readonly batchSize?: number;
}

const examples = `Examples:
  harmonium train classifier --data mnist:train                                      softmax regression
  harmonium train classifier --data mnist:train --from runs/rbm --learns read-out    on the features of an RBM
  harmonium train classifier --data mnist:train --from runs/dbm --augmented --rate 0.001..0 --dropout 0.2
  harmonium train classifier --data mnist:train --layers 784-500-500-2000 --rate 0.001..0 --dropout 0.5
  harmonium train classifier --data answers.csv --labels party --layers 40-20 --held-out none --json
`;

export function trainClassifierCommand(version: string): Command {
  const command = new Command("classifier")
    .description("a feed-forward network, logistic layers and a softmax read-out, by back-propagation of cross entropy")
    .addHelpText("before", examples);
  addHeldOutOption(addDataOptions(command, "the labelled training cases"))
    .option(
      "--from <model>",
      "begin with the layers of this RBM, deep machine or classifier: a run's folder, or a model file",
    )
    .option("--augmented", "of a deep Boltzmann machine: its second layer's means given the case are inputs besides")
    .option("--layers <sizes>", "units from the inputs to the last hidden layer, e.g. 784-500-500-2000", layerSizes)
    .option("--epochs <n>", "passes through the data", number({ whole: true }), 20);
  addBatchSize(command);
  addFolderOptions(addClassifierRuleOptions(command), "runs/classifier");
  return addMachineOptions(addRunOptions(command)).action((options: ClassifierOptions, self: Command) =>
    run(options, self, version),
  );
}

/** "784-500-2000" → [784, 500, 2000] */
function layerSizes(text: string): number[] {
  if (!/^[1-9]\d{0,7}(-[1-9]\d{0,7})*$/.test(text)) {
    throw new InvalidArgumentError("Expected numbers of units such as 784-500-2000.");
  }
  return text.split("-").map(Number);
}

async function run(options: ClassifierOptions, command: Command, version: string): Promise<void> {
  const { epochs, seed } = options;
  const source = dataConfig(options);
  const heldOut = heldOutConfig(options.heldOut, source);
  const rule = classifierRule(options, heldOut !== undefined);
  const data = await loadConfigured(source);
  const config: ClassifierRunConfig = {
    kind: "classifier",
    version,
    command: commandLine(command),
    data: source,
    ...(heldOut && { heldOut }),
    model: await modelOf(options, data),
    learning: { epochs, batchSize: batchSizeFor(options, data.cases), seed, ...rule },
  };
  await beginRun(config, await loadLesson(config, data), "runs/classifier", options);
}

/** Throws "shape" for layers that do not fit the data or the model, "data" for labels that do not. */
async function modelOf(
  { from, layers, seed, augmented }: ClassifierOptions,
  data: Dataset,
): Promise<ClassifierRunConfig["model"]> {
  const classes = classCount("train", data);
  if (from === undefined) {
    if (augmented) {
      throw refuse("option", {
        who: "--augmented",
        got: "it without --from",
        expected: "--from a deep Boltzmann machine",
      });
    }
    const sizes = layers ?? [data.units];
    if (sizes[0] === data.units) return { layers: [...sizes, classes] };
    const got = `${sizes[0]} inputs`;
    throw refuse("shape", { who: "layers", got, expected: `${data.units}, the units of a case of ${data.name}` });
  }
  const { machine } = await loadModel(from);
  const classifier: Classifier = classifierOf(machine, { classes, seed, augmented }, from);
  const known = classifier.layers.slice(0, -1);
  if (layers !== undefined && layers.join() !== known.join()) {
    const wayOut = "Leave --layers out, or --from.";
    throw refuse("shape", {
      who: "layers",
      got: layers.join("-"),
      expected: `${known.join("-")}, those of ${from}`,
      wayOut,
    });
  }
  const begun = { from, fromSha256: await parametersSha256(machine) };
  return { layers: classifier.layers, ...begun, ...(augmented && { augmented }) };
}
