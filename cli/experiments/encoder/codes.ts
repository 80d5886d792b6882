/** What the hidden units of an encoder make of its vectors. Units are V1, then V2, then the hidden ones. */

import type { Boltzmann } from "../../../src/index.js";

/**
 * The code of each vector [size]: bit j is 1 where hidden unit j is more often on than off with the vector clamped on both groups, which
 * is the sign of its input. The paper does not say how codes were read; this is the likeliest state of the hidden units.
 */
export function codesOf({ units, weights, bias }: Boltzmann, size: number): number[] {
  return Array.from({ length: size }, (_, p) => {
    let code = 0;
    for (let j = 2 * size; j < units; j++) {
      const input = bias[j] + weights[p * units + j] + weights[(size + p) * units + j];
      if (input > 0) code |= 1 << (j - 2 * size);
    }
    return code;
  });
}

/** How many different codes there are. */
export function distinctCodes(codes: readonly number[]): number {
  return new Set(codes).size;
}

/** In how many hidden units the two nearest codes differ. */
export function leastDistance(codes: readonly number[]): number {
  let least = Number.POSITIVE_INFINITY;
  codes.forEach((a, p) => {
    for (const b of codes.slice(0, p)) least = Math.min(least, bitCount(a ^ b));
  });
  return least;
}

function bitCount(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** The largest cosine between the weight vectors that two units of a visible group have to the hidden units. */
export function largestCosine({ units, weights }: Boltzmann, size: number): number {
  const vector = (unit: number) => weights.subarray(unit * units + 2 * size, (unit + 1) * units);
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, j) => sum + x * b[j], 0);
  let largest = -1;
  for (const group of [0, size]) {
    for (let p = 0; p < size; p++) {
      for (let q = 0; q < p; q++) {
        const [a, b] = [vector(group + p), vector(group + q)];
        const norms = Math.sqrt(dot(a, a) * dot(b, b));
        if (norms > 0) largest = Math.max(largest, dot(a, b) / norms);
      }
    }
  }
  return largest;
}
