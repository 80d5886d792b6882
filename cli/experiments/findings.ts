/** What an experiment leaves behind: a folder with figures, a report, and all numbers. */

import { mkdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { createFolder, freeRunFolder, RUN_FORMAT, writeFileAtomic } from "../../src/node/index.js";
import { addMachineOptions, type MachineOptions } from "../arguments.js";
import { pngSize, type ReportFigure, renderReport, type Theme } from "../figures/index.js";
import { print, printJson, table } from "../output.js";

export interface ExperimentOptions extends MachineOptions {
  readonly run?: string;
  readonly force?: true;
  readonly theme: Theme;
}

/** Adds what all experiments with findings take; `folder` is the usual one. */
export function addExperimentOptions(command: Command, folder: string): Command {
  command
    .option("--run <folder>", `where to keep figures and numbers (default: the next free ${folder}, ${folder}-2, …)`)
    .option("--force", "replace the run that is in that folder")
    .addOption(new Option("--theme <which>", "of the figures").choices(["light", "dark"]).default("light"));
  return addMachineOptions(command);
}

/** An experiment as it was asked for. */
export interface Asked {
  /** Such as "encoder 4-2-4". */
  readonly experiment: string;
  readonly version: string;
  /** The command that makes it again. */
  readonly command: string;
}

/**
 * Makes the folder, does the work, and leaves what it found there; where it found nothing, or failed, the folder goes again. Throws "file",
 * before the work, where the folder cannot be had.
 */
export async function carryOut(
  options: Pick<ExperimentOptions, "run" | "force" | "json">,
  usual: string,
  asked: Asked,
  work: (folder: string) => Promise<Findings | undefined>,
): Promise<void> {
  const folder = options.run ?? freeRunFolder(usual);
  await createFolder(folder, { force: options.force === true });
  const config = join(folder, "config.json");
  await writeFileAtomic(
    config,
    `${JSON.stringify({ format: RUN_FORMAT, kind: "experiment", ...asked }, undefined, 2)}\n`,
  );
  let found: Findings | undefined;
  try {
    found = await work(folder);
  } finally {
    if (!found) {
      await rm(config, { force: true });
      // not empty, or a mount point: not ours to delete
      await rmdir(folder).catch(() => {});
    }
  }
  if (found) await leaveFindings(folder, asked, found, options.json === true);
}

export interface Picture extends ReportFigure {
  readonly png: Uint8Array;
}

export interface Findings {
  readonly title: string;
  /** What is printed: a table, the first row being its headings. */
  readonly rows: readonly (readonly string[])[];
  /** [label, value] for the head of the report. */
  readonly summary: readonly (readonly [string, string])[];
  readonly pictures: readonly Picture[];
  readonly next: readonly string[];
  /** All numbers, as JSON. */
  readonly results: Readonly<Record<string, unknown>>;
  /** More files, by their names. */
  readonly files?: ReadonlyMap<string, Uint8Array>;
}

/** Writes FOLDER/figures/*.png, report.html and results.json, and prints the table, or the numbers as JSON. */
async function leaveFindings(folder: string, asked: Asked, findings: Findings, json: boolean): Promise<void> {
  const { title, rows, summary, pictures, next, results, files = new Map() } = findings;
  await mkdir(join(folder, "figures"), { recursive: true });
  for (const { file, png } of pictures) await writeFileAtomic(join(folder, "figures", file), png);
  for (const [name, bytes] of files) await writeFileAtomic(join(folder, name), bytes);
  const figures = pictures.map(({ png, ...figure }): ReportFigure => ({ ...figure, size: pngSize(png) }));
  const report = join(folder, "report.html");
  await writeFileAtomic(report, renderReport({ title, summary, figures, command: asked.command, next }));
  await writeFileAtomic(join(folder, "results.json"), `${JSON.stringify({ ...asked, ...results }, undefined, 2)}\n`);
  if (json) {
    const drawn = pictures.map(({ file }) => join(folder, "figures", file));
    printJson({ kind: "outcome", experiment: asked.experiment, ...results, run: folder, report, figures: drawn });
    return;
  }
  print(table(rows.map(([first = "", ...rest]) => [`  ${first}`, ...rest])));
  print(`\nFigures in ${join(folder, "figures")}/`);
  print(table(pictures.map(({ file, sentence }) => [`  ${file}`, sentence])));
  print(`\nAll of them on one page: ${report}`);
  if (next.length > 0) print(`\nTry next:\n${next.map((line) => `  ${line.replaceAll("`", "")}`).join("\n")}`);
}
