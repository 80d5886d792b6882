/** What the operating system says about a file, in the words of harmonium's errors. */

import { dirname, isAbsolute, resolve } from "node:path";
import { type Complaint, HarmoniumError, refuse } from "../errors.js";

export type Intent = "read" | "write";

type Wording = Omit<Complaint, "who">;

/** Node's own codes for what a path or a file can cause; its other codes, `ERR_...`, are for errors of the program. */
const NODE_CODES = new Set(["ERR_FS_FILE_TOO_LARGE", "ERR_INVALID_ARG_VALUE"]);

/** The code of an error that a path or a file caused, such as "ENOENT"; undefined for any other value. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (typeof code !== "string" || (code.startsWith("ERR_") && !NODE_CODES.has(code))) return undefined;
  return code;
}

/**
 * The error to throw when the system refuses to read or write a path.
 *
 * @param outcome a sentence for the end of the message: what became of the file that was to be replaced
 * @returns a HarmoniumError "file" ("size" for a file that is too large to read) that names the path, the system's code
 *   and the way out; `error` itself where it is no error of the system
 */
export function fileError(path: string, intent: Intent, error: unknown, outcome?: string): unknown {
  const code = codeOf(error);
  if (error instanceof HarmoniumError || code === undefined) return error;
  const { got, expected, wayOut } = wordingOf(code, path, intent, error as Error);
  const end = [wayOut, outcome].filter((sentence) => sentence !== undefined).join(" ");
  const kind = code === "ERR_FS_FILE_TOO_LARGE" ? "size" : "file";
  return refuse(
    kind,
    { who: /^$|\p{Cc}/u.test(path) ? JSON.stringify(path) : path, got: `${got} (${code})`, expected, wayOut: end },
    error,
  );
}

function wordingOf(code: string, path: string, intent: Intent, error: Error): Wording {
  switch (code) {
    case "ENOENT":
      return intent === "read" ? missingFile(path) : missingFolder(path);
    case "EISDIR":
      return { got: "a folder", expected: `a file to ${intent}`, wayOut: "Name a file." };
    case "ENOTDIR":
      return {
        got: "a file where the path has a folder",
        expected: "folders down to the last name",
        wayOut: checkPath(path),
      };
    case "EACCES":
    case "EPERM":
      return {
        got: `no permission to ${intent} it`,
        expected: `a ${intent === "read" ? "file" : "file and folder"} that this user may ${intent}`,
        wayOut: "Change its permissions, or choose another path.",
      };
    case "EROFS":
      return {
        got: "a read-only disk",
        expected: "a disk that can be written",
        wayOut: "Choose a folder on another disk.",
      };
    case "ENOSPC":
      return {
        got: "a full disk",
        expected: "room for the file",
        wayOut: "Free space on the disk, or choose another one.",
      };
    case "EDQUOT":
      return {
        got: "a used-up disk quota",
        expected: "room for the file",
        wayOut: "Delete files, or choose another disk.",
      };
    case "ENAMETOOLONG":
      return {
        got: "a name that is too long",
        expected: "a name that the disk can hold",
        wayOut: "Choose a shorter name.",
      };
    case "EMFILE":
    case "ENFILE":
      return { got: "too many open files", expected: "one more to be allowed", wayOut: "Raise the limit (ulimit -n)." };
    case "ERR_FS_FILE_TOO_LARGE":
      return { got: "a file of more than 2 GiB", expected: "at most 2 GiB", wayOut: "Split the file." };
    case "ERR_INVALID_ARG_VALUE":
      return { got: "a path with a NUL", expected: "a path", wayOut: "Name a file." };
    default:
      return { got: error.message, expected: `to ${intent} the file`, wayOut: "Check the path and the disk." };
  }
}

function missingFile(path: string): Wording {
  return { got: "no such file", expected: "a file to read", wayOut: checkPath(path) };
}

function missingFolder(path: string): Wording {
  return { got: `no folder ${dirname(path)}`, expected: "a folder to write into", wayOut: "Create the folder first." };
}

function checkPath(path: string): string {
  return isAbsolute(path) ? "Check the path." : `Check the path; it means ${resolve(path)}.`;
}
