import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KernelExports } from "#src/kernels/control.js";
import type { BondParameters, Kernels, States } from "#src/kernels/kernels.js";
import { createArena } from "#src/kernels/memory.js";
import { type AdamRule, type SgdRule, type StepRule, stepAll } from "#src/kernels/step-rule.js";
import { createKernels } from "#src/kernels/threads.js";
import { wasmKernels } from "#src/kernels/wasm.js";
import type { WasmMatrix, WasmVector } from "#src/kernels/wasm-arrays.js";
import { singleBinary } from "#src/kernels/wasm-binary.js";
import { bond, inputs, largestDifference, named, type Shape, shapes } from "./cases.js";

const sgd: SgdRule = { kind: "sgd", rate: 0.3, momentum: 0.9, nesterov: false, decay: 0.01, shrink: 0 };
const adam: AdamRule = {
  kind: "adam",
  rate: 0.02,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  updates: 3,
  decay: 0.01,
  shrink: 0,
};
const rules: Record<string, { rule: StepRule; memories: number }> = {
  "plain SGD": { rule: { ...sgd, momentum: 0 }, memories: 0 },
  momentum: { rule: sgd, memories: 1 },
  "Nesterov's momentum": { rule: { ...sgd, nesterov: true }, memories: 1 },
  "SGD with L1": { rule: { ...sgd, momentum: 0, shrink: 0.1 }, memories: 0 },
  Adam: { rule: adam, memories: 2 },
  "Adam with L1": { rule: { ...adam, shrink: 0.1 }, memories: 2 },
};

const read = (p: BondParameters) => [p.weights.read(), p.visibleBias.read(), p.hiddenBias.read()];

/** Parameters and memory after one update, and the vectors of both. */
function optimized(kernels: Kernels, shape: Shape, rule: StepRule, memories: number, centred: boolean) {
  const { visible, hidden } = shape;
  const parameters = bond(kernels, shape, inputs(shape, 1));
  const gradient = bond(kernels, shape, inputs(shape, 2));
  const memory = Array.from({ length: memories }, (_, n) => bond(kernels, shape, inputs(shape, 3 + n)));
  // second moments are not negative
  for (const block of memory[1] ? [memory[1].weights, memory[1].visibleBias, memory[1].hiddenBias] : []) {
    block.write(block.read().map((x) => 0.1 + Math.abs(x)));
  }
  const offsets = { visible: kernels.vector(visible), hidden: kernels.vector(hidden) };
  offsets.visible.write(inputs(shape, 6).visibleMeans.slice(0, visible));
  offsets.hidden.write(inputs(shape, 6).means0.slice(0, hidden));
  kernels.optimize({ parameters, gradient, rule, memory, ...(centred && { offsets }) });
  return [parameters, ...memory].flatMap(read);
}

/** The largest difference over all arrays. */
const farthest = (a: Float32Array[], b: Float32Array[]) =>
  Math.max(...a.map((values, n) => largestDifference(values, b[n] as Float32Array)));

/** Sizes around the panels' 32; few cases, as only sizes of machines matter. */
const sizes: Shape[] = [...shapes.slice(0, 4), { visible: 130, hidden: 96, cases: 1, density: 0.5 }].map((shape) => ({
  ...shape,
  cases: Math.min(shape.cases, 9),
}));

