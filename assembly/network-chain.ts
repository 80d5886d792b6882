// One chain of a sparse network, four units at a time: for few chains of a large network, whose lanes would be empty.
//
// Units that follow one another in the order and do not hear one another are updated together; the result is that of one by one. In
// a colouring's order nearly all fours are full. A sweep reads more than it computes: all that the units need stands one after the
// other in a stream, in the order of their updates:
//   of every four (or fewer) their number; of each unit its number, how many it hears, bias, scale, and for each heard its number and weight.

import { argument, pointer, record, tally } from "./control";
import { bounds, fireExactly, TIES } from "./network-draws";
import { philoxBlocks } from "./philox";

const PARALLEL = 0;
const DRAWS = 15;
/** Bytes of a unit in the stream before what it hears. */
const UNIT: usize = 16;

export function advanceChain(chain: i32, scratch: usize): void {
  const panels = argument(4), steps = argument(12), step = <u32>argument(DRAWS + 2), parallel = argument(11) == PARALLEL;
  const stream = pointer(26), end = stream + <usize>argument(27);
  const beta = f32x4.splat(load<f32>(pointer(10) + (<usize>chain << 2)));
  // states are bytes, 0 or −1
  const stateBytes = <usize>panels << 5;
  const spare = scratch, draws = spare + TIES + 128;
  let s = draws + (stateBytes << 1) + 64, next = s + stateBytes;
  loadBytes(s, chain);
  if (parallel) memory.copy(next, s, stateBytes);

  let changed: i64 = 0, switchedOn: i64 = 0;
  for (let t = 0; t < steps; t++) {
    const time = step + t;
    fillDraws(draws, spare, chain, time);
    const to = parallel ? next : s;
    for (let at = stream; at < end; ) {
      const length = load<u32>(at);
      at += 4;
      const u0 = <usize>load<u32>(at);
      let u1 = u0, u2 = u0, u3 = u0;
      let whole = i32x4.splat(sumOf(at, s)), scale = v128.load32_zero(at, 12);
      at = after(at);
      if (length > 1) {
        u1 = <usize>load<u32>(at);
        whole = i32x4.replace_lane(whole, 1, sumOf(at, s));
        scale = v128.load32_lane(at, scale, 1, 12);
        at = after(at);
        if (length > 2) {
          u2 = <usize>load<u32>(at);
          whole = i32x4.replace_lane(whole, 2, sumOf(at, s));
          scale = v128.load32_lane(at, scale, 2, 12);
          at = after(at);
          if (length > 3) {
            u3 = <usize>load<u32>(at);
            whole = i32x4.replace_lane(whole, 3, sumOf(at, s));
            scale = v128.load32_lane(at, scale, 3, 12);
            at = after(at);
          }
        }
      }
      const x = f32x4.mul(f32x4.mul(f32x4.convert_i32x4_s(whole), scale), beta);
      const a = bounds(draws + (u0 << 1), draws + (u1 << 1)), b = bounds(draws + (u2 << 1), draws + (u3 << 1));
      let on = i32x4.bitmask(f32x4.gt(x, v128.shuffle<i32>(a, b, 1, 3, 5, 7)));
      const open = on ^ i32x4.bitmask(f32x4.ge(x, v128.shuffle<i32>(a, b, 0, 2, 4, 6)));
      if (open != 0) on |= settle(open, x, <u32>u0, <u32>u1, <u32>u2, <u32>u3, draws, spare, chain, time);
      on &= (1 << length) - 1;
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
      changed += popcnt<i32>(on ^ before);
      switchedOn += popcnt<i32>(on & ~before);
    }
    if (parallel) {
      next = s;
      s = to;
    }
  }
  storeBytes(s, chain);
  tally(changed, 2 * switchedOn - changed);
}

/** The unit after this one. */
// @ts-ignore: decorator
@inline function after(at: usize): usize { return at + UNIT + (<usize>load<u32>(at, 4) << 3); }

/** Bias and weights from units that are on. */
// @ts-ignore: decorator
@inline function sumOf(at: usize, s: usize): i32 {
  let x = load<i32>(at, 8);
  let heard = at + UNIT;
  const end = heard + (<usize>load<u32>(at, 4) << 3);
  for (; heard + 24 < end; heard += 32) {
    x += load<i32>(heard, 4) & <i32>load<i8>(s + <usize>load<u32>(heard));
    x += load<i32>(heard, 12) & <i32>load<i8>(s + <usize>load<u32>(heard, 8));
    x += load<i32>(heard, 20) & <i32>load<i8>(s + <usize>load<u32>(heard, 16));
    x += load<i32>(heard, 28) & <i32>load<i8>(s + <usize>load<u32>(heard, 24));
  }
  for (; heard < end; heard += 8) x += load<i32>(heard, 4) & <i32>load<i8>(s + <usize>load<u32>(heard));
  return x;
}

/** MAKE_STREAM, one task: the stream of a list of units. Tallies its bytes. */
export function makeStream(task: i32, scratch: usize): void {
  const units = argument(0), free = pointer(1), size = argument(2), lists = pointer(3), sources = pointer(4), stream = pointer(5);
  const parallel = argument(6) == PARALLEL, weights = pointer(7), bias = pointer(8), scales = pointer(9);
  // by unit: the number of the four that it is in, counted from 1
  memory.fill(scratch, 0, <usize>units << 2);
  let at = stream, head = stream, four: u32 = 0, length: u32 = 4;
  for (let i = 0; i < size; i++) {
    const unit = load<u32>(free + (<usize>i << 2)), own = <usize>unit << 2;
    const first = <usize>load<u32>(lists + own) << 2, end = <usize>load<u32>(lists + own, 4) << 2;
    let hears = length == 4;
    if (!parallel) {
      for (let e = first; e < end; e += 4) hears = hears || load<u32>(scratch + (<usize>load<u32>(sources + e) << 2)) == four;
    }
    if (hears) {
      head = at;
      at += 4;
      four++;
      length = 0;
    }
    length++;
    store<u32>(head, length);
    store<u32>(scratch + own, four);
    store<u32>(at, unit);
    store<u32>(at, <u32>((end - first) >> 2), 4);
    store<i32>(at, load<i32>(bias + own), 8);
    store<f32>(at, load<f32>(scales + own), 12);
    at += UNIT;
    for (let e = first; e < end; e += 4) {
      store<u32>(at, load<u32>(sources + e));
      store<i32>(at, load<i32>(weights + e), 4);
      at += 8;
    }
  }
  tally(<i64>(at - stream));
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

/** Of four units those of `open` that fire. */
function settle(open: i32, x: v128, u0: u32, u1: u32, u2: u32, u3: u32, draws: usize, spare: usize, chain: u32, time: u32): i32 {
  v128.store(spare, x);
  store<u32>(spare, u0, 16);
  store<u32>(spare, u1, 20);
  store<u32>(spare, u2, 24);
  store<u32>(spare, u3, 28);
  let on = 0;
  for (; open != 0; open &= open - 1) {
    const i = ctz<i32>(open), at = spare + (<usize>i << 2), unit = load<u32>(at, 16);
    const upper = load<u16>(draws + (<usize>unit << 1));
    if (fireExactly(load<f32>(at), upper, spare + 64, record(DRAWS), unit, chain, time)) on |= 1 << i;
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
