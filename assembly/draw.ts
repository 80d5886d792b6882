// Draws of binary units: state = 1 where u < p, u uniform with 24 bits.
//
// Most draws are decided by the upper 16 bits of u, so one Philox call serves 32 units. Where they tie with p (once in 65,536)
// a second call gives the lower 8 bits. The result is exactly u < p; uniformOf in src/random/uniform.ts is the definition.

import { philox } from "./philox";

/** One bit a lane mask, four masks of four lanes → 16 bits in unit order. */
// @ts-ignore: decorator
@inline export function gatherBits(m0: v128, m1: v128, m2: v128, m3: v128): i32 {
  return i8x16.bitmask(i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(m0, m1), i16x8.narrow_i32x4_s(m2, m3)));
}

/** The upper 16 bits of the draws of units 4 w … 4 w + 3 of a half: the words' low halves, or their high ones. */
// @ts-ignore: decorator
@inline export function upperBits(words: usize, half: i32, w: i32): v128 {
  const word = v128.load(words + (<usize>w << 4));
  return half == 0 ? v128.and(word, i32x4.splat(0xffff)) : i32x4.shr_u(word, 16);
}

/**
 * The 16 states of one half of a block of 32 units, with probabilities p0 … p3.
 * `words`: the block's Philox words; `spare`: 192 bytes to use when a draw ties.
 */
// @ts-ignore: decorator
@inline export function drawHalf(
  words: usize, spare: usize, block: i32, half: i32, p0: v128, p1: v128, p2: v128, p3: v128,
  chain: u32, step: u32, purpose: u32, key0: u32, key1: u32,
): i32 {
  const scale = f32x4.splat(65536), one = f32x4.splat(1), zero = f32x4.splat(0);
  const d0 = f32x4.sub(f32x4.mul(p0, scale), f32x4.convert_i32x4_s(upperBits(words, half, 0)));
  const d1 = f32x4.sub(f32x4.mul(p1, scale), f32x4.convert_i32x4_s(upperBits(words, half, 1)));
  const d2 = f32x4.sub(f32x4.mul(p2, scale), f32x4.convert_i32x4_s(upperBits(words, half, 2)));
  const d3 = f32x4.sub(f32x4.mul(p3, scale), f32x4.convert_i32x4_s(upperBits(words, half, 3)));
  // p · 2^16 − upper ≥ 1: u < p whatever the lower bits; ≤ 0: never; between: look at them
  const surely = gatherBits(f32x4.ge(d0, one), f32x4.ge(d1, one), f32x4.ge(d2, one), f32x4.ge(d3, one));
  const maybe = gatherBits(f32x4.gt(d0, zero), f32x4.gt(d1, zero), f32x4.gt(d2, zero), f32x4.gt(d3, zero));
  if (surely == maybe) return surely;
  v128.store(spare, d0, 0);
  v128.store(spare, d1, 16);
  v128.store(spare, d2, 32);
  v128.store(spare, d3, 48);
  return breakTies(spare, (block << 1) + half, chain, step, purpose, key0, key1);
}

/** Bit 7 of the purpose word marks the calls for lower bits. */
export const LOWER: u32 = 0x80;

/** The 16 states from p · 2^16 − upper (at `differences`; 128 bytes of scratch follow) and the lower 8 bits of the draws. */
function breakTies(differences: usize, block16: i32, chain: u32, step: u32, purpose: u32, key0: u32, key1: u32): i32 {
  const lower = differences + 64;
  philox(lower, block16, chain, step, purpose | LOWER, key0, key1);
  let bits = 0;
  for (let u: usize = 0; u < 16; u++) {
    const rest = <f32>(load<u32>(lower + (u << 2)) >>> 24) * <f32>0.00390625;
    if (rest < load<f32>(differences + (u << 2))) bits |= 1 << <i32>u;
  }
  return bits;
}
