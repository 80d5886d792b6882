/** harmonium features: hidden representations, for classifiers. */

import { Command } from "commander";
import { asRbm, type Classifier, formatNpy, hiddenFeatures, refuse } from "../../src/index.js";
import { loadConfigured, loadModel, writeFileAtomic } from "../../src/node/index.js";
import { addDataOptions, addMachineOptions, type DataOptions, dataConfig, type MachineOptions } from "../arguments.js";
import { checkOut } from "../grid.js";
import { plural, print, printJson } from "../output.js";

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
    .description(
      "hidden representations P(h | v) of data, of a classifier its last hidden layer, as NPY [cases, hidden]",
    )
    .argument("<model>", "a run's folder, or a model file (safetensors)")
    .addHelpText("before", examples);
  addDataOptions(command, "the cases v")
    .option("--out <file>", "where to write P(h | v), .npy", "features.npy")
    .option("--labels-out <file>", "where to write the labels, .npy [cases]");
  return addMachineOptions(command, { seed: false }).action(run);
}

async function run(path: string, { out, labelsOut, threads, json, ...options }: FeatureOptions): Promise<void> {
  checkOut(out, [".npy"]);
  if (labelsOut !== undefined) checkOut(labelsOut, [".npy"], "--labels-out");
  const { machine: loaded } = await loadModel(path);
  const machine = loaded.kind === "classifier" ? (loaded as Classifier) : asRbm(loaded, path);
  const data = await loadConfigured(dataConfig(options));
  const { cases, name, labels } = data;
  if (labelsOut !== undefined && !labels) {
    const wayOut = "Name the labels with --labels, or leave --labels-out out.";
    throw refuse("data", { who: "--labels-out", got: `${name} without labels`, expected: "one label a case", wayOut });
  }
  const hidden = machine.kind === "classifier" ? (machine.layers.at(-2) as number) : machine.hidden;
  const values = await hiddenFeatures(machine, data, { threads });
  await writeFileAtomic(out, formatNpy([cases, hidden], values));
  if (labelsOut !== undefined && labels) await writeFileAtomic(labelsOut, formatNpy([cases], labels));
  if (json) return printJson({ out, cases, hidden, ...(labelsOut && { labels: labelsOut }) });
  const also = labelsOut === undefined ? "" : `; labels in ${labelsOut}`;
  print(`Features of ${plural(cases, "case")}, ${hidden} each, in ${out}${also}.`);
}
