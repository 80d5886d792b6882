/** harmonium classify: the classes of cases, how probable they are, and how often they are wrong. */

import { mkdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { Command } from "commander";
import {
  type Classification,
  type ClassificationFit,
  type Classifying,
  classificationFit,
  classify,
  type Dataset,
  formatNpy,
  isClassifying,
  refuse,
  worstMistakes,
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
import { classFacts, confusionTable, drawFit, fitRows, type Told, toldOf, toldTable } from "../classification.js";
import { checkFolder, checkOut } from "../grid.js";
import { plural, print, printJson } from "../output.js";

const examples = `Examples:
  harmonium classify runs/classifier --data mnist:test
  harmonium classify runs/classifier --data mnist:test --top 20 --figures runs/classifier/classes
  harmonium classify runs/classifier --data new.csv --out probabilities.csv --json
`;

interface ClassifyOptions extends DataOptions, MachineOptions {
  readonly top: number;
  readonly out?: string;
  readonly figures?: string;
}

export function classifyCommand(): Command {
  const command = new Command("classify")
    .description("classes with their probabilities; with labels the error rate and what is taken for what")
    .argument("<model>", "a run's folder, or a model file (safetensors)")
    .addHelpText("before", examples);
  addDataOptions(command, "the cases to classify")
    .option(
      "--top <n>",
      "show the n surest mistakes, or without labels the first n cases",
      number({ min: 0, whole: true }),
      5,
    )
    .option("--out <file>", "write P(class | case) of all cases to .csv or .npy [cases, classes]")
    .option("--figures <folder>", "draw the confusion matrix and the surest mistakes");
  return addMachineOptions(command, { seed: false }).action(run);
}

async function run(path: string, options: ClassifyOptions): Promise<void> {
  const { out, figures, json, threads, top } = options;
  if (out !== undefined) checkOut(out, [".csv", ".npy"]);
  if (figures !== undefined) checkFolder(figures, "--figures");
  const { machine, file } = await loadModel(path);
  const data = await loadConfigured(dataConfig(options));
  const told = await classify(demandClassifying(machine, path), data, { threads });
  const fit = data.labels && classificationFit(told, data);
  if (figures !== undefined && !fit) {
    const wayOut = "Name the labels with --labels, or leave --figures out.";
    const got = `${data.name} without labels`;
    throw refuse("data", { who: "--figures", got, expected: "labels to compare with", wayOut });
  }
  const rows = fit ? worstMistakes(told, data).subarray(0, top) : told.classes.subarray(0, top).map((_, row) => row);
  const shown = toldOf(told, rows, data);
  if (out !== undefined) await writeProbabilities(out, told, data);
  const drawn = figures !== undefined && fit ? await writeFigures(figures, told, fit, data) : undefined;
  const written = { ...(out !== undefined && { out }), ...(drawn && { figures: drawn }) };
  if (json)
    return printJson({ model: file, data: data.name, ...classFacts(told, fit), ...namesOf(shown, fit), ...written });
  print(`${file} on ${data.name}, ${plural(data.cases, "case")}\n`);
  if (fit) {
    print(`${fitRows(fit, data.cases)}\n\n${confusionTable(fit)}`);
  }
  if (shown.length > 0) print(`${fit ? "\nThe surest mistakes\n" : ""}${toldTable(shown)}`);
  if (out !== undefined) print(`\nProbabilities in ${out}`);
  if (drawn) print(`\nFigures: ${drawn.join(", ")}`);
}

/** The machine of the file `who`. Throws "option" where it tells no classes. */
export function demandClassifying(machine: { readonly kind: string }, who: string): Classifying {
  if (isClassifying(machine)) return machine;
  const wayOut = "harmonium train classifier --from makes one of an RBM.";
  throw refuse("option", { who, got: `a machine of kind ${machine.kind}`, expected: "one that tells classes", wayOut });
}

const namesOf = (shown: readonly Told[], fit: ClassificationFit | undefined) =>
  fit ? { mistakes: shown } : { first: shown };

async function writeProbabilities(
  out: string,
  { classes, probabilities }: Classification,
  data: Dataset,
): Promise<void> {
  const count = probabilities.length / classes.length;
  if (extname(out).toLowerCase() === ".npy")
    return writeFileAtomic(out, formatNpy([classes.length, count], probabilities));
  const { labels } = data;
  const names = Array.from({ length: count }, (_, k) => `p${k}`);
  const lines = Array.from(classes, (taken, row) => {
    const values = Array.from(probabilities.subarray(row * count, (row + 1) * count), (p) => p.toPrecision(6));
    return [row, ...(labels ? [labels[row]] : []), taken, ...values].join(",");
  });
  const head = ["case", ...(labels ? ["label"] : []), "class", ...names].join(",");
  await writeFileAtomic(out, `${[head, ...lines].join("\n")}\n`);
}

async function writeFigures(
  folder: string,
  told: Classification,
  fit: ClassificationFit,
  data: Dataset,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const drawn = await drawFit(told, fit, data);
  for (const { file, png } of drawn) await writeFileAtomic(join(folder, file), png);
  return drawn.map(({ file }) => join(folder, file));
}
