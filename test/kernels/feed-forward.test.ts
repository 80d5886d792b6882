import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Fit } from "#src/kernels/feed-forward.js";
import type { Field, Kernels } from "#src/kernels/kernels.js";
import type { StepRule } from "#src/kernels/step-rule.js";
import { createKernels } from "#src/kernels/threads.js";
import { uniformOf } from "#src/random/uniform.js";
import { inputs, largestDifference, named, type Shape, shapes } from "./cases.js";

const draw = { seed: 2 ** 41 + 7, step: 12, sweep: 2, purpose: "dropout", firstChain: 5 } as const;
const rule: StepRule = { kind: "sgd", rate: 0.3, momentum: 0.9, nesterov: true, decay: 0.01, shrink: 0.001 };

function fieldOf(kernels: Kernels, cases: number, units: number, values: Float32Array, room = 2): Field {
  const field = kernels.field(cases + room, units);
  field.write(values);
  return field;
}

/** Inputs of a read-out from −30 to 30, and labels. */
function readOutGiven({ visible: units, cases }: Shape) {
  const { visibleMeans } = inputs({ visible: units, hidden: 1, cases, density: 0.5 });
  return {
    values: visibleMeans.map((x) => 60 * x - 30),
    labels: Uint32Array.from({ length: cases }, (_, b) => (b * 7) % units),
  };
}

function readOut(kernels: Kernels, shape: Shape): { fit: Fit; arrays: Float32Array[] } {
  const { visible: units, cases } = shape;
  const { values, labels } = readOutGiven(shape);
  const input = fieldOf(kernels, cases, units, values);
  const [mean, error] = [kernels.field(cases, units), kernels.field(cases + 1, units)];
  const fit = kernels.readOut({ cases, input, mean, labels, error });
  const [means, errors] = [mean.read(cases), error.read(cases)];
  // in place
  expect(kernels.readOut({ cases, input, mean: input, labels, error })).toEqual(fit);
  expect([input.read(cases), error.read(cases)]).toEqual([means, errors]);
  return { fit, arrays: [means, errors] };
}

/** The gradient of a layer, back through it, its derivative and its dropout. */
function backwards(kernels: Kernels, { visible, hidden, cases, density }: Shape): Float32Array[] {
  const given = inputs({ visible, hidden, cases, density });
  const layer = () => ({ weights: kernels.matrix(visible, hidden), hiddenBias: kernels.vector(hidden) });
  const [parameters, memory] = [layer(), layer()];
  parameters.weights.write(given.weights);
  parameters.hiddenBias.write(given.hiddenBias);
  const below = fieldOf(kernels, cases, visible, given.visibleMeans);
  kernels.dropOut({ cases, field: below, keep: 0.75, draw });
  const error = fieldOf(
    kernels,
    cases,
    hidden,
    given.means0.map((x) => x - 0.5),
  );
  const delta = kernels.field(cases, visible);
  const nothing = kernels.vector(visible);
  kernels.conditional({
    cases,
    from: error,
    weights: parameters.weights,
    transposed: true,
    bias: nothing,
    input: delta,
  });
  kernels.throughLogistic({ cases, delta, output: below, keep: 0.75 });
  const gradient = {
    positive: { cases, visible: below, hidden: error },
    negative: { cases: 0, visible: below, hidden: error },
  };
  kernels.optimize({ parameters, gradient, rule, memory: [memory] });
  const bits = kernels.states(cases, visible);
  bits.write(given.v0);
  kernels.optimize({
    parameters,
    gradient: { positive: { ...gradient.positive, visible: bits }, negative: gradient.negative },
    rule,
    memory: [memory],
  });
  const read = (of: typeof parameters) => [of.weights.read(), of.hiddenBias.read()];
  return [below.read(cases), delta.read(cases), ...read(parameters), ...read(memory)];
}

