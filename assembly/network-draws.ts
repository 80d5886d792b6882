// Draws for sixteen chains at a time, the chains in the lanes. uniformOf in src/random/uniform.ts is the definition.
//
// A `source` is the address of five arguments: key0, key1, step, purpose, first chain. `chain` counts from its first chain.

import { gatherBits, upperBits } from "./draw";
import { logisticTimes } from "./logistic";
import { philox, philoxChains } from "./philox";

/** Chains that are advanced together: four vectors of four. */
export const CHAINS = 16;
/** Bytes of the words of a block of 32 units for sixteen chains: [16][16] u32, the later sixteen units in the upper halves. */
export const WORDS: usize = 1024;
/** Scratch for draws that tie. */
export const TIES: usize = 192;

/** Bit 7 of the purpose word marks the calls for lower bits. */
const LOWER: u32 = 0x80;

/** The words of a block of 32 units for the sixteen chains from `chain`. */
export function fillWords(words: usize, source: usize, block: u32, chain: u32, step: u32): void {
  const key0 = load<u32>(source), key1 = load<u32>(source, 4), purpose = load<u32>(source, 12), first = load<u32>(source, 16) + chain;
  for (let quad: u32 = 0; quad < 4; quad++) {
    philoxChains(words + (<usize>quad << 4), 64, block, first + (quad << 2), step, purpose, key0, key1);
  }
}

/** The lower 8 bits of the uniform of one chain and unit. */
export function lowerBits(spare: usize, source: usize, unit: u32, chain: u32, step: u32): u32 {
  const key0 = load<u32>(source), key1 = load<u32>(source, 4), purpose = load<u32>(source, 12), first = load<u32>(source, 16);
  philox(spare, unit >> 4, first + chain, step, purpose | LOWER, key0, key1);
  return load<u32>(spare + (<usize>(unit & 15) << 2)) >>> 24;
}

/**
 * The new states of one unit in sixteen chains, a bit a chain, from their inputs times β: u < σ(x). (Or of a unit of each: `unit` is
 * where the draws are.) `words`: of the block of `unit`; `spare`: TIES bytes.
 *
 * The upper 11 bits of u tell it from σ(x) almost always: a table gives, for each value of them, the x below which u ≥ σ(x) for sure,
 * and the one above which u < σ(x) (src/kernels/thresholds.ts). Where x is between, for one draw in 2,000, all sixteen are decided by
 * the logistic function. It would do for all, but is a chain of slow operations that the next unit must wait for.
 */
// @ts-ignore: decorator
@inline export function fire(
  x0: v128, x1: v128, x2: v128, x3: v128, words: usize, spare: usize, source: usize, unit: u32, chain: u32, step: u32,
): i32 {
  const row = words + (<usize>(unit & 15) << 6) + <usize>((unit >> 3) & 2);
  const a0 = bounds(row), b0 = bounds(row + 8), a1 = bounds(row + 16), b1 = bounds(row + 24);
  const a2 = bounds(row + 32), b2 = bounds(row + 40), a3 = bounds(row + 48), b3 = bounds(row + 56);
  const surely = gatherBits(
    f32x4.gt(x0, v128.shuffle<i32>(a0, b0, 1, 3, 5, 7)), f32x4.gt(x1, v128.shuffle<i32>(a1, b1, 1, 3, 5, 7)),
    f32x4.gt(x2, v128.shuffle<i32>(a2, b2, 1, 3, 5, 7)), f32x4.gt(x3, v128.shuffle<i32>(a3, b3, 1, 3, 5, 7)),
  );
  const maybe = gatherBits(
    f32x4.ge(x0, v128.shuffle<i32>(a0, b0, 0, 2, 4, 6)), f32x4.ge(x1, v128.shuffle<i32>(a1, b1, 0, 2, 4, 6)),
    f32x4.ge(x2, v128.shuffle<i32>(a2, b2, 0, 2, 4, 6)), f32x4.ge(x3, v128.shuffle<i32>(a3, b3, 0, 2, 4, 6)),
  );
  if (surely == maybe) return surely;
  return fireExactly(x0, x1, x2, x3, words, spare, source, unit, chain, step);
}

