import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HarmoniumError } from "#src/errors.js";
import {
  type Dtype,
  MAX_HEADER_BYTES,
  parseSafetensors,
  parseSafetensorsHeader,
  serializeSafetensors,
  type Tensor,
} from "#src/io/safetensors.js";
import { entry, fileOf, HOSTILE, mutant, randomIntegers } from "./hostile-safetensors.js";

const FIXTURES = join(import.meta.dirname, "../fixtures");
const PYTHON_SCRIPT = join(FIXTURES, "independent_safetensors.py");

/** The machine in the fixture; make() in the Python script holds the same numbers, in another order. */
const RBM: Record<string, Tensor> = {
  "hidden.bias": { dtype: "F32", shape: [3], data: Float32Array.of(0.125, 2, -3) },
  "visible.bias": { dtype: "F32", shape: [4], data: Float32Array.of(-1, -0.5, 0.5, 1) },
  weights: { dtype: "F32", shape: [4, 3], data: Float32Array.of(0, 1, -2, 0.5, -0.25, 3, 1e-3, 1e3, -0, 4, 5, 6) },
};
const RBM_METADATA = { "made by": "safetensors 0.8.0, Zürich" };

const ARRAYS = {
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

function bytesOf(data: Tensor["data"]): number[] {
  return [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];
}

/** What a file holds, with the values as bytes, so that NaN and -0 compare. */
function contentOf(file: { tensors: Map<string, Tensor>; metadata: Map<string, string> }) {
  const tensors = [...file.tensors].map(([name, { dtype, shape, data }]) => {
    return [name, dtype, [...shape], data.constructor.name, bytesOf(data)];
  });
  return { tensors, metadata: [...file.metadata] };
}

function errorOf(action: () => unknown): HarmoniumError {
  try {
    action();
  } catch (error) {
    if (error instanceof HarmoniumError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

const tensors = fc.constantFrom(...(Object.keys(ARRAYS) as Dtype[])).chain((dtype) =>
  fc.array(fc.nat(4), { maxLength: 4 }).chain((shape) => {
    const size = shape.reduce((product, length) => product * length, ARRAYS[dtype].BYTES_PER_ELEMENT);
    return fc.uint8Array({ minLength: size, maxLength: size }).map((bytes): Tensor => {
      return { dtype, shape, data: new ARRAYS[dtype](Uint8Array.from(bytes).buffer) } as Tensor;
    });
  }),
);
const texts = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.constantFrom("__proto__", "10", "9", "\0", '"'),
);
const names = texts.filter((name) => name !== "__metadata__");

describe("round trip", () => {
  test("what is written is read, wherever the bytes lie in memory", () => {
    const files = fc.tuple(fc.array(fc.tuple(names, tensors)), fc.array(fc.tuple(texts, texts)), fc.nat(8));
    fc.assert(
      fc.property(files, ([named, metadata, offset]) => {
        const given = { tensors: new Map(named), metadata: new Map(metadata) };
        const file = serializeSafetensors(given.tensors, given.metadata);
        const moved = new Uint8Array(offset + file.length + 3).subarray(offset, offset + file.length);
        moved.set(file);
        expect(contentOf(parseSafetensors(moved, "f"))).toEqual(contentOf(given));
        expect(contentOf(parseSafetensors(Buffer.from(moved), "f"))).toEqual(contentOf(given));
      }),
      { numRuns: 500, seed: 20_261_123 },
    );
  });

  test("a record is written in its order, and a second time to the same bytes", () => {
    const file = serializeSafetensors(RBM, RBM_METADATA);
    expect([...parseSafetensors(file, "f").tensors.keys()]).toEqual(["hidden.bias", "visible.bias", "weights"]);
    expect(serializeSafetensors(RBM, RBM_METADATA)).toEqual(file);
  });

  test("aligned values are views, others are copies", () => {
    const wide: Tensor = { dtype: "F64", shape: [1], data: Float64Array.of(7) };
    const narrow: Tensor = { dtype: "U8", shape: [1], data: Uint8Array.of(1) };
    const file = serializeSafetensors({ first: wide, narrow, last: wide });
    const read = parseSafetensors(file, "f").tensors;
    expect(read.get("first")?.data.buffer).toBe(file.buffer);
    expect(read.get("narrow")?.data.buffer).toBe(file.buffer);
    expect(read.get("last")?.data.buffer).not.toBe(file.buffer);
    expect(read.get("last")?.data).toEqual(Float64Array.of(7));
  });

  test("shared memory is read", () => {
    const file = serializeSafetensors(RBM);
    const shared = new Uint8Array(new SharedArrayBuffer(file.length));
    shared.set(file);
    expect(contentOf(parseSafetensors(shared, "f"))).toEqual(contentOf(parseSafetensors(file, "f")));
  });
});

describe("the bytes", () => {
  test("are those of a file made by hand", () => {
    const file = serializeSafetensors({ attn0: { dtype: "F32", shape: [1, 2], data: Float32Array.of(1, -2) } });
    const header = '{"attn0":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}';
    expect(header.length).toBe(60);
    const values = [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0];
    expect([...file]).toEqual([64, 0, 0, 0, 0, 0, 0, 0, ...Buffer.from(`${header}    `), ...values]);
  });

  test("are those of the reference implementation", () => {
    expect(serializeSafetensors(RBM, RBM_METADATA)).toEqual(
      new Uint8Array(readFileSync(join(FIXTURES, "rbm-independent.safetensors"))),
    );
  });

  test("of an empty file are the reference implementation's", () => {
    expect([...serializeSafetensors({})]).toEqual([8, 0, 0, 0, 0, 0, 0, 0, 123, 125, 32, 32, 32, 32, 32, 32]);
  });

  test("start the data at a multiple of 8", () => {
    for (let length = 0; length < 16; length++) {
      const file = serializeSafetensors({ ["x".repeat(length)]: { dtype: "U8", shape: [1], data: Uint8Array.of(9) } });
      expect((file.length - 1) % 8).toBe(0);
    }
  });
});

describe("the writer refuses", () => {
  const data = Float32Array.of(1, 2);
  const cases: [string, () => unknown, string, RegExp][] = [
    [
      "a shape that does not fit",
      () => serializeSafetensors({ a: { dtype: "F32", shape: [3], data } }),
      "shape",
      /shape \[3\]/,
    ],
    ["a negative size", () => serializeSafetensors({ a: { dtype: "F32", shape: [-2, -1], data } }), "shape", /-2,-1/],
    ["a fraction", () => serializeSafetensors({ a: { dtype: "F32", shape: [0.5, 4], data } }), "shape", /0\.5,4/],
    ["NaN", () => serializeSafetensors({ a: { dtype: "F32", shape: [Number.NaN], data } }), "shape", /NaN/],
    [
      "another array",
      () => serializeSafetensors({ a: { dtype: "I32", shape: [2], data } as never }),
      "shape",
      /a Int32Array/,
    ],
    [
      "a list",
      () => serializeSafetensors({ a: { dtype: "F32", shape: [1], data: [1] } as never }),
      "shape",
      /object Array/,
    ],
    ["a dtype", () => serializeSafetensors({ a: { dtype: "F8", shape: [2], data } as never }), "option", /dtype F8/],
    [
      "__metadata__",
      () => serializeSafetensors({ __metadata__: { dtype: "F32", shape: [2], data } }),
      "option",
      /__meta/,
    ],
    [
      "half a character",
      () => serializeSafetensors({ "\ud800": { dtype: "F32", shape: [2], data } }),
      "option",
      /Unicode/,
    ],
    ["half a character in metadata", () => serializeSafetensors({}, { a: "\udc00" }), "option", /Unicode/],
    ["a number in metadata", () => serializeSafetensors({}, { a: 1 as never }), "option", /a string/],
    ["a header that is too long", () => serializeSafetensors({}, { a: "x".repeat(MAX_HEADER_BYTES) }), "size", /1000/],
  ];
  test.each(cases)("%s", (_what, action, kind, message) => {
    const error = errorOf(action);
    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(message);
  });

  test("nothing at the limit of the header", () => {
    const header = '{"__metadata__":{"a":""}}';
    const longest = "x".repeat(MAX_HEADER_BYTES - header.length);
    expect(parseSafetensors(serializeSafetensors({}, { a: longest }), "f").metadata.get("a")).toBe(longest);
    expect(errorOf(() => serializeSafetensors({}, { a: `${longest}x` })).kind).toBe("size");
  });
});

describe("the reader", () => {
  test.each(HOSTILE.filter(({ refusal }) => refusal !== undefined))("refuses $what", ({ bytes, refusal }) => {
    const started = performance.now();
    const error = errorOf(() => parseSafetensors(bytes, "bad.safetensors"));
    expect(performance.now() - started).toBeLessThan(1000);
    expect(error.kind).toBe("format");
    expect(error.message).toMatch(refusal as RegExp);
    expect(error.message).toMatch(/^bad\.safetensors: /);
    expect(error.message.length).toBeLessThan(500);
    expect(errorOf(() => parseSafetensorsHeader(bytes, bytes.length, "bad.safetensors")).message).toBe(error.message);
  });

  test.each(HOSTILE.filter(({ refusal }) => refusal === undefined))("takes $what", ({ bytes }) => {
    const file = parseSafetensors(bytes, "odd.safetensors");
    expect(contentOf(parseSafetensors(serializeSafetensors(file.tensors, file.metadata), "f"))).toEqual(
      contentOf(file),
    );
    expect(Object.hasOwn(Object.prototype, "dtype") || Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  test("keeps the text of a hostile name to one line of visible characters", () => {
    const name = `\\u001b[31m\\n\u202e\u0085${"x".repeat(10_000)}`;
    const { message } = errorOf(() => parseSafetensors(fileOf(`{${entry(name, "F32", "[2]", "[0,4]")}}`, 4), "f"));
    expect(message).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(message.length).toBeLessThan(400);
  });

  test("needs only the first bytes to check a file", () => {
    const file = serializeSafetensors(RBM, RBM_METADATA);
    const header = file.subarray(0, file.length - 76);
    const { places, metadata } = parseSafetensorsHeader(header, file.length, "f");
    expect([...metadata]).toEqual(Object.entries(RBM_METADATA));
    expect(places.get("weights")).toEqual({ dtype: "F32", shape: [4, 3], begin: file.length - 48, end: file.length });
    expect(() => parseSafetensorsHeader(header, file.length + 1, "f")).toThrow("the end of the last tensor");
    expect(() => parseSafetensorsHeader(header, file.length - 1, "f")).toThrow("the end of the last tensor");
    expect(() => parseSafetensorsHeader(header.subarray(1), file.length, "f")).toThrow(HarmoniumError);
    expect(() => parseSafetensorsHeader(header.subarray(0, -1), file.length, "f")).toThrow("expected a header of");
  });

  test("meets 100,000 mutants with a HarmoniumError or a file that round-trips", () => {
    const random = randomIntegers(20_261_123);
    const refusals = new Set<string>();
    let taken = 0;
    for (let count = 0; count < 100_000; count++) {
      const bytes = mutant(random);
      try {
        const file = parseSafetensors(bytes, "f");
        const written = serializeSafetensors(file.tensors, file.metadata);
        const again = parseSafetensors(written, "f");
        if (JSON.stringify(contentOf(again)) !== JSON.stringify(contentOf(file)))
          expect.fail(`mutant ${count} changed`);
        taken++;
      } catch (error) {
        if (!(error instanceof HarmoniumError)) throw error;
        refusals.add(error.complaint.expected.replace(/\d+|".*"/g, ""));
      }
    }
    // The mutants are of use only if they come through each gate of the reader, and some through all.
    expect(taken).toBeGreaterThan(5_000);
    expect(taken).toBeLessThan(50_000);
    expect(refusals.size).toBeGreaterThan(20);
  });
});

function python(...args: string[]) {
  return spawnSync("python3", args, { encoding: "utf8", maxBuffer: 2 ** 28, env: { ...process.env, PYTHONUTF8: "1" } });
}

const hasPython = python("-c", "import struct").status === 0;
const hasReference = python("-c", "import safetensors").status === 0;

function inFile<T>(bytes: Uint8Array, use: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "harmonium-safetensors-"));
  try {
    writeFileSync(join(folder, "file"), bytes);
    return use(join(folder, "file"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type ReferenceFile = Record<string, [dtype: string, shape: number[], hex: string]> | null;

/** What the reference implementation makes of each file. */
function referenceOn(files: readonly Uint8Array[]): ReferenceFile[] {
  const sizes = files.map((bytes) => Buffer.from(Uint32Array.of(bytes.length).buffer));
  const container = Buffer.concat(files.flatMap((bytes, at) => [sizes[at] as Buffer, bytes]));
  const { stdout, stderr } = inFile(container, (path) => python(PYTHON_SCRIPT, "reference", path));
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

describe("other programs", () => {
  test("a file of the reference implementation is read", () => {
    const bytes = new Uint8Array(readFileSync(join(FIXTURES, "rbm-independent.safetensors")));
    const { tensors, metadata } = parseSafetensors(bytes, "rbm-independent.safetensors");
    expect(Object.fromEntries(tensors)).toEqual(RBM);
    expect([...metadata]).toEqual(Object.entries(RBM_METADATA));
  });

  test.skipIf(!hasPython)("an independent reader reads what is written here (needs python3)", () => {
    const written: Record<string, Tensor> = {
      ...RBM,
      '"quoted\\" Größe 😀\n': { dtype: "F64", shape: [2, 1], data: Float64Array.of(Math.PI, -1e-300) },
      "10": { dtype: "I64", shape: [2], data: BigInt64Array.of(-(2n ** 63n), 2n ** 53n + 1n) },
      "9": { dtype: "U64", shape: [1], data: BigUint64Array.of(2n ** 64n - 1n) },
      half: { dtype: "F16", shape: [2], data: Uint16Array.of(0x3c00, 0xc100) },
      i8: { dtype: "I8", shape: [3], data: Int8Array.of(-128, 0, 127) },
      empty: { dtype: "I32", shape: [0, 3], data: new Int32Array(0) },
      scalar: { dtype: "U32", shape: [], data: Uint32Array.of(2 ** 32 - 1) },
      i16: { dtype: "I16", shape: [1], data: Int16Array.of(-2) },
      u16: { dtype: "U16", shape: [1], data: Uint16Array.of(65535) },
      i32: { dtype: "I32", shape: [1], data: Int32Array.of(-7) },
      yes: { dtype: "BOOL", shape: [2], data: Uint8Array.of(1, 0) },
    };
    const file = serializeSafetensors(written, { "ключ\t": "\u2028" });
    const { stdout, stderr } = inFile(file, (path) => python(PYTHON_SCRIPT, "read", path));
    expect(stderr).toBe("");
    const read = JSON.parse(stdout);
    expect(read.metadata).toEqual({ "ключ\t": "\u2028" });
    expect(Object.keys(read.tensors)).toEqual(Object.keys(written));
    const special: Record<string, (number | string)[]> = { half: [1, -2.5], yes: ["True", "False"] };
    for (const [name, { dtype, shape, data }] of Object.entries(written)) {
      const values: (number | bigint | string)[] = special[name] ?? [...data];
      const texts: string[] = read.tensors[name].values;
      expect([read.tensors[name].dtype, read.tensors[name].shape]).toEqual([dtype, shape]);
      expect(texts.map((text, at) => (typeof values[at] === "number" ? Number(text) : text))).toEqual(
        values.map((value) => (typeof value === "bigint" ? String(value) : value)),
      );
    }
  });

  test.skipIf(!hasReference)("the reference implementation's verdict (needs the Python package safetensors)", () => {
    const verdicts = referenceOn(HOSTILE.map(({ bytes }) => bytes)).map((file) => file !== null);
    expect(HOSTILE.map(({ what }, at) => [what, verdicts[at]])).toEqual(
      HOSTILE.map(({ what, reference }) => [what, reference]),
    );
  });

  test.skipIf(!hasReference)("it takes each mutant that is taken here (needs the Python package safetensors)", () => {
    const random = randomIntegers(7);
    const files = Array.from({ length: 50_000 }, () => mutant(random));
    const theirs = referenceOn(files);
    let taken = 0;
    for (const [at, bytes] of files.entries()) {
      let ours: ReferenceFile;
      try {
        const content = contentOf(parseSafetensors(bytes, "f")).tensors as [
          string,
          string,
          number[],
          string,
          number[],
        ][];
        ours = Object.fromEntries(
          content.map(([name, dtype, shape, , data]) => [name, [dtype, shape, Buffer.from(data).toString("hex")]]),
        );
      } catch {
        continue;
      }
      taken++;
      expect(theirs[at]).toEqual(ours);
    }
    expect(taken).toBeGreaterThan(2_500);
  });
});
