/**
 * What a page watches, as server-sent events: the runs there are, and the metrics of those that it chose. One connection for all of them, since
 * browsers allow six. One loop writes it, and waits while the reader's socket is full: nothing is read ahead.
 *
 *   all                         all runs follow: others are no more  listed that all runs have been told
 *   run    {summary}            a run is there, or has changed       gone   its id
 *   begin  its id               lines of this run begin anew
 *   lines  its id, then a line of metrics.jsonl a line               live   its id: all lines so far have been told
 *
 * Ids of events, “CURSOR,CURSOR;MARK”, say how far each run and the list have been told: a browser that connects again goes on from there, and so
 * does a page that now watches other runs.
 */

import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Catalog } from "./catalog.js";
import { type Follower, follow } from "./follow.js";
import type { Listing } from "./listing.js";
import { ALWAYS, KEEP_NOTHING } from "./reply.js";

const POLL = 300;
const HEARTBEAT = 15_000;
export const MOST_WATCHED = 16;

export interface Watched {
  readonly id: string;
  readonly cursor?: string;
}

export interface Wanted {
  readonly watched: readonly Watched[];
  /** How far the list of runs has been told. */
  readonly mark?: string;
}

/** What `?run=ID&run=ID&after=CURSOR,CURSOR;MARK` asks for, a cursor a run, empty for none; the browser's own Last-Event-ID knows better. */
export function wantedBy(query: URLSearchParams, lastEventId: string | undefined): Wanted {
  const [after = "", mark] = (lastEventId ?? query.get("after") ?? "").split(";");
  const cursors = after.split(",");
  const watched = query.getAll("run").map((id, i) => ({ id, ...(cursors[i] && { cursor: cursors[i] }) }));
  return { watched, ...(mark && { mark }) };
}

/** Writes events until the reader leaves. */
export async function stream(
  response: ServerResponse,
  catalog: Catalog,
  listing: Listing,
  { watched, mark = "" }: Wanted,
): Promise<void> {
  const left = new AbortController();
  response.once("close", () => left.abort());
  response.writeHead(200, {
    ...ALWAYS,
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": KEEP_NOTHING,
  });
  const followed = watched.map(({ id, cursor }) => ({
    id,
    cursor,
    by: undefined as Follower | undefined,
    live: false,
  }));
  let [spoke, heard, listed] = [performance.now(), mark, false];

  const write = async (text: string) => {
    spoke = performance.now();
    if (!response.write(text)) await once(response, "drain", { signal: left.signal });
  };
  const tell = (event: string, lines: readonly string[]) => {
    const id = `${followed.map(({ by, cursor }) => by?.cursor() ?? cursor ?? "").join(",")};${heard}`;
    // a carriage return would end a line of the event
    const data = lines.map((line) => `data: ${line.replaceAll("\r", "")}\n`).join("");
    // not told yet are the lines that begin anew: who leaves here has to hear them
    return write(`event: ${event}\n${event === "begin" ? "" : `id: ${id}\n`}${data}\n`);
  };

  await write("retry: 1000\n\n");
  try {
    while (!left.signal.aborted) {
      await list();
      let more = false;
      for (const one of followed) more = (await tellNext(one)) || more;
      if (performance.now() - spoke > HEARTBEAT) await write(": still there\n\n");
      if (!more) await sleep(POLL, undefined, { signal: left.signal });
    }
  } catch (error) {
    if (!left.signal.aborted) throw error;
  }

  /** The next lines of a run; whether there are more at once. */
  async function tellNext(one: (typeof followed)[number]): Promise<boolean> {
    const run = (await catalog.runs()).get(one.id);
    // it may begin, or come back, later
    if (!run) return false;
    one.by ??= follow(run.folder, "metrics.jsonl", one.cursor);
    const part = await one.by.next();
    if (part?.anew) await tell("begin", [one.id]);
    if (part && part.lines.length > 0) await tell("lines", [one.id, ...part.lines]);
    if (part?.anew) one.live = false;
    if (part?.more || one.live) return part?.more === true;
    one.live = true;
    await tell("live", [one.id]);
    return false;
  }

  async function list(): Promise<void> {
    const { whole, changes, mark: now } = await listing.since(heard);
    if (whole) await tell("all", [""]);
    for (const { id, text } of changes) await (text === undefined ? tell("gone", [id]) : tell("run", [text]));
    // what ids say is true only now
    heard = now;
    if (!listed || whole) await tell("listed", [""]);
    listed = true;
  }
}
