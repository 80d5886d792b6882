/** Seeded inputs for kernel tests, made without the kernels. */

import type { BondParameters, Kernels } from "#src/kernels/kernels.js";
import { randomStream } from "#src/random/stream.js";

export interface Shape {
  readonly visible: number;
  readonly hidden: number;
  readonly cases: number;
  /** Fraction of visible units that are on. */
  readonly density: number;
}

/** Sizes around the panel width 16, all ways of cutting a product (few units on, sparse, dense), every group size of the plan. */
export const shapes: Shape[] = [
  { visible: 1, hidden: 1, cases: 1, density: 0.5 },
  { visible: 15, hidden: 17, cases: 3, density: 0.1 },
  { visible: 37, hidden: 29, cases: 23, density: 0.5 },
  { visible: 100, hidden: 64, cases: 100, density: 0.15 },
  { visible: 130, hidden: 48, cases: 320, density: 0.4 },
  { visible: 90, hidden: 33, cases: 520, density: 0.5 },
  { visible: 90, hidden: 33, cases: 720, density: 0.12 },
  { visible: 700, hidden: 40, cases: 90, density: 0.05 },
];

export const named = (s: Shape): string => `${s.visible}×${s.hidden}, ${s.cases} cases, ${s.density * 100} % on`;

export function inputs({ visible, hidden, cases, density }: Shape, seed = 1) {
  const random = randomStream(seed, "data");
  const normals = (n: number, scale: number) => Float32Array.from({ length: n }, () => scale * random.normal());
  const bits = (n: number, p: number) => Uint8Array.from({ length: n }, () => (random.uniform() < p ? 1 : 0));
  const uniforms = (n: number) => Float32Array.from({ length: n }, () => random.uniform());
  return {
    weights: normals(visible * hidden, 2 / Math.sqrt(visible + hidden)),
    visibleBias: normals(visible, 1),
    hiddenBias: normals(hidden, 1),
    v0: bits(cases * visible, density),
    v1: bits(cases * visible, density),
    h: bits(cases * hidden, 0.4),
    means0: uniforms(cases * hidden),
    means1: uniforms(cases * hidden),
    visibleMeans: uniforms(cases * visible),
    levels: Uint8Array.from({ length: cases * visible }, () =>
      random.uniform() < density ? 255 * random.uniform() : 0,
    ),
  };
}

export function bond(kernels: Kernels, { visible, hidden }: Shape, from?: ReturnType<typeof inputs>): BondParameters {
  const parameters = {
    weights: kernels.matrix(visible, hidden),
    visibleBias: kernels.vector(visible),
    hiddenBias: kernels.vector(hidden),
  };
  if (from) {
    parameters.weights.write(from.weights);
    parameters.visibleBias.write(from.visibleBias);
    parameters.hiddenBias.write(from.hiddenBias);
  }
  return parameters;
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.NaN;
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}