describe("feed-forward kernels on 1 to 4 threads: the same bits, and those of the reference but for rounding", () => {
  const pools: Kernels[] = [];
  let reference: Kernels;
  beforeAll(async () => {
    pools.push(...(await Promise.all([1, 2, 3, 4].map((threads) => createKernels({ threads })))));
    reference = await createKernels({ implementation: "reference" });
  });
  afterAll(() => {
    for (const kernels of pools) kernels.dispose();
  });

  for (const shape of shapes) {
    test(`softmax and its error within 5e-6, cross entropy within 1e-5 nats a case: ${named(shape)}`, () => {
      const [first, ...others] = pools.map((kernels) => readOut(kernels, shape)) as [
        ReturnType<typeof readOut>,
        ...ReturnType<typeof readOut>[],
      ];
      for (const other of others) expect(other).toEqual(first);
      const theirs = readOut(reference, shape);
      first.arrays.forEach((values, n) => {
        expect(largestDifference(values, theirs.arrays[n] as Float32Array)).toBeLessThan(5e-6);
      });
      expect(first.fit.wrong).toBe(theirs.fit.wrong);
      expect(Math.abs(first.fit.crossEntropy - theirs.fit.crossEntropy) / shape.cases).toBeLessThan(1e-5);
    });

    test(`back through a layer within 1e-5: ${named(shape)}`, () => {
      const [first, ...others] = pools.map((kernels) => backwards(kernels, shape)) as [
        Float32Array[],
        ...Float32Array[][],
      ];
      for (const other of others) expect(other).toEqual(first);
      backwards(reference, shape).forEach((values, n) => {
        expect(largestDifference(first[n] as Float32Array, values)).toBeLessThan(1e-5);
      });
    });
  }

  test("a softmax sums to 1 and an error to 0, beside an input of any size", () => {
    for (const kernels of [...pools, reference]) {
      const units = 70;
      const values = Float32Array.from({ length: 3 * units }, (_, i) =>
        i < units ? 1000 * i : i < 2 * units ? -1e30 : 0,
      );
      const input = fieldOf(kernels, 3, units, values);
      const [mean, error] = [kernels.field(3, units), kernels.field(3, units)];
      const labels = Uint32Array.of(units - 1, 0, 5);
      const fit = kernels.readOut({ cases: 3, input, mean, labels, error });
      for (let b = 0; b < 3; b++) {
        const of = (field: Field) => field.read(3).subarray(b * units, (b + 1) * units);
        expect(of(mean).reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 5);
        expect(of(error).reduce((sum, x) => sum + x, 0)).toBeCloseTo(0, 5);
      }
      // certain; and twice one of 70 equal ones
      expect(fit.crossEntropy).toBeCloseTo(2 * Math.log(units), 4);
      expect(fit.wrong).toBe(1);
    }
  });

  test("dropout keeps what its uniforms say, and the mean", () => {
    const [cases, units, keep] = [64, 77, 0.5];
    for (const kernels of [...pools, reference]) {
      const field = fieldOf(kernels, cases, units, new Float32Array(cases * units).fill(0.25));
      kernels.dropOut({ cases, field, keep, draw });
      const values = field.read(cases);
      values.forEach((value, at) => {
        const stays = uniformOf(draw, Math.floor(at / units), at % units) < keep;
        expect(value).toBe(stays ? 0.5 : 0);
      });
      // 4,928 coins: standard deviation of the mean 0.25 / √4928 = 0.0036; five of them
      expect(Math.abs(values.reduce((sum, x) => sum + x, 0) / values.length - 0.25)).toBeLessThan(0.018);
    }
  });

  test("dropout to another number than 0 leaves those that stay as they are, and padding 0", () => {
    const [cases, units, keep] = [5, 77, 0.5];
    for (const kernels of [...pools, reference]) {
      const field = fieldOf(kernels, cases, units, new Float32Array(cases * units).fill(0.25));
      kernels.dropOut({ cases, field, keep, draw, off: -64 });
      field.read(cases).forEach((value, at) => {
        const stays = uniformOf(draw, Math.floor(at / units), at % units) < keep;
        expect(value).toBe(stays ? 0.25 : -64);
      });
      const nothing = kernels.field(cases, units);
      // which counts the padding too
      expect(kernels.squaredError(field, nothing, cases)).toBe(field.read(cases).reduce((sum, x) => sum + x * x, 0));
    }
  });

  test("refused: a label that is no class, too few labels, fields of another size, a keep of 0", () => {
    for (const kernels of [pools[0] as Kernels, reference]) {
      const [input, mean, small] = [kernels.field(2, 3), kernels.field(2, 3), kernels.field(1, 3)];
      expect(() => kernels.readOut({ cases: 2, input, mean, labels: Uint32Array.of(0, 3) })).toThrow(
        "readOut: got the label 3; expected labels from 0 to 2",
      );
      expect(() => kernels.readOut({ cases: 2, input, mean, labels: Uint32Array.of(0) })).toThrow("got 1 labels");
      expect(() => kernels.readOut({ cases: 2, input, mean: small })).toThrow("at most 1 cases × 3 units");
      expect(() => kernels.throughLogistic({ cases: 2, delta: small, output: mean })).toThrow("at most 1 cases");
      expect(() => kernels.dropOut({ cases: 2, field: mean, keep: 0, draw })).toThrow("got keep 0");
    }
  });
});
