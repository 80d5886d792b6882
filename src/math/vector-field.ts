/** Whether a field of directions is the gradient of something: its Jacobian, and its integral along a path. */

import { refuse } from "../errors.js";

/** A direction [n] for every point [n]. What it returns may be the same array each time. */
export type VectorField = (point: Float64Array) => Float64Array;

/** Truncation is step⁴ / 30 times a fifth derivative, rounding 1e-16 / step: both are near 1e-13 here. */
const differenceStep = 1e-3;

/**
 * J [n, n], row-major: J[p, q] = ∂F_p / ∂θ_q, by central differences of fourth order (4 n values of the field). Good to about 1e-12 where
 * the field is smooth over distances of 1.
 */
export function jacobian(field: VectorField, at: Float64Array, step = differenceStep): Float64Array {
  const n = at.length;
  const J = new Float64Array(n * n);
  const point = at.slice();
  for (let q = 0; q < n; q++) {
    for (const [shift, weight] of [
      [1, 8],
      [-1, -8],
      [2, -1],
      [-2, 1],
    ]) {
      point[q] = at[q] + shift * step;
      const F = field(point);
      for (let p = 0; p < n; p++) J[p * n + q] += (weight * F[p]) / (12 * step);
    }
    point[q] = at[q];
  }
  return J;
}

/** ‖J − Jᵀ‖ / ‖J‖ by Frobenius's norm: 0 for the Jacobian of a gradient, at most 2. */
export function asymmetry(J: Float64Array): number {
  const n = Math.round(Math.sqrt(J.length));
  let [difference, all] = [0, 0];
  for (let p = 0; p < n; p++) {
    for (let q = 0; q < n; q++) {
      difference += (J[p * n + q] - J[q * n + p]) ** 2;
      all += J[p * n + q] ** 2;
    }
  }
  return Math.sqrt(difference / all);
}

export interface PathIntegral {
  /** ∫ F · dθ. */
  readonly value: number;
  /** How far that may be off: the change from half as many pieces, and rounding. */
  readonly error: number;
  /** [length so far, integral so far] at the start and after each piece. */
  readonly along: readonly (readonly [number, number])[];
}

/** Gauss's rule with five nodes on [−1, 1]: exact for polynomials of degree 9. */
const inner = Math.sqrt(5 - 2 * Math.sqrt(10 / 7)) / 3;
const outer = Math.sqrt(5 + 2 * Math.sqrt(10 / 7)) / 3;
const gauss: readonly (readonly [number, number])[] = [
  [-outer, (322 - 13 * Math.sqrt(70)) / 900],
  [-inner, (322 + 13 * Math.sqrt(70)) / 900],
  [0, 128 / 225],
  [inner, (322 + 13 * Math.sqrt(70)) / 900],
  [outer, (322 - 13 * Math.sqrt(70)) / 900],
];

/**
 * ∫ F · dθ along straight lines from corner to corner, each in `pieces` pieces by Gauss's rule of five nodes. Round a closed path, whose
 * last corner is the first, it is 0 for every gradient.
 *
 * Throws "option" unless `pieces` is a positive even number, "shape" for fewer than two corners.
 */
export function pathIntegral(field: VectorField, corners: readonly Float64Array[], pieces = 16): PathIntegral {
  if (!Number.isInteger(pieces) || pieces < 2 || pieces % 2 === 1) {
    const expected = "an even number, at least 2";
    throw refuse("option", { who: "pathIntegral: pieces", got: String(pieces), expected });
  }
  if (corners.length < 2) {
    throw refuse("shape", { who: "pathIntegral", got: `${corners.length} corners`, expected: "at least two" });
  }
  const fine = integrate(field, corners, pieces);
  const coarse = integrate(field, corners, pieces / 2);
  return {
    value: fine.value,
    error: Math.abs(fine.value - coarse.value) + Number.EPSILON * fine.sizes,
    along: fine.along,
  };
}

function integrate(field: VectorField, corners: readonly Float64Array[], pieces: number) {
  let [value, sizes, length] = [0, 0, 0];
  const along: [number, number][] = [[0, 0]];
  const point = new Float64Array(corners[0].length);
  for (let c = 0; c + 1 < corners.length; c++) {
    const [from, to] = [corners[c], corners[c + 1]];
    const way = to.map((x, p) => x - from[p]);
    const side = Math.hypot(...way);
    for (let piece = 0; piece < pieces; piece++) {
      for (const [node, weight] of gauss) {
        const t = (piece + (1 + node) / 2) / pieces;
        for (let p = 0; p < point.length; p++) point[p] = from[p] + t * way[p];
        const F = field(point);
        let dot = 0;
        for (let p = 0; p < point.length; p++) dot += F[p] * way[p];
        const term = (weight * dot) / (2 * pieces);
        value += term;
        sizes += Math.abs(term);
      }
      length += side / pieces;
      along.push([length, value]);
    }
  }
  return { value, sizes, along };
}

/**
 * The corners of a rectangle round `centre` in the plane of the parameters p and q: from its lower left along p, round, and back to it.
 * Throws "option" unless p and q are two of them.
 */
export function rectangle(
  centre: Float64Array,
  [p, q]: readonly [number, number],
  [width, height]: readonly [number, number],
): Float64Array[] {
  const n = centre.length;
  if (![p, q].every((axis) => Number.isInteger(axis) && axis >= 0 && axis < n) || p === q) {
    const got = `the axes ${p} and ${q}`;
    throw refuse("option", { who: "rectangle", got, expected: `two different ones from 0 to ${n - 1}` });
  }
  return [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
    [-1, -1],
  ].map(([x, y]) => {
    const corner = centre.slice();
    corner[p] += (x * width) / 2;
    corner[q] += (y * height) / 2;
    return corner;
  });
}

export interface Agreement {
  /** Cosine of the angle between the two. */
  readonly cosine: number;
  /** ‖estimate − truth‖ / ‖truth‖. */
  readonly relativeBias: number;
  /** The share of components with the truth's sign, of those where the truth is not 0. */
  readonly equalSigns: number;
}

/** How well a direction [n] agrees with the true one [n]. */
export function agreement(estimate: ArrayLike<number>, truth: ArrayLike<number>): Agreement {
  let [dot, own, all, off, equal, signs] = [0, 0, 0, 0, 0, 0];
  for (let p = 0; p < truth.length; p++) {
    dot += estimate[p] * truth[p];
    own += estimate[p] ** 2;
    all += truth[p] ** 2;
    off += (estimate[p] - truth[p]) ** 2;
    if (truth[p] === 0) continue;
    signs++;
    if (Math.sign(estimate[p]) === Math.sign(truth[p])) equal++;
  }
  return { cosine: dot / Math.sqrt(own * all), relativeBias: Math.sqrt(off / all), equalSigns: equal / signs };
}