describe("optimizers' kernels on 1 to 4 threads: the same bits, and those of the reference but for rounding", () => {
  const pools: Kernels[] = [];
  let reference: Kernels;
  beforeAll(async () => {
    pools.push(...(await Promise.all([1, 2, 3, 4].map((threads) => createKernels({ threads })))));
    reference = await createKernels({ implementation: "reference" });
  });
  afterAll(() => {
    for (const kernels of pools) kernels.dispose();
  });

  /** The distance of the fast kernels from the reference, NaN unless they agree among themselves. */
  function distance(run: (kernels: Kernels) => Float32Array[]): number {
    const [first, ...others] = pools.map(run) as [Float32Array[], ...Float32Array[][]];
    const same = others.every((one) => farthest(one, first) === 0);
    return same ? farthest(first, run(reference)) : Number.NaN;
  }

  for (const shape of sizes) {
    test.each(Object.keys(rules))(`%s within 1e-6, centred within 2e-5: ${named(shape)}`, (name) => {
      const { rule, memories } = rules[name] as (typeof rules)[string];
      expect(distance((kernels) => optimized(kernels, shape, rule, memories, false))).toBeLessThan(1e-6);
      // biases lose a sum over up to 130 weights
      expect(distance((kernels) => optimized(kernels, shape, rule, memories, true))).toBeLessThan(2e-5);
    });

    test(`from phases the same bits as from their difference in arrays: ${named(shape)}`, () => {
      const { visible, hidden, cases } = shape;
      const given = inputs(shape, 4);
      const run = (kernels: Kernels, from: "phases" | "arrays", dense = false) => {
        const parameters = bond(kernels, shape, given);
        const [memory] = [bond(kernels, shape, inputs(shape, 5))];
        const layer = (values: Float32Array, units: number) => {
          const field = kernels.field(cases, units);
          field.write(values);
          return field;
        };
        const [v0, v1] = [given.v0, given.v1].map((bits) => {
          const states = kernels.states(cases, visible);
          states.write(bits);
          return states;
        }) as [States, States];
        const negative = dense ? layer(given.visibleMeans, visible) : v1;
        const phases = {
          positive: { cases, visible: v0, hidden: layer(given.means0, hidden) },
          negative: { cases, visible: negative, hidden: layer(given.means1, hidden) },
        };
        const offsets = { visible: kernels.vector(visible), hidden: kernels.vector(hidden) };
        offsets.visible.write(given.visibleMeans.slice(0, visible));
        offsets.hidden.write(given.means1.slice(0, hidden));
        const gradient = bond(kernels, shape);
        if (from === "arrays") kernels.update({ parameters: gradient, ...phases, rate: 1 });
        kernels.optimize({
          parameters,
          gradient: from === "arrays" ? gradient : phases,
          rule: sgd,
          memory: [memory],
          offsets,
        });
        return [...read(parameters), ...read(memory)];
      };
      for (const dense of [false, true]) {
        for (const kernels of pools) expect(run(kernels, "phases", dense)).toEqual(run(kernels, "arrays", dense));
        expect(distance((kernels) => run(kernels, "phases", dense))).toBeLessThan(2e-5);
      }
    });

    test(`a x + b y, in place and not, the very bits: ${named(shape)}`, () => {
      const run = (kernels: Kernels) => {
        const [x, y, out] = [1, 2, 3].map((seed) => bond(kernels, shape, inputs(shape, seed))) as [
          BondParameters,
          BondParameters,
          BondParameters,
        ];
        kernels.combine(out, 0.3, x, -1.7, y);
        const first = read(out);
        kernels.combine(x, 0.99, x, 0.01, y);
        kernels.combine(y.weights, 2, out.weights, 1, y.weights);
        kernels.combine(y.hiddenBias, 0, y.hiddenBias, 0, y.hiddenBias);
        return [...first, ...read(x), ...read(y)];
      };
      expect(distance(run)).toBe(0);
      expect(run(reference)[8]?.every((value) => value === 0)).toBe(true);
      const [x, y] = [inputs(shape, 1), inputs(shape, 2)];
      const byHand = x.weights.map((value, i) => 0.3 * value - 1.7 * (y.weights[i] as number));
      expect(largestDifference(run(reference)[0] as Float32Array, byHand)).toBeLessThan(2e-6);
    });

    test(`the transpose, and the bits of a transposed product from it: ${named(shape)}`, () => {
      const { visible, hidden, cases } = shape;
      const given = inputs(shape);
      for (const kernels of [...pools, reference]) {
        const { weights, visibleBias: bias } = bond(kernels, shape, given);
        const copy = kernels.matrix(hidden, visible);
        copy.write(new Float32Array(hidden * visible).fill(Number.NaN));
        kernels.transpose(copy, weights);
        const back = kernels.matrix(visible, hidden);
        kernels.transpose(back, copy);
        expect(back.read()).toEqual(weights.read());
        const [i, j] = [visible - 1, (hidden - 1) >> 1];
        expect(copy.read()[j * visible + i]).toBe(given.weights[i * hidden + j]);
        const h = kernels.states(cases, hidden);
        h.write(given.h);
        const [a, b] = [kernels.field(cases, visible), kernels.field(cases, visible)];
        kernels.conditional({ cases, from: h, weights, transposed: true, bias, input: a });
        kernels.conditional({ cases, from: h, weights: copy, bias, input: b });
        expect(b.read(cases)).toEqual(a.read(cases));
      }
    });

    test(`moving means and shifts within 1e-6: ${named(shape)}`, () => {
      const { cases, hidden } = shape;
      const given = inputs(shape);
      const run = (kernels: Kernels) => {
        const [field, mean] = [kernels.field(cases + 2, hidden), kernels.vector(hidden)];
        field.write(given.means0);
        mean.write(given.hiddenBias);
        kernels.followMean(mean, 0.25, field, cases);
        kernels.shift(field, Math.ceil(cases / 2), mean);
        return [mean.read(), field.read(cases)];
      };
      expect(distance(run)).toBeLessThan(1e-6);
      const column = Array.from({ length: cases }, (_, b) => given.means0[b * hidden] as number);
      const byHand = 0.75 * (given.hiddenBias[0] as number) + (0.25 * column.reduce((a, b) => a + b, 0)) / cases;
      const [mean, shifted] = run(reference) as [Float32Array, Float32Array];
      expect(mean[0]).toBeCloseTo(byHand, 6);
      expect(shifted[0]).toBeCloseTo((column[0] as number) + byHand, 6);
    });
  }
});

