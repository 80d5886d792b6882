// ADVANCE_DENSE, task = sixteen chains of a dense network: any dynamics, by fields that are kept as units change.
//
// Weights and biases are whole numbers (fixed-point.ts), so a field that is kept is exactly the sum. A field's lowest
// bit is the state of its unit: field = 2 · input + state.

import { argument, pointer, record, tally } from "./control";
import { gatherBits } from "./draw";
import {
  CHAINS, CHOICE_WORDS, CHOSEN, chooseUnits, fillAllWords, fillWords, fire, lookAt, markBlocks, TIES, WORDS,
} from "./network-draws";
import { ROW } from "./product";

const GLAUBER = 2;
const PARALLEL = 0;

/** Arguments 15 … 19 and 20 … 24 are the sources of draws and of choices. */
const DRAWS = 15;
const CHOICES = 20;

export function advanceDense(task: i32, scratch: usize): void {
  const first = task * CHAINS, chains = min(CHAINS, argument(2) - first), valid = (1 << chains) - 1;
  const panels = argument(4), rowBytes = <usize>argument(25);
  const scales = pointer(7), free = pointer(8), size = argument(9);
  const betas = pointer(10) + (<usize>first << 2), dynamics = argument(11), steps = argument(12);
  const source = record(DRAWS), step = <u32>argument(DRAWS + 2);
  const spare = scratch, units = scratch + TIES;
  const choices = units + CHOSEN, marks = choices + CHOICE_WORDS, words = marks + <usize>((panels + 15) & ~15);
  const fields = words + <usize>(dynamics == GLAUBER ? 1 : panels) * WORDS, changes = fields + <usize>CHAINS * rowBytes;
  loadFields(fields, rowBytes, first, chains);

  let changed: i64 = 0, switchedOn: i64 = 0;
  if (dynamics == GLAUBER) {
    for (let t = 0; t < steps; ) {
      const time = step + t, block = time >> 5, at = time & 31;
      const count = min(32 - <i32>at, steps - t);
      fillWords(words, source, 0, first, block);
      chooseUnits(units, choices, spare, record(CHOICES), at, count, first, block, free, size);
      for (let i = 0; i < count; i++) {
        const row = units + (<usize>i << 6);
        const on = look(row, fields, rowBytes, scales, betas, words, spare, source, at + i, first, block);
        const flips = (on >>> 16) & valid;
        changed += popcnt<i32>(flips);
        switchedOn += popcnt<i32>(flips & on);
        change(flips, on, row, fields, rowBytes);
      }
      t += count;
    }
  } else {
    markBlocks(marks, panels, free, size);
    for (let t = 0; t < steps; t++) {
      const time = step + t;
      fillAllWords(words, marks, source, panels, first, time);
      let end = changes;
      for (let i = 0; i < size; i++) {
        const unit = load<u32>(free + (<usize>i << 2));
        lookAt(units, unit);
        const on = look(units, fields, rowBytes, scales, betas, words + <usize>(unit >> 5) * WORDS, spare, source, unit, first, time);
        const flips = (on >>> 16) & valid;
        changed += popcnt<i32>(flips);
        switchedOn += popcnt<i32>(flips & on);
        if (dynamics == PARALLEL) {
          store<u32>(end, unit);
          store<u32>(end, (on << 16) | flips, 4);
          end += 8;
        } else {
          change(flips, on, units, fields, rowBytes);
        }
      }
      // in parallel dynamics fields change when all units have looked
      for (let entry = changes; entry < end; entry += 8) {
        const masks = load<u32>(entry, 4);
        lookAt(units, load<u32>(entry));
        change(masks & 0xffff, masks >>> 16, units, fields, rowBytes);
      }
    }
  }
  storeStates(fields, rowBytes, first, chains);
  tally(changed, 2 * switchedOn - changed);
}

/** Four fields, each of its own unit. */
// @ts-ignore: decorator
@inline function gather(units: usize, fields: usize, rowBytes: usize): v128 {
  let x = v128.load32_zero(fields + (<usize>load<u32>(units) << 2));
  x = v128.load32_lane(fields + rowBytes + (<usize>load<u32>(units, 4) << 2), x, 1);
  x = v128.load32_lane(fields + 2 * rowBytes + (<usize>load<u32>(units, 8) << 2), x, 2);
  return v128.load32_lane(fields + 3 * rowBytes + (<usize>load<u32>(units, 12) << 2), x, 3);
}

/** Inputs times β from fields. */
// @ts-ignore: decorator
@inline function scaled(x: v128, units: usize, scales: usize, betas: usize): v128 {
  const whole = f32x4.convert_i32x4_s(v128.andnot(x, i32x4.splat(1)));
  return f32x4.mul(f32x4.mul(whole, gather(units, scales, 0)), v128.load(betas));
}

