/** The runs of the server that serves the page, as they go; one stream of events for all that is watched. */

import { batch, signal } from "@preact/signals";
import type { Run, RunRecord } from "./run.js";

/** The server says in the page that it has runs; a static host does not. */
export const served = document.querySelector('meta[name="harmonium-runs"]')?.getAttribute("content") === "here";

/** Parts that come within so many ms are shown together. */
const TOGETHER = 150;

export type Connection = "none" | "asking" | "live" | "lost";

export function watchRuns() {
  const runs = signal<ReadonlyMap<string, Run>>(new Map());
  /** The lists grow in place: a long run comes in hundreds of parts, and copies would take the square of its length. */
  const records = signal<ReadonlyMap<string, readonly RunRecord[]>>(new Map());
  const lists = new Map<string, RunRecord[]>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const connection = signal<Connection>(served ? "asking" : "none");
  let source: EventSource | undefined;
  let watched = "";

  /** Tells the page what has come; parts that come close together are one. */
  function show() {
    timer ??= setTimeout(() => {
      timer = undefined;
      records.value = new Map(lists);
    }, TOGETHER);
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
    on("begin", ([id = ""]) => {
      lists.set(id, []);
      show();
    });
    on("lines", ([id = "", ...lines]) => {
      lists.get(id)?.push(...lines.flatMap(recordOf));
      show();
    });
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
        lists.set(run.id, [...lines]);
        records.value = new Map(lists);
      });
    },
    close() {
      clearTimeout(timer);
      source?.close();
    },
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
