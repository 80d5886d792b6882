// ADVANCE_DENSE, task = sixteen chains of a dense network: any dynamics, by fields that are kept as units change.
//
// Weights and biases are whole numbers (src/kernels/network-arrays.ts), so a field that is kept is exactly the sum. A field's lowest
// bit is the state of its unit: field = 2 · input + state.

import { argument, pointer, record, tally } from "./control";
import { gatherBits } from "./draw";
import { CHAINS, chooseUnits, fillWords, fire, TIES, WORDS } from "./network-draws";
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
  const choices = units + 32 * 64, words = choices + WORDS;
  const blockCount = dynamics == GLAUBER ? 1 : panels;
  const fields = words + <usize>blockCount * WORDS, changes = fields + <usize>CHAINS * rowBytes;
  loadFields(fields, rowBytes, first, chains);

  let changed: i64 = 0, switchedOn: i64 = 0;
  if (dynamics == GLAUBER) {
    for (let t = 0; t < steps; ) {
      const time = step + t, block = time >> 5, at = time & 31;
      const count = min(32 - <i32>at, steps - t);
      fillWords(choices, record(CHOICES), 0, first, block);
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
    for (let t = 0; t < steps; t++) {
      const time = step + t;
      for (let block = 0; block < panels; block++) fillWords(words + <usize>block * WORDS, source, block, first, time);
      let end = changes;
      for (let i = 0; i < size; i++) {
        const unit = load<u32>(free + (<usize>i << 2));
        const four = i32x4.splat(unit);
        v128.store(units, four, 0);
        v128.store(units, four, 16);
        v128.store(units, four, 32);
        v128.store(units, four, 48);
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
      for (let entry = changes; entry < end; entry += 8) {
        const four = i32x4.splat(load<u32>(entry)), masks = load<u32>(entry, 4);
        v128.store(units, four, 0);
        v128.store(units, four, 16);
        v128.store(units, four, 32);
        v128.store(units, four, 48);
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
    const own = x + (<usize>unit << 2);
    store<u32>(own, load<u32>(own) ^ 1);
    addRow(x, unit, ((on >> c) & 1) - 1);
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

/** Fields from states: the biases, and the rows of the units that are on. */
function loadFields(fields: usize, rowBytes: usize, first: i32, chains: i32): void {
  const states = pointer(0), capacity = <usize>argument(1), sixteens = argument(4) << 1;
  const bias = pointer(14);
  for (let c = 0; c < CHAINS; c++) {
    const x = fields + <usize>c * rowBytes;
    for (let at: usize = 0, end = <usize>argument(4) * ROW; at < end; at += 16) v128.store(x + at, v128.load(bias + at));
    if (c >= chains) continue;
    for (let p = 0; p < sixteens; p++) {
      let word = <i32>load<u16>(states + ((<usize>p * capacity + <usize>(first + c)) << 1));
      for (; word != 0; word &= word - 1) {
        const unit = (p << 4) + ctz<i32>(word);
        const own = x + (<usize>unit << 2);
        store<u32>(own, load<u32>(own) ^ 1);
        addRow(x, unit, 0);
      }
    }
  }
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

/** INPUTS_DENSE, task = sixteen chains: inputs as floats into a field at argument 15 of capacity 16. */
export function inputsDense(task: i32, scratch: usize): void {
  const first = task * CHAINS, chains = min(CHAINS, argument(2) - first);
  const panels = argument(4), rowBytes = <usize>argument(25), scales = pointer(7);
  const out = pointer(15) + <usize>first * ROW, capacity = <usize>argument(16);
  loadFields(scratch, rowBytes, first, chains);
  for (let c = 0; c < chains; c++) {
    const x = scratch + <usize>c * rowBytes;
    for (let p = 0; p < panels; p++) {
      const to = out + (<usize>p * capacity + <usize>c) * ROW, from = <usize>p * ROW;
      for (let at: usize = 0; at < ROW; at += 16) {
        const whole = f32x4.convert_i32x4_s(v128.andnot(v128.load(x + from + at), i32x4.splat(1)));
        v128.store(to + at, f32x4.mul(whole, v128.load(scales + from + at)));
      }
    }
  }
}
