/** Runs from the disk: a folder, or metrics.jsonl and config.json by themselves. Nothing is sent anywhere. */

import type { Run } from "./run.js";
import { type RunTable, recordOf, tableOf } from "./table.js";

export interface FoundRun {
  readonly run: Run;
  readonly table: RunTable;
}

const pathOf = (file: File): string => file.webkitRelativePath || file.name;

/** The runs among the files, one for each folder with a metrics.jsonl; what is wrong with others is said. */
export async function runsFromFiles(
  files: readonly File[],
): Promise<{ readonly found: FoundRun[]; readonly problems: string[] }> {
  const found: FoundRun[] = [];
  const problems: string[] = [];
  for (const file of files.filter(({ name }) => name.endsWith(".jsonl"))) {
    const path = pathOf(file);
    const folder = path.slice(0, -file.name.length);
    const table = tableOf((await file.text()).split("\n"));
    if (table.length === 0) {
      problems.push(`${path}: got no record; expected a line of JSON an epoch, as metrics.jsonl of a run has.`);
      continue;
    }
    const name = folder.replace(/\/$/, "") || path;
    const config = files.find((each) => pathOf(each) === `${folder}config.json`);
    const about = config ? await configOf(config) : {};
    const id = `disk~${name.replaceAll(/[/,\s<>"]/g, "~")}`;
    const begun = config?.lastModified ?? file.lastModified;
    found.push({
      run: { id, name, state: "from disk", figures: [], begun, ...about, ...machinesOf(files, folder) },
      table,
    });
  }
  if (found.length === 0 && problems.length === 0) {
    problems.push("There is no metrics.jsonl among these files. Choose the folder of a run, for instance runs/twos.");
  }
  return { found, problems };
}

function machinesOf(files: readonly File[], folder: string): Pick<Run, "history" | "machineAt"> {
  const kept = new Map<number, File>();
  for (const file of files) {
    const [, below = ""] = pathOf(file).startsWith(folder) ? [folder, pathOf(file).slice(folder.length)] : [];
    const [, epoch] = /^history\/epoch-(\d{1,9})\.safetensors$/.exec(below) ?? [];
    if (epoch !== undefined) kept.set(Number(epoch), file);
  }
  return {
    history: [...kept.keys()].sort((a, b) => a - b),
    machineAt: async (epoch) => new Uint8Array(await (kept.get(epoch) as File).arrayBuffer()),
  };
}

async function configOf(file: File): Promise<Pick<Run, "kind" | "config" | "problem">> {
  const config = recordOf(await file.text());
  if (!config) return { problem: "config.json: got no JSON; expected the configuration of a run." };
  return { config, ...(typeof config["kind"] === "string" && { kind: config["kind"] }) };
}
