// Read-out, derivative and dropout of networks that are fed forward.

import { unpack } from "./conditional";
import { argument, number, pointer, tally } from "./control";
import { drawHalf } from "./draw";
import { exponential } from "./logistic";
import { philox } from "./philox";
import { ROW } from "./product";

/**
 * READ_OUT, task = a chunk of cases: mean = softmax(input). With labels also the error [k = label] − mean, and for each case two floats:
 * the label's input minus the largest, and Σ e^(input − largest). Tallies the cases whose first largest input is not the label's.
 */
export function readOut(task: i32): void {
  const each = argument(0), cases = argument(1), classes = argument(2), panels = (classes + 31) >> 5;
  const inputs = pointer(3), inputBytes = <usize>argument(4) * ROW, means = pointer(5), meanBytes = <usize>argument(6) * ROW;
  const labels = pointer(7), errors = pointer(8), errorBytes = <usize>argument(9) * ROW, out = pointer(10);
  let wrong = 0;
  for (let b = task * each, end = min(b + each, cases); b < end; b++) {
    const row = <usize>b * ROW;
    let largest: f32 = -Infinity;
    let first = 0;
    for (let k = 0; k < classes; k++) {
      const x = load<f32>(place(inputs + row, inputBytes, k));
      if (x > largest) {
        largest = x;
        first = k;
      }
    }
    const label = labels != 0 ? load<i32>(labels + (<usize>b << 2)) : 0;
    // now, as the means may take the inputs' place
    const ofLabel = load<f32>(place(inputs + row, inputBytes, label));
    const most = f32x4.splat(largest);
    let sums = f32x4.splat(0);
    for (let p = 0; p < panels; p++) {
      const from = inputs + row + <usize>p * inputBytes, to = means + row + <usize>p * meanBytes;
      for (let k = 0; k < 32; k += 4) {
        const at = <usize>k << 2;
        // units beyond the last class have no part
        const there = i32x4.lt_s(i32x4.add(i32x4(0, 1, 2, 3), i32x4.splat((p << 5) + k)), i32x4.splat(classes));
        const power = v128.and(exponential(f32x4.sub(v128.load(from + at), most)), there);
        sums = f32x4.add(sums, power);
        v128.store(to + at, power);
      }
    }
    const sum = (f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1)) + (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3));
    const whole = f32x4.splat(sum);
    for (let p = 0; p < panels; p++) {
      const mean = means + row + <usize>p * meanBytes, error = errors + row + <usize>p * errorBytes;
      for (let at: usize = 0; at < ROW; at += 16) {
        const share = f32x4.div(v128.load(mean + at), whole);
        v128.store(mean + at, share);
        if (errors != 0) v128.store(error + at, f32x4.sub(f32x4.splat(0), share));
      }
    }
    if (labels == 0) continue;
    if (errors != 0) {
      const error = place(errors + row, errorBytes, label);
      store<f32>(error, 1 + load<f32>(error));
    }
    store<f32>(out + (<usize>b << 3), ofLabel - largest);
    store<f32>(out + (<usize>b << 3), sum, 4);
    wrong += i32(first != label);
  }
  tally(wrong);
}

/** Where unit k of a case is, of panels so many bytes apart. */
// @ts-ignore: decorator
@inline function place(row: usize, panelBytes: usize, k: i32): usize {
  return row + <usize>(k >> 5) * panelBytes + (<usize>(k & 31) << 2);
}

/** THROUGH_LOGISTIC, task = a panel: delta ← delta · a (1 − keep · a). */
export function throughLogistic(task: i32): void {
  let delta = pointer(0) + <usize>task * <usize>argument(1) * ROW, output = pointer(2) + <usize>task * <usize>argument(3) * ROW;
  const keep = f32x4.splat(number(5)), one = f32x4.splat(1);
  for (let end = delta + <usize>argument(4) * ROW; delta < end; delta += 16) {
    const a = v128.load(output);
    v128.store(delta, f32x4.mul(v128.load(delta), f32x4.mul(a, f32x4.sub(one, f32x4.mul(keep, a)))));
    output += 16;
  }
}

/** DROP_OUT, task = a panel: a value times `scale` where its uniform is below `keep`, else 0, or `off` where that is another number. */
export function dropOut(task: i32, scratch: usize): void {
  let row = pointer(0) + <usize>task * <usize>argument(1) * ROW;
  const cases = argument(2), keep = f32x4.splat(number(3)), scale = f32x4.splat(number(4)), off = f32x4.splat(number(10));
  const zero = number(10) == 0, units = argument(11) - (task << 5);
  // what is beyond the last unit stays 0
  const beyond = units < 32 ? -1 << units : 0;
  const key0 = <u32>argument(5), key1 = <u32>argument(6), step = <u32>argument(7), purpose = <u32>argument(8), firstCase = <u32>argument(9);
  for (let b = 0; b < cases; b++) {
    const chain = firstCase + b, words = scratch + (<usize>(b & 1) << 6);
    if ((b & 1) == 0) philox(scratch, task, chain, step, purpose, key0, key1);
    for (let half = 0; half < 2; half++) {
      const word = drawHalf(words, scratch + 128, task, half, keep, keep, keep, keep, chain, step, purpose, key0, key1) | (beyond >> (half << 4));
      for (let w = 0; w < 4; w++) {
        const at = row + (<usize>half << 6) + (<usize>w << 4);
        const x = v128.load(at), stays = unpack(word >> (w << 2));
        if (zero) v128.store(at, f32x4.mul(x, f32x4.mul(stays, scale)));
        else v128.store(at, v128.bitselect(f32x4.mul(x, scale), off, f32x4.gt(stays, f32x4.splat(0))));
      }
    }
    row += ROW;
  }
}
