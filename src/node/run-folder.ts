/**
 * Run folders: all that a training run is and was, in files that other programs read.
 *
 *   config.json              what was asked for           metrics.jsonl     one record a complete epoch
 *   checkpoint.safetensors   to go on with equal bits      model.safetensors the machine, when training has ended
 *   history/epoch-N.safetensors  the machine at epochs 0, 1, 2, 4, 8, …   figures/*.png, report.html
 */

import { existsSync, statSync } from "node:fs";
import { mkdir, readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { refuse } from "../errors.js";
import { parseCheckpoint, serializeCheckpoint } from "../io/checkpoint-file.js";
import { asRbm, type Machine, type ModelFile, parseModel, serializeModel } from "../io/model.js";
import type { Checkpoint, Trainable } from "../learn/checkpoint.js";
import type { TrainingReport } from "../learn/report.js";
import type { Rbm } from "../machines/rbm.js";
import { type EpochMetrics, epochMetrics } from "./epoch-metrics.js";
import { appendLine, createFolder, readFileBytes, removeStaleTemps, writeFileAtomic } from "./files.js";
import { formatRunConfig, parseRunConfig, type RunConfig } from "./run-config.js";

const names = {
  config: "config.json",
  metrics: "metrics.jsonl",
  checkpoint: "checkpoint.safetensors",
  model: "model.safetensors",
  history: "history",
  figures: "figures",
} as const;

export interface Run {
  readonly folder: string;
  readonly config: RunConfig;
}

/** Makes the folder of a new run. Throws "file" where it exists and is not empty, unless `force`. */
export async function createRun(folder: string, config: RunConfig, options: { force?: boolean } = {}): Promise<Run> {
  await createFolder(folder, options);
  const run = { folder, config };
  try {
    await writeFileAtomic(join(folder, names.config), formatRunConfig(config));
  } catch (error) {
    await discardRun(run);
    throw error;
  }
  return run;
}

/** Takes a run that has no checkpoint back, and its folder if nothing else is in it. */
export async function discardRun({ folder }: Run): Promise<void> {
  const { history, metrics, config } = names;
  for (const name of [history, metrics, config]) await rm(join(folder, name), { recursive: true, force: true });
  // not empty, or a mount point: not ours to delete
  await rmdir(folder).catch(() => {});
}

/** The first of `base`, `base-2`, `base-3`, … that does not exist yet. */
export function freeRunFolder(base: string): string {
  for (let n = 1; ; n++) {
    const folder = n === 1 ? base : `${base}-${n}`;
    if (!existsSync(folder)) return folder;
  }
}

export function isRunFolder(path: string): boolean {
  return existsSync(join(path, names.config));
}

/** Opens the folder of an earlier run. Throws "file" or "format" where it is none, or its config.json is damaged. */
export async function openRun(folder: string): Promise<Run> {
  if (!isRunFolder(folder)) {
    const wayOut = "Name the folder that training printed, for instance runs/twos.";
    throw refuse("file", { who: folder || '""', got: describePath(folder), expected: "the folder of a run", wayOut });
  }
  const path = join(folder, names.config);
  return { folder, config: parseRunConfig(new TextDecoder().decode(await readFileBytes(path)), path) };
}

function describePath(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return "no such folder";
  return found.isDirectory() ? `a folder without ${names.config}` : "a file";
}

export function checkpointFile({ folder }: Run): string {
  return join(folder, names.checkpoint);
}

/** The run's latest checkpoint; none where training was killed before its first. */
export async function readCheckpoint(run: Run): Promise<Checkpoint | undefined> {
  const path = checkpointFile(run);
  return existsSync(path) ? parseCheckpoint(await readFileBytes(path), path) : undefined;
}

export async function readMetrics({ folder }: Run): Promise<EpochMetrics[]> {
  const path = join(folder, names.metrics);
  if (!existsSync(path)) return [];
  const lines = new TextDecoder().decode(await readFileBytes(path)).split("\n");
  // what follows the last line feed is a line that a kill tore
  return lines.slice(0, -1).map((line, i) => {
    const record = parseRecord(line);
    if (record) return record;
    const who = `${path}, line ${i + 1}`;
    const expected = "a JSON record of an epoch";
    throw refuse("format", { who, got: JSON.stringify(line.slice(0, 40)), expected, wayOut: "Delete that line." });
  });
}

function parseRecord(line: string): EpochMetrics | undefined {
  try {
    const record = JSON.parse(line);
    return Number.isInteger(record.epoch) && Number.isInteger(record.update) ? record : undefined;
  } catch {
    return undefined;
  }
}

/** The machine at the epochs that were kept, in their order. */
export async function readHistory({ folder }: Run): Promise<{ epoch: number; machine: Machine }[]> {
  const path = join(folder, names.history);
  if (!existsSync(path)) return [];
  const files = (await readdir(path)).filter((name) => /^epoch-\d+\.safetensors$/.test(name)).sort();
  const read = async (name: string) => {
    const { machine } = parseModel(await readFileBytes(join(path, name)), join(path, name));
    return { epoch: Number(name.slice(6, -12)), machine };
  };
  return Promise.all(files.map(read));
}

export interface LoadedModel<Of extends Machine = Machine> extends ModelFile<Of> {
  readonly file: string;
  readonly run?: Run;
}

/** A model from a file, or from a run folder: its model, or its checkpoint while it is still training. */
export async function loadModel(path: string): Promise<LoadedModel> {
  if (!isRunFolder(path)) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
      const expected = "the folder of a run, or a model file";
      const wayOut = "Name the folder that training printed, for instance runs/twos.";
      throw refuse("file", { who: path, got: describePath(path), expected, wayOut });
    }
    return { ...parseModel(await readFileBytes(path), path), file: path };
  }
  const run = await openRun(path);
  const file = [names.model, names.checkpoint]
    .map((name) => join(path, name))
    .find((candidate) => existsSync(candidate));
  if (file === undefined) {
    const wayOut = "Resume the run first.";
    throw refuse("file", { who: path, got: "a run without a model yet", expected: "one with a checkpoint", wayOut });
  }
  return { ...parseModel(await readFileBytes(file), file), file, run };
}

