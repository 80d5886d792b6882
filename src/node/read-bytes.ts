/** Reading a whole data file, with an error that helps to find the one that was meant. */

import { readdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { HarmoniumError, refuse } from "../errors.js";
import { nearest } from "../math/edit-distance.js";
import { codeOf } from "./file-errors.js";
import { readFileBytes } from "./files.js";

/**
 * The bytes of a file with data.
 *
 * @throws HarmoniumError "file" when it is missing (the message suggests a similar name, or the nearest folder that
 *   exists) or empty; otherwise as readFileBytes
 */
export async function readBytes(path: string): Promise<Uint8Array> {
  const bytes = await readFileBytes(path).catch(async (error: unknown) => {
    const code = error instanceof HarmoniumError ? codeOf(error.cause) : undefined;
    throw code === "ENOENT" || code === "ENOTDIR" ? await missing(path, error) : error;
  });
  if (bytes.length > 0) return bytes;
  throw refuse("file", { who: path, got: "an empty file", expected: "a file with data" });
}

async function missing(path: string, cause: unknown): Promise<HarmoniumError> {
  return refuse(
    "file",
    { who: path, got: "no such file", expected: "a file to read", wayOut: await hint(path) },
    cause,
  );
}

async function hint(path: string): Promise<string> {
  const folder = dirname(path);
  const names = await listFolder(folder);
  if (names !== undefined) {
    const meant = nearest(basename(path), names);
    return meant === undefined
      ? `The folder ${resolve(folder)} has no file of a similar name.`
      : `Did you mean ${join(folder, meant)}?`;
  }
  let existing = resolve(folder);
  while ((await listFolder(existing)) === undefined && dirname(existing) !== existing) existing = dirname(existing);
  return `The nearest folder that exists is ${existing}.`;
}

async function listFolder(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch {
    return undefined;
  }
}
