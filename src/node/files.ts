/**
 * Files that are whole or absent: reading with errors that tell the way out, and writing that survives a kill.
 *
 * A file is written beside its target under the name `.NAME.PID-RANDOM.tmp`, flushed to the disk, and renamed over the
 * target, which POSIX (rename(2)) makes one step: whoever opens the target finds the old file or the new one, never a part.
 */

import { randomBytes } from "node:crypto";
import type { Stats } from "node:fs";
import * as fs from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { refuse } from "../errors.js";
import { codeOf, fileError } from "./file-errors.js";

/** The `format` entry of a run folder's config.json. */
export const RUN_FORMAT = "harmonium-run/1";

const CONFIG_NAME = "config.json";
const MAX_CONFIG_BYTES = 1_000_000;

const TEMP_NAME = /^\..*\.(\d{1,9})-[0-9a-f]{8}\.tmp$/s;

/** What opening or flushing a folder answers where the platform or the file system does not offer it. */
const NO_FOLDER_SYNC = new Set(["EPERM", "EACCES", "EISDIR", "EINVAL", "EBADF", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

const CHUNK_BYTES = 65_536;
const LINE_FEED = 0x0a;

/**
 * Reads a file, or a pipe to its end.
 *
 * @returns the bytes, at the start of a buffer, so that arrays of any item size can view them
 * @throws HarmoniumError "file" for a path that is missing, not readable, a folder or a device; "size" above 2 GiB
 */
export async function readFileBytes(path: string): Promise<Uint8Array> {
  try {
    const found = await fs.stat(path);
    if (found.isDirectory()) throw folderInPlaceOfFile(path);
    if (found.isCharacterDevice() || found.isBlockDevice()) {
      // Some, such as /dev/zero, have no end.
      throw refuse("file", { who: path, got: "a device", expected: "a file or a pipe", wayOut: "Name a file." });
    }
    const bytes = await fs.readFile(path);
    return bytes.byteOffset === 0 ? new Uint8Array(bytes.buffer, 0, bytes.length) : new Uint8Array(bytes);
  } catch (error) {
    throw fileError(path, "read", error);
  }
}

/**
 * Writes a file so that, whatever happens, the path holds the whole previous content or the whole new one.
 *
 * When the promise resolves, the new content is on the disk. When it rejects, the temporary file is gone. A symbolic link
 * stays and its target is replaced; the permissions of a previous file stay. A pipe or a device is written to as it is.
 * Await one call before the next one for the same path: which of two concurrent calls is the last to rename is open.
 *
 * @param content the bytes, or text, which is written as UTF-8
 * @throws HarmoniumError "file" where the system refuses: no space, no permission, no folder, a folder in place of the file,
 *   a name that is too long
 */
export async function writeFileAtomic(path: string, content: Uint8Array | string): Promise<void> {
  let outcome: string | undefined;
  try {
    const previous = await statIfAny(path);
    if (previous?.isDirectory()) throw folderInPlaceOfFile(path);
    if (previous !== undefined && !previous.isFile()) return await fs.writeFile(path, content);
    outcome = previous === undefined ? "No file was written." : "The previous file is intact.";
    const target = previous === undefined ? path : await fs.realpath(path);
    // A rename would replace even a file that is write-protected.
    if (previous !== undefined) await fs.access(target, fs.constants.W_OK);
    await replace(target, content, previous);
    outcome = "The new file is in place, but a loss of power may undo it.";
    await syncFolder(dirname(target));
  } catch (error) {
    throw fileError(path, "write", error, outcome);
  }
}

async function replace(target: string, content: Uint8Array | string, previous: Stats | undefined): Promise<void> {
  // 50 characters of the name are at most 150 bytes: the temporary name is not too long where the name itself is not.
  const suffix = `${process.pid}-${randomBytes(4).toString("hex")}.tmp`;
  const temp = join(dirname(target), `.${basename(target).slice(0, 50)}.${suffix}`);
  try {
    const file = await fs.open(temp, "wx");
    try {
      if (previous !== undefined) await file.chmod(previous.mode & 0o777);
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await fs.rename(temp, target);
  } catch (error) {
    await fs.rm(temp, { force: true }).catch(() => {});
    throw error;
  }
}

/** Flushes a folder's entries, so that a rename in it survives a loss of power. */
async function syncFolder(folder: string): Promise<void> {
  let handle: fs.FileHandle | undefined;
  try {
    handle = await fs.open(folder, "r");
    await handle.sync();
  } catch (error) {
    if (!NO_FOLDER_SYNC.has(codeOf(error) ?? "")) throw error;
  } finally {
    await handle?.close();
  }
}

/**
 * Deletes the temporary files that {@link writeFileAtomic} left in a folder when its process was killed.
 *
 * A temporary file stays while a process with its number runs on this machine, so call this only for folders that no other
 * machine writes to.
 *
 * @returns the names of the deleted files
 * @throws HarmoniumError "file" for a folder that is missing or cannot be changed
 */
export async function removeStaleTemps(folder: string): Promise<string[]> {
  const removed: string[] = [];
  try {
    for (const entry of await fs.readdir(folder, { withFileTypes: true })) {
      const pid = entry.isFile() ? TEMP_NAME.exec(entry.name)?.[1] : undefined;
      const path = join(folder, entry.name);
      if (pid === undefined || !(await isStale(path, Number(pid)))) continue;
      await fs.rm(path, { force: true });
      removed.push(entry.name);
    }
  } catch (error) {
    throw fileError(folder, "write", error);
  }
  return removed;
}

async function isStale(temp: string, pid: number): Promise<boolean> {
  if (pid === process.pid) {
    // In containers the same numbers come back: a file older than this process is from one that had its number before.
    const found = await statIfAny(temp);
    return found !== undefined && found.mtimeMs < Date.now() - 1000 * process.uptime();
  }
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return codeOf(error) === "ESRCH";
  }
}

/**
 * Appends a line, and a line feed, to a text file, which is created if need be.
 *
 * A line that is written survives the kill of this process, not always a loss of power. If the disk is full, the part of the
 * line that was written is taken back.
 *
 * @param line one line, for example a JSON record, without line feed
 * @throws HarmoniumError "data" for a line with a line feed, "file" where the system refuses
 */
export async function appendLine(path: string, line: string): Promise<void> {
  if (line.includes("\n")) {
    throw refuse("data", { who: path, got: `${line.split("\n").length} lines`, expected: "one line to append" });
  }
  try {
    const file = await fs.open(path, "a");
    try {
      const { size } = await file.stat();
      await file.writeFile(`${line}\n`).catch(async (error) => {
        await file.truncate(size).catch(() => {});
        throw error;
      });
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileError(path, "write", error, "The lines before this one are intact.");
  }
}

/**
 * Cuts off what stands behind the last line feed of a text file: the line that a kill tore.
 *
 * @returns how many bytes were cut off; 0 for a file that does not exist
 * @throws HarmoniumError "file" where the system refuses
 */
export async function truncateAfterLastCompleteLine(path: string): Promise<number> {
  try {
    if ((await statIfAny(path)) === undefined) return 0;
    const file = await fs.open(path, "r+");
    try {
      const { size } = await file.stat();
      const kept = await endOfLastLine(file, size);
      if (kept < size) await file.truncate(kept);
      return size - kept;
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileError(path, "write", error);
  }
}

async function endOfLastLine(file: fs.FileHandle, size: number): Promise<number> {
  const chunk = new Uint8Array(CHUNK_BYTES);
  for (let end = size; end > 0; end -= CHUNK_BYTES) {
    const from = Math.max(0, end - CHUNK_BYTES);
    const { bytesRead } = await file.read(chunk, 0, end - from, from);
    const at = chunk.subarray(0, bytesRead).lastIndexOf(LINE_FEED);
    if (at >= 0) return from + at + 1;
  }
  return 0;
}

/**
 * Makes the folder of a new run, with the folders above it.
 *
 * @param options.force whether a run that is in the folder already is deleted, with everything else in the folder; a run is
 *   recognised by a config.json with the format {@link RUN_FORMAT}
 * @throws HarmoniumError "file" for a folder with anything in it but stale temporary files, unless it holds a run and `force`
 *   is set; for a file in place of the folder; and where the system refuses
 */
export async function createFolder(
  path: string,
  options: { readonly force?: boolean | undefined } = {},
): Promise<void> {
  try {
    await makeFolders(path);
    // A run that was killed while it wrote its first file leaves nothing but that file's temporary form.
    await removeStaleTemps(path);
    const names = await fs.readdir(path);
    if (names.length === 0) return;
    const got = `a folder with ${names.length} ${names.length === 1 ? "entry" : "entries"}`;
    if (options.force !== true) {
      const wayOut = "Choose another folder, or replace the run in this one with --force.";
      throw refuse("file", { who: path, got, expected: "a new or empty folder", wayOut });
    }
    if (!(await holdsRun(path))) {
      const wayOut = "Choose another folder; --force deletes nothing but runs.";
      const expected = `an empty folder, or one with a ${CONFIG_NAME} of format ${RUN_FORMAT}`;
      throw refuse("file", { who: path, got, expected, wayOut });
    }
    await emptyRun(path, names);
  } catch (error) {
    throw fileError(path, "write", codeOf(error) === "EEXIST" ? fileInPlaceOfFolder(path) : error);
  }
}

async function makeFolders(path: string): Promise<void> {
  try {
    await fs.mkdir(path, { recursive: true });
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    // Node 20 says ENOENT here for a disk mounted read-only; the plain call tells the true reason.
    await fs.mkdir(path);
  }
}

async function holdsRun(folder: string): Promise<boolean> {
  const path = join(folder, CONFIG_NAME);
  const found = await statIfAny(path);
  if (found === undefined || !found.isFile() || found.size > MAX_CONFIG_BYTES) return false;
  try {
    const config: unknown = JSON.parse(await fs.readFile(path, "utf8"));
    return typeof config === "object" && config !== null && "format" in config && config.format === RUN_FORMAT;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** Deletes config.json last: what a kill leaves in the folder is still recognised as a run. */
async function emptyRun(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    if (name !== CONFIG_NAME) await fs.rm(join(folder, name), { recursive: true, force: true });
  }
  await fs.rm(join(folder, CONFIG_NAME), { force: true });
}

async function statIfAny(path: string): Promise<Stats | undefined> {
  try {
    return await fs.stat(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function folderInPlaceOfFile(path: string): Error {
  return refuse("file", { who: path, got: "a folder", expected: "a file", wayOut: "Name a file, not a folder." });
}

function fileInPlaceOfFolder(path: string): Error {
  return refuse("file", { who: path, got: "a file", expected: "a folder", wayOut: "Choose another folder." });
}
