import { describe, expect, test } from "vitest";
import { parseIdx } from "#src/data/idx.js";
import { idxOf } from "./archives.js";
import { refusal } from "./refusal.js";

/** A file of one type, whose big-endian elements are given in hexadecimal. */
function typed(code: number, count: number, hex: string): Uint8Array {
  return new Uint8Array(Buffer.concat([Buffer.from([0, 0, code, 1, 0, 0, 0, count]), Buffer.from(hex, "hex")]));
}

describe("parseIdx", () => {
  test("bytes are a view on the file", () => {
    const file = idxOf([2, 1, 3], [1, 2, 3, 4, 5, 255]);
    const { shape, values } = parseIdx(file, "f");
    expect(shape).toEqual([2, 1, 3]);
    expect(values).toEqual(Uint8Array.from([1, 2, 3, 4, 5, 255]));
    expect(values.buffer).toBe(file.buffer);
  });

  test("a file inside a larger buffer", () => {
    const file = Buffer.concat([Buffer.from("junk!"), idxOf([2], [9, 8])]).subarray(5);
    const { values } = parseIdx(file, "f");
    expect(values).toEqual(Uint8Array.from([9, 8]));
    expect(Buffer.isBuffer(values)).toBe(false);
  });

  test.each([
    [0x09, "int8", "80ff7f", Int8Array.from([-128, -1, 127])],
    [0x0b, "int16", "8000ffff0102", Int16Array.from([-32768, -1, 258])],
    [0x0c, "int32", "80000000ffffffff01020304", Int32Array.from([-(2 ** 31), -1, 0x01020304])],
    [0x0d, "float32", "3f800000be8000007f800000", Float32Array.from([1, -0.25, Number.POSITIVE_INFINITY])],
    [
      0x0e,
      "float64",
      "3ff0000000000000bfb999999999999a0000000000000001",
      Float64Array.from([1, -0.1, Number.MIN_VALUE]),
    ],
  ])("type %i, %s", (code, _, hex, expected) => {
    expect(parseIdx(typed(code, 3, hex), "f").values).toEqual(expected);
  });

  test("no cases", () => {
    expect(parseIdx(idxOf([0, 0xffffffff, 0xffffffff], []), "f").values).toHaveLength(0);
  });

  test("no cases, beside sizes whose product is infinite", () => {
    expect(parseIdx(idxOf([...Array(40).fill(2 ** 31), 0], []), "f").values).toHaveLength(0);
  });

  const good = idxOf([2, 3], [1, 2, 3, 4, 5, 6]);
  test.each<[string, Uint8Array, RegExp]>([
    ["empty", new Uint8Array(0), /starts with no bytes/],
    ["wrong magic", good.with(0, 1), /starts with 01 00 08 02/],
    ["unknown type", good.with(2, 0x0a), /IDX type 0x0a/],
    ["no dimensions", good.with(3, 0), /0 dimensions/],
    ["header cut", good.subarray(0, 11), /2 dimensions in a file of 11 bytes/],
    ["255 dimensions", good.with(3, 255), /255 dimensions/],
    ["one byte missing", good.subarray(0, 17), /got 5 bytes after the header; expected 6 .* cut short/],
    ["one byte too many", new Uint8Array([...good, 0]), /got 7 bytes .* expected 6 .* Something follows/],
    [
      "huge shape in 80 bytes",
      new Uint8Array(Buffer.concat([idxOf([0xffffffff, 0xffffffff, 0xffffffff], []), Buffer.alloc(64)])),
      /\[4294967295, 4294967295, 4294967295\]/,
    ],
    // 2^32 · 2^32 is 0 in 64-bit integers that wrap: the product has to be refused, not taken for an empty array.
    ["a product that wraps", idxOf(Array(40).fill(2 ** 31), []), /expected 1\.\d+e\+373|expected Infinity/],
  ])("refuses: %s", async (_, bytes, message) => {
    const error = await refusal(() => parseIdx(bytes, "x-idx3"));
    expect(error.kind).toBe("format");
    expect(error.message).toMatch(/^x-idx3: /);
    expect(error.message).toMatch(message);
  });
});