/** Where the thresholds are: pairs of floats, below the heap. The same number as in src/kernels/control.ts. */
const THRESHOLDS: usize = 16384;

/** The bounds of two chains' draws, whose upper bits are at `draws` and four bytes on. */
// @ts-ignore: decorator
@inline function bounds(draws: usize): v128 {
  const first = v128.load64_zero((<usize>load<u16>(draws) >> 2) & ~7, THRESHOLDS);
  return v128.load64_lane((<usize>load<u16>(draws, 4) >> 2) & ~7, first, 1, THRESHOLDS);
}

/** The same by the logistic function: p · 2^16 − upper ≥ 1: u < p whatever the lower bits; ≤ 0: never; between: look at them. */
function fireExactly(
  x0: v128, x1: v128, x2: v128, x3: v128, words: usize, spare: usize, source: usize, unit: u32, chain: u32, step: u32,
): i32 {
  const row = words + (<usize>(unit & 15) << 6), half = unit & 16;
  const d0 = f32x4.sub(logisticTimes(65536, x0), f32x4.convert_i32x4_s(upperBits(row, half, 0)));
  const d1 = f32x4.sub(logisticTimes(65536, x1), f32x4.convert_i32x4_s(upperBits(row, half, 1)));
  const d2 = f32x4.sub(logisticTimes(65536, x2), f32x4.convert_i32x4_s(upperBits(row, half, 2)));
  const d3 = f32x4.sub(logisticTimes(65536, x3), f32x4.convert_i32x4_s(upperBits(row, half, 3)));
  const one = f32x4.splat(1), zero = f32x4.splat(0);
  const surely = gatherBits(f32x4.ge(d0, one), f32x4.ge(d1, one), f32x4.ge(d2, one), f32x4.ge(d3, one));
  const maybe = gatherBits(f32x4.gt(d0, zero), f32x4.gt(d1, zero), f32x4.gt(d2, zero), f32x4.gt(d3, zero));
  if (surely == maybe) return surely;
  v128.store(spare, d0, 0);
  v128.store(spare, d1, 16);
  v128.store(spare, d2, 32);
  v128.store(spare, d3, 48);
  return surely | breakTies(maybe & ~surely, spare, source, unit, chain, step);
}

/** Of the chains `tied`, those that fire, from p · 2^16 − upper at `differences`. */
function breakTies(tied: i32, differences: usize, source: usize, unit: u32, chain: u32, step: u32): i32 {
  let on = 0;
  for (; tied != 0; tied &= tied - 1) {
    const c = ctz<i32>(tied);
    const rest = <f32>lowerBits(differences + 64, source, unit, chain + c, step) * <f32>0.00390625;
    if (rest < load<f32>(differences + (<usize>c << 2))) on |= 1 << c;
  }
  return on;
}

/**
 * For the times `first` … `first` + `count` − 1 of a block of 32 (choice words of that block) the unit that each of the sixteen chains
 * looks at: units[at − first][chain] = free[⌊u · size⌋].
 */
export function chooseUnits(
  units: usize, words: usize, spare: usize, source: usize, first: i32, count: i32, chain: u32, step: u32, free: usize, size: u32,
): void {
  for (let at = first; at < first + count; at++) {
    const row = words + (<usize>(at & 15) << 6);
    const shift = at & 16;
    for (let c = 0; c < CHAINS; c++) {
      // ⌊(upper · 256 + lower) size / 2^24⌋; the lower bits can matter only where the product is just below a whole number
      const product = <u64>((load<u32>(row + (<usize>c << 2)) >>> shift) & 0xffff) * size;
      let index = product >> 16;
      if ((product & 0xffff) + size > 65536) {
        index = ((product << 8) + <u64>lowerBits(spare, source, at, chain + c, step) * size) >> 24;
      }
      store<u32>(units, load<u32>(free + (<usize>index << 2)));
      units += 4;
    }
  }
}
