// Draws for sixteen chains at a time, the chains in the lanes. uniformOf in src/random/uniform.ts is the definition.
//
// A `source` is the address of five arguments: key0, key1, step, purpose, first chain. `chain` counts from its first chain.

import { gatherBits, LOWER } from "./draw";
import { logisticTimes } from "./logistic";
import { philox, philoxChains } from "./philox";

/** Chains that are advanced together: four vectors of four. */
export const CHAINS = 16;
/** Bytes of the words of a block of 32 units for sixteen chains: [16][16] u32, the later sixteen units in the upper halves. */
export const WORDS: usize = 1024;
/** Bytes of the units that sixteen chains look at, for 32 times. */
export const CHOSEN: usize = 2048;
/** Scratch for draws that tie. */
export const TIES: usize = 192;

/** The words of a block of 32 units for the sixteen chains from `chain`; or, with the mark LOWER, those of 16 units' lower bits. */
export function fillWords(words: usize, source: usize, block: u32, chain: u32, step: u32, mark: u32 = 0): void {
  const key0 = load<u32>(source), key1 = load<u32>(source, 4), purpose = load<u32>(source, 12) | mark, first = load<u32>(source, 16) + chain;
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

// The upper 11 bits of u tell it from σ(x) almost always: a table gives, for each value of them, the x below which u ≥ σ(x) for sure, and
// the one above which u < σ(x) (src/kernels/thresholds.ts). Where x is between, for one draw in 2,000, σ is computed. It would do for
// all, but is a chain of slow operations that the next unit must wait for.

/** Where the thresholds are: pairs of floats, below the heap. The same number as in src/kernels/control.ts. */
const THRESHOLDS: usize = 16384;

/** The bounds of two draws, whose upper 16 bits are at these addresses. */
// @ts-ignore: decorator
@inline export function bounds(first: usize, second: usize): v128 {
  return v128.load64_lane((<usize>load<u16>(second) >> 2) & ~7, v128.load64_zero((<usize>load<u16>(first) >> 2) & ~7, THRESHOLDS), 1, THRESHOLDS);
}

/** Sixteen inputs times β against their bounds, two a vector: which fire for sure, and in the upper half which may. */
// @ts-ignore: decorator
@inline export function compare(
  x0: v128, x1: v128, x2: v128, x3: v128, a0: v128, b0: v128, a1: v128, b1: v128, a2: v128, b2: v128, a3: v128, b3: v128,
): i32 {
  const surely = gatherBits(
    f32x4.gt(x0, v128.shuffle<i32>(a0, b0, 1, 3, 5, 7)), f32x4.gt(x1, v128.shuffle<i32>(a1, b1, 1, 3, 5, 7)),
    f32x4.gt(x2, v128.shuffle<i32>(a2, b2, 1, 3, 5, 7)), f32x4.gt(x3, v128.shuffle<i32>(a3, b3, 1, 3, 5, 7)),
  );
  const maybe = gatherBits(
    f32x4.ge(x0, v128.shuffle<i32>(a0, b0, 0, 2, 4, 6)), f32x4.ge(x1, v128.shuffle<i32>(a1, b1, 0, 2, 4, 6)),
    f32x4.ge(x2, v128.shuffle<i32>(a2, b2, 0, 2, 4, 6)), f32x4.ge(x3, v128.shuffle<i32>(a3, b3, 0, 2, 4, 6)),
  );
  return surely | (maybe << 16);
}

/** u < σ(x) for one draw of upper bits `upper`: p · 2^16 − upper ≥ 1: whatever the lower bits; ≤ 0: never; between: look at them. */
export function fireExactly(x: f32, upper: u32, spare: usize, source: usize, unit: u32, chain: u32, step: u32): bool {
  const rest = f32x4.extract_lane(logisticTimes(65536, f32x4.splat(x)), 0) - <f32>upper;
  if (rest >= 1) return true;
  if (!(rest > 0)) return false;
  return <f32>lowerBits(spare, source, unit, chain, step) * <f32>0.00390625 < rest;
}

/**
 * The new states of one unit in sixteen chains, a bit a chain, from their inputs times β: u < σ(x). (Or of a unit of each: `unit` is
 * where the draws are.) `words`: of the block of `unit`; `spare`: TIES bytes.
 */
// @ts-ignore: decorator
@inline export function fire(
  x0: v128, x1: v128, x2: v128, x3: v128, words: usize, spare: usize, source: usize, unit: u32, chain: u32, step: u32,
): i32 {
  const row = words + (<usize>(unit & 15) << 6) + <usize>((unit >> 3) & 2);
  const found = compare(
    x0, x1, x2, x3, bounds(row, row + 4), bounds(row + 8, row + 12), bounds(row + 16, row + 20), bounds(row + 24, row + 28),
    bounds(row + 32, row + 36), bounds(row + 40, row + 44), bounds(row + 48, row + 52), bounds(row + 56, row + 60),
  );
  const surely = found & 0xffff, open = surely ^ (found >>> 16);
  return open == 0 ? surely : surely | settle(open, x0, x1, x2, x3, row, spare, source, unit, chain, step);
}

/** Of the chains `open`, those that fire. */
function settle(
  open: i32, x0: v128, x1: v128, x2: v128, x3: v128, row: usize, spare: usize, source: usize, unit: u32, chain: u32, step: u32,
): i32 {
  v128.store(spare, x0, 0);
  v128.store(spare, x1, 16);
  v128.store(spare, x2, 32);
  v128.store(spare, x3, 48);
  let on = 0;
  for (; open != 0; open &= open - 1) {
    const c = ctz<i32>(open), at = <usize>c << 2;
    if (fireExactly(load<f32>(spare + at), load<u16>(row + at), spare + 64, source, unit, chain + c, step)) on |= 1 << c;
  }
  return on;
}

/** The words of all blocks that have units to update. `marks`: a byte a block. */
export function fillAllWords(words: usize, marks: usize, source: usize, blocks: i32, chain: u32, step: u32): void {
  for (let block = 0; block < blocks; block++) {
    if (load<u8>(marks + <usize>block) != 0) fillWords(words + <usize>block * WORDS, source, block, chain, step);
  }
}

/** Marks the blocks that have units to update. */
export function markBlocks(marks: usize, blocks: i32, free: usize, size: i32): void {
  memory.fill(marks, 0, blocks);
  for (let i: usize = 0; i < <usize>size; i++) store<u8>(marks + <usize>(load<u32>(free + (i << 2)) >> 5), 1);
}

/** With more units than this the lower bits of choices are needed so often that they are made at once. */
const MANY: u32 = 1024;
/** Scratch for choices: words, and words of lower bits. */
export const CHOICE_WORDS: usize = 3 * WORDS;

/**
 * For the times `first` … `first` + `count` − 1 of a block of 32 the unit that each of the sixteen chains looks at:
 * units[at − first][chain] = free[⌊u · size⌋].
 */
export function chooseUnits(
  units: usize, words: usize, spare: usize, source: usize, first: i32, count: i32, chain: u32, step: u32, free: usize, size: u32,
): void {
  const lower = words + WORDS;
  fillWords(words, source, 0, chain, step);
  if (size > MANY) {
    fillWords(lower, source, 0, chain, step, LOWER);
    fillWords(lower + WORDS, source, 1, chain, step, LOWER);
  }
  for (let at = first; at < first + count; at++) {
    const row = words + (<usize>(at & 15) << 6), lowerRow = lower + (<usize>at << 6);
    const shift = at & 16;
    for (let c = 0; c < CHAINS; c++) {
      // ⌊(upper · 256 + lower) size / 2^24⌋; the lower bits can matter only where the product is just below a whole number
      const product = <u64>((load<u32>(row + (<usize>c << 2)) >>> shift) & 0xffff) * size;
      let index = product >> 16;
      if ((product & 0xffff) + size > 65536) {
        const bits = size > MANY ? load<u32>(lowerRow + (<usize>c << 2)) >>> 24 : lowerBits(spare, source, at, chain + c, step);
        index = ((product << 8) + <u64>bits * size) >> 24;
      }
      store<u32>(units, load<u32>(free + (<usize>index << 2)));
      units += 4;
    }
  }
}

/** All sixteen chains look at the same unit. */
// @ts-ignore: decorator
@inline export function lookAt(units: usize, unit: u32): void {
  const four = i32x4.splat(unit);
  v128.store(units, four, 0);
  v128.store(units, four, 16);
  v128.store(units, four, 32);
  v128.store(units, four, 48);
}
