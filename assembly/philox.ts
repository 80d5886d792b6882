// Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011), four counters at a time. src/random/philox.ts is the definition.

const M0: u32 = 0xD2511F53;
const M1: u32 = 0xCD9E8D57;
const W0: u32 = 0x9E3779B9;
const W1: u32 = 0xBB67AE85;

/** High 32 bits of m * x in each lane. */
// @ts-ignore: decorator
@inline function multiplyHigh(m: v128, x: v128): v128 {
  const low = i64x2.extmul_low_i32x4_u(m, x);
  const high = i64x2.extmul_high_i32x4_u(m, x);
  return v128.shuffle<i32>(low, high, 1, 3, 5, 7);
}

/**
 * Writes the four output words for the counters (4 · block + lane, c1, c2, c3), lane = 0 … 3: word w at out + 16 w.
 * Word w, lane l is the draw of unit 16 · block + 4 w + l.
 */
export function philox(out: usize, block: u32, c1: u32, c2: u32, c3: u32, key0: u32, key1: u32): void {
  const m0 = i32x4.splat(M0), m1 = i32x4.splat(M1);
  let x0 = i32x4.add(i32x4.splat(block << 2), i32x4(0, 1, 2, 3));
  let x1 = i32x4.splat(c1), x2 = i32x4.splat(c2), x3 = i32x4.splat(c3);
  let k0 = key0, k1 = key1;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(m0, x0), low0 = i32x4.mul(m0, x0);
    const high1 = multiplyHigh(m1, x2), low1 = i32x4.mul(m1, x2);
    x0 = v128.xor(v128.xor(high1, x1), i32x4.splat(k0));
    x1 = low1;
    x2 = v128.xor(v128.xor(high0, x3), i32x4.splat(k1));
    x3 = low0;
    k0 += W0;
    k1 += W1;
  }
  v128.store(out, x0, 0);
  v128.store(out, x1, 16);
  v128.store(out, x2, 32);
  v128.store(out, x3, 48);
}

/** Four 32-bit words to four uniforms in [0, 1): the upper 24 bits times 2^-24, exact in float32. */
// @ts-ignore: decorator
@inline export function uniform(words: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(words, 8)), f32x4.splat(5.9604644775390625e-8));
}
