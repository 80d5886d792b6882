// ADVANCE_SPARSE, task = sixteen chains of a network with lists of sources: any dynamics, inputs summed anew.
//
// In scratch the states are [units] of u16, a bit a chain. Weights and biases are whole numbers (fixed-point.ts).

import { argument, pointer, record, tally } from "./control";
import { advanceChain } from "./network-chain";
import { CHAINS, CHOICE_WORDS, CHOSEN, chooseUnits, fillAllWords, fillWords, fire, markBlocks, TIES, WORDS } from "./network-draws";
import { transpose } from "./network-states";

const GLAUBER = 2;
const PARALLEL = 0;

/** Arguments 15 … 19 and 20 … 24 are the sources of draws and of choices. */
const DRAWS = 15;
const CHOICES = 20;

export function advanceSparse(task: i32, scratch: usize): void {
  // the tasks after argument 25 are one chain each
  const single = task - argument(25);
  if (single >= 0) return advanceChain(argument(25) * CHAINS + single, scratch);
  const first = task * CHAINS, valid = (1 << min(CHAINS, argument(2) - first)) - 1;
  const panels = argument(4), stateBytes = <usize>panels << 6;
  const free = pointer(8), size = argument(9), betas = pointer(10) + (<usize>first << 2), dynamics = argument(11), steps = argument(12);
  const weights = pointer(5), lists = pointer(6), scales = pointer(7), sources = pointer(13), bias = pointer(14);
  const source = record(DRAWS), step = <u32>argument(DRAWS + 2);
  const spare = scratch, units = scratch + TIES, choices = units + CHOSEN;
  const marks = choices + CHOICE_WORDS, words = marks + <usize>((panels + 15) & ~15);
  let s = words + <usize>(dynamics == GLAUBER ? 1 : panels) * WORDS, next = s + stateBytes;
  loadStates(s, first, valid);
  if (dynamics == PARALLEL) memory.copy(next, s, stateBytes);

  let changed: i64 = 0, switchedOn: i64 = 0;
  if (dynamics == GLAUBER) {
    for (let t = 0; t < steps; ) {
      const time = step + t, block = time >> 5, at = time & 31;
      const count = min(32 - <i32>at, steps - t);
      fillWords(words, source, 0, first, block);
      chooseUnits(units, choices, spare, record(CHOICES), at, count, first, block, free, size);
      for (let i = 0; i < count; i++) {
        const row = units + (<usize>i << 6);
        let before = 0;
        for (let c = 0; c < CHAINS; c++) {
          const unit = load<u32>(row + (<usize>c << 2));
          before |= ((load<u16>(s + (<usize>unit << 1)) >> c) & 1) << c;
          store<f32>(next + (<usize>c << 2), inputOf(s, unit, c));
        }
        const on = fire(
          f32x4.mul(v128.load(next, 0), v128.load(betas, 0)), f32x4.mul(v128.load(next, 16), v128.load(betas, 16)),
          f32x4.mul(v128.load(next, 32), v128.load(betas, 32)), f32x4.mul(v128.load(next, 48), v128.load(betas, 48)),
          words, spare, source, at + i, first, block,
        );
        const flips = (on ^ before) & valid;
        changed += popcnt<i32>(flips);
        switchedOn += popcnt<i32>(flips & on);
        for (let left = flips; left != 0; left &= left - 1) {
          const c = ctz<i32>(left);
          const word = s + (<usize>load<u32>(row + (<usize>c << 2)) << 1);
          store<u16>(word, <u16>(<i32>load<u16>(word) ^ (1 << c)));
        }
      }
      t += count;
    }
  } else {
    markBlocks(marks, panels, free, size);
    for (let t = 0; t < steps; t++) {
      const time = step + t;
      fillAllWords(words, marks, source, panels, first, time);
      const to = dynamics == PARALLEL ? next : s;
      for (let i = 0; i < size; i++) {
        const unit = load<u32>(free + (<usize>i << 2));
        const on = look(s, unit, betas, words + <usize>(unit >> 5) * WORDS, spare, source, first, time, lists, sources, weights, bias, scales) & valid;
        const before = <i32>load<u16>(s + (<usize>unit << 1));
        changed += popcnt<i32>(on ^ before);
        switchedOn += popcnt<i32>(on & ~before);
        store<u16>(to + (<usize>unit << 1), <u16>on);
      }
      if (dynamics == PARALLEL) {
        next = s;
        s = to;
      }
    }
  }
  storeStates(s, first, valid);
  tally(changed, 2 * switchedOn - changed);
}