test("planted: other rules are other numbers, far beyond those bounds: momentum 0.8999, a count of updates off by one, no offsets", async () => {
  const kernels = await createKernels();
  const shape = sizes[2] as Shape;
  const right = (rule: StepRule, memories: number) => optimized(kernels, shape, rule, memories, false);
  expect(farthest(right(sgd, 1), right({ ...sgd, momentum: 0.8999 }, 1))).toBeGreaterThan(1e-5);
  expect(farthest(right(sgd, 1), right({ ...sgd, nesterov: true }, 1))).toBeGreaterThan(1e-2);
  expect(farthest(right(adam, 2), right({ ...adam, updates: 2 }, 2))).toBeGreaterThan(1e-3);
  expect(farthest(right(adam, 2), right({ ...adam, epsilon: 1e-3 }, 2))).toBeGreaterThan(1e-5);
  expect(farthest(right(sgd, 1), optimized(kernels, shape, sgd, 1, true))).toBeGreaterThan(0.1);
});

describe("by hand", () => {
  const one = (rule: StepRule, value: number, slope: number, ...memory: number[]) => {
    const values = Float64Array.of(value);
    const kept = memory.map((x) => Float64Array.of(x));
    stepAll(rule, values, [slope], kept);
    return [values[0] as number, ...kept.map(([x]) => x as number)].map((x) => Number(x.toPrecision(12)));
  };
  const bare = { rate: 0.5, momentum: 0.5, decay: 0, shrink: 0 };

  test("momentum and Nesterov's", () => {
    // v = 0.5 · 0.2 + 0.5 · 0.6 = 0.4
    expect(one({ kind: "sgd", ...bare, nesterov: false }, 1, 0.6, 0.2)).toEqual([1.4, 0.4]);
    // 0.5 · 0.4 + 0.3
    expect(one({ kind: "sgd", ...bare, nesterov: true }, 1, 0.6, 0.2)).toEqual([1.5, 0.4]);
  });

  test("L2 as decay, L1 as a shrink that stops at 0", () => {
    const rule: StepRule = { kind: "sgd", ...bare, momentum: 0, nesterov: false };
    expect(one({ ...rule, decay: 0.1 }, 2, 1)).toEqual([2.3]);
    expect(one({ ...rule, shrink: 0.2 }, -0.5, 0)).toEqual([-0.3]);
    expect(one({ ...rule, shrink: 0.2 }, 0.15, 0)).toEqual([0]);
    expect(one({ ...rule, shrink: 0.2 }, 0.15, 1)).toEqual([0.45]);
  });

  test("Adam's first two steps: ± the rate, then by the corrected moments", () => {
    const rule: AdamRule = {
      kind: "adam",
      rate: 0.1,
      beta1: 0.9,
      beta2: 0.99,
      epsilon: 1e-12,
      updates: 1,
      decay: 0,
      shrink: 0,
    };
    const [value, m, v] = one(rule, 1, -3, 0, 0) as [number, number, number];
    expect(value).toBeCloseTo(0.9, 9);
    expect([m, v]).toEqual([-0.3, 0.09]);
    // m = 0.9 · −0.3 + 0.1 · 1 = −0.17, v = 0.99 · 0.09 + 0.01 = 0.0991, corrected by 0.19 and 0.0199
    const second = one({ ...rule, updates: 2 }, value, 1, m, v);
    expect(second[0]).toBeCloseTo(0.9 + (0.1 * (-0.17 / 0.19)) / Math.sqrt(0.0991 / 0.0199), 9);
  });
});

