/**
 * The lab's server: the built pages, and the runs of this machine for its page Runs. It answers pages of its own only, and changes nothing.
 *
 *   /                         the lab (dist/lab)
 *   /api/runs                 summaries of all runs, as JSON
 *   /api/stream?run=ID        server-sent events (stream.ts)
 *   /api/runs/ID/FILE         config.json, metrics.jsonl, model.safetensors, report.html, figures/NAME.png, history/epoch-N.safetensors
 */

import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { talk } from "../output.js";
import type { Catalog } from "./catalog.js";
import { foreignSite, pathParts, refusalOf } from "./guard.js";
import { type Listing, listingOf } from "./listing.js";
import {
  ALWAYS_ASK,
  IMMUTABLE,
  KEEP_NOTHING,
  notFound,
  sendBody,
  sendFile,
  sendJson,
  sendText,
  typeOf,
} from "./reply.js";
import { MOST_WATCHED, stream, wantedBy } from "./stream.js";

/** Each looks at the disk now and then. */
const MOST_STREAMS = 64;
let streams = 0;

/** Of a run's folder, what the page may have. */
const RUN_FILES = ["config.json", "metrics.jsonl", "results.json", "model.safetensors", "report.html"];
/**
 * A report is a page too: it may show its pictures, and run nothing. No `sandbox`: its page would be of no origin, and its pictures, which are
 * for our own only, would stay away.
 */
const REPORT_POLICY =
  "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; font-src data:; base-uri 'none'; form-action 'none'";

export function labServer(pages: string, catalog: Catalog): Server {
  const listing = listingOf(catalog);
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    answer({ pages, catalog, listing }, request, response).catch((error: Error) => {
      talk(`harmonium lab: ${error.stack ?? error.message}`);
      if (response.headersSent) response.destroy();
      else sendText(response, 500, "The answer failed; see what the command says.");
    });
  };
  const server = createServer({ maxHeaderSize: 16_384, requestTimeout: 10_000 }, listener);
  // who asks whether to send a body hears no at once, in place of Node's "100 Continue"
  server.on("checkContinue", listener);
  // a line that is no HTTP gets a short answer, and no page
  server.on("clientError", ({ code }: NodeJS.ErrnoException, socket) => {
    const status = code === "HPE_HEADER_OVERFLOW" ? "431 Request Header Fields Too Large" : "400 Bad Request";
    if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
  });
  return server;
}

interface Lab {
  /** The folder of the built pages. */
  readonly pages: string;
  readonly catalog: Catalog;
  readonly listing: Listing;
}

async function answer(lab: Lab, request: IncomingMessage, response: ServerResponse) {
  const { pages } = lab;
  const refusal = refusalOf(request);
  if (refusal) {
    const headers = refusal.status === 405 ? { Allow: "GET, HEAD" } : {};
    return sendText(response, refusal.status, refusal.text, { ...headers, Connection: "close" });
  }
  const parts = pathParts(request.url ?? "");
  if (!parts) return sendText(response, 400, "Path: got one that names nothing.");
  if (parts[0] === "api") return answerApi(lab, parts.slice(1), request, response);
  const names = parts.length === 1 && parts[0] === "" ? ["index.html"] : parts;
  if (names.length === 1 && names[0] === "index.html") return sendFrontPage(response, pages);
  await sendFile(response, pages, names, { cache: names[0] === "assets" ? IMMUTABLE : ALWAYS_ASK });
}

/** The page, told that this server has runs; a static host's copy does not ask for any. */
async function sendFrontPage(response: ServerResponse, pages: string): Promise<void> {
  const page = await readFile(join(pages, "index.html"), "utf8");
  const told = page.replace('name="harmonium-runs" content="none"', 'name="harmonium-runs" content="here"');
  sendBody(response, 200, told, { "Content-Type": typeOf("index.html"), "Cache-Control": ALWAYS_ASK });
}

async function answerApi(
  { catalog, listing }: Lab,
  [what, id, ...file]: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const foreign = foreignSite(request);
  if (foreign) return sendText(response, foreign.status, foreign.text, { Connection: "close" });
  if (what === "runs" && id === undefined) return sendJson(response, await catalog.summaries());
  if (what === "runs") {
    const run = (await catalog.runs()).get(id as string);
    const name = file.join("/");
    const known =
      RUN_FILES.includes(name) || /^(figures\/[^/.][^/]*\.png|history\/epoch-\d{1,9}\.safetensors)$/.test(name);
    if (!run || !known) return notFound(response);
    const headers = name === "report.html" ? { "Content-Security-Policy": REPORT_POLICY } : {};
    return sendFile(response, run.folder, file, { cache: KEEP_NOTHING, headers });
  }
  if (what === "stream" && id === undefined) {
    if (request.method === "HEAD") return sendBody(response, 200, "", { "Content-Type": "text/event-stream" });
    const wanted = wantedBy(
      new URL(request.url ?? "", "http://lab").searchParams,
      request.headers["last-event-id"]?.toString(),
    );
    const { length } = wanted.watched;
    if (length > MOST_WATCHED)
      return sendText(response, 400, `run: got ${length} of them; expected at most ${MOST_WATCHED}.`);
    if (streams >= MOST_STREAMS)
      return sendText(response, 503, `Streams: ${streams} are open; close pages of the lab.`);
    streams++;
    return stream(response, catalog, listing, wanted).finally(() => {
      streams--;
    });
  }
  notFound(response);
}
