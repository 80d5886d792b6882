// ADVANCE_PANELS, task = many chains of a dense network: parallel dynamics, or sequential in ascending order, a panel of 32 units at a
// time. The panel's inputs come from the tables of product.ts. Inside a panel each unit must see the new states of those before it:
// four units (a nibble of the chain's bits) at a time, by tables of the panel's own weights; within the four, one by one.
//
// In scratch: the states of a chain one after the other, the lists of table rows made from them, the panel's inputs [chains][32].

import { fill } from "./conditional";
import { argument, pointer, record, tally } from "./control";
import { CHAINS, fillWords, fire, TIES, WORDS } from "./network-draws";
import { transpose } from "./network-states";
import { addListed, buildTables, ROW } from "./product";

const PARALLEL = 0;
const DRAWS = 15;

// a nibble's table has 16 rows of 32
const NIBBLE_SHIFT = 11;
const OWN_TABLES: usize = 8 << NIBBLE_SHIFT;

// scratch of sixteen chains in a panel
const INPUTS: usize = 0; // [4 units][16 chains] i32
const BEFORE: usize = 256; // [32 units] u16, a bit a chain
const AFTER: usize = 320;
const OLD_ROWS: usize = 384; // [8 nibbles][16 chains] u16: where in the own tables the row of a nibble is
const NEW_ROWS: usize = 640;
const SIXTEEN: usize = 896;

export function advancePanels(task: i32, scratch: usize): void {
  const chunk = argument(9), first = task * chunk, chains = min(chunk, argument(2) - first);
  const panels = argument(4), dynamics = argument(11), steps = argument(12), step = <u32>argument(DRAWS + 2);
  const k = argument(26), groupsInBlock = argument(27), groups = argument(28), units = argument(3);
  const weights = pointer(5), panelBytes = <usize>argument(6), rowBytes = <usize>argument(13), masks = pointer(8);
  const stride = <usize>(1 + groupsInBlock) << 1, blockBytes = <usize>chunk * stride;
  const stateBytes = (<usize>panels << 2) + 8;
  const own = scratch + TIES + WORDS + SIXTEEN, table = own + OWN_TABLES;
  const x = table + (ROW << k) * <usize>groupsInBlock;
  const s = x + <usize>chunk * ROW, lists = s + <usize>chunk * stateBytes;
  loadRows(s, stateBytes, first, chains);
  startLists(lists, stride, blockBytes, chains);
  for (let p = 0; p < panels; p++) encodePanel(p, s, stateBytes, chains, lists, stride, blockBytes);
  let changed: i64 = 0, switchedOn: i64 = 0;
  for (let t = 0; t < steps; t++) {
    for (let p = 0; p < panels; p++) {
      const free = load<u32>(masks + (<usize>p << 2));
      if (free == 0) continue;
      const panel = weights + <usize>p * panelBytes;
      fill(x, chains, pointer(14) + <usize>p * ROW);
      let list = lists;
      for (let group = 0; group < groups; group += groupsInBlock) {
        const count = min(groupsInBlock, groups - group);
        buildTables<i32>(table, count, k, group * k, units, panel, rowBytes, 1, 0, 0, 0, true);
        addListed<i32>(x, chains, list, stride, table);
        list += blockBytes;
      }
      if (dynamics != PARALLEL) buildTables<i32>(own, 8, 4, p << 5, units, panel, rowBytes, 1, 0, 0, 0, true);
      for (let c = 0; c < chains; c += CHAINS) {
        const counts = updateSixteen(
          p, free, first + c, chains - c, x + <usize>c * ROW, own, s + <usize>c * stateBytes, stateBytes, scratch, step + t, dynamics != PARALLEL,
        );
        changed += counts & 0xffff;
        switchedOn += counts >>> 16;
      }
      if (dynamics != PARALLEL) encodePanel(p, s, stateBytes, chains, lists, stride, blockBytes);
    }
    // all panels have looked at the lists of the states before
    if (dynamics == PARALLEL) for (let p = 0; p < panels; p++) encodePanel(p, s, stateBytes, chains, lists, stride, blockBytes);
  }
  storeRows(s, stateBytes, first, chains);
  tally(changed, 2 * switchedOn - changed);
}

