/**
 * The lines of a file that grows: from its beginning, or from a cursor, on to those that are appended. A line is told when it is whole. A file
 * that was cut or replaced begins anew, unless what was told of it still stands there.
 */

import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { openInside } from "./reply.js";

const CHUNK = 65_536;
/** No record of an epoch is as long; what is longer is left out. */
const LONGEST = 1_048_576;
const TAIL = 256;
const LINE_FEED = 0x0a;

export interface Part {
  /** What was told before holds no longer. */
  readonly anew: boolean;
  readonly lines: readonly string[];
  /** The file holds more by now. */
  readonly more: boolean;
}

export interface Follower {
  /** The next whole lines, some 64 KiB; undefined where there is nothing new. */
  next(): Promise<Part | undefined>;
  /** Where it is: for another follower to go on from. */
  cursor(): string;
}

/** Follows a file of a folder; one that is missing, or leads out of the folder, is taken for empty. */
export function follow(folder: string, name: string, cursor = ""): Follower {
  let [offset, hash] = [0, hashOf(Buffer.alloc(0))];
  const given = /^(\d{1,15})-([0-9a-f]{12})$/.exec(cursor);
  if (given) [offset, hash] = [Number(given[1]), given[2] as string];
  // a cursor of another file: its reader has lines of that
  let anew = given === null;
  /** In the midst of a line that is too long. */
  let skipping = false;
  let seen: string | undefined;

  const restart = () => {
    [offset, hash, skipping, anew] = [0, hashOf(Buffer.alloc(0)), false, true];
  };

  async function next(): Promise<Part | undefined> {
    const found = await stat(join(folder, name)).catch(() => undefined);
    const stamp = found ? `${found.ino} ${found.size} ${found.mtimeMs}` : "";
    if (stamp === seen) return undefined;
    const opened = await openInside(folder, [name]);
    if (!opened) {
      seen = stamp;
      if (offset > 0) restart();
      return told([], false);
    }
    const { file, size } = opened;
    try {
      const read = async (from: number, length: number) => {
        const bytes = Buffer.allocUnsafe(length);
        const { bytesRead } = await file.read(bytes, 0, length, from);
        return bytes.subarray(0, bytesRead);
      };
      const tail = Math.min(offset, TAIL);
      if (offset > size || hashOf(await read(offset - tail, tail)) !== hash) restart();
      let bytes = await read(offset, Math.min(CHUNK, size - offset));
      let end = bytes.lastIndexOf(LINE_FEED) + 1;
      if (end === 0 && offset + bytes.length < size) {
        bytes = await read(offset, Math.min(LONGEST, size - offset));
        end = bytes.indexOf(LINE_FEED) + 1;
      }
      // too long a line: gone over until its end comes
      const over = end === 0 && (skipping || bytes.length === LONGEST);
      const used = over ? bytes.length : end;
      const lines = over || end === 0 ? [] : bytes.toString("utf8", 0, end - 1).split("\n");
      if (skipping && end > 0) lines.shift();
      skipping = over || (skipping && end === 0);
      offset += used;
      if (used > 0) {
        const kept = Math.min(offset, TAIL);
        hash = hashOf(await read(offset - kept, kept));
      }
      const more = used > 0 && offset < size;
      // the stamp is from before the file was opened: what came since has another
      if (!more) seen = stamp;
      return told(lines, more);
    } finally {
      await file.close();
    }
  }

  function told(lines: readonly string[], more: boolean): Part | undefined {
    const part = { anew, lines: lines.filter((line) => line.trim() !== ""), more };
    anew = false;
    return part.anew || more || part.lines.length > 0 ? part : undefined;
  }

  return { next, cursor: () => `${offset}-${hash}` };
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 12);
}
