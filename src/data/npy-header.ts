/**
 * The header of a NumPy .npy file: `\x93NUMPY`, two version bytes, the header's length (16 bits in version 1, 32 bits
 * in versions 2 and 3, little-endian), and a Python dictionary with the keys descr, fortran_order and shape.
 *
 * Source: NumPy Enhancement Proposal 1 and the documentation of numpy.lib.format (versions 1.0, 2.0 and 3.0).
 */

import { type HarmoniumError, refuse } from "../errors.js";
import { showBytes, showText } from "./binary.js";

/** Longest dictionary that is read; NumPy itself refuses more than 10,000 characters unless told otherwise. */
const LONGEST_HEADER = 10_000;

/** Bytes from the start of a file in which every header that is read ends. */
export const NPY_HEAD_BYTES = 12 + LONGEST_HEADER;

export interface NpyHeader {
  /** The element type as NumPy writes it, such as `<f4`. */
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: number[];
  /** Where the elements start. */
  readonly start: number;
}

/** Whether the bytes start as .npy does: \x93NUMPY. */
export function isNpy(bytes: Uint8Array): boolean {
  return [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59].every((byte, i) => bytes[i] === byte);
}

/**
 * Reads the header of a .npy file (or of its first {@link NPY_HEAD_BYTES} bytes).
 *
 * @throws HarmoniumError "format" for another magic number or version, a header that is cut short, too long, or not
 *   of this form; "unsupported" for records
 */
export function readNpyHeader(bytes: Uint8Array, name: string): NpyHeader {
  if (!isNpy(bytes)) {
    throw refuse("format", {
      who: name,
      got: `a file that starts with ${showBytes(bytes, 6)}`,
      expected: "NumPy's .npy format, which starts with 93 4e 55 4d 50 59",
    });
  }
  const [major = 0, minor = 0] = bytes.subarray(6, 8);
  if (major < 1 || major > 3 || minor !== 0) {
    throw refuse("format", { who: name, got: `.npy version ${major}.${minor}`, expected: "1.0, 2.0 or 3.0" });
  }
  const textStart = major === 1 ? 10 : 12;
  if (bytes.length < textStart) throw cutShort(name, bytes.length, textStart);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > LONGEST_HEADER) {
    throw refuse("format", {
      who: name,
      got: `a .npy header of ${length} bytes`,
      expected: `at most ${LONGEST_HEADER}`,
    });
  }
  const start = textStart + length;
  if (bytes.length < start) throw cutShort(name, bytes.length, start);
  const text = new TextDecoder(major === 3 ? "utf-8" : "latin1").decode(bytes.subarray(textStart, start));
  return { ...readDictionary(text, name), start };
}

function cutShort(name: string, present: number, needed: number): HarmoniumError {
  return refuse("format", {
    who: name,
    got: `${present} bytes`,
    expected: `a .npy header of at least ${needed}`,
    wayOut: "The file is cut short: fetch or write it again.",
  });
}

/**
 * A number (with the L of Python 2's long integers), a quoted string, a word or a mark; each with the spaces before it.
 */
const TOKEN = /\s*(?:(\d+)L?|'([^'\\]*)'|"([^"\\]*)"|(True|False)|([{}(),:[\]]))/y;

type Token = { kind: "number" | "string" | "word" | "mark"; text: string };

/** Splits the dictionary into tokens; undefined where something is none. */
function tokenize(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  const source = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const found = TOKEN.exec(source);
    if (found === null) return undefined;
    const [, number, single, double, word, mark] = found;
    if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (word !== undefined) tokens.push({ kind: "word", text: word });
    else if (mark !== undefined) tokens.push({ kind: "mark", text: mark });
    else tokens.push({ kind: "string", text: single ?? double ?? "" });
  }
  return tokens;
}

function readDictionary(text: string, name: string): Omit<NpyHeader, "start"> {
  const malformed = (): HarmoniumError =>
    refuse("format", {
      who: name,
      got: `the .npy header ${showText(text.trim(), 120)}`,
      expected: "{'descr': '<f4', 'fortran_order': False, 'shape': (100, 784), }",
    });
  const tokens = tokenize(text);
  if (tokens === undefined) throw malformed();
  let next = 0;
  const accept = (mark: string): boolean => {
    const here = tokens[next]?.kind === "mark" && tokens[next]?.text === mark;
    if (here) next++;
    return here;
  };
  const take = (kind: Token["kind"]): string => {
    const token = tokens[next++];
    if (token?.kind !== kind) throw malformed();
    return token.text;
  };
  const found: { descr?: string; fortranOrder?: boolean; shape?: number[] } = {};
  if (!accept("{")) throw malformed();
  while (!accept("}")) {
    const key = take("string");
    if (!accept(":")) throw malformed();
    if (key === "descr") {
      if (accept("[")) throw recordsRefused(name);
      found.descr = take("string");
    } else if (key === "fortran_order") found.fortranOrder = take("word") === "True";
    else if (key === "shape") found.shape = readShape(accept, take, malformed);
    else throw malformed();
    if (!accept(",") && tokens[next]?.text !== "}") throw malformed();
  }
  const { descr, fortranOrder, shape } = found;
  if (next !== tokens.length || descr === undefined || fortranOrder === undefined || shape === undefined) {
    throw malformed();
  }
  return { descr, fortranOrder, shape };
}

function readShape(
  accept: (mark: string) => boolean,
  take: (kind: Token["kind"]) => string,
  malformed: () => HarmoniumError,
): number[] {
  const shape: number[] = [];
  if (!accept("(")) throw malformed();
  while (!accept(")")) {
    const size = Number(take("number"));
    // NumPy has at most 64 dimensions (32 before version 2).
    if (!Number.isSafeInteger(size) || shape.length === 64) throw malformed();
    shape.push(size);
    if (!accept(",")) {
      if (!accept(")")) throw malformed();
      break;
    }
  }
  return shape;
}

function recordsRefused(name: string): HarmoniumError {
  return refuse("unsupported", {
    who: name,
    got: "a NumPy array of records (a structured dtype)",
    expected: "an array of numbers",
    wayOut: "Save one field of it as its own array, for example numpy.save(file, array['field']).",
  });
}