/** The panel's units in sixteen chains; returns how many changed, and in the upper half how many were switched on. */
function updateSixteen(
  p: i32, free: u32, chain: i32, chains: i32, x: usize, own: usize, states: usize, stateBytes: usize, scratch: usize, time: u32, inTurn: bool,
): i32 {
  const spare = scratch, words = scratch + TIES, at = words + WORDS, source = record(DRAWS);
  const valid = chains < CHAINS ? (1 << chains) - 1 : 0xffff;
  const scales = pointer(7) + <usize>p * ROW, betas = pointer(10) + (<usize>chain << 2);
  fillWords(words, source, p, chain, time);
  splitStates(at, states + (<usize>p << 2), stateBytes);
  let changed = 0, switchedOn = 0;
  for (let nibble = 0; nibble < 8; nibble++) {
    const four = (free >>> (nibble << 2)) & 15;
    if (four != 0) {
      gatherInputs(at, x, own, nibble, inTurn);
      for (let u = 0; u < 4; u++) {
        if (((four >>> u) & 1) == 0) continue;
        const unit = (nibble << 2) + u, row = at + INPUTS + (<usize>u << 6);
        const scale = v128.load32_splat(scales + (<usize>unit << 2));
        const on = fire(
          scaled(v128.load(row, 0), scale, v128.load(betas, 0)), scaled(v128.load(row, 16), scale, v128.load(betas, 16)),
          scaled(v128.load(row, 32), scale, v128.load(betas, 32)), scaled(v128.load(row, 48), scale, v128.load(betas, 48)),
          words, spare, source, (p << 5) + unit, chain, time,
        ) & valid;
        const before = <i32>load<u16>(at + BEFORE + (<usize>unit << 1)) & valid;
        store<u16>(at + AFTER + (<usize>unit << 1), <u16>on);
        changed += popcnt<i32>(on ^ before);
        switchedOn += popcnt<i32>(on & ~before);
        if (inTurn && on != before) tellLater(at, own, on, before, nibble, u);
      }
      if (inTurn) noteRows(at, nibble);
    }
  }
  joinStates(at, states + (<usize>p << 2), stateBytes);
  return changed | (switchedOn << 16);
}

// @ts-ignore: decorator
@inline function scaled(x: v128, scale: v128, beta: v128): v128 {
  return f32x4.mul(f32x4.mul(f32x4.convert_i32x4_s(x), scale), beta);
}

/** The inputs of four units in sixteen chains: what the panel began with, and what the nibbles before have changed. */
// @ts-ignore: decorator
@inline function gatherInputs(at: usize, x: usize, own: usize, nibble: i32, inTurn: bool): void {
  const column = <usize>nibble << 4, tables = own + column, nibbles = inTurn ? nibble : 0;
  for (let quad: usize = 0; quad < 4; quad++) {
    const rows = at + (quad << 3), from = x + (quad << 2) * ROW + column;
    let r0 = v128.load(from), r1 = v128.load(from, 128), r2 = v128.load(from, 256), r3 = v128.load(from, 384);
    for (let old = rows + OLD_ROWS, end = old + (<usize>nibbles << 5); old < end; old += 32) {
      const changed = old + (NEW_ROWS - OLD_ROWS);
      r0 = i32x4.add(r0, difference(tables, old, changed));
      r1 = i32x4.add(r1, difference(tables, old + 2, changed + 2));
      r2 = i32x4.add(r2, difference(tables, old + 4, changed + 4));
      r3 = i32x4.add(r3, difference(tables, old + 6, changed + 6));
    }
    const t0 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5);
    const t2 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7), t3 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
    const to = at + INPUTS + (quad << 4);
    v128.store(to, v128.shuffle<i64>(t0, t1, 0, 2), 0);
    v128.store(to, v128.shuffle<i64>(t0, t1, 1, 3), 64);
    v128.store(to, v128.shuffle<i64>(t2, t3, 0, 2), 128);
    v128.store(to, v128.shuffle<i64>(t2, t3, 1, 3), 192);
  }
}

// @ts-ignore: decorator
@inline function difference(tables: usize, old: usize, changed: usize): v128 {
  return i32x4.sub(v128.load(tables + <usize>load<u16>(changed)), v128.load(tables + <usize>load<u16>(old)));
}

