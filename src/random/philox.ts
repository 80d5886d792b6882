/**
 * Philox4x32-10, a counter-based generator [Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011].
 *
 * Four 32-bit words are a pure function of a 128-bit counter and a 64-bit key. That is what lets results be the same
 * for any number of threads: a draw belongs to (seed, purpose, step, chain, unit), not to an order of calls.
 */

const m0 = 0xd2511f53;
const m1 = 0xcd9e8d57;
const w0 = 0x9e3779b9;
const w1 = 0xbb67ae85;

/** High 32 bits of the product of two unsigned 32-bit integers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + (carry - (carry & 0xffff)) / 0x10000) >>> 0;
}

/** Writes the four words of counter (c0, c1, c2, c3) under key (k0, k1) to `out`. */
export function philox(
  out: Uint32Array,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
): Uint32Array {
  let [x0, x1, x2, x3] = [c0 >>> 0, c1 >>> 0, c2 >>> 0, c3 >>> 0];
  let [key0, key1] = [k0 >>> 0, k1 >>> 0];
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(m0, x0);
    const low0 = Math.imul(m0, x0);
    const high1 = multiplyHigh(m1, x2);
    const low1 = Math.imul(m1, x2);
    x0 = (high1 ^ x1 ^ key0) >>> 0;
    x1 = low1 >>> 0;
    x2 = (high0 ^ x3 ^ key1) >>> 0;
    x3 = low0 >>> 0;
    key0 = (key0 + w0) >>> 0;
    key1 = (key1 + w1) >>> 0;
  }
  out[0] = x0;
  out[1] = x1;
  out[2] = x2;
  out[3] = x3;
  return out;
}
