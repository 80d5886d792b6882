/** NumPy's .npy format: reading arrays of numbers, writing levels, labels and weights. Source: numpy.lib.format. */

import { type HarmoniumError, refuse } from "../errors.js";
import { byteView, checkLength, elementCount, type NumericArray, nativeCopy, showShape, showText } from "./binary.js";
import { type NpyHeader, readNpyHeader } from "./npy-header.js";

export interface NpyArray {
  readonly shape: number[];
  /** Row-major (C order); uint8, bool and int8 in C order are a view on the file's bytes, all else a copy. */
  readonly values: NumericArray;
}

type Reader = (buffer: ArrayBuffer, name: string) => NumericArray;

/** Element types by NumPy's kind and size. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["u1", (b) => new Uint8Array(b)],
  ["b1", (b) => new Uint8Array(b)],
  ["i1", (b) => new Int8Array(b)],
  ["u2", (b) => new Uint16Array(b)],
  ["i2", (b) => new Int16Array(b)],
  ["u4", (b) => new Uint32Array(b)],
  ["i4", (b) => new Int32Array(b)],
  ["u8", (b, name) => exactIntegers(new BigUint64Array(b), name)],
  ["i8", (b, name) => exactIntegers(new BigInt64Array(b), name)],
  ["f2", (b) => Float32Array.from(new Uint16Array(b), halfToNumber)],
  ["f4", (b) => new Float32Array(b)],
  ["f8", (b) => new Float64Array(b)],
]);

/**
 * Reads a .npy file: versions 1.0, 2.0 and 3.0, either byte order, C or Fortran order (which is transposed to C order).
 *
 * bool becomes uint8 of 0 and 1, float16 becomes float32, and 64-bit integers become float64 where that is exact.
 *
 * @param bytes the whole file
 * @param name the file's name, for messages
 * @throws HarmoniumError "format" for a bad header or a length that is not the header's; "unsupported" for objects,
 *   records, text, complex numbers and dates; "data" for 64-bit integers beyond ±(2^53 − 1)
 */
export function parseNpy(bytes: Uint8Array, name: string): NpyArray {
  const header = readNpyHeader(bytes, name);
  const { type, size } = elementType(header.descr, name);
  const { shape, start } = header;
  const length = elementCount(shape) * size;
  checkLength(length, bytes.length - start, `shape ${showShape(shape)} of ${header.descr}`, name);
  const stored = readElements(bytes, header, type, length, name);
  const values = header.fortranOrder && shape.length > 1 ? fromFortranOrder(stored, shape) : stored;
  return { shape, values };
}

/**
 * Length in bytes that a .npy file must have by its header: header and elements (perhaps beyond 2^53, or Infinity).
 *
 * @param head the file's first bytes, at least as many as its header has
 * @throws HarmoniumError as {@link parseNpy}
 */
export function npyFileLength(head: Uint8Array, name: string): number {
  const { descr, shape, start } = readNpyHeader(head, name);
  return start + elementCount(shape) * elementType(descr, name).size;
}

function elementType(descr: string, name: string): { type: string; size: number } {
  const [, type] = /^[<>|=]?([a-zA-Z]\d+)$/.exec(descr) ?? [];
  if (type !== undefined && READERS.has(type)) return { type, size: Number(type.slice(1)) };
  throw refuse("unsupported", {
    who: name,
    got: `a NumPy array of dtype ${showText(descr, 40)}`,
    expected: "bool, an integer type, float16, float32 or float64",
    wayOut: wayOutOf(descr),
  });
}

function wayOutOf(descr: string): string {
  if (/O/.test(descr)) {
    return "Python objects are never loaded, since unpickling runs code: save numpy.array(rows, dtype='float32').";
  }
  return "Save it with array.astype('float32').";
}

