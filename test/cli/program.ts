/** The real program, in a folder of its own. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

export const ROOT = join(import.meta.dirname, "../..");
export const PROGRAM = join(ROOT, "bin/harmonium.js");

export interface Ended {
  /** The exit status; none where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** Resolves when standard output and error together hold the text; rejects where the program ends before. */
  says(text: string): Promise<void>;
  readonly ended: Promise<Ended>;
}

/** What the program inherits: nothing that asks for colours or forbids them. */
const { FORCE_COLOR: _, NO_COLOR: __, COLORTERM: ___, CI: ____, ...environment } = process.env;

export interface Surroundings {
  readonly cwd: string;
  readonly env?: Record<string, string>;
}

/** Programs that have not ended: none outlives the tests, not even those that fail. */
const alive = new Set<ChildProcess>();

/** Starts any command, its output piped. */
export function begin([command, ...words]: string[], { cwd, env }: Surroundings): Running {
  const child = spawn(command as string, words, {
    cwd,
    env: { ...environment, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  alive.add(child);
  const texts = { stdout: "", stderr: "" };
  const listeners = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      alive.delete(child);
      resolve({ code, signal, ...texts });
    });
  });
  const says = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!texts.stdout.includes(text) && !texts.stderr.includes(text)) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      look();
      ended.then(() => reject(new Error(`ended before it said "${text}": ${texts.stdout}${texts.stderr}`)), reject);
    });
  return { child, says, ended };
}

/** harmonium as the last part of a command, for `begin`. */
export const harmonium = (...words: string[]): string[] => [process.execPath, PROGRAM, ...words];

/** A new folder, gone after the file's tests, and harmonium in it. */
export function workplace() {
  const cwd = mkdtempSync(join(tmpdir(), "harmonium-cli-"));
  afterAll(() => {
    for (const child of alive) child.kill("SIGKILL");
    rmSync(cwd, { recursive: true, force: true, maxRetries: 3 });
  });
  return {
    cwd,
    path: (...names: string[]) => join(cwd, ...names),
    start: (...words: string[]) => begin(harmonium(...words), { cwd }),
    run: (...words: string[]) => begin(harmonium(...words), { cwd }).ended,
    read: (...names: string[]) => readFileSync(join(cwd, ...names)),
  };
}

/** What --json prints, of which each command prints a part. */
export interface Printed {
  readonly kind?: string;
  readonly epoch?: number;
  readonly update?: number;
  readonly imagesPerSecond?: number;
  readonly reconstructionError?: number;
  readonly heldOutReconstructionError?: number;
  readonly logLikelihood?: number;
  readonly heldOutLogLikelihood?: number;
  readonly seconds?: number;
  readonly run?: string;
  readonly stopped?: boolean;
  readonly resume?: string;
  readonly parametersSha256?: string;
  readonly figures?: string[];
  readonly freeEnergy?: { readonly mean: number };
  readonly pseudoLogLikelihood?: { readonly mean: number; readonly standardError: number };
}

/** The objects of newline-delimited JSON; throws where a line is none. */
export function objects(text: string): Printed[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

/** The last object that a training with --json printed. */
export function outcome({ stdout }: Ended): Printed {
  return objects(stdout).at(-1) ?? {};
}

/** metrics.jsonl without what depends on the clock. */
export function timelessMetrics(file: Buffer): Printed[] {
  return objects(file.toString()).map(({ seconds: _, imagesPerSecond: __, ...rest }) => rest);
}