test("padding stays zero, after larger machines too", async () => {
  const arena = createArena(false);
  const module = await WebAssembly.compile(Uint8Array.from(atob(singleBinary), (c) => c.charCodeAt(0)));
  const { exports } = await WebAssembly.instantiate(module, { env: { memory: arena.memory } });
  const kernels = wasmKernels(arena, exports as unknown as KernelExports);
  const shape: Shape = { visible: 37, hidden: 29, cases: 5, density: 0.5 };
  const made: BondParameters[] = [];
  const remembering = new Proxy(kernels, {
    get: (of, name: keyof Kernels) =>
      name === "matrix" || name === "vector"
        ? (...sizes: [number, number]) => {
            const array = (of[name] as (...sizes: number[]) => WasmMatrix | WasmVector)(...sizes);
            made.push(array as unknown as BondParameters);
            return array;
          }
        : of[name],
  });
  // leaves shares of ΔW λ for more units behind
  optimized(kernels, { ...shape, visible: 130, hidden: 90 }, sgd, 1, true);
  for (const { rule, memories } of Object.values(rules)) {
    for (const centred of [false, true]) optimized(remembering, shape, rule, memories, centred);
  }
  const floats = arena.floats();
  for (const array of made as unknown as (WasmMatrix | WasmVector)[]) {
    const [rows, columns] = "size" in array ? [1, array.size] : [array.rows, array.columns];
    const paddedRows = "size" in array ? 1 : Math.ceil(rows / 32) * 32;
    for (let panel = 0; panel < Math.ceil(columns / 32); panel++) {
      for (let row = 0; row < paddedRows; row++) {
        for (let i = 0; i < 32; i++) {
          if (row < rows && panel * 32 + i < columns) continue;
          if (floats[array.address / 4 + (panel * paddedRows + row) * 32 + i] !== 0)
            throw new Error(`${rows} × ${columns}`);
        }
      }
    }
  }
  expect(made.length).toBeGreaterThan(60);
});

test("arrays that do not fit, and rules without their memory, are refused", async () => {
  const kernels = await createKernels();
  const parameters = bond(kernels, shapes[2] as Shape);
  const other = bond(kernels, shapes[1] as Shape);
  const field = kernels.field(4, 29);
  expect(() => kernels.combine(parameters, 1, parameters, 1, other)).toThrow(
    "combine: got 15 × 17, 15, 17; expected 37 × 29, 37, 29",
  );
  expect(() => kernels.optimize({ parameters, gradient: other, rule: sgd, memory: [parameters] })).toThrow(
    "optimize: got",
  );
  expect(() => kernels.optimize({ parameters, gradient: parameters, rule: adam, memory: [parameters] })).toThrow(
    "optimize: got a memory of 1; expected 2 for this rule",
  );
  expect(() => kernels.transpose(parameters.weights, other.weights)).toThrow(
    "transpose: got 37 × 29; expected 17 × 15",
  );
  const square = kernels.matrix(3, 3);
  expect(() => kernels.transpose(square, square)).toThrow("transpose: got a matrix and itself");
  const offsets = { visible: parameters.hiddenBias, hidden: parameters.hiddenBias };
  expect(() =>
    kernels.optimize({ parameters, gradient: parameters, rule: sgd, memory: [parameters], offsets }),
  ).toThrow("optimize: offsets: got 29; expected 37");
  expect(() => kernels.followMean(parameters.hiddenBias, 1, field, 5)).toThrow("followMean: got 5 cases of 4 × 29");
  expect(() => kernels.shift(field, 4, parameters.visibleBias)).toThrow(
    "shift: got 4 cases of 4 × 29 and a vector of 37",
  );
});
