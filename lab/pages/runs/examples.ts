/** Two runs that come with the lab, for a page without runs of its reader's: made by lab/build/runs.mjs with the command line, kept in lab/runs. */

import { setBase, shippedUnzipped } from "../../engine/shipped.js";
import type { FoundRun } from "./files.js";
import { tableOf } from "./table.js";

export const EXAMPLE = "example~";

/** A run as it is packed: the texts of its files, and machines by their epochs, as base64. */
export interface PackedRun {
  readonly name: string;
  readonly config: string;
  readonly metrics: string;
  readonly history: Readonly<Record<string, string>>;
}

export function exampleOf({ name, config, metrics, history }: PackedRun): FoundRun {
  const { kind, ...rest } = JSON.parse(config) as { kind: string };
  const machineAt = async (epoch: number) => Uint8Array.from(atob(history[epoch] ?? ""), (byte) => byte.charCodeAt(0));
  return {
    run: {
      ...{ id: `${EXAMPLE}${name}`, name, kind, config: { kind, ...rest }, state: "example", figures: [] },
      history: Object.keys(history).map(Number),
      machineAt,
    },
    table: tableOf(metrics.split("\n")),
  };
}

/** Fetched when they are asked for. */
export async function exampleRuns(): Promise<FoundRun[]> {
  setBase(document.baseURI);
  const text = new TextDecoder().decode(await shippedUnzipped("example-runs.json"));
  return (JSON.parse(text) as PackedRun[]).map(exampleOf);
}
