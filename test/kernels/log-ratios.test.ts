import { describe, expect, test } from "vitest";
import type { Kernels } from "#src/kernels/kernels.js";
import { createKernels } from "#src/kernels/threads.js";
import { randomStream } from "#src/random/stream.js";

const [cases, visible] = [37, 45];

/** Inputs x of a standard deviation, states, d, made without the kernels. */
function given(hidden: number, scale: number) {
  const random = randomStream(hidden, "data");
  return {
    hidden,
    x: Float32Array.from({ length: cases * hidden }, () => scale * random.normal()),
    bits: Uint8Array.from({ length: cases * visible }, () => random.word() & 1),
    d: Float32Array.from({ length: visible }, () => 3 * random.normal()),
  };
}

function ratios(kernels: Kernels, { hidden, x, bits, d }: ReturnType<typeof given>, from: number, to: number) {
  const input = kernels.field(cases + 2, hidden);
  const states = kernels.states(cases + 1, visible);
  const linear = kernels.vector(visible);
  input.write(x);
  states.write(bits);
  linear.write(d);
  return kernels.logRatios({ cases, states, linear, input, from, to });
}

/** The same in float64, as a difference that loses no digits; and what the error is measured by. */
function expected({ hidden, x, bits, d }: ReturnType<typeof given>, from: number, to: number, b: number) {
  const [low, high] = [Math.fround(from), Math.fround(to)];
  let [sum, size] = [0, 0];
  for (let i = 0; i < visible; i++) sum += (high - low) * d[i] * bits[b * visible + i];
  for (let j = 0; j < hidden; j++) {
    const value = x[b * hidden + j];
    const a = Math.abs(value);
    sum += (high - low) * Math.max(value, 0) + Math.log1p(Math.expm1((low - high) * a) / (1 + Math.exp(low * a)));
    size += a;
  }
  return { sum, size };
}

describe("ln f_to − ln f_from of a path", () => {
  test.each([0.1, 1, 10, 100])(
    "in WebAssembly: within |to − from| · 1e-7 Σ|x| of float64, x of size %d",
    async (scale) => {
      const kernels = await createKernels({ threads: 2 });
      // one panel, a last one that is not full, more than one logarithm's worth
      for (const hidden of [3, 32, 100, 1000]) {
        const inputs = given(hidden, scale);
        for (const [from, to] of [
          [0, 1],
          [0, 1e-4],
          [0.99999, 1],
          [0.3, 0.8],
        ] as const) {
          const found = ratios(kernels, inputs, from, to);
          const step = Math.fround(to) - Math.fround(from);
          for (let b = 0; b < cases; b++) {
            const { sum, size } = expected(inputs, from, to, b);
            expect(Math.abs(found[b] - sum) / (step * size)).toBeLessThan(1e-7);
          }
          // cooling is heating with the other sign
          expect(ratios(kernels, inputs, to, from)).toEqual(found.map((x) => -x));
        }
      }
      kernels.dispose();
    },
  );

  test("the reference has the same values, within 1e-9", async () => {
    const kernels = await createKernels({ implementation: "reference" });
    const inputs = given(100, 3);
    ratios(kernels, inputs, 0.2, 0.7).forEach((value, b) => {
      expect(Math.abs(value - expected(inputs, 0.2, 0.7, b).sum)).toBeLessThan(1e-9);
    });
  });

  test("14,500 steps with 500 units add up to one step of about 1,200 nats, within 2e-5: errors do not grow with the steps", async () => {
    const kernels = await createKernels();
    const inputs = given(500, 5);
    const field = kernels.field(cases, inputs.hidden);
    const states = kernels.states(cases, visible);
    const linear = kernels.vector(visible);
    field.write(inputs.x);
    states.write(inputs.bits);
    linear.write(inputs.d);
    const betas = Array.from({ length: 14_501 }, (_, k) => Math.fround(k / 14_500));
    const total = new Float64Array(cases);
    for (let k = 1; k < betas.length; k++) {
      const task = { cases: 4, states, linear, input: field, from: betas[k - 1], to: betas[k] };
      kernels.logRatios(task).forEach((x, b) => {
        total[b] += x;
      });
    }
    for (let b = 0; b < 4; b++) expect(Math.abs(total[b] - expected(inputs, 0, 1, b).sum)).toBeLessThan(2e-5);
    kernels.dispose();
  });

  test("the same bits on 1, 2, 3 and 4 threads", async () => {
    const all: Float64Array[] = [];
    for (const threads of [1, 2, 3, 4]) {
      const kernels = await createKernels({ threads });
      all.push(ratios(kernels, given(77, 4), 0.25, 0.26));
      kernels.dispose();
    }
    for (const other of all) expect(other).toEqual(all[0]);
  });

  test("more cases than there are states or inputs are refused", async () => {
    const kernels = await createKernels();
    const task = { cases: 5, linear: kernels.vector(3), from: 0, to: 1 };
    const [states, few] = [kernels.states(5, 3), kernels.states(4, 3)];
    const [input, short] = [kernels.field(5, 2), kernels.field(4, 2)];
    expect(() => kernels.logRatios({ ...task, states: few, input })).toThrow(
      "logRatios: states: got 5 cases × 3 units",
    );
    expect(() => kernels.logRatios({ ...task, states, input: short })).toThrow(
      "logRatios: input: got 5 cases × 2 units",
    );
  });
});
