// One chain of a sparse network, four units at a time: for few chains of a large network, whose lanes would be empty.
//
// Units that follow one another in the order and do not hear one another are updated together; the result is that of one by one. In
// a colouring's order nearly all fours are full.

import { argument, pointer, record, tally } from "./control";
import { bounds, fireExactly, TIES } from "./network-draws";
import { philoxBlocks } from "./philox";

const PARALLEL = 0;
const DRAWS = 15;

export function advanceChain(chain: i32, scratch: usize): void {
  const panels = argument(4), free = pointer(8), steps = argument(12), step = <u32>argument(DRAWS + 2);
  const beta = f32x4.splat(load<f32>(pointer(10) + (<usize>chain << 2)));
  const weights = pointer(5), lists = pointer(6), scales = pointer(7), sources = pointer(13), bias = pointer(14);
  const parallel = argument(11) == PARALLEL;
  // states are bytes, 0 or −1
  const stateBytes = <usize>panels << 5;
  const batches = pointer(26), last = batches + <usize>argument(27);
  const spare = scratch, draws = spare + TIES + 128;
  let s = draws + (stateBytes << 1) + 64, next = s + stateBytes;
  loadBytes(s, chain);
  if (parallel) memory.copy(next, s, stateBytes);

  let changed: i64 = 0, switchedOn: i64 = 0;
  for (let t = 0; t < steps; t++) {
    const time = step + t;
    fillDraws(draws, spare, chain, time);
    const to = parallel ? next : s;
    let list = free;
    for (let batch = batches; batch < last; batch++) {
      const length = <usize>load<u8>(batch);
      const u0 = <usize>load<u32>(list), u1 = <usize>load<u32>(list, 4), u2 = <usize>load<u32>(list, 8), u3 = <usize>load<u32>(list, 12);
      let whole = i32x4.splat(sumOf(u0, s, lists, sources, weights, bias));
      if (length > 1) {
        whole = i32x4.replace_lane(whole, 1, sumOf(u1, s, lists, sources, weights, bias));
        whole = i32x4.replace_lane(whole, 2, sumOf(u2, s, lists, sources, weights, bias));
        whole = i32x4.replace_lane(whole, 3, sumOf(u3, s, lists, sources, weights, bias));
      }
      const x = f32x4.mul(f32x4.mul(f32x4.convert_i32x4_s(whole), scalesOf(scales, u0, u1, u2, u3)), beta);
      const a = bounds(draws + (u0 << 1), draws + (u1 << 1)), b = bounds(draws + (u2 << 1), draws + (u3 << 1));
      let on = i32x4.bitmask(f32x4.gt(x, v128.shuffle<i32>(a, b, 1, 3, 5, 7)));
      const open = on ^ i32x4.bitmask(f32x4.ge(x, v128.shuffle<i32>(a, b, 0, 2, 4, 6)));
      if (open != 0) on |= settle(open, x, list, draws, spare, chain, time);
      let before = load<i8>(s + u0) & 1;
      store<i8>(to + u0, <i8>-(on & 1));
      if (length > 1) {
        before |= load<i8>(s + u1) & 2;
        store<i8>(to + u1, <i8>-((on >> 1) & 1));
        if (length > 2) {
          before |= load<i8>(s + u2) & 4;
          store<i8>(to + u2, <i8>-((on >> 2) & 1));
          if (length > 3) {
            before |= load<i8>(s + u3) & 8;
            store<i8>(to + u3, <i8>-((on >> 3) & 1));
          }
        }
      }
      on &= (1 << <i32>length) - 1;
      changed += popcnt<i32>(on ^ before);
      switchedOn += popcnt<i32>(on & ~before);
      list += length << 2;
    }
    if (parallel) {
      next = s;
      s = to;
    }
  }
  storeBytes(s, chain);
  tally(changed, 2 * switchedOn - changed);
}

/**
 * CUT_BATCHES, one task: lengths of the runs of a list of units, at most four that do not hear one of the run before them, as bytes.
 * Tallies how many runs.
 */
export function cutBatches(task: i32, scratch: usize): void {
  const units = argument(0), free = pointer(1), size = argument(2), offsets = pointer(3), sources = pointer(4), batches = pointer(5);
  const parallel = argument(6) == PARALLEL;
  // by unit: the number of the run that it is in, counted from 1
  memory.fill(scratch, 0, <usize>units << 2);
  let count = 0, length = 0;
  for (let i = 0; i < size; i++) {
    const unit = <usize>load<u32>(free + (<usize>i << 2));
    let hears = false;
    if (!parallel) {
      for (let e = load<u32>(offsets + (unit << 2)), end = load<u32>(offsets + (unit << 2), 4); e < end; e++) {
        hears = hears || load<u32>(scratch + (<usize>load<u32>(sources + (<usize>e << 2)) << 2)) == <u32>(count + 1);
      }
    }
    if (hears || length == 4) {
      store<u8>(batches + <usize>count, <u8>length);
      count++;
      length = 0;
    }
    store<u32>(scratch + (unit << 2), <u32>(count + 1));
    length++;
  }
  store<u8>(batches + <usize>count, <u8>length);
  tally(count + 1);
}

