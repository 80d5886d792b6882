/** Where few units are on, products look up rows of the weights themselves: no tables, lists of units (src/kernels/plan.ts, k = 1). */
import { describe, expect, test } from "vitest";
import type { Kernels } from "#src/kernels/kernels.js";
import { planInputs } from "#src/kernels/plan.js";
import { createKernels } from "#src/kernels/threads.js";

const hidden = 33;
const weight = (i: number, j: number) => Math.fround(Math.sin(1 + i * hidden + j));
const bias = Float32Array.from({ length: hidden }, (_, j) => j - 7.25);

/** Inputs of cases that have one unit on each, or the one unit `also` besides. */
function inputsOfOne(kernels: Kernels, visible: number, units: readonly number[], also?: number): Float32Array {
  const weights = kernels.matrix(visible, hidden);
  weights.write(Float32Array.from({ length: visible * hidden }, (_, n) => weight(Math.floor(n / hidden), n % hidden)));
  const vector = kernels.vector(hidden);
  vector.write(bias);
  const from = kernels.states(units.length + 2, visible);
  const bits = new Uint8Array(units.length * visible);
  units.forEach((unit, b) => {
    bits[b * visible + unit] = 1;
    if (also !== undefined) bits[b * visible + also] = 1;
  });
  from.write(bits);
  const input = kernels.field(units.length + 1, hidden);
  kernels.conditional({ cases: units.length, from, weights, bias: vector, input });
  return input.read(units.length);
}

describe.each([1, 2, 3, 4])("few units on, %i threads", (threads) => {
  // one block, a last one that is not full, one of 1 unit only, many
  test.each([20, 64, 320, 321, 641, 784, 1000])(
    "one of %i on: the bias and its row of the weights, exactly",
    async (visible) => {
      const kernels = await createKernels({ threads });
      for (let first = 0; first < visible; first += 100) {
        const units = Array.from({ length: Math.min(100, visible - first) }, (_, n) => first + n);
        expect(planInputs(visible, units.length, 1 / visible, true).k).toBe(1);
        const found = inputsOfOne(kernels, visible, units);
        const expected = units.flatMap((i) => Array.from(bias, (b, j) => Math.fround(b + weight(i, j))));
        expect(found).toEqual(Float32Array.from(expected));
      }
      kernels.dispose();
    },
  );

  test("two on: in the order of the units, whichever block they are in", async () => {
    const kernels = await createKernels({ threads });
    const [visible, also] = [700, 300];
    const units = [0, 63, 64, 255, 256, 299, 301, 320, 511, 512, 699];
    const found = inputsOfOne(kernels, visible, units, also);
    const expected = units.flatMap((i) => {
      const [low, high] = [Math.min(i, also), Math.max(i, also)];
      return Array.from(bias, (b, j) => Math.fround(Math.fround(b + weight(low, j)) + weight(high, j)));
    });
    expect(found).toEqual(Float32Array.from(expected));
    kernels.dispose();
  });
});

test("blocks are multiples of 64 units and hold all of them; many cases, or many units on, have tables", () => {
  for (const contracted of [1, 63, 64, 65, 320, 321, 784, 5000]) {
    const { k, groups, groupsInBlock, blocks } = planInputs(contracted, 100, 0.05, true);
    expect([k, groups, groupsInBlock % 64]).toEqual([1, contracted, 0]);
    expect(blocks * groupsInBlock).toBeGreaterThanOrEqual(contracted);
    expect((blocks - 1) * groupsInBlock).toBeLessThan(contracted);
  }
  expect(planInputs(784, 100, 0.13, true).k).toBe(3);
  expect(planInputs(784, 200, 0.05, true).k).toBe(4);
  expect(planInputs(784, 100, 0.05).k).toBe(3);
});
