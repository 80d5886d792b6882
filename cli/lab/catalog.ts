/** Which runs there are: the folders that were named, and those in them. Looked for anew while somebody watches, for runs begin. */

import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, join, normalize, resolve } from "node:path";
import { refuse } from "../../src/index.js";
import { isRunFolder, openRun } from "../../src/node/index.js";
import { type FoundRun, holdsRun, type RunSummary, summarizer } from "./summary.js";

const DEPTH = 3;
const MOST_RUNS = 1000;
/** How long an answer holds, ms. */
const FRESH = 900;

export interface Catalog {
  runs(): Promise<ReadonlyMap<string, FoundRun>>;
  summaries(): Promise<readonly RunSummary[]>;
}

/** The folders that a user named, checked; `runs` where none were named. Throws "file" or "format" for one that is missing or damaged. */
export async function checkRoots(given: readonly string[]): Promise<readonly string[]> {
  for (const path of given) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() && !isRunFolder(path)) continue;
    // refuses what is none, with the way out
    if (found?.isDirectory() && !(await holdsRun(path))) await openRun(path);
    if (found?.isDirectory()) continue;
    const wayOut = "Name the folder that training printed, for instance runs/twos, or one that holds several.";
    const got = found ? "a file" : "no such folder";
    throw refuse("file", { who: path || '""', got, expected: "the folder of a run, or of several", wayOut });
  }
  return given.length > 0 ? given : ["runs"];
}

export function catalogOf(roots: readonly string[]): Catalog {
  const summarize = summarizer();
  const runs = kept(async () => {
    const found = new Map<string, FoundRun>();
    const seen = new Set<string>();
    for (const root of roots) await search(root, root, DEPTH, found, seen);
    return found;
  });
  const summaries = kept(async () => {
    const all: RunSummary[] = [];
    for (const run of (await runs()).values()) {
      const summary = await summarize(run);
      if (summary) all.push(summary);
    }
    return all;
  });
  return { runs, summaries };
}

/** The answer of a moment ago, or the one under way. */
function kept<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let [answer, at] = [undefined as Promise<Answer> | undefined, Number.NEGATIVE_INFINITY];
  return () => {
    if (!answer || performance.now() - at > FRESH) {
      at = performance.now();
      answer = ask().catch((error) => {
        answer = undefined;
        throw error;
      });
    }
    return answer;
  };
}

async function search(
  path: string,
  root: string,
  depth: number,
  found: Map<string, FoundRun>,
  seen: Set<string>,
): Promise<void> {
  const folder = await realpath(path).catch(() => undefined);
  // a link may lead in a circle, and two names to one run
  if (folder === undefined || seen.has(folder) || found.size >= MOST_RUNS) return;
  seen.add(folder);
  if (isRunFolder(folder)) {
    if (await holdsRun(folder)) add(path, folder, found);
    return;
  }
  if (depth === 0) return;
  const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => []);
  const names = entries
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !/^\.|^node_modules$/.test(entry.name))
    .map(({ name }) => name)
    .sort();
  for (const name of names) {
    const below = join(path, name);
    if ((await stat(below).catch(() => undefined))?.isDirectory()) await search(below, root, depth - 1, found, seen);
  }
}

function add(path: string, folder: string, found: Map<string, FoundRun>): void {
  const plain = normalize(path)
    .replaceAll("\\", "/")
    .replace(/(.)\/+$/, "$1");
  const name = plain === "." ? basename(resolve(path)) : plain;
  // a link has commas between runs, and no spaces
  const id = name.replaceAll(/[/\\*,<>"\s]/g, "~");
  let free = id;
  for (let n = 2; found.has(free); n++) free = `${id}~${n}`;
  found.set(free, { id: free, name: plain, folder });
}