/** Adds what unit u of a nibble has changed to the inputs of the nibble's later units. */
function tellLater(at: usize, own: usize, on: i32, before: i32, nibble: i32, u: i32): void {
  const row = own + (<usize>nibble << NIBBLE_SHIFT) + (ROW << u) + (<usize>nibble << 4);
  const m0 = i32x4(1, 2, 4, 8), m1 = i32x4(16, 32, 64, 128), m2 = i32x4(256, 512, 1024, 2048), m3 = i32x4(4096, 8192, 16384, 32768);
  const risen = i32x4.splat(on & ~before), fallen = i32x4.splat(before & ~on);
  const r0 = i32x4.eq(v128.and(risen, m0), m0), f0 = i32x4.eq(v128.and(fallen, m0), m0);
  const r1 = i32x4.eq(v128.and(risen, m1), m1), f1 = i32x4.eq(v128.and(fallen, m1), m1);
  const r2 = i32x4.eq(v128.and(risen, m2), m2), f2 = i32x4.eq(v128.and(fallen, m2), m2);
  const r3 = i32x4.eq(v128.and(risen, m3), m3), f3 = i32x4.eq(v128.and(fallen, m3), m3);
  for (let v = u + 1; v < 4; v++) {
    const w = v128.load32_splat(row + (<usize>v << 2)), x = at + INPUTS + (<usize>v << 6);
    v128.store(x, i32x4.add(v128.load(x, 0), i32x4.sub(v128.and(w, r0), v128.and(w, f0))), 0);
    v128.store(x, i32x4.add(v128.load(x, 16), i32x4.sub(v128.and(w, r1), v128.and(w, f1))), 16);
    v128.store(x, i32x4.add(v128.load(x, 32), i32x4.sub(v128.and(w, r2), v128.and(w, f2))), 32);
    v128.store(x, i32x4.add(v128.load(x, 48), i32x4.sub(v128.and(w, r3), v128.and(w, f3))), 48);
  }
}

/** Four words of different rows. */
// @ts-ignore: decorator
@inline function loadFour(from: usize, rowBytes: usize): v128 {
  let four = v128.load32_zero(from);
  four = v128.load32_lane(from + rowBytes, four, 1);
  four = v128.load32_lane(from + 2 * rowBytes, four, 2);
  return v128.load32_lane(from + 3 * rowBytes, four, 3);
}

// @ts-ignore: decorator
@inline function storeFour(to: usize, rowBytes: usize, four: v128): void {
  v128.store32_lane(to, four, 0);
  v128.store32_lane(to + rowBytes, four, 1);
  v128.store32_lane(to + 2 * rowBytes, four, 2);
  v128.store32_lane(to + 3 * rowBytes, four, 3);
}

/** From the chains' 32 bits to BEFORE, AFTER, OLD_ROWS and NEW_ROWS. */
function splitStates(at: usize, states: usize, stateBytes: usize): void {
  const q0 = loadFour(states, stateBytes), q1 = loadFour(states + 4 * stateBytes, stateBytes);
  const q2 = loadFour(states + 8 * stateBytes, stateBytes), q3 = loadFour(states + 12 * stateBytes, stateBytes);
  const sixteen = i32x4.splat(0xffff);
  splitSixteen(
    at, 0, i16x8.narrow_i32x4_u(v128.and(q0, sixteen), v128.and(q1, sixteen)), i16x8.narrow_i32x4_u(v128.and(q2, sixteen), v128.and(q3, sixteen)),
  );
  splitSixteen(
    at, 4, i16x8.narrow_i32x4_u(i32x4.shr_u(q0, 16), i32x4.shr_u(q1, 16)), i16x8.narrow_i32x4_u(i32x4.shr_u(q2, 16), i32x4.shr_u(q3, 16)),
  );
}

function splitSixteen(at: usize, firstNibble: i32, low: v128, high: v128): void {
  const units = at + (<usize>firstNibble << 3);
  transpose(units + BEFORE, low, high);
  v128.store(units + AFTER, v128.load(units + BEFORE, 0), 0);
  v128.store(units + AFTER, v128.load(units + BEFORE, 16), 16);
  for (let nibble = firstNibble; nibble < firstNibble + 4; nibble++) {
    storeRowsOf(at + OLD_ROWS, nibble, low, high);
    storeRowsOf(at + NEW_ROWS, nibble, low, high);
    low = i16x8.shr_u(low, 4);
    high = i16x8.shr_u(high, 4);
  }
}