/** The new states of the units that the sixteen chains look at; and in the upper half those of them that are new. */
// @ts-ignore: decorator
@inline function look(
  units: usize, fields: usize, rowBytes: usize, scales: usize, betas: usize,
  words: usize, spare: usize, source: usize, unit: u32, chain: u32, step: u32,
): i32 {
  const x0 = gather(units, fields, rowBytes);
  const x1 = gather(units + 16, fields + 4 * rowBytes, rowBytes);
  const x2 = gather(units + 32, fields + 8 * rowBytes, rowBytes);
  const x3 = gather(units + 48, fields + 12 * rowBytes, rowBytes);
  const before = gatherBits(i32x4.shl(x0, 31), i32x4.shl(x1, 31), i32x4.shl(x2, 31), i32x4.shl(x3, 31));
  const on = fire(
    scaled(x0, units, scales, betas), scaled(x1, units + 16, scales, betas + 16),
    scaled(x2, units + 32, scales, betas + 32), scaled(x3, units + 48, scales, betas + 48),
    words, spare, source, unit, chain, step,
  );
  return on | ((on ^ before) << 16);
}

/** Changes the units of the chains `flips`, and all that hear them. */
function change(flips: i32, on: i32, units: usize, fields: usize, rowBytes: usize): void {
  for (; flips != 0; flips &= flips - 1) {
    const c = ctz<i32>(flips);
    const unit = load<u32>(units + (<usize>c << 2)), x = fields + <usize>c * rowBytes;
    addRow(x, unit, ((on >> c) & 1) - 1);
    // after the row: a vector load of what was just written in a smaller piece stalls
    const own = x + (<usize>unit << 2);
    store<u32>(own, load<u32>(own) ^ 1);
  }
}

/** Rows of fewer vectors are added or subtracted without a branch on which: it is as good as a coin, and costs more than they do. */
const SHORT = 24;

/** Adds the row of weights from a unit to the fields, or subtracts it where `sign` is −1 and not 0. */
function addRow(x: usize, unit: u32, sign: i32): void {
  const row = pointer(5) + <usize>unit * <usize>argument(4) * ROW, vectors = argument(13);
  if (vectors >= SHORT) {
    if (sign == 0) addLong(x, row, vectors);
    else subtractLong(x, row, vectors);
    return;
  }
  const s = i32x4.splat(sign);
  for (let at: usize = 0, end = <usize>vectors << 4; at < end; at += 16) {
    // ±a = ((a ^ sign) − sign), put together so that one addition does
    v128.store(x + at, v128.xor(i32x4.add(v128.xor(v128.load(x + at), s), v128.load(row + at)), s));
  }
}

// the two differ in one word; told apart by an argument they are merged into one loop that asks at every vector, at half the speed

/** Fields + row. */
function addLong(x: usize, row: usize, vectors: i32): void {
  for (; vectors >= 8; vectors -= 8) {
    v128.store(x, i32x4.add(v128.load(x, 0), v128.load(row, 0)), 0);
    v128.store(x, i32x4.add(v128.load(x, 16), v128.load(row, 16)), 16);
    v128.store(x, i32x4.add(v128.load(x, 32), v128.load(row, 32)), 32);
    v128.store(x, i32x4.add(v128.load(x, 48), v128.load(row, 48)), 48);
    v128.store(x, i32x4.add(v128.load(x, 64), v128.load(row, 64)), 64);
    v128.store(x, i32x4.add(v128.load(x, 80), v128.load(row, 80)), 80);
    v128.store(x, i32x4.add(v128.load(x, 96), v128.load(row, 96)), 96);
    v128.store(x, i32x4.add(v128.load(x, 112), v128.load(row, 112)), 112);
    x += ROW;
    row += ROW;
  }
  for (let at: usize = 0, end = <usize>vectors << 4; at < end; at += 16) {
    v128.store(x + at, i32x4.add(v128.load(x + at), v128.load(row + at)));
  }
}

/** Fields − row. */
function subtractLong(x: usize, row: usize, vectors: i32): void {
  for (; vectors >= 8; vectors -= 8) {
    v128.store(x, i32x4.sub(v128.load(x, 0), v128.load(row, 0)), 0);
    v128.store(x, i32x4.sub(v128.load(x, 16), v128.load(row, 16)), 16);
    v128.store(x, i32x4.sub(v128.load(x, 32), v128.load(row, 32)), 32);
    v128.store(x, i32x4.sub(v128.load(x, 48), v128.load(row, 48)), 48);
    v128.store(x, i32x4.sub(v128.load(x, 64), v128.load(row, 64)), 64);
    v128.store(x, i32x4.sub(v128.load(x, 80), v128.load(row, 80)), 80);
    v128.store(x, i32x4.sub(v128.load(x, 96), v128.load(row, 96)), 96);
    v128.store(x, i32x4.sub(v128.load(x, 112), v128.load(row, 112)), 112);
    x += ROW;
    row += ROW;
  }
  for (let at: usize = 0, end = <usize>vectors << 4; at < end; at += 16) {
    v128.store(x + at, i32x4.sub(v128.load(x + at), v128.load(row + at)));
  }
}

