import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { gunzip } from "#src/data/gunzip.js";
import { parseIdx } from "#src/data/idx.js";
import { parseNpy } from "#src/data/npy.js";
import { parseNpz } from "#src/data/npz.js";
import { HarmoniumError } from "#src/errors.js";
import { idxOf } from "./archives.js";

/** mulberry32: integers 0 … below − 1. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const EDGES = [0, 1, 0x7f, 0x80, 0xff];

/** One to four changes: a byte set, a bit flipped, the end cut off, a piece repeated, left out, or overwritten with 0xff. */
function mutate(original: Uint8Array, random: (below: number) => number): Uint8Array {
  let bytes = Uint8Array.from(original);
  for (let changes = 1 + random(4); changes > 0 && bytes.length > 0; changes--) {
    const at = random(bytes.length);
    const length = 1 + random(8);
    switch (random(6)) {
      case 0:
        bytes[at] = EDGES[random(EDGES.length)] ?? 0;
        break;
      case 1:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
        break;
      case 2:
        bytes = bytes.slice(0, at);
        break;
      case 3:
        bytes = Uint8Array.from([...bytes.subarray(0, at + length), ...bytes.subarray(at)]);
        break;
      case 4:
        bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + length)]);
        break;
      default:
        bytes.fill(0xff, at, at + length);
    }
  }
  return bytes;
}

/** Parses mutated files; counts those that are refused, and throws what is no HarmoniumError. */
async function fuzz(files: readonly Uint8Array[], count: number, parse: (bytes: Uint8Array) => unknown) {
  const random = generator(20_240_607);
  const tally = { read: 0, refused: 0 };
  for (let i = 0; i < count; i++) {
    const mutated = mutate(files[i % files.length] ?? new Uint8Array(0), random);
    try {
      await parse(mutated);
      tally.read++;
    } catch (error) {
      if (!(error instanceof HarmoniumError))
        throw new Error(`file ${i}: ${Buffer.from(mutated).toString("hex")}`, { cause: error });
      tally.refused++;
    }
  }
  return tally;
}

function fixture(name: string): Uint8Array {
  return readFileSync(new URL(`../fixtures/npy/${name}`, import.meta.url));
}

describe("mutated files are read or refused, never anything else", () => {
  test("IDX", async () => {
    const files = [idxOf([2, 3, 4], Array(24).keys()), Uint8Array.of(0, 0, 0x0d, 1, 0, 0, 0, 1, 63, 128, 0, 0)];
    const tally = await fuzz(files, 5000, (bytes) => parseIdx(bytes, "f"));
    expect(tally.read).toBeGreaterThan(100);
    expect(tally.refused).toBeGreaterThan(2000);
  });

  test("NPY", async () => {
    const files = ["f4", "f8-fortran", "i8", "b1", "f2-big", "version-2", "version-3"].map((name) =>
      fixture(`${name}.npy`),
    );
    const tally = await fuzz(files, 6000, (bytes) => parseNpy(bytes, "f"));
    expect(tally.read).toBeGreaterThan(100);
    expect(tally.refused).toBeGreaterThan(2000);
  });

  test("NPZ", async () => {
    const files = ["stored.npz", "compressed.npz", "only.npz"].map(fixture);
    const tally = await fuzz(files, 4000, (bytes) => parseNpz(bytes, "f"));
    expect(tally.read).toBeGreaterThan(100);
    expect(tally.refused).toBeGreaterThan(2000);
  });

  test("gzip", async () => {
    const tally = await fuzz([gzipSync(idxOf([2, 3, 4], Array(24).keys()))], 1500, async (bytes) =>
      parseIdx(await gunzip(bytes, "f", 1e6), "f"),
    );
    expect(tally.refused).toBeGreaterThan(1000);
  });
});
