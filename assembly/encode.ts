// From states (bits) to the lists of table rows that product.ts adds up.
//
// States are stored panel by panel: bits[panel][case] is a u16 with units 16 · panel … + 15 of one case.
// Bits beyond the last unit are zero.

import { argument, pointer } from "./control";

/** ENCODE_CASES, task = a chunk of cases: groups run over the units of a case (product with the weights). */
export function encodeCases(task: i32, scratch: usize): void {
  const bits = pointer(0), capacity = <usize>argument(1), cases = argument(2), panels = argument(3);
  const k = argument(4), groupsInBlock = argument(5), groups = argument(6);
  const lists = pointer(7), stride = <usize>argument(8), blockBytes = <usize>argument(9);
  const keepZeros = argument(10) != 0, chunk = argument(11);
  const mask: u32 = (1 << k) - 1;
  const last = min(cases, (task + 1) * chunk);
  for (let b = task * chunk; b < last; b++) {
    for (let p = 0; p < panels; p++) store<u16>(scratch + (<usize>p << 1), load<u16>(bits + ((<usize>p * capacity + <usize>b) << 1)));
    store<u64>(scratch + (<usize>panels << 1), 0);
    let list = lists + <usize>b * stride;
    for (let first = 0; first < groups; first += groupsInBlock) {
      const count = min(groupsInBlock, groups - first);
      let entry = list + 2;
      let position = first * k;
      for (let g = 0; g < count; g++) {
        const code = (load<u32>(scratch + (<usize>position >> 3)) >> (position & 7)) & mask;
        store<u16>(entry, <u16>((g << k) | code));
        entry += (code != 0 || keepZeros) ? 2 : 0;
        position += k;
      }
      store<u16>(list, <u16>((entry - list - 2) >> 1));
      list += blockBytes;
    }
  }
}

/**
 * For the 16 units of `panel`: groups run over the cases (correlations). Appends nothing for a group whose bits are all
 * zero, unless `keepZeros`. `list` is the list of the panel's first unit in the first block.
 */
export function encodeUnits(
  bits: usize, cases: i32, k: i32, groupsInBlock: i32,
  list: usize, stride: usize, blockBytes: usize, keepZeros: bool, cursors: usize,
): void {
  const groups = (cases + k - 1) / k;
  for (let first = 0; first < groups; first += groupsInBlock) {
    for (let u: usize = 0; u < 16; u++) store<u32>(cursors + (u << 2), <u32>(list + u * stride + 2));
    const count = min(groupsInBlock, groups - first);
    for (let g = 0; g < count; g++) {
      const firstCase = (first + g) * k;
      const mask = (1 << min(k, cases - firstCase)) - 1;
      const words = v128.load(bits + (<usize>firstCase << 1));
      if (!v128.any_true(words) && !keepZeros) continue;
      for (let u = 0; u < 16; u++) {
        // bit u of eight cases, moved to the sign bits and gathered
        const code = i16x8.bitmask(i16x8.shl(words, 15 - u)) & mask;
        const cursor = cursors + (<usize>u << 2);
        const entry = <usize>load<u32>(cursor);
        store<u16>(entry, <u16>((g << k) | code));
        store<u32>(cursor, <u32>(entry + ((code != 0 || keepZeros) ? 2 : 0)));
      }
    }
    for (let u: usize = 0; u < 16; u++) {
      const start = list + u * stride;
      store<u16>(start, <u16>((<usize>load<u32>(cursors + (u << 2)) - start - 2) >> 1));
    }
    list += blockBytes;
  }
}

/** Adds to the 16 int32 at `counts` how many of the cases have each of the panel's units on. */
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