/** Where the rows of a nibble are in the own tables, for sixteen chains whose nibbles are the lowest bits. */
// @ts-ignore: decorator
@inline function storeRowsOf(rows: usize, nibble: i32, low: v128, high: v128): void {
  const mask = i16x8.splat(15), table = i16x8.splat(<i16>(nibble << NIBBLE_SHIFT)), to = rows + (<usize>nibble << 5);
  v128.store(to, v128.or(i16x8.shl(v128.and(low, mask), 7), table), 0);
  v128.store(to, v128.or(i16x8.shl(v128.and(high, mask), 7), table), 16);
}

/** The new rows of a nibble, from the new states of its four units. */
function noteRows(at: usize, nibble: i32): void {
  const units = at + AFTER + (<usize>nibble << 3);
  let code = i32x4.splat(0);
  for (let u: usize = 0; u < 4; u++) {
    const halves = i8x16(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1), masks = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
    const on = i8x16.eq(v128.and(v128.swizzle(v128.load16_splat(units + (u << 1)), halves), masks), masks);
    code = v128.or(code, v128.and(on, i8x16.splat(1 << <i8>u)));
  }
  storeRowsOf(at + NEW_ROWS, nibble, i16x8.extend_low_i8x16_u(code), i16x8.extend_high_i8x16_u(code));
}

/** From AFTER to the chains' 32 bits. */
function joinStates(at: usize, states: usize, stateBytes: usize): void {
  const after = at + AFTER, low = at + BEFORE, high = low + 32;
  transpose(low, v128.load(after, 0), v128.load(after, 16));
  transpose(high, v128.load(after, 32), v128.load(after, 48));
  const a = v128.load(low, 0), b = v128.load(high, 0), c = v128.load(low, 16), d = v128.load(high, 16);
  storeFour(states, stateBytes, v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11));
  storeFour(states + 4 * stateBytes, stateBytes, v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15));
  storeFour(states + 8 * stateBytes, stateBytes, v128.shuffle<i16>(c, d, 0, 8, 1, 9, 2, 10, 3, 11));
  storeFour(states + 12 * stateBytes, stateBytes, v128.shuffle<i16>(c, d, 4, 12, 5, 13, 6, 14, 7, 15));
}

/** Every group is listed, zero or not: the lists have the same length, and an entry its place. */
function startLists(lists: usize, stride: usize, blockBytes: usize, chains: i32): void {
  const groupsInBlock = argument(27), groups = argument(28);
  for (let group = 0; group < groups; group += groupsInBlock) {
    for (let c: usize = 0; c < <usize>chains; c++) store<u16>(lists + c * stride, <u16>min(groupsInBlock, groups - group));
    lists += blockBytes;
  }
}

/** The entries of the groups that the panel's units are in. */
function encodePanel(p: i32, s: usize, stateBytes: usize, chains: i32, lists: usize, stride: usize, blockBytes: usize): void {
  const k = argument(26), groupsInBlock = argument(27), last = min(argument(28) - 1, ((p << 5) + 31) / k);
  const mask: u32 = (1 << k) - 1;
  for (let group = (p << 5) / k; group <= last; group++) {
    const inBlock = group % groupsInBlock, position = group * k, code = inBlock << k;
    let entry = lists + <usize>(group / groupsInBlock) * blockBytes + (<usize>(1 + inBlock) << 1);
    let from = s + (<usize>position >> 3);
    for (let c = 0; c < chains; c++) {
      store<u16>(entry, <u16>(code | ((load<u32>(from) >> (position & 7)) & mask)));
      entry += stride;
      from += stateBytes;
    }
  }
}

function loadRows(s: usize, stateBytes: usize, first: i32, chains: i32): void {
  const states = pointer(0), capacity = <usize>argument(1), sixteens = argument(4) << 1;
  for (let c = 0; c < chains; c++) {
    for (let p: usize = 0; p < <usize>sixteens; p++) store<u16>(s + (p << 1), load<u16>(states + ((p * capacity + <usize>(first + c)) << 1)));
    // the last group looks past the last unit
    store<u64>(s + (<usize>sixteens << 1), 0);
    s += stateBytes;
  }
}

function storeRows(s: usize, stateBytes: usize, first: i32, chains: i32): void {
  const states = pointer(0), capacity = <usize>argument(1), sixteens = argument(4) << 1;
  for (let c = 0; c < chains; c++) {
    for (let p: usize = 0; p < <usize>sixteens; p++) store<u16>(states + ((p * capacity + <usize>(first + c)) << 1), load<u16>(s + (p << 1)));
    s += stateBytes;
  }
}
