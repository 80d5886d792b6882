/** Answers: the headers that all have, short texts, JSON, and files that lie in a folder. */

import { constants } from "node:fs";
import { type FileHandle, open, realpath, stat } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { extname, join, sep } from "node:path";
import { pipeline } from "node:stream/promises";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".json": "application/json; charset=utf-8",
  ".jsonl": "application/x-ndjson; charset=utf-8",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
};

/** Packed digits (.gz) and machines (.safetensors) are bytes: no Content-Encoding, or the browser would unpack them. */
export const typeOf = (name: string): string => TYPES[extname(name).toLowerCase()] ?? "application/octet-stream";

/** What every answer has. The first three let the page compute on threads, which need memory that no other origin sees. */
export const ALWAYS = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
} as const;

/** Names of the build's assets hold a hash of their content. */
export const IMMUTABLE = "public, max-age=31536000, immutable";
export const ALWAYS_ASK = "no-cache";
export const KEEP_NOTHING = "no-store";

export interface FileOptions {
  readonly cache: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function sendText(response: ServerResponse, status: number, text: string, headers: object = {}): void {
  const type = { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": KEEP_NOTHING };
  sendBody(response, status, `${text}\n`, { ...type, ...headers });
}

export function sendJson(response: ServerResponse, value: unknown): void {
  sendBody(response, 200, JSON.stringify(value), {
    "Content-Type": typeOf("answer.json"),
    "Cache-Control": KEEP_NOTHING,
  });
}

export function sendBody(response: ServerResponse, status: number, text: string, headers: object): void {
  const bytes = Buffer.from(text);
  response.writeHead(status, { ...ALWAYS, ...headers, "Content-Length": bytes.length });
  // Node leaves the body out of an answer to HEAD
  response.end(bytes);
}

export const notFound = (response: ServerResponse): void => sendText(response, 404, "Not found.");

/** A regular file in a folder, opened; undefined where there is none, or where links lead it out of the folder. */
export async function openInside(
  folder: string,
  names: readonly string[],
): Promise<{ readonly file: FileHandle; readonly size: number } | undefined> {
  try {
    const root = await realpath(folder);
    const path = await realpath(join(root, ...names));
    if (!path.startsWith(root.endsWith(sep) ? root : root + sep)) return undefined;
    // before it is opened: a pipe would wait for its writer
    if (!(await stat(path)).isFile()) return undefined;
    const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    const found = await file.stat();
    if (found.isFile()) return { file, size: found.size };
    await file.close();
  } catch {
    // missing, not readable, gone meanwhile: not there for the page
  }
  return undefined;
}

/** Sends a file that lies in a folder, as many bytes as it has now; 404 where there is none. */
export async function sendFile(
  response: ServerResponse,
  folder: string,
  names: readonly string[],
  { cache, headers = {} }: FileOptions,
): Promise<void> {
  const found = await openInside(folder, names);
  if (!found) return notFound(response);
  const { file, size } = found;
  try {
    response.writeHead(200, {
      ...ALWAYS,
      "Content-Type": typeOf(names.at(-1) ?? ""),
      "Content-Length": size,
      "Cache-Control": cache,
      ...headers,
    });
    if (response.req.method === "HEAD" || size === 0) response.end();
    else {
      const bytes = file.createReadStream({ start: 0, end: size - 1, autoClose: false });
      await pipeline(bytes, response);
      // the file shrank: a whole answer it must not look like, nor one to wait for
      if (bytes.bytesRead < size) response.socket?.destroy();
    }
  } catch {
    // the reader left, or the disk failed
    response.destroy();
  } finally {
    await file.close();
  }
}
