import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Kernels } from "#src/kernels/kernels.js";
import { createKernels } from "#src/kernels/threads.js";
import { randomStream } from "#src/random/stream.js";
import { refusal } from "../data/refusal.js";
import { allStates, naiveEnergy, strongRbm } from "../oracles/enumerate.js";

interface Shape {
  readonly cases: number;
  readonly hidden: number;
  readonly classes: number;
  /** Rows of the matrix before those of classes. */
  readonly first: number;
}

/** Around panels of 32, of hidden units and of classes; more hidden units than between two logarithms. */
const shapes: Shape[] = [
  { cases: 1, hidden: 1, classes: 2, first: 0 },
  { cases: 5, hidden: 31, classes: 3, first: 7 },
  { cases: 9, hidden: 64, classes: 10, first: 30 },
  { cases: 6, hidden: 100, classes: 40, first: 33 },
  { cases: 3, hidden: 800, classes: 10, first: 20 },
  { cases: 2, hidden: 1537, classes: 5, first: 3 },
];
const named = ({ cases, hidden, classes }: Shape) => `${cases} cases, ${hidden} hidden units, ${classes} classes`;

function run(kernels: Kernels, { cases, hidden: H, classes, first }: Shape): Float32Array[] {
  const random = randomStream(5, "data", H);
  const normals = (n: number, scale: number) => Float32Array.from({ length: n }, () => scale * random.normal());
  const [input, out, shares, hidden] = [H, classes, classes, H].map((units) => kernels.field(cases + 1, units)) as [
    ReturnType<Kernels["field"]>,
    ReturnType<Kernels["field"]>,
    ReturnType<Kernels["field"]>,
    ReturnType<Kernels["field"]>,
  ];
  const rows = first + classes + 2;
  const [weights, gradient] = [kernels.matrix(rows, H), kernels.matrix(rows, H)];
  const bias = kernels.vector(rows);
  input.write(normals(cases * H, 8));
  shares.write(normals(cases * classes, 1));
  weights.write(normals(rows * H, 4));
  gradient.write(normals(rows * H, 1));
  bias.write(normals(rows, 1));
  kernels.labelScores({ cases, input, weights, bias, first, out, scale: 1.7 });
  kernels.labelGradient({ cases, input, weights, first, shares, hidden, gradient, factor: 1 / 3 });
  return [out.read(cases), hidden.read(cases), gradient.read()];
}

describe("kernels of label units", () => {
  const pools: Kernels[] = [];
  let reference: Kernels;
  beforeAll(async () => {
    pools.push(...(await Promise.all([1, 2, 3, 4].map((threads) => createKernels({ threads })))));
    reference = await createKernels({ implementation: "reference" });
  });
  afterAll(() => {
    for (const kernels of pools) kernels.dispose();
  });

  test.each(shapes.map((shape) => [named(shape), shape] as const))(
    "the bits of the reference on 1 to 4 threads: %s",
    (_, shape) => {
      const expected = run(reference, shape);
      for (const kernels of pools) expect(run(kernels, shape)).toEqual(expected);
    },
  );

  test("scores are sums over all hidden states, and no NaN comes of large inputs", () => {
    const [V, H, classes] = [4, 5, 3];
    const rbm = strongRbm(V + classes, H, 3);
    for (const kernels of [reference, pools[1] as Kernels]) {
      const [input, out] = [kernels.field(1, H), kernels.field(1, classes)];
      const [weights, bias] = [kernels.matrix(V + classes, H), kernels.vector(V + classes)];
      weights.write(rbm.weights);
      bias.write(rbm.visibleBias);
      for (const v of allStates(V)) {
        const x = rbm.hiddenBias.map((c, j) => v.reduce((sum, on, i) => sum + on * rbm.weights[i * H + j], c));
        input.write(x);
        kernels.labelScores({ cases: 1, input, weights, bias, first: V, out });
        const logs = Array.from({ length: classes }, (_, k) => {
          const joined = [...v, ...Array.from({ length: classes }, (_, y) => Number(y === k))];
          return Math.log(allStates(H).reduce((sum, h) => sum + Math.exp(-naiveEnergy(rbm, joined, h)), 0));
        });
        const most = Math.max(...logs);
        out.read(1).forEach((score, k) => {
          expect(Math.abs(score - ((logs[k] as number) - most))).toBeLessThan(5e-6);
        });
      }
      input.write(new Float32Array(H).fill(-1e4));
      kernels.labelScores({ cases: 1, input, weights, bias, first: V, out });
      const biases = [...rbm.visibleBias.subarray(V)];
      expect([...out.read(1)]).toEqual(biases.map((b) => Math.fround(b - Math.max(...biases))));
    }
  });

  test("hidden units beyond the last stay 0, as padding must", () => {
    const kernels = pools[0] as Kernels;
    const [H, classes] = [5, 2];
    const [input, hidden] = [kernels.field(2, H), kernels.field(2, H)];
    const shares = kernels.field(2, classes);
    shares.write(Float32Array.of(1, 1, 1, 1));
    const [weights, gradient] = [kernels.matrix(classes, H), kernels.matrix(classes, H)];
    kernels.labelGradient({ cases: 2, input, weights, first: 0, shares, hidden, gradient, factor: 1 });
    // a product with the padding in it would not be 0
    const [wide, bias, out] = [kernels.matrix(H, 1), kernels.vector(1), kernels.field(2, 1)];
    wide.write(new Float32Array(H).fill(1));
    kernels.conditional({ cases: 2, from: hidden, weights: wide, bias, input: out });
    expect([...out.read(2)]).toEqual([H, H]);
    expect(kernels.largest(gradient)).toBe(1);
  });

  test("arrays that do not fit are refused", async () => {
    for (const kernels of [reference, pools[0] as Kernels]) {
      const [input, out, weights, bias] = [
        kernels.field(2, 4),
        kernels.field(2, 3),
        kernels.matrix(5, 4),
        kernels.vector(5),
      ];
      const task = { cases: 2, input, weights, bias, first: 2, out };
      kernels.labelScores(task);
      for (const bad of [
        { ...task, first: 3 },
        { ...task, cases: 3 },
        { ...task, input: kernels.field(2, 5) },
      ]) {
        expect((await refusal(() => kernels.labelScores(bad))).kind).toBe("shape");
      }
    }
  });
});