/** The input of a unit in one chain. */
function inputOf(s: usize, unit: u32, chain: i32): f32 {
  const list = pointer(6) + (<usize>unit << 2), sources = pointer(13), weights = pointer(5);
  let x = load<i32>(pointer(14) + (<usize>unit << 2));
  for (let e = <usize>load<u32>(list) << 2, end = <usize>load<u32>(list, 4) << 2; e < end; e += 4) {
    const bit = ((<i32>load<u16>(s + (<usize>load<u32>(sources + e) << 1)) >> chain) & 1);
    x += load<i32>(weights + e) & -bit;
  }
  return <f32>x * load<f32>(pointer(7) + (<usize>unit << 2));
}

/** The new states of a unit in sixteen chains. */
// @ts-ignore: decorator
@inline function look(
  s: usize, unit: u32, betas: usize, words: usize, spare: usize, source: usize, chain: u32, time: u32,
  lists: usize, sources: usize, weights: usize, bias: usize, scales: usize,
): i32 {
  const list = lists + (<usize>unit << 2);
  let x0 = v128.load32_splat(bias + (<usize>unit << 2));
  let x1 = x0, x2 = x0, x3 = x0;
  for (let e = <usize>load<u32>(list) << 2, end = <usize>load<u32>(list, 4) << 2; e < end; e += 4) {
    const bits = v128.load16_splat(s + (<usize>load<u32>(sources + e) << 1)), w = v128.load32_splat(weights + e);
    const m0 = i32x4(1, 2, 4, 8), m1 = i32x4(16, 32, 64, 128), m2 = i32x4(256, 512, 1024, 2048), m3 = i32x4(4096, 8192, 16384, 32768);
    x0 = i32x4.add(x0, v128.and(w, i32x4.eq(v128.and(bits, m0), m0)));
    x1 = i32x4.add(x1, v128.and(w, i32x4.eq(v128.and(bits, m1), m1)));
    x2 = i32x4.add(x2, v128.and(w, i32x4.eq(v128.and(bits, m2), m2)));
    x3 = i32x4.add(x3, v128.and(w, i32x4.eq(v128.and(bits, m3), m3)));
  }
  const scale = v128.load32_splat(scales + (<usize>unit << 2));
  return fire(
    f32x4.mul(f32x4.mul(f32x4.convert_i32x4_s(x0), scale), v128.load(betas, 0)),
    f32x4.mul(f32x4.mul(f32x4.convert_i32x4_s(x1), scale), v128.load(betas, 16)),
    f32x4.mul(f32x4.mul(f32x4.convert_i32x4_s(x2), scale), v128.load(betas, 32)),
    f32x4.mul(f32x4.mul(f32x4.convert_i32x4_s(x3), scale), v128.load(betas, 48)),
    words, spare, source, unit, chain, time,
  );
}

/** The words of the chains `valid`; zero for others. What is read beyond the last case is in the arena, and masked. */
function loadStates(s: usize, first: i32, valid: i32): void {
  const states = pointer(0), capacity = <usize>argument(1), sixteens = argument(4) << 1;
  for (let p = 0; p < sixteens; p++) {
    const from = states + ((<usize>p * capacity + <usize>first) << 1);
    const to = s + (<usize>p << 5);
    transpose(to, v128.load(from, 0), v128.load(from, 16));
    const mask = i16x8.splat(<i16>valid);
    v128.store(to, v128.and(v128.load(to, 0), mask), 0);
    v128.store(to, v128.and(v128.load(to, 16), mask), 16);
  }
}

function storeStates(s: usize, first: i32, valid: i32): void {
  const states = pointer(0), capacity = <usize>argument(1), sixteens = argument(4) << 1;
  for (let p = 0; p < sixteens; p++) {
    const from = s + (<usize>p << 5);
    const to = states + ((<usize>p * capacity + <usize>first) << 1);
    if (valid == 0xffff) {
      transpose(to, v128.load(from, 0), v128.load(from, 16));
      continue;
    }
    for (let c = 0; (valid >> c) != 0; c++) {
      let word = 0;
      for (let u = 0; u < 16; u++) word |= (((<i32>load<u16>(from + (<usize>u << 1))) >> c) & 1) << u;
      store<u16>(to + (<usize>c << 1), <u16>word);
    }
  }
}

/** INPUTS_SPARSE, task = sixteen chains: inputs as floats into a field at argument 15 of capacity 16. */
export function inputsSparse(task: i32, scratch: usize): void {
  const first = task * CHAINS, chains = min(CHAINS, argument(2) - first);
  const units = argument(3), out = pointer(15) + (<usize>first << 7), capacity = <usize>argument(16);
  loadStates(scratch, first, (1 << chains) - 1);
  for (let unit = 0; unit < units; unit++) {
    const to = out + ((<usize>(unit >> 5) * capacity) << 7) + (<usize>(unit & 31) << 2);
    for (let c = 0; c < chains; c++) store<f32>(to + (<usize>c << 7), inputOf(scratch, unit, c));
  }
}