/** The RBM of a file or run folder. Throws as loadModel, and "option" where it is another machine. */
export async function loadRbm(path: string): Promise<LoadedModel<Rbm>> {
  const model = await loadModel(path);
  return { ...model, machine: asRbm(model.machine, path) };
}

export interface RecordOptions {
  /** What training went on from; the folder is brought back to that moment. */
  readonly resumed?: Checkpoint | undefined;
  /** The least time between two checkpoints, in seconds; 5 by default. */
  readonly checkpointEvery?: number;
}

/**
 * Passes training reports through, and keeps the run folder: metrics and history at epochs, checkpoints in between and
 * whenever training stops, the model at the end.
 */
export async function* recordRun<Of extends Trainable>(
  run: Run,
  initial: Of,
  reports: AsyncIterable<TrainingReport<Of>>,
  { resumed, checkpointEvery = 5 }: RecordOptions = {},
): AsyncGenerator<TrainingReport<Of>, void, void> {
  const { folder, config } = run;
  const path = (name: string) => join(folder, name);
  await prepare(run, resumed);
  if (!resumed) await keepSnapshot(folder, 0, initial);
  const save = (report: TrainingReport<Of>) =>
    writeFileAtomic(path(names.checkpoint), serializeCheckpoint(report.checkpoint()));
  // the first report is kept at once: whatever comes, there is something to go back to
  let saved = Number.NEGATIVE_INFINITY;
  let unsaved: TrainingReport<Of> | undefined;
  for await (const report of reports) {
    if (report.kind === "epoch") {
      await appendLine(path(names.metrics), JSON.stringify(epochMetrics(report)));
      if (report.done || isKeptEpoch(report.epoch, report.epochs))
        await keepSnapshot(folder, report.epoch, report.machine());
    }
    const { done } = report;
    if (done) {
      // before the last checkpoint: a run whose checkpoint is complete has its model
      const about = { config: JSON.stringify(config), seed: String(config.learning.seed) };
      await writeFileAtomic(path(names.model), serializeModel(report.machine(), about));
    }
    unsaved = report;
    if (done || report.kind === "stopped" || performance.now() - saved >= checkpointEvery * 1000) {
      await save(report);
      saved = performance.now();
      unsaved = undefined;
    }
    yield report;
  }
  // stopped at the end of an epoch, or while a report was being kept: the parameters are still those of the last report
  if (unsaved) await save(unsaved);
}

/** Clears what a kill left, and drops metrics and history of epochs after the checkpoint: they will be made again. */
async function prepare(run: Run, resumed: Checkpoint | undefined): Promise<void> {
  const { folder } = run;
  await mkdir(join(folder, names.history), { recursive: true });
  for (const path of [folder, join(folder, names.history), join(folder, names.figures)]) {
    if (existsSync(path)) await removeStaleTemps(path);
  }
  const kept = (await readMetrics(run)).filter(({ update }) => update <= (resumed?.progress.update ?? 0));
  await writeFileAtomic(join(folder, names.metrics), kept.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

async function keepSnapshot(folder: string, epoch: number, machine: Machine): Promise<void> {
  const name = `epoch-${String(epoch).padStart(5, "0")}.safetensors`;
  await writeFileAtomic(join(folder, names.history, name), serializeModel(machine, { epoch: String(epoch) }));
}

/** 0, 1, 2, 4, 8, … and the last: filters form early. */
export function isKeptEpoch(epoch: number, epochs: number): boolean {
  return epoch === epochs || Number.isInteger(Math.log2(epoch));
}
