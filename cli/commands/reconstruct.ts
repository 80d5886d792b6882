/** harmonium reconstruct: what a model makes of data in one step v → h → v. */

import { Command } from "commander";
import { reconstruct } from "../../src/index.js";
import { loadConfigured, loadModel } from "../../src/node/index.js";
import { addDataOptions, addMachineOptions, dataConfig, type DataOptions, type MachineOptions } from "../arguments.js";
import { imagePairs, pairsInRows } from "../figures/index.js";
import { checkOut, demandShape, writeResult } from "../grid.js";
import { print, printJson } from "../output.js";

const examples = `Examples:
  harmonium reconstruct runs/twos --data mnist:test --classes 3,5 --limit 40 --out threes-and-fives.png
  harmonium reconstruct model.safetensors --data cases.npy --out reconstructions.npy
`;

interface ReconstructOptions extends DataOptions, MachineOptions {
  readonly out: string;
}

export function reconstructCommand(): Command {
  const command = new Command("reconstruct")
    .description("what a model makes of data: P(v | h) with h = P(h | v), without randomness")
    .argument("<model>", "a run's folder, or a model file (safetensors)")
    .addHelpText("before", examples);
  addDataOptions(command, "the cases v to reconstruct").option("--out <file>", ".png (pairs, at most 400 cases) or .npy [cases, units]", "reconstructions.png");
  return addMachineOptions(command, { seed: false }).action(run);
}

async function run(path: string, options: ReconstructOptions): Promise<void> {
  checkOut(options.out, [".png", ".npy"]);
  const { machine } = await loadModel(path);
  const data = await loadConfigured(dataConfig(options));
  const values = await reconstruct(machine, data, { threads: options.threads });
  const { cases, units } = data;
  let error = 0;
  const full = data.levels instanceof Uint8Array ? 255 : 1;
  values.forEach((value, i) => {
    error += ((data.levels[i] as number) / full - value) ** 2;
  });
  error /= values.length;
  await writeResult(options.out, { values, cases, units }, () => {
    const imageShape = demandShape(data.imageShape, units);
    const pairs = Array.from({ length: Math.min(cases, 400) }, (_, b) => ({
      original: data.levels.subarray(b * units, (b + 1) * units),
      reconstruction: values.subarray(b * units, (b + 1) * units),
    }));
    return imagePairs({ rows: pairsInRows(pairs), imageShape, title: "Cases beside their reconstructions", caption: `Left: ${data.name}. Right: what the model makes of it.` });
  });
  if (options.json) printJson({ out: options.out, cases, meanSquaredError: error });
  else print(`${cases.toLocaleString("en")} cases reconstructed to ${options.out}; mean squared error ${error.toFixed(5)} per unit (levels against probabilities).`);
}
