// From states (bits) to the lists of table rows that product.ts adds up.
//
// States are stored by sixteens: bits[sixteen][case] is a u16 with units 16 · sixteen … + 15 of one case; a panel of 32 units is
// two of them. Bits beyond the last unit are zero.

import { argument, pointer } from "./control";

/**
 * ENCODE_CASES, task = a chunk of cases: groups run over the units of a case (product with the weights).
 * Groups without a unit that is on are not listed, unless `keepZeros`; the bytes of those listed are set at `used`. Groups of one unit
 * have no tables: their list names the units of a block, a multiple of 64, that are on.
 */
export function encodeCases(task: i32, scratch: usize): void {
  const bits = pointer(0), capacity = <usize>argument(1), cases = argument(2), sixteens = argument(3);
  const k = argument(4), groupsInBlock = argument(5), groups = argument(6);
  const lists = pointer(7), stride = <usize>argument(8), blockBytes = <usize>argument(9);
  const used = pointer(10), chunk = argument(11);
  const keepZeros = used == 0;
  // a word of 25 valid bits, at any bit position, holds so many whole groups
  const bundle = 25 / k;
  const bundleMask: u32 = (1 << (bundle * k)) - 1, mask: u32 = (1 << k) - 1;
  const firstCase = task * chunk, last = min(cases, firstCase + chunk);
  // the chunk's cases one after the other; all at once, as reading what was just written in smaller pieces stalls
  const rowBytes = (<usize>sixteens << 1) + 8;
  for (let b = firstCase; b < last; b++) {
    const row = scratch + <usize>(b - firstCase) * rowBytes;
    for (let p = 0; p < sixteens; p++) store<u16>(row + (<usize>p << 1), load<u16>(bits + ((<usize>p * capacity + <usize>b) << 1)));
    store<u64>(row + (<usize>sixteens << 1), 0);
  }
  for (let b = firstCase; b < last; b++) {
    const row = scratch + <usize>(b - firstCase) * rowBytes;
    let list = lists + <usize>b * stride;
    if (k == 1) {
      listUnits(row, <usize>groups, <usize>groupsInBlock, list, blockBytes);
      continue;
    }
    for (let first = 0; first < groups; first += groupsInBlock) {
      const count = min(groupsInBlock, groups - first);
      let entry = list + 2;
      for (let g = 0; g < count; g += bundle) {
        const position = (first + g) * k;
        let word = (load<u32>(row + (<usize>position >> 3)) >> (position & 7)) & bundleMask;
        if (word == 0 && !keepZeros) continue;
        const end = min(count, g + bundle);
        for (let group = g; group < end; group++) {
          const code = word & mask;
          store<u16>(entry, <u16>((group << k) | code));
          entry += (code != 0 || keepZeros) ? 2 : 0;
          if (!keepZeros && code != 0) store<u8>(used + <usize>(first + group), 1);
          word >>= k;
        }
      }
      store<u16>(list, <u16>((entry - list - 2) >> 1));
      list += blockBytes;
    }
  }
}

/** The units of one case that are on, as their numbers within blocks of a multiple of 64. Bits are zero up to the next multiple of 64. */
function listUnits(bits: usize, units: usize, unitsInBlock: usize, list: usize, blockBytes: usize): void {
  for (let first: usize = 0; first < units; first += unitsInBlock) {
    let entry = list + 2;
    for (let u: usize = 0, end = min(unitsInBlock, units - first); u < end; u += 64) {
      for (let word = load<u64>(bits + ((first + u) >> 3)); word != 0; word &= word - 1) {
        store<u16>(entry, <u16>(u + <usize>ctz(word)));
        entry += 2;
      }
    }
    store<u16>(list, <u16>((entry - list - 2) >> 1));
    list += blockBytes;
  }
}

/**
 * For sixteen units: groups run over the cases (correlations). Nothing is listed for a group whose bits are all zero, unless
 * `keepZeros`. With second bits, a code is k bits of the first cases and then k of the second. `list` is the list of the first
 * unit in the first block.
 */
export function encodeUnits(
  bits: usize, second: usize, cases: i32, k: i32, groupsInBlock: i32,
  list: usize, stride: usize, blockBytes: usize, keepZeros: bool, cursors: usize,
): void {
  const groups = (cases + k - 1) / k;
  const shift = second != 0 ? k << 1 : k;
  // moves the second cases' words k lanes up; swizzle takes an index beyond the vector as zero
  const up = i8x16.sub(i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), i8x16.splat(<i8>(k << 1)));
  const lanes = i16x8(0, 1, 2, 3, 4, 5, 6, 7);
  for (let first = 0; first < groups; first += groupsInBlock) {
    for (let u: usize = 0; u < 16; u++) store<u32>(cursors + (u << 2), <u32>(list + u * stride + 2));
    const count = min(groupsInBlock, groups - first);
    for (let g = 0; g < count; g++) {
      const firstCase = (first + g) * k;
      const members = i16x8.lt_s(lanes, i16x8.splat(<i16>min(k, cases - firstCase)));
      const at = <usize>firstCase << 1;
      let words = v128.and(v128.load(bits + at), members);
      if (second != 0) words = v128.or(words, v128.swizzle(v128.and(v128.load(second + at), members), up));
      let units = keepZeros ? 0xffff : anyLane(words);
      while (units != 0) {
        const u = ctz<i32>(units);
        units &= units - 1;
        // bit u of eight cases, moved to the sign bits and gathered
        const code = i16x8.bitmask(i16x8.shl(words, 15 - u));
        const cursor = cursors + (<usize>u << 2);
        const entry = <usize>load<u32>(cursor);
        store<u16>(entry, <u16>((g << shift) | code));
        store<u32>(cursor, <u32>(entry + 2));
      }
    }
    for (let u: usize = 0; u < 16; u++) {
      const start = list + u * stride;
      store<u16>(start, <u16>((<usize>load<u32>(cursors + (u << 2)) - start - 2) >> 1));
    }
    list += blockBytes;
  }
}

/** The bitwise or of eight 16-bit lanes. */
// @ts-ignore: decorator
@inline function anyLane(words: v128): i32 {
  const four = i64x2.extract_lane(words, 0) | i64x2.extract_lane(words, 1);
  const two = <u32>(four | (four >>> 32));
  return <i32>((two | (two >>> 16)) & 0xffff);
}

/** Adds to the 16 int32 at `counts` how many of the cases have each of the sixteen units on. */
export function countUnits(counts: usize, bits: usize, cases: i32): void {
  const lowUnits = i16x8(1, 2, 4, 8, 16, 32, 64, 128);
  const highUnits = i16x8(256, 512, 1024, 2048, 4096, 8192, 16384, -32768);
  for (let first = 0; first < cases; first += 32767) {
    let low = i16x8.splat(0), high = i16x8.splat(0);
    const last = min(cases, first + 32767);
    for (let b = first; b < last; b++) {
      const word = v128.load16_splat(bits + (<usize>b << 1));
      low = i16x8.sub(low, i16x8.eq(v128.and(word, lowUnits), lowUnits));
      high = i16x8.sub(high, i16x8.eq(v128.and(word, highUnits), highUnits));
    }
    addCounts(counts, i32x4.extend_low_i16x8_s(low));
    addCounts(counts + 16, i32x4.extend_high_i16x8_s(low));
    addCounts(counts + 32, i32x4.extend_low_i16x8_s(high));
    addCounts(counts + 48, i32x4.extend_high_i16x8_s(high));
  }
}

// @ts-ignore: decorator
@inline function addCounts(at: usize, more: v128): void {
  v128.store(at, i32x4.add(v128.load(at), more));
}
