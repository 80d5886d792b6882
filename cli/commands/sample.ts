/** harmonium sample: Gibbs chains of a model by itself. */

import { Command, Option } from "commander";
import { type Dataset, gibbsSampler, withResident } from "../../src/index.js";
import { loadConfigured, loadModel } from "../../src/node/index.js";
import { addMachineOptions, classes, imageShape as parseShape, type MachineOptions, number } from "../arguments.js";
import { imageGrid } from "../figures/index.js";
import { checkOut, demandShape, writeResult } from "../grid.js";
import { INTERRUPTED, interruptible } from "../interrupts.js";
import { print, printJson, talk } from "../output.js";

const examples = `Examples:
  harmonium sample runs/twos --chains 64 --sweeps 1000 --out dreams.png
  harmonium sample runs/twos --start mnist:test --classes 7 --sweeps 20 --out from-sevens.png
  harmonium sample model.safetensors --chains 10000 --as sample --out samples.npy
`;

interface SampleOptions extends MachineOptions {
  readonly out: string;
  readonly chains: number;
  readonly sweeps: number;
  readonly start?: string;
  readonly classes?: number[];
  readonly as: "probability" | "sample";
  readonly imageShape?: [number, number];
}

export function sampleCommand(): Command {
  const command = new Command("sample")
    .description("draw from a model: block Gibbs chains h ~ P(h | v), v ~ P(v | h)")
    .argument("<model>", "a run's folder, or a model file (safetensors)")
    .addHelpText("before", examples)
    .option("--chains <n>", "independent chains, one sample each", number({ min: 1, max: 1_000_000, whole: true }), 64)
    .option("--sweeps <n>", "Gibbs sweeps of each chain", number({ min: 1, max: 2 ** 31, whole: true }), 1000)
    .option("--start <source>", "start chains at these cases in place of random bits, e.g. mnist:test")
    .option("--classes <list>", "with --start: only the cases of these classes", classes)
    .addOption(new Option("--as <what>", "the last v as P(v | h), or as bits").choices(["probability", "sample"]).default("probability"))
    .option("--image-shape <HxW>", "cases are images of this shape (known from the run's data)", parseShape)
    .option("--out <file>", ".png (at most 1024 chains) or .npy [chains, units]", "samples.png");
  return addMachineOptions(command).action(run);
}

async function run(path: string, options: SampleOptions): Promise<void> {
  checkOut(options.out, [".png", ".npy"]);
  const { machine, run: from } = await loadModel(path);
  const start = options.start === undefined ? undefined : await loadConfigured({ spec: options.start, ...(options.classes && { classes: options.classes }) });
  const values = await interruptible((signal) =>
    withResident(machine, { threads: options.threads }, async (resident) => {
      const sampler = gibbsSampler(resident, start && { start });
      const state = sampler.init(options.seed, options.chains);
      let info = sampler.step(state);
      for (let breath = performance.now(); state.sweep < options.sweeps; info = sampler.step(state)) {
        if (performance.now() - breath < 100) continue;
        await new Promise(setImmediate);
        breath = performance.now();
        if (signal.aborted) return undefined;
      }
      return options.as === "sample" ? Float32Array.from(state.visible.read(options.chains)) : info.visibleMean.read(options.chains);
    }),
  );
  if (!values) {
    talk("Stopped; nothing was written.");
    process.exitCode = INTERRUPTED;
    return;
  }
  const { chains, sweeps, out } = options;
  await writeResult(out, { values, cases: chains, units: machine.visible }, async () => {
    const imageShape = demandShape(options.imageShape ?? start?.imageShape ?? (await shapeOf(from?.config.data)), machine.visible);
    return imageGrid({ values, imageShape, title: "Samples", caption: `Each image is one chain after ${sweeps.toLocaleString("en")} Gibbs sweeps.` });
  });
  if (options.json) printJson({ out, chains, sweeps, seed: options.seed });
  else print(`${chains.toLocaleString("en")} chains of ${sweeps.toLocaleString("en")} sweeps; samples in ${out}.`);
}

/** The image shape of the data that the run was trained on. */
async function shapeOf(config: Parameters<typeof loadConfigured>[0] | undefined): Promise<Dataset["imageShape"]> {
  return config && (await loadConfigured({ ...config, limit: 1 })).imageShape;
}
