/**
 * A strict reader for the JSON that a safetensors header may hold: one object of tensor entries and `__metadata__`.
 *
 * `JSON.parse` is of no use here: it keeps the last of two equal keys, rounds 2^53 + 1 and accepts any nesting.
 * This reader knows the header's four levels by heart, has no recursion, and looks at each character once.
 */

import { type HarmoniumError, refuse } from "../errors.js";

/** A tensor entry as the header states it; nothing but its JSON types has been checked. */
export interface HeaderEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly offsets: readonly number[];
}

export interface HeaderText {
  readonly entries: Map<string, HeaderEntry>;
  readonly metadata: Map<string, string>;
}

interface Cursor {
  readonly text: string;
  /** The file, for error messages. */
  readonly name: string;
  at: number;
}

/** The key that holds the text-to-text map instead of a tensor. */
export const METADATA_KEY = "__metadata__";

const TABULATOR = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ZERO = 0x30;
const NINE = 0x39;

/** Text from a file as an error message may show it: quoted, at most 60 characters, no invisible ones. */
export function quote(text: string): string {
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return JSON.stringify(shown).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/** Whether UTF-8 can hold the text: it has no half of a surrogate pair standing alone. */
export function isUnicode(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/**
 * Reads a header's text.
 *
 * @param text the header, from its opening brace to the last space of its padding
 * @param name the file, for error messages
 * @throws HarmoniumError "format" for anything but one object of tensor entries (`dtype`, `shape` and `data_offsets`, each
 *   exactly once) and at most one `__metadata__` (text to text), for a key that comes twice, and for numbers other than
 *   integers from 0 to 2^53 - 1
 */
export function readHeaderText(text: string, name: string): HeaderText {
  const cursor: Cursor = { text, name, at: 0 };
  const entries = new Map<string, HeaderEntry>();
  const metadata = new Map<string, string>();
  if (!text.startsWith("{")) throw unexpected(cursor, `"{" as the first character of the header`);
  readObject(cursor, (key) => {
    if (key === METADATA_KEY) readObject(cursor, (label) => metadata.set(label, readString(cursor)));
    else entries.set(key, readEntry(cursor, key));
  });
  while (text.charCodeAt(cursor.at) === SPACE) cursor.at++;
  if (cursor.at < text.length) throw unexpected(cursor, "nothing but spaces after the header's closing brace");
  return { entries, metadata };
}

function readEntry(cursor: Cursor, tensor: string): HeaderEntry {
  let dtype: string | undefined;
  let shape: number[] | undefined;
  let offsets: number[] | undefined;
  readObject(cursor, (key) => {
    if (key === "dtype") dtype = readString(cursor);
    else if (key === "shape") shape = readIntegers(cursor);
    else if (key === "data_offsets") offsets = readIntegers(cursor);
    else
      throw complaint(cursor, `the key ${quote(key)}`, `only dtype, shape and data_offsets in tensor ${quote(tensor)}`);
  });
  if (dtype === undefined || shape === undefined || offsets === undefined) {
    const missing = dtype === undefined ? "dtype" : shape === undefined ? "shape" : "data_offsets";
    throw complaint(
      cursor,
      `tensor ${quote(tensor)} without ${missing}`,
      "dtype, shape and data_offsets in each tensor",
    );
  }
  return { dtype, shape, offsets };
}

/** Reads an object; `readValue` is called with each key and has to read the value that follows. */
function readObject(cursor: Cursor, readValue: (key: string) => void): void {
  const keys = new Set<string>();
  take(cursor, "{");
  if (takeIf(cursor, "}")) return;
  do {
    const key = readString(cursor);
    if (keys.has(key)) throw complaint(cursor, `the key ${quote(key)} twice`, "each key once");
    keys.add(key);
    take(cursor, ":");
    readValue(key);
  } while (takeIf(cursor, ","));
  take(cursor, "}");
}

function readIntegers(cursor: Cursor): number[] {
  const integers: number[] = [];
  take(cursor, "[");
  if (takeIf(cursor, "]")) return integers;
  do integers.push(readInteger(cursor));
  while (takeIf(cursor, ","));
  take(cursor, "]");
  return integers;
}

function readInteger(cursor: Cursor): number {
  skipSpace(cursor);
  const from = cursor.at;
  while (isDigit(cursor.text.charCodeAt(cursor.at))) cursor.at++;
  if (cursor.at === from) throw unexpected(cursor, "an integer from 0 to 2^53 - 1");
  const digits = cursor.text.slice(from, cursor.at);
  const value = Number(digits);
  if (!Number.isSafeInteger(value) || (digits.length > 1 && digits.startsWith("0"))) {
    throw complaint(cursor, `the number ${quote(digits)}`, "an integer from 0 to 2^53 - 1 without leading zeros");
  }
  return value;
}

function readString(cursor: Cursor): string {
  skipSpace(cursor);
  const { text } = cursor;
  const from = cursor.at;
  if (text.charCodeAt(from) !== QUOTE) throw unexpected(cursor, "a string");
  cursor.at++;
  let escaped = false;
  for (let code = text.charCodeAt(cursor.at); code !== QUOTE; code = text.charCodeAt(cursor.at)) {
    // NaN, past the end of the text, is not >= SPACE either.
    if (!(code >= SPACE)) throw unexpected(cursor, "a string that is closed, with control characters escaped");
    if (code === BACKSLASH) escaped = true;
    cursor.at += code === BACKSLASH ? 2 : 1;
  }
  cursor.at++;
  return escaped ? unescapeString(cursor, text.slice(from, cursor.at)) : text.slice(from + 1, cursor.at - 1);
}

function unescapeString(cursor: Cursor, literal: string): string {
  let value: string;
  try {
    value = JSON.parse(literal) as string;
  } catch {
    throw complaint(cursor, `the string ${quote(literal)}`, "a string with JSON's escapes only");
  }
  if (!isUnicode(value)) throw complaint(cursor, `the string ${quote(literal)}`, "whole Unicode characters");
  return value;
}

function take(cursor: Cursor, character: string): void {
  if (!takeIf(cursor, character)) throw unexpected(cursor, `"${character}"`);
}

function takeIf(cursor: Cursor, character: string): boolean {
  skipSpace(cursor);
  if (cursor.text[cursor.at] !== character) return false;
  cursor.at++;
  return true;
}

function skipSpace(cursor: Cursor): void {
  while (isSpace(cursor.text.charCodeAt(cursor.at))) cursor.at++;
}

function isSpace(code: number): boolean {
  return code === SPACE || code === LINE_FEED || code === CARRIAGE_RETURN || code === TABULATOR;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

function unexpected(cursor: Cursor, expected: string): HarmoniumError {
  const { text, at } = cursor;
  return complaint(cursor, at < text.length ? quote(text.slice(at, at + 20)) : "the end of the header", expected);
}

function complaint(cursor: Cursor, got: string, expected: string): HarmoniumError {
  const who = `${cursor.name}: header, character ${cursor.at + 1}`;
  return refuse("format", { who, got, expected, wayOut: "Write the file again with a safetensors writer." });
}
