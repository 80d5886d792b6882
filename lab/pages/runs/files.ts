/** Runs from the disk: a folder, or metrics.jsonl and config.json by themselves. Nothing is sent anywhere. */

import type { Run, RunRecord } from "./run.js";
import { recordOf } from "./watch.js";

interface Found {
  readonly run: Run;
  readonly records: readonly RunRecord[];
}

/** The runs among the files, one for each folder with a metrics.jsonl; what is wrong with others is said. */
export async function runsFromFiles(
  files: readonly File[],
): Promise<{ readonly found: Found[]; readonly problems: string[] }> {
  const found: Found[] = [];
  const problems: string[] = [];
  for (const file of files.filter(({ name }) => name.endsWith(".jsonl"))) {
    const path = file.webkitRelativePath || file.name;
    const folder = path.slice(0, -file.name.length);
    const records = (await file.text()).split("\n").flatMap(recordOf);
    if (records.length === 0) {
      problems.push(`${path}: got no record; expected a line of JSON an epoch, as metrics.jsonl of a run has.`);
      continue;
    }
    const name = folder.replace(/\/$/, "") || path;
    const config = files.find((each) => (each.webkitRelativePath || each.name) === `${folder}config.json`);
    const about = config ? await configOf(config) : {};
    found.push({
      run: { id: `disk~${name.replaceAll(/[/,\s]/g, "~")}`, name, state: "from disk", figures: [], ...about },
      records,
    });
  }
  if (found.length === 0 && problems.length === 0) {
    problems.push("There is no metrics.jsonl among these files. Choose the folder of a run, for instance runs/twos.");
  }
  return { found, problems };
}

async function configOf(file: File): Promise<Pick<Run, "kind" | "config" | "problem">> {
  const [config] = recordOf(await file.text());
  if (!config) return { problem: "config.json: got no JSON; expected the configuration of a run." };
  return { config, ...(typeof config["kind"] === "string" && { kind: config["kind"] }) };
}