function readElements(bytes: Uint8Array, header: NpyHeader, type: string, length: number, name: string): NumericArray {
  const size = Number(type.slice(1));
  if (size === 1) {
    const view = byteView(bytes, header.start, length);
    if (type === "b1") checkBooleans(view, header.start, name);
    return type === "i1" ? new Int8Array(view.buffer, view.byteOffset, length) : view;
  }
  const read = READERS.get(type);
  if (read === undefined) throw new Error(`no reader for ${type}`);
  return read(nativeCopy(bytes, header.start, length, size, !header.descr.startsWith(">")), name);
}

function checkBooleans(view: Uint8Array, start: number, name: string): void {
  const bad = view.findIndex((value) => value > 1);
  if (bad < 0) return;
  throw refuse("format", {
    who: `${name}, byte ${start + bad}`,
    got: `${view[bad]} in an array of dtype bool`,
    expected: "0 or 1",
  });
}

/** 64-bit integers as float64, refused where float64 does not hold every integer. */
function exactIntegers(integers: BigInt64Array | BigUint64Array, name: string): Float64Array {
  const values = new Float64Array(integers.length);
  for (let i = 0; i < values.length; i++) {
    const value = Number(integers[i]);
    if (!Number.isSafeInteger(value)) throw tooLarge(integers[i], i, name);
    values[i] = value;
  }
  return values;
}

function tooLarge(value: bigint | undefined, index: number, name: string): HarmoniumError {
  return refuse("data", {
    who: `${name}, element ${index} (counted from 0)`,
    got: `${value}`,
    expected: "64-bit integers of at most 9007199254740991 in magnitude",
    wayOut: "Save the array with a smaller type, for example array.astype('int32').",
  });
}

/** The number that 16 bits stand for in IEEE 754 binary16. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Reorders elements stored first index fastest (Fortran) to last index fastest (C). */
function fromFortranOrder(stored: NumericArray, shape: readonly number[]): NumericArray {
  const values = new (stored.constructor as new (length: number) => NumericArray)(stored.length);
  const strides = shape.map((_, axis) => elementCount(shape.slice(0, axis)));
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < values.length; to++) {
    values[to] = stored[from] ?? 0;
    // The next index in C order: the last axis first, carrying to the left.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const stride = strides[axis] ?? 0;
      const size = shape[axis] ?? 0;
      const next = (index[axis] ?? 0) + 1;
      if (next < size) {
        index[axis] = next;
        from += stride;
        break;
      }
      index[axis] = 0;
      from -= stride * (size - 1);
    }
  }
  return values;
}

/**
 * Writes a .npy file (version 1.0, little-endian, C order) that numpy.load reads.
 *
 * @param values row-major; float32, uint8 or int32 by the array's class
 * @throws HarmoniumError "shape" when the shape does not give the number of values
 */
export function formatNpy(shape: readonly number[], values: Float32Array | Uint8Array | Int32Array): Uint8Array {
  const sizesFit = shape.length <= 64 && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (!sizesFit || elementCount(shape) !== values.length) {
    throw refuse("shape", {
      who: "formatNpy",
      got: `shape ${showShape(shape)} for ${values.length} values`,
      expected: "at most 64 sizes that are integers of at least 0, whose product is the number of values",
    });
  }
  const descr = values instanceof Float32Array ? "<f4" : values instanceof Int32Array ? "<i4" : "|u1";
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // Magic, version, length, dictionary and a newline fill a multiple of 64 bytes, so that the elements are aligned.
  const start = Math.ceil((10 + dictionary.length + 1) / 64) * 64;
  const text = `\u{93}NUMPY\u{1}\u{0}\u{0}\u{0}${dictionary}`.padEnd(start - 1, " ");
  const file = new Uint8Array(start + values.byteLength);
  file.set(Array.from(`${text}\n`, (character) => character.charCodeAt(0)));
  new DataView(file.buffer).setUint16(8, start - 10, true);
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  file.set(new Uint8Array(nativeCopy(raw, 0, raw.length, values.BYTES_PER_ELEMENT, true)), start);
  return file;
}