/** Fields from states: from inputs that are there (argument 26, [panel][chains][32]), or the biases and the rows of units that are on. */
function loadFields(fields: usize, rowBytes: usize, first: i32, chains: i32): void {
  const states = pointer(0) + (<usize>first << 1), step = <usize>argument(1) << 1, panels = argument(4);
  const prepared = pointer(26);
  // a panel of all chains after the other, as its columns of the weights stay in cache
  for (let p: usize = 0; p < <usize>panels; p++) {
    for (let c = 0; c < chains; c++) {
      const words = states + (<usize>c << 1), x = fields + <usize>c * rowBytes + p * ROW, sixteen = words + 2 * p * step;
      if (prepared != 0) copyRow(x, prepared + (p * <usize>argument(2) + <usize>(first + c)) * ROW);
      else sumRows(x, pointer(14) + p * ROW, words, step, panels << 1, pointer(5) + p * ROW, <usize>panels * ROW);
      addStates(x, <i32>load<u16>(sixteen));
      addStates(x + 64, <i32>load<u16>(sixteen + step));
    }
  }
}

// @ts-ignore: decorator
@inline function copyRow(to: usize, from: usize): void {
  for (let at: usize = 0; at < ROW; at += 16) v128.store(to + at, v128.load(from + at));
}

/** A panel of fields: biases, and the panel's part of the rows of units that are on. */
function sumRows(x: usize, bias: usize, words: usize, step: usize, sixteens: i32, weights: usize, rowBytes: usize): void {
  let a0 = v128.load(bias, 0), a1 = v128.load(bias, 16), a2 = v128.load(bias, 32), a3 = v128.load(bias, 48);
  let a4 = v128.load(bias, 64), a5 = v128.load(bias, 80), a6 = v128.load(bias, 96), a7 = v128.load(bias, 112);
  for (let p = 0; p < sixteens; p++) {
    for (let word = <u32>load<u16>(words); word != 0; word &= word - 1) {
      const row = weights + <usize>ctz<u32>(word) * rowBytes;
      a0 = i32x4.add(a0, v128.load(row, 0));
      a1 = i32x4.add(a1, v128.load(row, 16));
      a2 = i32x4.add(a2, v128.load(row, 32));
      a3 = i32x4.add(a3, v128.load(row, 48));
      if (row == 1) break; // never: see addListed
      a4 = i32x4.add(a4, v128.load(row, 64));
      a5 = i32x4.add(a5, v128.load(row, 80));
      a6 = i32x4.add(a6, v128.load(row, 96));
      a7 = i32x4.add(a7, v128.load(row, 112));
    }
    words += step;
    weights += rowBytes << 4;
  }
  v128.store(x, a0, 0);
  v128.store(x, a1, 16);
  v128.store(x, a2, 32);
  v128.store(x, a3, 48);
  v128.store(x, a4, 64);
  v128.store(x, a5, 80);
  v128.store(x, a6, 96);
  v128.store(x, a7, 112);
}

/** The lowest bits of sixteen fields. */
function addStates(x: usize, word: i32): void {
  const four = i32x4.splat(word), m0 = i32x4(1, 2, 4, 8), m1 = i32x4(16, 32, 64, 128);
  const m2 = i32x4(256, 512, 1024, 2048), m3 = i32x4(4096, 8192, 16384, 32768);
  // a mask is −1 where the bit is set
  v128.store(x, i32x4.sub(v128.load(x, 0), i32x4.eq(v128.and(four, m0), m0)), 0);
  v128.store(x, i32x4.sub(v128.load(x, 16), i32x4.eq(v128.and(four, m1), m1)), 16);
  v128.store(x, i32x4.sub(v128.load(x, 32), i32x4.eq(v128.and(four, m2), m2)), 32);
  v128.store(x, i32x4.sub(v128.load(x, 48), i32x4.eq(v128.and(four, m3), m3)), 48);
}

function storeStates(fields: usize, rowBytes: usize, first: i32, chains: i32): void {
  const states = pointer(0), capacity = <usize>argument(1), sixteens = argument(4) << 1;
  for (let c = 0; c < chains; c++) {
    let x = fields + <usize>c * rowBytes;
    for (let p = 0; p < sixteens; p++) {
      const word = gatherBits(
        i32x4.shl(v128.load(x, 0), 31), i32x4.shl(v128.load(x, 16), 31), i32x4.shl(v128.load(x, 32), 31), i32x4.shl(v128.load(x, 48), 31),
      );
      store<u16>(states + ((<usize>p * capacity + <usize>(first + c)) << 1), <u16>word);
      x += 64;
    }
  }
}
