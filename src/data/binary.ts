/**
 * What the binary formats share: element counts that cannot overflow, and typed arrays from bytes of either byte order.
 */

import { refuse } from "../errors.js";

/** A flat numeric array as a data file gives it, row-major. */
export type NumericArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

const LITTLE_ENDIAN_MACHINE = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * Number of elements of an array of this shape (1 for the shape []).
 *
 * A product above 2^53 is rounded, perhaps to Infinity: still larger than any file, so comparing it with a length is
 * safe.
 */
export function elementCount(shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1);
}

/** `[60000, 28, 28]`, for messages; long shapes are cut. */
export function showShape(shape: readonly number[]): string {
  const sizes = shape.length > 8 ? [...shape.slice(0, 8), "…"] : shape;
  return `[${sizes.join(", ")}]`;
}

/**
 * Text from a file for a message: at most `length` characters, quoted, with control characters (which could steer a
 * terminal) escaped.
 */
export function showText(text: string, length = 60): string {
  const quoted = JSON.stringify(text.length > length ? `${text.slice(0, length)}…` : text);
  return quoted.replace(/[\u007f-\u009f]/g, (control) => `\\u00${control.charCodeAt(0).toString(16)}`);
}

/** The first bytes in hexadecimal, for messages: `1f 8b 08 00`. */
export function showBytes(bytes: Uint8Array, count = 4): string {
  if (bytes.length === 0) return "no bytes";
  return Array.from(bytes.subarray(0, count), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/**
 * Refuses a file whose elements do not fill it exactly.
 *
 * @param promised bytes that the header promises (perhaps beyond 2^53, or Infinity)
 * @param present bytes that follow the header
 * @param what the header's promise in words
 * @throws HarmoniumError "format"
 */
export function checkLength(promised: number, present: number, what: string, name: string): void {
  if (promised === present) return;
  throw refuse("format", {
    who: name,
    got: `${present} bytes after the header`,
    expected: `${promised} for ${what}`,
    wayOut:
      present < promised
        ? "The file is cut short or its header is wrong: fetch or write it again."
        : "Something follows the array: write each array to a file of its own.",
  });
}

/**
 * `length` bytes from `offset` as a plain Uint8Array on the same memory (a Node Buffer would stay a Buffer with
 * subarray).
 */
export function byteView(bytes: Uint8Array, offset: number, length: number): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + offset, length);
}

/**
 * Copies `length` bytes from `offset` into a buffer of their own, aligned for any typed array and in this machine's
 * byte order.
 *
 * @param itemSize bytes of an element (1, 2, 4 or 8)
 * @param littleEndian the byte order in the file
 */
export function nativeCopy(
  bytes: Uint8Array,
  offset: number,
  length: number,
  itemSize: number,
  littleEndian: boolean,
): ArrayBuffer {
  const copy = new Uint8Array(length);
  copy.set(byteView(bytes, offset, length));
  if (littleEndian !== LITTLE_ENDIAN_MACHINE) swapBytes(copy, itemSize);
  return copy.buffer;
}

/** Reverses the bytes of every element in place. */
function swapBytes(bytes: Uint8Array, itemSize: number): void {
  const half = itemSize >> 1;
  for (let start = 0; start < bytes.length; start += itemSize) {
    for (let i = 0; i < half; i++) {
      const low = start + i;
      const high = start + itemSize - 1 - i;
      const kept = bytes[low] ?? 0;
      bytes[low] = bytes[high] ?? 0;
      bytes[high] = kept;
    }
  }
}
