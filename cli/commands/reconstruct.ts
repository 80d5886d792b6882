/** harmonium reconstruct: what a model makes of data in one step v → h → v. */

import { Command } from "commander";
import {
  asRbm,
  type Dataset,
  type Dbm,
  type Dbn,
  dbmReconstruct,
  dbnReconstruct,
  reconstruct,
} from "../../src/index.js";
import { loadConfigured, loadModel } from "../../src/node/index.js";
import { addDataOptions, addMachineOptions, type DataOptions, dataConfig, type MachineOptions } from "../arguments.js";
import { imagePairs, pairsInRows } from "../figures/index.js";
import { checkOut, demandShape, type ImageShape, isPng, writeResult } from "../grid.js";
import { plural, print, printJson } from "../output.js";

/** Cases that one picture holds. */
const mostDrawn = 400;

const examples = `Examples:
  harmonium reconstruct runs/twos --data mnist:test --classes 3,5 --limit 40 --out threes-and-fives.png
  harmonium reconstruct model.safetensors --data cases.npy --out reconstructions.npy
`;

interface ReconstructOptions extends DataOptions, MachineOptions {
  readonly out: string;
}

export function reconstructCommand(): Command {
  const command = new Command("reconstruct")
    .description(
      "what a model makes of data: P(v | h) with h = P(h | v), without randomness; of a deep network to its top and back",
    )
    .argument("<model>", "a run's folder, or a model file (safetensors)")
    .addHelpText("before", examples);
  addDataOptions(command, "the cases v to reconstruct").option(
    "--out <file>",
    ".png (pairs, at most 400 cases) or .npy [cases, units]",
    "reconstructions.png",
  );
  return addMachineOptions(command, { seed: false }).action(run);
}

async function run(path: string, options: ReconstructOptions): Promise<void> {
  const { out, threads, json } = options;
  checkOut(out, [".png", ".npy"]);
  const { machine } = await loadModel(path);
  const isDeep = machine.kind === "dbn" || machine.kind === "dbm";
  const rbm = isDeep ? undefined : asRbm(machine, path);
  const data = await loadConfigured(dataConfig(options));
  const { cases, units } = data;
  const imageShape = isPng(out) ? demandShape(data.imageShape, units) : undefined;
  const values = await (rbm
    ? reconstruct(rbm, data, { threads })
    : machine.kind === "dbm"
      ? dbmReconstruct(machine as Dbm, data, { threads })
      : dbnReconstruct(machine as Dbn, data, { threads }));
  const meanSquaredError = errorOf(data, values);
  const drawn = Math.min(cases, mostDrawn);
  await writeResult(out, { values, cases, units }, () => {
    const pairs = Array.from({ length: drawn }, (_, b) => ({
      original: data.levels.subarray(b * units, (b + 1) * units),
      reconstruction: values.subarray(b * units, (b + 1) * units),
    }));
    const caption = `Left: ${data.name}. Right: what the model makes of it.`;
    const title = "Cases beside their reconstructions";
    return imagePairs({ rows: pairsInRows(pairs), imageShape: imageShape as ImageShape, title, caption });
  });
  if (json) return printJson({ out, cases, meanSquaredError });
  const part = imageShape && drawn < cases ? `, of which the picture shows ${drawn}` : "";
  print(`${plural(cases, "case")} reconstructed to ${out}${part}.`);
  print(`Mean squared error ${meanSquaredError.toFixed(5)} per unit (levels against probabilities).`);
}

/** Mean squared difference of a level and its reconstruction. */
function errorOf({ levels }: Dataset, values: Float32Array): number {
  const full = levels instanceof Uint8Array ? 255 : 1;
  return values.reduce((sum, value, i) => sum + ((levels[i] as number) / full - value) ** 2, 0) / values.length;
}
