/** harmonium sample: Gibbs chains of a model by itself. */

import { Command, Option } from "commander";
import {
  asRbm,
  type Dataset,
  type Dbm,
  type Dbn,
  gibbsSampler,
  HarmoniumError,
  type Rbm,
  refuse,
  withResident,
} from "../../src/index.js";
import { loadConfigured, loadModel, type Run } from "../../src/node/index.js";
import { addMachineOptions, classes, type MachineOptions, number, imageShape as parseShape } from "../arguments.js";
import { sampleDbm } from "../dbm.js";
import { labelsOfChains, sampleDbn } from "../dbn.js";
import { imageGrid } from "../figures/index.js";
import { checkOut, demandShape, type ImageShape, isPng, writeResult } from "../grid.js";
import { INTERRUPTED, interruptible } from "../interrupts.js";
import { plural, print, printJson, talk } from "../output.js";

/** Chains whose samples one picture holds. */
const mostDrawn = 1024;

const examples = `Examples:
  harmonium sample runs/twos --chains 64 --sweeps 1000 --out dreams.png
  harmonium sample runs/twos --start mnist:test --classes 7 --sweeps 20 --out from-sevens.png
  harmonium sample model.safetensors --chains 10000 --as sample --out samples.npy
  harmonium sample runs/dbn --label 7 --sweeps 300 --out sevens.png
  harmonium sample runs/dbn --label all --chains 100 --out digits.png
`;

interface SampleOptions extends MachineOptions {
  readonly out: string;
  readonly chains: number;
  readonly sweeps: number;
  readonly start?: string;
  readonly classes?: number[];
  readonly label?: number[] | "all";
  readonly as: "probability" | "sample";
  readonly imageShape?: [number, number];
}

export function sampleCommand(): Command {
  const command = new Command("sample")
    .description(
      "draw from a model: block Gibbs chains h ~ P(h | v), v ~ P(v | h); of a deep belief network in its top pair, then down",
    )
    .argument("<model>", "a run's folder, or a model file (safetensors)")
    .addHelpText("before", examples)
    .option("--chains <n>", "independent chains, one sample each", number({ min: 1, max: 1_000_000, whole: true }), 64)
    .option("--sweeps <n>", "Gibbs sweeps of each chain", number({ min: 1, max: 2 ** 31, whole: true }), 1000)
    .option("--start <source>", "start chains at these cases in place of random bits, e.g. mnist:test")
    .option("--classes <list>", "with --start: only the cases of these classes", classes)
    .option("--label <list>", "clamp label units at these classes, chain after chain, e.g. 7 or 0-4, or all", (text) =>
      text === "all" ? text : classes(text),
    )
    .addOption(
      new Option("--as <what>", "the last v as P(v | h), or as bits")
        .choices(["probability", "sample"])
        .default("probability"),
    )
    .option("--image-shape <HxW>", "cases are images of this shape (known from the run's data)", parseShape)
    .option("--out <file>", ".png (at most 1024 chains) or .npy [chains, units]", "samples.png");
  return addMachineOptions(command).action(run);
}

async function run(path: string, options: SampleOptions): Promise<void> {
  const { out, chains, sweeps, seed } = options;
  checkOut(out, [".png", ".npy"]);
  const { machine: model, run: from } = await loadModel(path);
  const dbn = model.kind === "dbn" ? (model as Dbn) : undefined;
  const dbm = model.kind === "dbm" ? (model as Dbm) : undefined;
  const rbm = dbn || dbm ? undefined : asRbm(model, path);
  const visible = rbm?.visible ?? ((dbn ?? dbm)?.layers[0] as number);
  if (!dbn && options.label !== undefined) {
    throw refuse("option", {
      who: "--label",
      got: dbm ? "a deep Boltzmann machine" : "an RBM",
      expected: "a deep belief network with label units",
    });
  }
  const labels = dbn && labelsOfChains(options.label, dbn, chains);
  const start = options.start === undefined ? undefined : await startOf(options.start, options.classes, visible);
  const known = options.imageShape ?? start?.imageShape;
  const imageShape = isPng(out) ? demandDrawable(known ?? (await shapeOf(from)), visible, chains) : undefined;
  const values = await interruptible((signal) =>
    rbm
      ? runChains(rbm, options, start, signal)
      : dbm
        ? sampleDbm(dbm, { ...options, start }, signal)
        : sampleDbn(dbn as Dbn, { ...options, labels, start }, signal),
  );
  if (!values) {
    talk("Stopped; nothing was written.");
    process.exitCode = INTERRUPTED;
    return;
  }
  await writeResult(out, { values, cases: chains, units: visible }, () => {
    const caption = `Each image is one chain after ${plural(sweeps, "Gibbs sweep")}.`;
    return imageGrid({ values, imageShape: imageShape as ImageShape, title: "Samples", caption });
  });
  if (options.json) printJson({ out, chains, sweeps, seed });
  else print(`${plural(chains, "chain")} of ${plural(sweeps, "sweep")}; samples in ${out}.`);
}

async function startOf(spec: string, chosen: number[] | undefined, visible: number): Promise<Dataset> {
  const start = await loadConfigured({ spec, ...(chosen && { classes: chosen }) });
  if (start.units === visible) return start;
  const got = `${start.name} with ${plural(start.units, "unit")} a case`;
  const wayOut = "Use data of the kind that the model was trained on.";
  throw refuse("shape", { who: "--start", got, expected: `${visible}, the model's visible units`, wayOut });
}

function demandDrawable(shape: ImageShape | undefined, visible: number, chains: number): ImageShape {
  if (chains <= mostDrawn) return demandShape(shape, visible);
  const wayOut = "Write a .npy file for more.";
  throw refuse("size", { who: "chains", got: String(chains), expected: `at most ${mostDrawn} in a PNG`, wayOut });
}

/** P(v | h) or the bits of the last sweep [chains, visible]; nothing where the signal stopped it. */
function runChains(
  machine: Rbm,
  { threads, seed, chains, sweeps, as }: SampleOptions,
  start: Dataset | undefined,
  signal: AbortSignal,
): Promise<Float32Array | undefined> {
  return withResident(machine, { threads }, async (resident) => {
    const sampler = gibbsSampler(resident, start && { start });
    const state = sampler.init(seed, chains);
    let info = sampler.step(state);
    for (let breath = performance.now(); state.sweep < sweeps; info = sampler.step(state)) {
      if (performance.now() - breath < 100) continue;
      await new Promise(setImmediate);
      breath = performance.now();
      if (signal.aborted) return undefined;
    }
    return as === "sample" ? Float32Array.from(state.visible.read(chains)) : info.visibleMean.read(chains);
  });
}

/** The image shape of the data that the run was trained on, where they can still be read. */
async function shapeOf(run: Run | undefined): Promise<ImageShape | undefined> {
  if (!run) return undefined;
  try {
    return (await loadConfigured({ ...run.config.data, limit: 1 })).imageShape;
  } catch (error) {
    if (error instanceof HarmoniumError) return undefined;
    throw error;
  }
}
