/**
 * The runs of the server that serves the page, as they go; one stream of events for all that is watched. Where other runs are to be watched, it is
 * opened anew with cursors: nothing that the page has is sent again.
 */

import { signal } from "@preact/signals";
import { isServers, MOST_CHOSEN, type Run } from "./run.js";
import { addLine, emptyTable, type RunTable } from "./table.js";

/** The server says in the page that it has runs; a static host does not. */
export const served = document.querySelector('meta[name="harmonium-runs"]')?.getAttribute("content") === "here";

/** Parts that come within so many ms are shown together. */
const TOGETHER = 150;
/** A server that refuses is asked again after so many ms; the browser does not by itself. */
const AGAIN = 3000;

export type Connection = "none" | "asking" | "live" | "lost";

export interface Watch {
  /** Runs by id. The maps of both signals are new ones at each change. */
  readonly runs: { readonly value: ReadonlyMap<string, Run> };
  /** Their records. The tables grow in place: copies of a long run's parts would take the square of its length. */
  readonly tables: { readonly value: ReadonlyMap<string, RunTable> };
  readonly connection: { readonly value: Connection };
  /** Asks for the records of these runs, and for the list of all. */
  watch(ids: readonly string[]): void;
  /** Takes runs that are not the server's. */
  add(run: Run, table: RunTable): void;
  close(): void;
}

export function watchRuns(): Watch {
  const all = new Map<string, Run>();
  const lists = new Map<string, RunTable>();
  const runs = signal<ReadonlyMap<string, Run>>(new Map());
  const tables = signal<ReadonlyMap<string, RunTable>>(new Map());
  const connection = signal<Connection>(served ? "asking" : "none");
  /** How far the server has told each run, and the list. */
  const cursors = new Map<string, string>();
  let mark = "";
  /** Tables of runs whose lines begin anew, until the first of these is here: a folder that is deleted begins anew too, and its curves stay. */
  const anew = new Map<string, RunTable>();
  let [showing, asking] = [undefined, undefined] as (ReturnType<typeof setTimeout> | undefined)[];
  let source: EventSource | undefined;
  let watched: readonly string[] | undefined;
  /** Ids of the list that is being told whole. */
  let fresh: Set<string> | undefined;

  /** Tells the page what has come; parts that come close together are one. */
  function show() {
    showing ??= setTimeout(flush, TOGETHER);
  }

  function flush() {
    clearTimeout(showing);
    showing = undefined;
    runs.value = new Map(all);
    tables.value = new Map(lists);
  }

  /** The new table takes the place of the old one. */
  function replace(id: string) {
    const table = anew.get(id);
    if (table) lists.set(id, table);
    anew.delete(id);
  }

  /** A run whose curves are here stays, and its state says that the folder is gone. */
  function forget(id: string) {
    const run = all.get(id);
    if (run && isServers(run) && (lists.get(id)?.length ?? 0) > 0)
      all.set(id, { ...run, state: "gone", figures: [], history: [] });
    else if (run && isServers(run)) all.delete(id);
    cursors.delete(id);
  }

  function open(ids: readonly string[]) {
    source?.close();
    clearTimeout(asking);
    const after = `${ids.map((id) => cursors.get(id) ?? "").join(",")};${mark}`;
    const query = [...ids.map((id) => `run=${encodeURIComponent(id)}`), `after=${encodeURIComponent(after)}`].join("&");
    const opened = new EventSource(new URL(`api/stream?${query}`, document.baseURI));
    source = opened;
    const on = (event: string, take: (lines: string[]) => void) =>
      opened.addEventListener(event, ({ data, lastEventId }: MessageEvent<string>) => {
        take(data.split("\n"));
        // what was told before lines begin anew counts no longer
        if (event !== "begin" && lastEventId !== "") {
          const [told = "", list = ""] = lastEventId.split(";");
          told.split(",").forEach((cursor, i) => {
            if (cursor !== "" && ids[i] !== undefined) cursors.set(ids[i], cursor);
          });
          mark = list;
        }
        show();
      });
    on("all", () => {
      fresh = new Set();
    });
    on("run", ([line = ""]) => {
      const run = JSON.parse(line) as Run;
      fresh?.add(run.id);
      all.set(run.id, run);
    });
    on("gone", ([id = ""]) => forget(id));
    on("begin", ([id = ""]) => {
      cursors.delete(id);
      anew.set(id, emptyTable());
      if (!lists.has(id)) replace(id);
    });
    on("live", ([id = ""]) => {
      // without a line: empty, unless it turns out to be gone
      if (!anew.has(id)) return;
      setTimeout(() => {
        if (all.get(id)?.state === "gone") return;
        replace(id);
        show();
      }, AGAIN);
    });
    on("lines", ([id = "", ...lines]) => {
      replace(id);
      const table = lists.get(id);
      if (table) for (const line of lines) addLine(table, line);
    });
    on("listed", () => {
      if (fresh) for (const id of [...all.keys()]) if (!fresh.has(id)) forget(id);
      fresh = undefined;
      // who hears that all are listed has to see them
      flush();
      connection.value = "live";
    });
    opened.onerror = () => {
      connection.value = "lost";
      if (opened.readyState === EventSource.CLOSED && source === opened) asking = setTimeout(() => open(ids), AGAIN);
    };
    opened.onopen = () => {
      if (connection.value === "lost") connection.value = "live";
    };
  }

  return {
    runs,
    tables,
    connection,
    watch(ids) {
      const wanted = ids.slice(0, MOST_CHOSEN);
      if (!served || (watched && wanted.join() === watched.join())) return;
      watched = wanted;
      open(wanted);
    },
    add(run, table) {
      all.set(run.id, run);
      lists.set(run.id, table);
      flush();
    },
    close() {
      clearTimeout(showing);
      clearTimeout(asking);
      source?.close();
    },
  };
}