/** The upper 16 bits of the draws of all units, in their order. */
function fillDraws(draws: usize, spare: usize, chain: u32, time: u32): void {
  const source = record(DRAWS), panels = argument(4), sixteen = i32x4.splat(0xffff);
  const key0 = load<u32>(source), key1 = load<u32>(source, 4), purpose = load<u32>(source, 12), number = load<u32>(source, 16) + chain;
  for (let block = 0; block < panels; block += 2) {
    philoxBlocks(spare, block, number, time, purpose, key0, key1);
    for (let words = spare; words < spare + 128; words += 64) {
      const a = v128.load(words, 0), b = v128.load(words, 16), c = v128.load(words, 32), d = v128.load(words, 48);
      v128.store(draws, i16x8.narrow_i32x4_u(v128.and(a, sixteen), v128.and(b, sixteen)), 0);
      v128.store(draws, i16x8.narrow_i32x4_u(v128.and(c, sixteen), v128.and(d, sixteen)), 16);
      v128.store(draws, i16x8.narrow_i32x4_u(i32x4.shr_u(a, 16), i32x4.shr_u(b, 16)), 32);
      v128.store(draws, i16x8.narrow_i32x4_u(i32x4.shr_u(c, 16), i32x4.shr_u(d, 16)), 48);
      draws += 64;
    }
  }
}

// @ts-ignore: decorator
@inline function scalesOf(scales: usize, u0: usize, u1: usize, u2: usize, u3: usize): v128 {
  let four = v128.load32_zero(scales + (u0 << 2));
  four = v128.load32_lane(scales + (u1 << 2), four, 1);
  four = v128.load32_lane(scales + (u2 << 2), four, 2);
  return v128.load32_lane(scales + (u3 << 2), four, 3);
}

/** Bias and weights from units that are on. */
// @ts-ignore: decorator
@inline function sumOf(unit: usize, s: usize, lists: usize, sources: usize, weights: usize, bias: usize): i32 {
  let x = load<i32>(bias + (unit << 2));
  const list = lists + (unit << 2);
  let source = sources + (<usize>load<u32>(list) << 2), weight = weights + (<usize>load<u32>(list) << 2);
  const end = sources + (<usize>load<u32>(list, 4) << 2);
  for (; source + 12 < end; source += 16) {
    x += load<i32>(weight, 0) & <i32>load<i8>(s + <usize>load<u32>(source, 0));
    x += load<i32>(weight, 4) & <i32>load<i8>(s + <usize>load<u32>(source, 4));
    x += load<i32>(weight, 8) & <i32>load<i8>(s + <usize>load<u32>(source, 8));
    x += load<i32>(weight, 12) & <i32>load<i8>(s + <usize>load<u32>(source, 12));
    weight += 16;
  }
  for (; source < end; source += 4) {
    x += load<i32>(weight) & <i32>load<i8>(s + <usize>load<u32>(source));
    weight += 4;
  }
  return x;
}

/** Of the units `open` of the list, those that fire. */
function settle(open: i32, x: v128, list: usize, draws: usize, spare: usize, chain: u32, time: u32): i32 {
  v128.store(spare, x);
  let on = 0;
  for (; open != 0; open &= open - 1) {
    const i = ctz<i32>(open), unit = load<u32>(list + (<usize>i << 2));
    const upper = load<u16>(draws + (<usize>unit << 1));
    if (fireExactly(load<f32>(spare + (<usize>i << 2)), upper, spare + 64, record(DRAWS), unit, chain, time)) on |= 1 << i;
  }
  return on;
}

function loadBytes(s: usize, chain: i32): void {
  const capacity = <usize>argument(1), sixteens = argument(4) << 1;
  const bytes = i8x16(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1), masks = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  let word = pointer(0) + (<usize>chain << 1);
  for (let p = 0; p < sixteens; p++) {
    v128.store(s, i8x16.eq(v128.and(v128.swizzle(v128.load16_splat(word), bytes), masks), masks));
    s += 16;
    word += capacity << 1;
  }
}

function storeBytes(s: usize, chain: i32): void {
  const capacity = <usize>argument(1), sixteens = argument(4) << 1;
  let word = pointer(0) + (<usize>chain << 1);
  for (let p = 0; p < sixteens; p++) {
    store<u16>(word, <u16>i8x16.bitmask(v128.load(s)));
    s += 16;
    word += capacity << 1;
  }
}
