import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Kernels, Update } from "#src/kernels/kernels.js";
import { createKernels } from "#src/kernels/threads.js";
import { bond, inputs, largestDifference, named, type Shape, shapes } from "./cases.js";

const draw = { seed: 2 ** 40 + 12345, step: 77, sweep: 3 } as const;

/** Everything a kernel can be asked for on one set of inputs, as plain arrays. */
function conditionals(kernels: Kernels, shape: Shape) {
  const { visible, hidden, cases } = shape;
  const given = inputs(shape);
  const parameters = bond(kernels, shape, given);
  const v = kernels.states(cases + 3, visible);
  v.write(given.v0);
  const h = kernels.states(cases, hidden);
  h.write(given.h);
  const vMeans = kernels.field(cases + 1, visible);
  vMeans.write(given.visibleMeans);
  const up = { weights: parameters.weights, bias: parameters.hiddenBias };
  const down = { weights: parameters.weights, bias: parameters.visibleBias, transposed: true };
  const out = (units: number) => ({
    input: kernels.field(cases, units),
    mean: kernels.field(cases + 2, units),
    sample: kernels.states(cases + 5, units),
  });
  const a = out(hidden);
  kernels.conditional({ cases, from: v, ...up, ...a, draw: { ...draw, purpose: "hidden" } });
  const b = out(visible);
  kernels.conditional({ cases, from: h, ...down, ...b, draw: { ...draw, purpose: "visible", firstChain: 9 } });
  const c = out(hidden);
  kernels.conditional({ cases, from: vMeans, ...up, ...c, draw: { ...draw, purpose: "hidden" }, scale: 0.7 });
  const d = out(visible);
  kernels.conditional({
    cases,
    from: a.mean,
    ...down,
    ...d,
    meanIsSample: true,
    draw: { ...draw, purpose: "visible" },
  });
  const e = out(hidden);
  kernels.conditional({ cases, from: v, ...up, plus: c.input, ...e, draw: { ...draw, purpose: "hidden" } });
  const f = out(visible);
  // added in place, to the input that is there already
  kernels.conditional({ cases, from: h, ...down, input: f.input });
  kernels.conditional({
    cases,
    from: a.mean,
    ...down,
    plus: f.input,
    ...f,
    scale: 0.5,
    draw: { ...draw, purpose: "visible" },
  });
  return [a, b, c, d, e, f].map((o) => ({
    input: o.input.read(cases),
    mean: o.mean.read(cases),
    sample: o.sample.read(cases),
  }));
}

function clamped(kernels: Kernels, { visible, cases, ...shape }: Shape) {
  const { levels } = inputs({ visible, cases, ...shape });
  const rows = Uint32Array.from({ length: cases }, (_, i) => (i * 7) % cases);
  const floats = Float32Array.from(levels, (x) => Math.fround(x / 255));
  const states = [
    kernels.states(cases, visible),
    kernels.states(cases, visible),
    kernels.states(cases, visible),
  ] as const;
  const field = kernels.field(cases, visible);
  const common = { units: visible, rows, draw: { ...draw, purpose: "clamp" } } as const;
  kernels.clamp({ levels, ...common, mode: "sample", out: states[0] });
  kernels.clamp({ levels: floats, ...common, mode: "sample", out: states[1] });
  kernels.clamp({ levels, ...common, mode: "threshold", out: states[2] });
  kernels.clamp({ levels, ...common, mode: "probability", out: field });
  return {
    bits: states.map((s) => s.read(cases)),
    field: field.read(cases),
    errors: [kernels.squaredError(states[0], states[2], cases), kernels.squaredError(field, states[0], cases)],
  };
}

