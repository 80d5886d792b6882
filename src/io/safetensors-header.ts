/**
 * The header of a safetensors file: which tensors it holds and where they lie, checked before any of them is read.
 *
 * Source: the format's description in the README of github.com/huggingface/safetensors. No file is taken that the format
 * forbids, and the reader is stricter where the description leaves room: a header of at most 1,000,000 bytes, no unknown
 * keys in an entry, sizes below 2^53, and only the dtypes that a JavaScript array can hold.
 */

import { type HarmoniumError, refuse } from "../errors.js";
import { type HeaderEntry, quote, readHeaderText } from "./safetensors-json.js";

/** The dtypes that are read and written, and the array that holds each. F16 and BF16 are kept as their 16 bits. */
export interface DataArrays {
  readonly BOOL: Uint8Array;
  readonly U8: Uint8Array;
  readonly I8: Int8Array;
  readonly U16: Uint16Array;
  readonly I16: Int16Array;
  readonly F16: Uint16Array;
  readonly BF16: Uint16Array;
  readonly U32: Uint32Array;
  readonly I32: Int32Array;
  readonly F32: Float32Array;
  readonly U64: BigUint64Array;
  readonly I64: BigInt64Array;
  readonly F64: Float64Array;
}

export type Dtype = keyof DataArrays;

/** Where a tensor lies: its values are the file's bytes from `begin` up to, but without, `end`. */
export interface TensorPlace {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** The largest header that is read or written, in bytes. */
export const MAX_HEADER_BYTES = 1_000_000;

/** The bytes of the header's length, in front of the header. */
export const LENGTH_BYTES = 8;

const COMPLETE_FILE = "Check that the file is a complete safetensors file.";

interface DataArrayConstructor<T> {
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): T;
}

/** The array of each dtype. */
export const ARRAYS: { readonly [D in Dtype]: DataArrayConstructor<DataArrays[D]> } = {
  BOOL: Uint8Array,
  U8: Uint8Array,
  I8: Int8Array,
  U16: Uint16Array,
  I16: Int16Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  U32: Uint32Array,
  I32: Int32Array,
  F32: Float32Array,
  U64: BigUint64Array,
  I64: BigInt64Array,
  F64: Float64Array,
};

/**
 * Checks a file by its first bytes and its size, before the rest is read, and tells where its tensors lie.
 *
 * @param headerBytes the file's first bytes, at least the 8 of the header's length and the header itself: the first
 *   8 + {@link MAX_HEADER_BYTES} bytes of the file, or all of them, are always enough
 * @param fileSize the size of the whole file, in bytes
 * @param name the file's name, for error messages
 * @returns the tensors' places and the metadata in the order of the header
 * @throws HarmoniumError "format" for a file that is too short, a header that is too long, not UTF-8 or not the JSON of a
 *   safetensors header, an unknown dtype, a shape that does not fit its offsets, and tensors that overlap, leave a gap, or do
 *   not end where the file does
 */
export function parseSafetensorsHeader(
  headerBytes: Uint8Array,
  fileSize: number,
  name: string,
): { places: Map<string, TensorPlace>; metadata: Map<string, string> } {
  const dataStart = LENGTH_BYTES + headerLength(headerBytes, fileSize, name);
  const { entries, metadata } = readHeaderText(decodeHeader(headerBytes, dataStart, name), name);
  const places = new Map<string, TensorPlace>();
  for (const [tensor, entry] of entries) places.set(tensor, placeOf(entry, dataStart, name, tensor));
  checkCoverage(places, dataStart, fileSize, name);
  return { places, metadata };
}

function headerLength(headerBytes: Uint8Array, fileSize: number, name: string): number {
  if (fileSize < LENGTH_BYTES || headerBytes.length < LENGTH_BYTES) {
    throw misformed(name, `${Math.min(fileSize, headerBytes.length)} bytes`, "the 8 bytes of the header's length");
  }
  const length = new DataView(headerBytes.buffer, headerBytes.byteOffset).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES) {
    throw misformed(name, `a header of ${length} bytes`, `at most ${MAX_HEADER_BYTES} bytes`);
  }
  const available = Math.min(fileSize, headerBytes.length) - LENGTH_BYTES;
  if (length > available) {
    throw misformed(name, `${available} bytes after the header's length`, `a header of ${length} bytes`);
  }
  return Number(length);
}

function decodeHeader(headerBytes: Uint8Array, dataStart: number, name: string): string {
  // A copy, since browsers do not decode shared memory.
  const header = new Uint8Array(dataStart - LENGTH_BYTES);
  header.set(headerBytes.subarray(LENGTH_BYTES, dataStart));
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(header);
  } catch {
    throw misformed(name, "a header that is not UTF-8", "a header of valid UTF-8");
  }
}

function placeOf(entry: HeaderEntry, dataStart: number, name: string, tensor: string): TensorPlace {
  const who = `${name}: tensor ${quote(tensor)}`;
  const { dtype, shape, offsets } = entry;
  if (!isDtype(dtype)) {
    const wayOut = "Convert the tensor to one of these in the program that wrote the file.";
    throw refuse("format", {
      who,
      got: `dtype ${quote(dtype)}`,
      expected: `one of ${Object.keys(ARRAYS).join(", ")}`,
      wayOut,
    });
  }
  const [begin, end] = offsets;
  if (offsets.length !== 2 || begin === undefined || end === undefined || end < begin) {
    throw misformed(who, `data_offsets ${quote(String(offsets))}`, "two offsets, where the data begins and ends");
  }
  const size = byteSize(shape, dtype);
  if (size !== end - begin) {
    const bytes = size === undefined ? "more than 2^53 bytes" : `${size} bytes`;
    throw misformed(who, `${end - begin} bytes of data`, `${bytes}, for shape ${quote(`[${shape}]`)} of ${dtype}`);
  }
  return { dtype, shape, begin: dataStart + begin, end: dataStart + end };
}

/** Requires that the tensors, taken in the order of their offsets, fill the file from `dataStart` to its end. */
function checkCoverage(places: Map<string, TensorPlace>, dataStart: number, fileSize: number, name: string): void {
  const inFileOrder = [...places].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let at = dataStart;
  for (const [tensor, { begin, end }] of inFileOrder) {
    if (begin !== at) {
      const who = `${name}: tensor ${quote(tensor)}`;
      const flaw = begin < at ? "which overlaps the tensor before it" : "which leaves a gap before it";
      throw misformed(who, `data_offsets from ${begin - dataStart}, ${flaw}`, `data_offsets from ${at - dataStart}`);
    }
    at = end;
  }
  if (at !== fileSize) {
    throw misformed(name, `a file of ${fileSize} bytes`, `${at} bytes, the end of the last tensor`);
  }
}

/** The bytes of a tensor of this shape and dtype, or undefined where the product leaves the exact integers. */
export function byteSize(shape: readonly number[], dtype: Dtype): number | undefined {
  let size = 1;
  for (const length of [...shape, ARRAYS[dtype].BYTES_PER_ELEMENT]) {
    size *= length;
    if (!Number.isSafeInteger(size)) return undefined;
  }
  return size;
}

/** Whether a text names a dtype that is read and written. */
export function isDtype(dtype: string): dtype is Dtype {
  return Object.hasOwn(ARRAYS, dtype);
}

function misformed(who: string, got: string, expected: string): HarmoniumError {
  return refuse("format", { who, got, expected, wayOut: COMPLETE_FILE });
}
