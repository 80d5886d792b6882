/** harmonium features: hidden representations, for classifiers. */

import { Command } from "commander";
import {
  asRbm,
  type Classifier,
  type Dataset,
  type Dbm,
  type Dbn,
  dbmFeatures,
  dbnFeatures,
  formatNpy,
  hiddenFeatures,
  type Machine,
  refuse,
} from "../../src/index.js";
import { loadConfigured, loadModel, writeFileAtomic } from "../../src/node/index.js";
import {
  addDataOptions,
  addMachineOptions,
  type DataOptions,
  dataConfig,
  type MachineOptions,
  number,
} from "../arguments.js";
import { checkOut } from "../grid.js";
import { plural, print, printJson } from "../output.js";

const examples = `Examples:
  harmonium features runs/digits --data mnist:train --out train-features.npy
  harmonium features runs/digits --data mnist:test --out test-features.npy --labels-out test-labels.npy
  harmonium features runs/dbn --data mnist:test --layer 2 --out second-layer.npy
`;

interface FeatureOptions extends DataOptions, MachineOptions {
  readonly out: string;
  readonly labelsOut?: string;
  readonly layer?: number;
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
    .option(
      "--layer <n>",
      "which layer of a deep network, 1 for the one above the data (default: the top one)",
      number({ min: 1, whole: true }),
    )
    .option("--labels-out <file>", "where to write the labels, .npy [cases]");
  return addMachineOptions(command, { seed: false }).action(run);
}

async function run(path: string, { out, labelsOut, layer, threads, json, ...options }: FeatureOptions): Promise<void> {
  checkOut(out, [".npy"]);
  if (labelsOut !== undefined) checkOut(labelsOut, [".npy"], "--labels-out");
  const { machine } = await loadModel(path);
  const data = await loadConfigured(dataConfig(options));
  const { cases, name, labels } = data;
  if (labelsOut !== undefined && !labels) {
    const wayOut = "Name the labels with --labels, or leave --labels-out out.";
    throw refuse("data", { who: "--labels-out", got: `${name} without labels`, expected: "one label a case", wayOut });
  }
  const { hidden, values } = await featuresOf(machine, path, data, layer, threads);
  await writeFileAtomic(out, formatNpy([cases, hidden], values));
  if (labelsOut !== undefined && labels) await writeFileAtomic(labelsOut, formatNpy([cases], labels));
  if (json) return printJson({ out, cases, hidden, ...(labelsOut && { labels: labelsOut }) });
  const also = labelsOut === undefined ? "" : `; labels in ${labelsOut}`;
  print(`Features of ${plural(cases, "case")}, ${hidden} each, in ${out}${also}.`);
}

/** The features of a machine's only hidden layer, or of that of a deep one [cases, hidden]. */
async function featuresOf(
  machine: Machine,
  path: string,
  data: Dataset,
  layer: number | undefined,
  threads: number,
): Promise<{ hidden: number; values: Float32Array }> {
  if (machine.kind === "dbn") {
    const { layers } = machine as Dbn;
    const values = await dbnFeatures(machine as Dbn, data, { threads, ...(layer !== undefined && { layer }) });
    return { hidden: layers[layer ?? layers.length - 1] as number, values };
  }
  if (machine.kind === "dbm") {
    const { layers } = machine as Dbm;
    const values = await dbmFeatures(machine as Dbm, data, { threads, ...(layer !== undefined && { layer }) });
    return { hidden: layers[layer ?? layers.length - 1] as number, values };
  }
  if (machine.kind === "classifier") {
    const { layers } = machine as Classifier;
    const last = layers.length - 2;
    if (layer !== undefined && layer !== last) {
      throw refuse("option", {
        who: "--layer",
        got: String(layer),
        expected: `${last}, a classifier's last hidden layer`,
      });
    }
    return { hidden: layers[last] as number, values: await hiddenFeatures(machine as Classifier, data, { threads }) };
  }
  const rbm = asRbm(machine, path);
  if (layer !== undefined && layer !== 1) {
    throw refuse("option", { who: "--layer", got: String(layer), expected: "1, the only hidden layer of an RBM" });
  }
  return { hidden: rbm.hidden, values: await hiddenFeatures(rbm, data, { threads }) };
}
