import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatNpy, parseNpy } from "#src/data/npy.js";
import { refusal } from "./refusal.js";

/** Files written by NumPy: test/fixtures/make-npy.py. */
function fixture(name: string): Uint8Array {
  return readFileSync(new URL(`../fixtures/npy/${name}.npy`, import.meta.url));
}

/** A file with this header text and these elements. */
function handmade(header: string, elements: Uint8Array = new Uint8Array(0), version = 1): Uint8Array {
  const text = Buffer.from(header, "latin1");
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) length.writeUInt16LE(text.length);
  else length.writeUInt32LE(text.length);
  return new Uint8Array(
    Buffer.concat([Buffer.from(`\x93NUMPY${String.fromCharCode(version)}\0`, "latin1"), length, text, elements]),
  );
}

const counts = Array.from({ length: 24 }, (_, i) => i);
const sixteenths = counts.map((i) => (i - 8) / 16);
const shifted = counts.map((i) => i - 8);
const tens = counts.map((i) => 10 * i);
const shape = [2, 3, 4];

describe("parseNpy reads what NumPy wrote", () => {
  test.each<[string, { from: (values: number[]) => ArrayLike<number> }, number[]]>([
    ["f2", Float32Array, sixteenths],
    ["f4", Float32Array, sixteenths],
    ["f8", Float64Array, sixteenths],
    ["i1", Int8Array, shifted],
    ["i2", Int16Array, shifted],
    ["i4", Int32Array, shifted],
    ["i8", Float64Array, shifted],
    ["u1", Uint8Array, tens],
    ["u2", Uint16Array, tens],
    ["u4", Uint32Array, tens],
    ["u8", Float64Array, tens],
  ])("%s in either byte order", (name, type, expected) => {
    for (const file of [name, `${name}-big`]) {
      expect(parseNpy(fixture(file), file)).toEqual({ shape, values: type.from(expected) });
    }
  });

  test.each(["f2-fortran", "f4-fortran", "f8-fortran"])("%s is transposed", (file) => {
    const { values } = parseNpy(fixture(file), file);
    expect([...values]).toEqual(sixteenths);
  });

  test("u1-fortran is transposed", () => {
    expect(parseNpy(fixture("u1-fortran"), "f")).toEqual({ shape, values: Uint8Array.from(tens) });
  });

  test("the ends of the integer ranges", () => {
    expect([...parseNpy(fixture("u4-wide"), "f").values]).toEqual([0, 2 ** 31, 2 ** 32 - 1]);
    expect([...parseNpy(fixture("i8-wide"), "f").values]).toEqual([1 - 2 ** 53, -1, 2 ** 53 - 1]);
  });

  test("bool", () => {
    const expected = counts.map((i) => (i % 3 === 0 ? 1 : 0));
    expect(parseNpy(fixture("b1"), "f").values).toEqual(Uint8Array.from(expected));
  });

  test("float16: the smallest, the smallest normal, the largest, infinity and NaN", () => {
    const expected = [2 ** -24, 2 ** -14, 65504, -0.5, Number.POSITIVE_INFINITY, Number.NaN];
    expect([...parseNpy(fixture("f2-special"), "f").values]).toEqual(expected);
  });

  test.each(["version-2", "version-3"])("%s", (file) => {
    expect(parseNpy(fixture(file), file)).toEqual({ shape, values: Float32Array.from(sixteenths) });
  });

  test("no axes, no cases", () => {
    expect(parseNpy(fixture("scalar"), "f")).toEqual({ shape: [], values: Float32Array.of(0.5) });
    expect(parseNpy(fixture("empty"), "f")).toEqual({ shape: [0, 4], values: new Float32Array(0) });
  });

  test("bytes are a plain view on the file", () => {
    const bytes = fixture("u1");
    const { values } = parseNpy(bytes, "f");
    expect(values.buffer).toBe(bytes.buffer);
    expect(Buffer.isBuffer(values)).toBe(false);
  });
});

