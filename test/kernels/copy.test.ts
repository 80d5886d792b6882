import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Kernels } from "#src/kernels/kernels.js";
import { referenceKernels } from "#src/kernels/reference.js";
import { createKernels } from "#src/kernels/threads.js";
import { randomStream } from "#src/random/stream.js";

let kernels: Kernels;
beforeAll(async () => {
  kernels = await createKernels();
});
afterAll(() => kernels.dispose());

function bitsOf(cases: number, units: number, seed: number, density: number): Uint8Array {
  const random = randomStream(seed, "data");
  return Uint8Array.from({ length: cases * units }, () => (random.uniform() < density ? 1 : 0));
}

/** The same copies by plain loops. */
function copied(from: Uint8Array, rows: readonly number[], to: Uint8Array, places: readonly number[], units: number) {
  const out = to.slice();
  rows.forEach((row, n) => {
    for (let i = 0; i < units; i++) out[places[n] * units + i] = from[row * units + i];
  });
  return out;
}

describe.each([1, 16, 33, 200])("copies of cases of %i units", (units) => {
  const source = bitsOf(9, units, units, 0.1);
  const target = bitsOf(5, units, units + 1, 0.9);
  const [rows, places] = [
    [8, 0, 3],
    [1, 6, 4],
  ];

  test.each(["reference", "wasm"])("%s: into their places, the others untouched", (implementation) => {
    const on = implementation === "wasm" ? kernels : referenceKernels();
    const [from, to] = [on.states(9, units), on.states(7, units)];
    from.write(source);
    to.write(target);
    on.copyCases({ from, rows: Uint32Array.from(rows), to, places: Uint32Array.from(places) });
    const six = new Uint8Array(7 * units);
    six.set(target);
    expect(to.read(7)).toEqual(copied(source, rows, six, places, units));
    expect(from.read(9)).toEqual(source);
    on.copyCases({ from, rows: Uint32Array.of(7, 7), to });
    expect(to.read(2)).toEqual(copied(source, [7, 7], new Uint8Array(2 * units), [0, 1], units));
  });

  test("products have the same bits as after a write of the same cases", () => {
    const weights = kernels.matrix(units, 40);
    const bias = kernels.vector(40);
    const random = randomStream(2, "data");
    weights.write(Float32Array.from({ length: units * 40 }, () => random.normal()));
    const inputOf = (from: ReturnType<Kernels["states"]>, cases: number) => {
      const input = kernels.field(cases, 40);
      kernels.conditional({ cases, from, weights, bias, input });
      return input.read(cases);
    };
    const [from, to, written] = [kernels.states(9, units), kernels.states(7, units), kernels.states(7, units)];
    from.write(source);
    to.write(target);
    // dense cases give way to sparse ones, whose products are cut otherwise
    const all = Uint32Array.of(0, 1, 2, 3, 4);
    kernels.copyCases({ from, rows: all, to, places: all });
    written.write(source.subarray(0, 5 * units));
    expect(inputOf(to, 5)).toEqual(inputOf(written, 5));
    kernels.copyCases({ from, rows: Uint32Array.of(6, 2), to });
    written.write(copied(source, [6, 2], new Uint8Array(2 * units), [0, 1], units));
    expect(inputOf(to, 2)).toEqual(inputOf(written, 2));
    // the third case, of before, is counted for nothing
    kernels.copyCases({ from, rows: Uint32Array.of(5), to, places: Uint32Array.of(2) });
    written.write(copied(source, [6, 2, 5], new Uint8Array(3 * units), [0, 1, 2], units));
    expect(inputOf(to, 3)).toEqual(inputOf(written, 3));
  });
});

test("refused: cases that are not there, other widths, copies to themselves", () => {
  for (const on of [kernels, referenceKernels()]) {
    const [a, b, wide] = [on.states(3, 5), on.states(2, 5), on.states(3, 6)];
    const rows = (...n: number[]) => Uint32Array.from(n);
    expect(() => on.copyCases({ from: a, rows: rows(3), to: b })).toThrow("1 cases of states 3 × 5 and 2 × 5");
    expect(() => on.copyCases({ from: a, rows: rows(0, 1, 2), to: b })).toThrow("cases that both have");
    expect(() => on.copyCases({ from: a, rows: rows(0), to: b, places: rows(2) })).toThrow("cases that both have");
    expect(() => on.copyCases({ from: a, rows: rows(0), to: b, places: rows() })).toThrow("cases that both have");
    expect(() => on.copyCases({ from: a, rows: rows(0), to: wide })).toThrow("3 × 5 and 3 × 6");
    expect(() => on.copyCases({ from: a, rows: rows(0), to: a })).toThrow("two different ones");
  }
});