function updated(
  kernels: Kernels,
  shape: Shape,
  options: Partial<Update> & { dense?: boolean; momentumStep?: boolean },
) {
  const { visible, hidden, cases } = shape;
  const given = inputs(shape);
  const parameters = bond(kernels, shape, given);
  const step = options.momentumStep ? bond(kernels, shape, inputs(shape, 2)) : undefined;
  const negativeCases = Math.max(1, cases - 2);
  const layers = {
    v0: kernels.states(cases, visible),
    v1: kernels.states(cases, visible),
    dense: kernels.field(cases, visible),
  };
  layers.v0.write(given.v0);
  layers.v1.write(given.v1);
  layers.dense.write(given.visibleMeans);
  const hidden0 = kernels.field(cases, hidden);
  hidden0.write(given.means0);
  const hidden1 = kernels.field(cases, hidden);
  hidden1.write(given.means1);
  kernels.update({
    parameters,
    ...(step && { step }),
    positive: { cases, visible: layers.v0, hidden: hidden0 },
    negative: { cases: negativeCases, visible: options.dense ? layers.dense : layers.v1, hidden: hidden1 },
    rate: 0.5,
    ...(options.momentum !== undefined && { momentum: options.momentum }),
    ...(options.decay !== undefined && { decay: options.decay }),
  });
  const most = Float32Array.of(kernels.largest(parameters.weights), kernels.largest(parameters.hiddenBias));
  const read = (p: typeof parameters) => [p.weights.read(), p.visibleBias.read(), p.hiddenBias.read()];
  return [most, ...read(parameters), ...(step ? read(step as typeof parameters) : [])];
}

const updates = {
  "plain SGD": {},
  "weight decay": { decay: 0.1 },
  "momentum and decay": { momentum: 0.9, decay: 0.1, momentumStep: true },
  "dense negative visibles": { dense: true },
} as const;

describe.each([1, 2, 3])("wasm kernels, %i threads, against the reference", (threads) => {
  let wasm: Kernels;
  let reference: Kernels;
  beforeAll(async () => {
    wasm = await createKernels({ threads });
    reference = await createKernels({ implementation: "reference" });
  });
  afterAll(() => wasm.dispose());

  for (const shape of shapes) {
    test(`inputs within 2e-5, means within 5e-6, samples equal wherever |u − p| > 1e-5: ${named(shape)}`, () => {
      const ours = conditionals(wasm, shape);
      const theirs = conditionals(reference, shape);
      ours.forEach((a, i) => {
        const b = theirs[i] as typeof a;
        // e and f are sums of two inputs
        expect(largestDifference(a.input, b.input)).toBeLessThan(i < 4 ? 2e-5 : 4e-5);
        // a mean that holds the sample may differ by 1 where the sample does
        if (i !== 3) expect(largestDifference(a.mean, b.mean)).toBeLessThan(5e-6);
        const wrong = a.sample.reduce((n, bit, at) => n + Number(bit !== b.sample[at]), 0);
        expect(wrong / a.sample.length).toBeLessThanOrEqual(2e-5);
      });
      expect(largestDifference((ours[3] as (typeof ours)[0]).mean, (ours[3] as (typeof ours)[0]).sample)).toBe(0);
    });

    test(`clamped bits and levels equal: ${named(shape)}`, () => {
      const { errors, ...ours } = clamped(wasm, shape);
      const { errors: theirs, ...expected } = clamped(reference, shape);
      expect(ours).toEqual(expected);
      expect(errors[0]).toBe(theirs[0]);
      expect(Math.abs(errors[1] / theirs[1] - 1)).toBeLessThan(1e-12);
    });

    test.each(Object.keys(updates) as (keyof typeof updates)[])(
      `parameters within 2e-6 after %s: ${named(shape)}`,
      (name) => {
        const ours = updated(wasm, shape, updates[name]);
        const theirs = updated(reference, shape, updates[name]);
        ours.forEach((values, i) => {
          expect(largestDifference(values, theirs[i] as Float32Array)).toBeLessThan(2e-6);
        });
      },
    );
  }
});

test("a case too many, or a layer of another width, is refused with both sizes", async () => {
  const kernels = await createKernels();
  const p = bond(kernels, shapes[2] as Shape);
  const from = kernels.states(4, 36);
  const run = () => kernels.conditional({ cases: 5, from, weights: p.weights, bias: p.hiddenBias });
  expect(run).toThrow("conditional: from: got 5 cases × 37 units; expected at most 4 cases × 36 units");
});

test("what is added to inputs must be of the layer's width", async () => {
  const kernels = await createKernels();
  const p = bond(kernels, shapes[2] as Shape);
  const plus = kernels.field(5, 28);
  const run = () =>
    kernels.conditional({ cases: 5, from: kernels.states(5, 37), weights: p.weights, bias: p.hiddenBias, plus });
  expect(run).toThrow("conditional: plus: got 5 cases × 29 units; expected at most 5 cases × 28 units");
});

test("a number of threads out of range is refused", async () => {
  await expect(createKernels({ threads: 0 })).rejects.toThrow("threads: got 0; expected a whole number from 1 to 64");
});