describe("parseNpy refuses", () => {
  test.each<[string, RegExp]>([
    ["object", /dtype "\|O".*never loaded, since unpickling runs code/],
    ["records", /structured dtype.*array\['field'\]/],
    ["text", /dtype "<U2"/],
    ["complex", /dtype "<c8".*astype\('float32'\)/],
  ])("%s", async (file, message) => {
    const error = await refusal(() => parseNpy(fixture(file), `${file}.npy`));
    expect(error.kind).toBe("unsupported");
    expect(error.message).toMatch(message);
  });

  test("64-bit integers that no float64 is", async () => {
    const error = await refusal(() => parseNpy(fixture("i8-too-wide"), "wide.npy"));
    expect(error.kind).toBe("data");
    expect(error.message).toMatch(/^wide\.npy, element 1 \(counted from 0\): got 9007199254740993;/);
  });

  const dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }";
  const eight = new Uint8Array(8);
  test("but not the handmade file that the cases below spoil", () => {
    expect(parseNpy(handmade(dictionary, eight), "f").shape).toEqual([2, 1]);
    const python2 = '{"shape":(2L,1L),"descr":"<f4","fortran_order":False}\n';
    expect(parseNpy(handmade(python2, eight), "f").shape).toEqual([2, 1]);
  });

  test.each<[string, Uint8Array, RegExp]>([
    ["empty", new Uint8Array(0), /starts with no bytes/],
    ["wrong magic", fixture("f4").with(0, 0x92), /starts with 92 4e 55 4d 50 59/],
    ["magic only", fixture("f4").subarray(0, 6), /version 0\.0/],
    ["version 4", fixture("f4").with(6, 4), /version 4\.0/],
    ["version 1.1", fixture("f4").with(7, 1), /version 1\.1/],
    ["cut in the length", fixture("f4").subarray(0, 9), /got 9 bytes/],
    ["cut in the header", fixture("f4").subarray(0, 40), /got 40 bytes; expected a \.npy header of at least 128/],
    ["header of 4 GiB", handmade("", eight, 2).fill(255, 8, 12), /header of 4294967295 bytes/],
    ["cut in the data", fixture("f4").subarray(0, -1), /got 95 bytes .* expected 96 .* cut short/],
    ["trailing bytes", handmade(dictionary, new Uint8Array(9)), /got 9 bytes .* expected 8 .* Something follows/],
    [
      "shape of 10^36 in 80 bytes",
      handmade(dictionary.replace("2, 1", `${1e18}, ${1e18}`)),
      /expected [\d.]+e\+36|header/,
    ],
    [
      "shape of 8·10^30 in 80 bytes",
      handmade(dictionary.replace("2, 1", "1000000000000000, 2000000000000000")),
      /8e\+30/,
    ],
    ["65 axes", handmade(dictionary.replace("2, 1", "1,".repeat(65)), eight.subarray(4)), /the \.npy header/],
    ["a negative size", handmade(dictionary.replace("2, 1", "-2, 1"), eight), /the \.npy header/],
    ["no shape", handmade("{'descr': '<f4', 'fortran_order': False}", eight), /the \.npy header/],
    ["another key", handmade(dictionary.replace("shape", "shapes"), eight), /the \.npy header/],
    ["no commas", handmade(dictionary.replaceAll(",", " "), eight), /the \.npy header/],
    ["something after the dictionary", handmade(`${dictionary} + 1`, eight), /the \.npy header/],
    ["a second dictionary", handmade(`${dictionary} {}`, eight), /the \.npy header/],
    ["an expression", handmade(dictionary.replace("False", "exit()"), eight), /the \.npy header/],
  ])("%s", async (_, bytes, message) => {
    const error = await refusal(() => parseNpy(bytes, "x.npy"));
    expect(error.kind).toBe("format");
    expect(error.message).toMatch(/^x\.npy: /);
    expect(error.message).toMatch(message);
  });

  test("a bool that is neither 0 nor 1", async () => {
    const error = await refusal(() => parseNpy(fixture("b1").with(-1, 2), "x.npy"));
    expect(error.message).toMatch(/^x\.npy, byte 151: got 2 in an array of dtype bool/);
  });
});

describe("formatNpy", () => {
  const dictionaryOf = (file: Uint8Array) => {
    const start = 10 + (file[8] ?? 0) + 256 * (file[9] ?? 0);
    return { start, text: Buffer.from(file.subarray(10, start)).toString("latin1").trim(), last: file[start - 1] };
  };

  test.each<[string, number[], Float32Array | Uint8Array | Int32Array]>([
    ["f4", shape, Float32Array.from(sixteenths)],
    ["one-axis", [6], Uint8Array.from([0, 1, 2, 3, 4, 5])],
    ["i4-three-axes", [2, 1, 3], Int32Array.from([0, 1, 2, 3, 4, 5])],
    ["scalar", [], Float32Array.of(0.5)],
    ["empty", [0, 4], new Float32Array(0)],
  ])("writes the header and the elements of NumPy's own %s", (name, ofShape, values) => {
    const numpys = dictionaryOf(fixture(name));
    const file = formatNpy(ofShape, values);
    const ours = dictionaryOf(file);
    expect(ours.text).toBe(numpys.text);
    expect(ours.start % 64).toBe(0);
    expect(ours.last).toBe(0x0a);
    expect(file.subarray(0, 8)).toEqual(new Uint8Array(fixture(name).subarray(0, 8)));
    expect(file.subarray(ours.start)).toEqual(new Uint8Array(fixture(name).subarray(numpys.start)));
  });

  test("headers of every length end at a multiple of 64, and come back", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 8 });
    fc.assert(
      fc.property(sizes, fc.integer(), (ofShape, seed) => {
        const count = ofShape.reduce((product, size) => product * size, 1);
        const values = Int32Array.from({ length: count }, (_, i) => seed + i);
        const file = formatNpy(ofShape, values);
        expect(dictionaryOf(file).start % 64).toBe(0);
        expect(parseNpy(file, "f")).toEqual({ shape: ofShape, values });
      }),
    );
  });

  test("float32 comes back bit by bit, from a view with an offset", () => {
    fc.assert(
      fc.property(fc.float32Array({ minLength: 2 }), (values) => {
        const view = values.subarray(1);
        const back = parseNpy(formatNpy([view.length], view), "f").values as Float32Array;
        expect(new Uint32Array(back.buffer, back.byteOffset, back.length)).toEqual(
          new Uint32Array(view.slice().buffer),
        );
      }),
    );
  });

  test.each([[[5]], [[2, 2.5]], [[-2, -3]], [[Number.NaN]]])("refuses shape %j for 6 values", async (ofShape) => {
    const error = await refusal(() => formatNpy(ofShape, new Uint8Array(6)));
    expect(error.kind).toBe("shape");
  });
});
