/**
 * IDX, the format of the MNIST files: two zero bytes, a type byte, the number of dimensions, their sizes as big-endian
 * 32-bit integers, then the elements, big-endian and row-major.
 *
 * Source: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits", section "File formats".
 */

import { refuse } from "../errors.js";
import { byteView, checkLength, elementCount, nativeCopy, showBytes, showShape } from "./binary.js";

export interface IdxArray {
  readonly shape: number[];
  /** Row-major; 8-bit values are a view on the file's bytes, wider ones a copy in this machine's byte order. */
  readonly values: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;
}

interface IdxType {
  readonly name: string;
  readonly size: number;
  readonly array: (buffer: ArrayBuffer) => IdxArray["values"];
}

const TYPES: ReadonlyMap<number, IdxType> = new Map<number, IdxType>([
  [0x08, { name: "uint8", size: 1, array: (b) => new Uint8Array(b) }],
  [0x09, { name: "int8", size: 1, array: (b) => new Int8Array(b) }],
  [0x0b, { name: "int16", size: 2, array: (b) => new Int16Array(b) }],
  [0x0c, { name: "int32", size: 4, array: (b) => new Int32Array(b) }],
  [0x0d, { name: "float32", size: 4, array: (b) => new Float32Array(b) }],
  [0x0e, { name: "float64", size: 8, array: (b) => new Float64Array(b) }],
]);

/**
 * Reads an IDX file of any of its six types.
 *
 * @param bytes the whole file, not compressed
 * @param name the file's name, for messages
 * @throws HarmoniumError "format" when the magic number or the type is unknown, or the sizes do not give exactly the
 *   file's length
 */
export function parseIdx(bytes: Uint8Array, name: string): IdxArray {
  const [zero, alsoZero, code, dimensions] = bytes;
  if (code === undefined || dimensions === undefined || zero !== 0 || alsoZero !== 0) {
    throw refuse("format", {
      who: name,
      got: `a file that starts with ${showBytes(bytes)}`,
      expected: "IDX, which starts with 00 00, a type and a number of dimensions",
    });
  }
  const type = TYPES.get(code);
  if (type === undefined) {
    throw refuse("format", {
      who: name,
      got: `IDX type 0x${code.toString(16).padStart(2, "0")}`,
      expected: "08 (uint8), 09 (int8), 0b (int16), 0c (int32), 0d (float32) or 0e (float64)",
    });
  }
  const shape = readShape(bytes, dimensions, name);
  const start = 4 + 4 * dimensions;
  const length = elementCount(shape) * type.size;
  checkLength(length, bytes.length - start, `IDX sizes ${showShape(shape)} of ${type.name}`, name);
  if (type.size > 1) return { shape, values: type.array(nativeCopy(bytes, start, length, type.size, false)) };
  const view = byteView(bytes, start, length);
  return { shape, values: code === 0x08 ? view : new Int8Array(view.buffer, view.byteOffset, length) };
}

function readShape(bytes: Uint8Array, dimensions: number, name: string): number[] {
  if (dimensions === 0 || bytes.length < 4 + 4 * dimensions) {
    throw refuse("format", {
      who: name,
      got: `an IDX header of ${dimensions} dimensions in a file of ${bytes.length} bytes`,
      expected: "at least one dimension, each with its four bytes",
      wayOut: "The file is cut short or not IDX: fetch it again.",
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
}
