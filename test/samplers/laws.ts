/** Laws of small networks as arrays over all states [2^N], and the no-drift test: chains that start in a law must stay in it. */

import { stateOf } from "#src/math/states.js";
import { randomStream } from "#src/random/stream.js";
import { codeOf } from "../oracles/enumerate.js";

/** States drawn from a law by inversion [chains, N]. */
export function exactStarts(law: ArrayLike<number>, units: number, chains: number, seed = 1): Uint8Array {
  const random = randomStream(seed, "data");
  const bits = new Uint8Array(chains * units);
  for (let chain = 0; chain < chains; chain++) {
    let u = random.uniform();
    let code = 0;
    while (code < law.length - 1 && u >= law[code]) u -= law[code++];
    bits.set(stateOf(code, units), chain * units);
  }
  return bits;
}

/** How often each state occurs, as fractions. */
export function histogram(bits: Uint8Array, units: number): Float64Array {
  const chains = bits.length / units;
  const fractions = new Float64Array(2 ** units);
  for (let c = 0; c < chains; c++) fractions[codeOf(bits.subarray(c * units, (c + 1) * units))] += 1 / chains;
  return fractions;
}

export function totalVariation(p: ArrayLike<number>, q: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) sum += Math.abs(p[i] - q[i]);
  return sum / 2;
}

/**
 * What the total variation between a law and the histogram of N independent draws from it exceeds with probability at most α:
 * its mean is at most ½ Σ √(p (1 − p) / N) by Jensen, and one draw moves it by at most 1 / N (McDiarmid).
 */
export function driftBound(law: ArrayLike<number>, draws: number, alpha = 1e-6): number {
  const mean = Array.from(law).reduce((sum, p) => sum + Math.sqrt((p * (1 - p)) / draws), 0) / 2;
  return mean + Math.sqrt(Math.log(1 / alpha) / (2 * draws));
}

/** A law given that some units have some values. */
export function given(law: ArrayLike<number>, values: ReadonlyMap<number, number>): Float64Array {
  const kept = Float64Array.from(law, (p, code) => {
    return [...values].every(([unit, value]) => ((code >> unit) & 1) === value) ? p : 0;
  });
  const total = kept.reduce((a, b) => a + b, 0);
  return kept.map((p) => p / total);
}
