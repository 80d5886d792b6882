/** The runs of the server that serves the page, as they go; one stream of events for all that is watched. */

import { batch, signal } from "@preact/signals";
import type { Run, RunRecord } from "./run.js";

/** The server says in the page that it has runs; a static host does not. */
export const served = document.querySelector('meta[name="harmonium-runs"]')?.getAttribute("content") === "here";

export type Connection = "none" | "asking" | "live" | "lost";

export function watchRuns() {
  const runs = signal<ReadonlyMap<string, Run>>(new Map());
  const records = signal<ReadonlyMap<string, readonly RunRecord[]>>(new Map());
  const connection = signal<Connection>(served ? "asking" : "none");
  let source: EventSource | undefined;
  let watched = "";

  function set(id: string, lines: readonly RunRecord[]) {
    records.value = new Map(records.peek()).set(id, lines);
  }

  /** Asks for the metrics of these runs, and for the list of all. */
  function watch(ids: readonly string[]): void {
    const query = ids.map((id) => `run=${encodeURIComponent(id)}`).join("&");
    if (!served || (source && query === watched)) return;
    watched = query;
    source?.close();
    source = new EventSource(new URL(`api/stream?${query}`, document.baseURI));
    const on = (event: string, take: (lines: string[]) => void) =>
      source?.addEventListener(event, ({ data }: MessageEvent<string>) => batch(() => take(data.split("\n"))));
    on("run", ([line = ""]) => {
      const run = JSON.parse(line) as Run;
      runs.value = new Map(runs.peek()).set(run.id, run);
    });
    on("gone", ([id = ""]) => {
      const left = new Map(runs.peek());
      left.delete(id);
      runs.value = left;
    });
    on("begin", ([id = ""]) => set(id, []));
    on("lines", ([id = "", ...lines]) => set(id, [...(records.peek().get(id) ?? []), ...lines.flatMap(recordOf)]));
    on("listed", () => {
      connection.value = "live";
    });
    source.onerror = () => {
      connection.value = "lost";
    };
    source.onopen = () => {
      connection.value = "live";
    };
  }

  return {
    runs,
    records,
    connection,
    watch,
    /** Takes runs from the disk. */
    add(run: Run, lines: readonly RunRecord[]) {
      batch(() => {
        runs.value = new Map(runs.peek()).set(run.id, run);
        set(run.id, lines);
      });
    },
    close: () => source?.close(),
  };
}

export function recordOf(line: string): RunRecord[] {
  try {
    const record: unknown = JSON.parse(line);
    return record !== null && typeof record === "object" ? [record as RunRecord] : [];
  } catch {
    return [];
  }
}
