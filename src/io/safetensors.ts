/**
 * Reads and writes safetensors files: 8 bytes with the length of the header, the header in JSON, and the tensors' values.
 *
 * Source: the format's description in the README of github.com/huggingface/safetensors; safetensors-header.ts tells where
 * this reader is stricter. Values are not looked at: NaN is let through, and is up to whoever makes a machine of the tensors.
 */

import { refuse } from "../errors.js";
import {
  ARRAYS,
  byteSize,
  type DataArrays,
  type Dtype,
  isDtype,
  LENGTH_BYTES,
  MAX_HEADER_BYTES,
  parseSafetensorsHeader,
} from "./safetensors-header.js";
import { isUnicode, METADATA_KEY, quote } from "./safetensors-json.js";

export {
  type DataArrays,
  type Dtype,
  MAX_HEADER_BYTES,
  parseSafetensorsHeader,
  type TensorPlace,
} from "./safetensors-header.js";

/** A tensor of one dtype: `data` holds the product of `shape` values in row-major order; `[]` is the shape of a scalar. */
export type TensorOf<D extends Dtype> = {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: DataArrays[D];
};

/** A tensor; `dtype` tells which array `data` is. */
export type Tensor = { [D in Dtype]: TensorOf<D> }[Dtype];

/**
 * The bytes of a safetensors file: the same bytes for the same arguments.
 *
 * Tensors and metadata are written in the order given; `__metadata__` comes first and is left out where there is none.
 * The header is padded with spaces to a multiple of 8 bytes. The format has no gaps between tensors, so give those of the
 * widest dtype first where readers should be able to use all of them in place.
 *
 * @param tensors by name; a Map keeps the order of names such as "10", which a record does not
 * @throws HarmoniumError "option" for a name or text that no file can hold, "shape" where shape and data do not fit together
 *   or data is not the array of its dtype, "size" where the header or the file grows too large
 */
export function serializeSafetensors(
  tensors: Readonly<Record<string, Tensor>> | ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> | ReadonlyMap<string, string> = {},
): Uint8Array {
  requireLittleEndian();
  const texts = entriesOf(metadata);
  for (const [key, text] of texts) checkText(key, text);
  const named = entriesOf(tensors);
  const fields = texts.length === 0 ? [] : [`"${METADATA_KEY}":{${texts.map(textField).join(",")}}`];
  let end = 0;
  for (const [name, tensor] of named) {
    const begin = end;
    end += checkedSize(name, tensor);
    const { dtype, shape } = tensor;
    fields.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape: [...shape], data_offsets: [begin, end] })}`);
  }
  const header = paddedHeader(fields);
  const file = allocate(LENGTH_BYTES + header.length + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, LENGTH_BYTES);
  let at = LENGTH_BYTES + header.length;
  for (const [, { data }] of named) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

/**
 * Reads a whole safetensors file.
 *
 * A tensor whose values start at a multiple of its item size in the memory under `bytes` is a view of that memory: a change
 * in one is a change in the other. The values of any other tensor are a copy.
 *
 * @param bytes the file
 * @param name the file's name, for error messages
 * @returns the tensors and the metadata in the order of the header
 * @throws HarmoniumError "format" for any deviation from the format, see {@link parseSafetensorsHeader}
 */
export function parseSafetensors(
  bytes: Uint8Array,
  name: string,
): { tensors: Map<string, Tensor>; metadata: Map<string, string> } {
  requireLittleEndian();
  const { places, metadata } = parseSafetensorsHeader(bytes, bytes.length, name);
  const tensors = new Map<string, Tensor>();
  for (const [tensor, { dtype, shape, begin, end }] of places) {
    tensors.set(tensor, { dtype, shape, data: valuesOf(dtype, bytes, begin, end) } as Tensor);
  }
  return { tensors, metadata };
}

function valuesOf(dtype: Dtype, bytes: Uint8Array, begin: number, end: number): Tensor["data"] {
  const DataArray = ARRAYS[dtype];
  const count = (end - begin) / DataArray.BYTES_PER_ELEMENT;
  const start = bytes.byteOffset + begin;
  if (start % DataArray.BYTES_PER_ELEMENT === 0) return new DataArray(bytes.buffer, start, count);
  const copy = new Uint8Array(end - begin);
  copy.set(bytes.subarray(begin, end));
  return new DataArray(copy.buffer, 0, count);
}

function checkedSize(name: string, tensor: Tensor): number {
  const who = `serializeSafetensors: tensor ${quote(name)}`;
  const { dtype, shape, data } = tensor;
  if (name === METADATA_KEY || !isUnicode(name)) {
    throw refuse("option", { who, got: "this name", expected: `whole Unicode characters other than ${METADATA_KEY}` });
  }
  if (!isDtype(dtype)) {
    throw refuse("option", { who, got: `dtype ${dtype}`, expected: `one of ${Object.keys(ARRAYS).join(", ")}` });
  }
  const tag = Object.prototype.toString.call(data);
  if (tag !== `[object ${ARRAYS[dtype].name}]`) {
    throw refuse("shape", { who, got: tag, expected: `a ${ARRAYS[dtype].name} for dtype ${dtype}` });
  }
  const size = shape.every((length) => Number.isSafeInteger(length) && length >= 0)
    ? byteSize(shape, dtype)
    : undefined;
  if (size !== data.byteLength) {
    throw refuse("shape", { who, got: `${data.length} values`, expected: `the product of shape [${shape}]` });
  }
  return size;
}

function checkText(key: string, text: string): void {
  if (typeof text !== "string" || !isUnicode(key) || !isUnicode(text)) {
    const who = `serializeSafetensors: metadata ${quote(key)}`;
    throw refuse("option", { who, got: quote(String(text)), expected: "a string of whole Unicode characters" });
  }
}

function paddedHeader(fields: readonly string[]): Uint8Array {
  const text = new TextEncoder().encode(`{${fields.join(",")}}`);
  const length = Math.ceil(text.length / LENGTH_BYTES) * LENGTH_BYTES;
  if (length > MAX_HEADER_BYTES) {
    const wayOut = "Write fewer tensors or less metadata into one file.";
    const expected = `at most ${MAX_HEADER_BYTES} bytes`;
    throw refuse("size", { who: "serializeSafetensors", got: `a header of ${length} bytes`, expected, wayOut });
  }
  const header = new Uint8Array(length).fill(" ".charCodeAt(0));
  header.set(text);
  return header;
}

function allocate(size: number): Uint8Array {
  try {
    return new Uint8Array(size);
  } catch (cause) {
    const wayOut = "Write the tensors into several files.";
    const expected = "a file that fits into one array of this machine's memory";
    throw refuse("size", { who: "serializeSafetensors", got: `tensors of ${size} bytes`, expected, wayOut }, cause);
  }
}

function entriesOf<V>(named: Readonly<Record<string, V>> | ReadonlyMap<string, V>): [string, V][] {
  return named instanceof Map ? [...named] : Object.entries(named);
}

function textField([key, text]: [string, string]): string {
  return `${JSON.stringify(key)}:${JSON.stringify(text)}`;
}

/** The format is little-endian, and typed arrays have the byte order of the machine. */
function requireLittleEndian(): void {
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] === 1) return;
  throw refuse("unsupported", { who: "safetensors", got: "a big-endian machine", expected: "a little-endian one" });
}
