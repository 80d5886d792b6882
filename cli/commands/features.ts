/** harmonium features: hidden representations, for classifiers. */

import { Command } from "commander";
import { formatNpy, hiddenFeatures } from "../../src/index.js";
import { loadConfigured, loadModel, writeFileAtomic } from "../../src/node/index.js";
import { addDataOptions, addMachineOptions, dataConfig, type DataOptions, type MachineOptions } from "../arguments.js";
import { checkOut } from "../grid.js";
import { print, printJson } from "../output.js";

const examples = `Examples:
  harmonium features runs/digits --data mnist:train --out train-features.npy
  harmonium features runs/digits --data mnist:test --out test-features.npy --labels-out test-labels.npy
`;

interface FeatureOptions extends DataOptions, MachineOptions {
  readonly out: string;
  readonly labelsOut?: string;
}

export function featuresCommand(): Command {
  const command = new Command("features")
    .description("hidden representations P(h | v) of data, as NPY [cases, hidden]")
    .argument("<model>", "a run's folder, or a model file (safetensors)")
    .addHelpText("before", examples);
  addDataOptions(command, "the cases v")
    .option("--out <file>", "where to write P(h | v), .npy", "features.npy")
    .option("--labels-out <file>", "where to write the labels, .npy [cases]");
  return addMachineOptions(command, { seed: false }).action(run);
}

async function run(path: string, options: FeatureOptions): Promise<void> {
  for (const out of [options.out, options.labelsOut]) if (out !== undefined) checkOut(out, [".npy"]);
  const { machine } = await loadModel(path);
  const data = await loadConfigured(dataConfig(options));
  const values = await hiddenFeatures(machine, data, { threads: options.threads });
  await writeFileAtomic(options.out, formatNpy([data.cases, machine.hidden], values));
  const labels = options.labelsOut !== undefined && data.labels ? options.labelsOut : undefined;
  if (labels && data.labels) await writeFileAtomic(labels, formatNpy([data.cases], data.labels));
  if (options.json) printJson({ out: options.out, cases: data.cases, hidden: machine.hidden, ...(labels && { labels }) });
  else print(`Features of ${data.cases.toLocaleString("en")} cases, ${machine.hidden} each, in ${options.out}${labels ? `; labels in ${labels}` : ""}.`);
  if (options.labelsOut !== undefined && !labels) print(`${data.name} has no labels; ${options.labelsOut} was not written.`);
}
