/** What the list of runs says of each: read from its folder, and read again only where that has changed. */

import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { HarmoniumError } from "../../src/index.js";
import { type EpochMetrics, openRun, RUN_FORMAT } from "../../src/node/index.js";
import { quote } from "../quote.js";
import { openInside } from "./reply.js";

export interface FoundRun {
  /** In addresses and links: the name, with ~ for what parts it. */
  readonly id: string;
  /** As one types it. */
  readonly name: string;
  /** Where it is, without symbolic links. */
  readonly folder: string;
}

export interface RunSummary {
  readonly id: string;
  readonly name: string;
  /** "rbm", "boltzmann", "classifier", "dbn", "dbm", "experiment"; none where config.json cannot be read. */
  readonly kind?: string;
  readonly config?: Readonly<Record<string, unknown>>;
  /** In words, where config.json cannot be read. */
  readonly problem?: string;
  readonly state: "running" | "finished" | "stopped";
  /** When something was last written, ms since 1970. */
  readonly changed: number;
  /** The record of the last epoch. */
  readonly last?: EpochMetrics;
  /** When its config.json was written, ms since 1970. */
  readonly begun: number;
  /** Names in the folder `figures`. */
  readonly figures: readonly string[];
  /** Epochs whose machine is in the folder `history`. */
  readonly history: readonly number[];
  readonly model: boolean;
  readonly report: boolean;
  /** The command that goes on with it, or makes the model again. */
  readonly resume?: string;
}

const CONFIG_BYTES = 1_000_000;
const TAIL_BYTES = 65_536;
/** A run that writes nothing for so long, and for three of its epochs, has stopped, ms. Checkpoints come every 5 s. */
const QUIET = 30_000;

/** Whether a folder's config.json is that of a run, be it a damaged one; other programs have a config.json too. */
export async function holdsRun(folder: string): Promise<boolean> {
  const text = await configText(folder);
  if (text === undefined) return false;
  try {
    return (JSON.parse(text) as { format?: unknown } | null)?.format === RUN_FORMAT;
  } catch {
    return text.includes(RUN_FORMAT);
  }
}

async function configText(folder: string): Promise<string | undefined> {
  const found = await openInside(folder, ["config.json"]);
  if (!found) return undefined;
  const { file, size } = found;
  try {
    return size > CONFIG_BYTES ? undefined : await file.readFile("utf8");
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}

/** A function that sums up runs, and remembers what it read of each. */
export function summarizer(): (run: FoundRun) => Promise<RunSummary | undefined> {
  const configs = new Map<string, Remembered<Pick<RunSummary, "kind" | "config" | "problem">>>();
  const tails = new Map<string, Remembered<Ending>>();
  const pictures = new Map<string, Remembered<readonly string[]>>();
  const histories = new Map<string, Remembered<readonly number[]>>();
  return async ({ id, name, folder }) => {
    const path = (file: string) => join(folder, file);
    const times = await Promise.all(["", "metrics.jsonl", "config.json"].map((file) => timeOf(path(file))));
    if (times[2] === undefined) return undefined;
    const about = await remembered(configs, path("config.json"), () => readConfig(folder));
    const { before, last } = await remembered(tails, path("metrics.jsonl"), () => lastRecords(folder));
    const figures = await remembered(pictures, path("figures"), () => figuresIn(path("figures")));
    const history = await remembered(histories, path("history"), () => epochsIn(path("history")));
    const [model, report] = await Promise.all(["model.safetensors", "report.html"].map((file) => isFile(path(file))));
    const changed = Math.max(...times.map((time) => time ?? 0));
    const epoch = 1000 * ((last?.seconds ?? 0) - (last && before ? before.seconds : 0));
    const quiet = Date.now() - changed > Math.max(QUIET, 3 * epoch);
    const finished = model || (about.kind === "experiment" && report);
    const state = finished ? "finished" : quiet ? "stopped" : "running";
    const canGoOn = state === "stopped" && about.problem === undefined && about.kind !== "experiment";
    return {
      id,
      name,
      ...about,
      state,
      changed,
      begun: times[2],
      ...(last && { last }),
      figures,
      history,
      model: model === true,
      report: report === true,
      ...(canGoOn && { resume: `npx harmonium resume ${quote(name)}` }),
    };
  };
}

interface Remembered<Value> {
  readonly stamp: string;
  readonly value: Value;
}

/** What was read of a file or folder, or read anew where it is another one now. */
async function remembered<Value>(
  memory: Map<string, Remembered<Value>>,
  path: string,
  read: () => Promise<Value>,
): Promise<Value> {
  const found = await stat(path).catch(() => undefined);
  const stamp = found ? `${found.ino} ${found.size} ${found.mtimeMs}` : "";
  const known = memory.get(path);
  if (known?.stamp === stamp) return known.value;
  const value = await read();
  memory.set(path, { stamp, value });
  return value;
}

const timeOf = async (path: string) => (await stat(path).catch(() => undefined))?.mtimeMs;
const isFile = async (path: string) => (await stat(path).catch(() => undefined))?.isFile() === true;

async function readConfig(folder: string): Promise<Pick<RunSummary, "kind" | "config" | "problem">> {
  const text = await configText(folder);
  try {
    const { format: _, ...config } = JSON.parse(text ?? "") as Record<string, unknown>;
    if (config["kind"] === "experiment") return { kind: "experiment", config };
    const run = await openRun(folder);
    return { kind: run.config.kind, config };
  } catch (error) {
    if (error instanceof HarmoniumError) return { problem: error.message };
    return { problem: `${join(folder, "config.json")}: got no JSON; expected the configuration of a run.` };
  }
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

const figuresIn = async (folder: string): Promise<readonly string[]> =>
  (await filesIn(folder)).filter((name) => /^[^.].*\.png$/i.test(name)).sort();

const epochsIn = async (folder: string): Promise<readonly number[]> =>
  (await filesIn(folder))
    // as run folders write them; another name would not be found again by its epoch
    .filter((name) => /^epoch-(\d{5}|[1-9]\d{5,8})\.safetensors$/.test(name))
    .map((name) => Number(name.slice(6, -12)))
    .sort((a, b) => a - b);

interface Ending {
  readonly last?: EpochMetrics;
  /** The record before the last one. */
  readonly before?: EpochMetrics;
}

async function lastRecords(folder: string): Promise<Ending> {
  const found = await openInside(folder, ["metrics.jsonl"]);
  if (!found) return {};
  const { file, size } = found;
  try {
    const from = Math.max(0, size - TAIL_BYTES);
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
    const lines = bytes.toString("utf8", 0, bytesRead).split("\n");
    // before the first line feed is the end of a line, behind the last one the beginning of another
    const [last, before] = lines
      .slice(from === 0 ? 0 : 1, -1)
      .slice(-2)
      .flatMap(recordOf)
      .reverse();
    return { ...(last && { last }), ...(before && { before }) };
  } catch {
    return {};
  } finally {
    await file.close();
  }
}

function recordOf(line: string): EpochMetrics[] {
  try {
    const record = JSON.parse(line) as EpochMetrics;
    return Number.isFinite(record?.epoch) ? [record] : [];
  } catch {
    return [];
  }
}
