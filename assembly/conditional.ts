// CONDITIONAL, task = a panel of 32 output units: input = bias + plus + Σ A · W, mean = logistic(input), sample.

import { argument, number, pointer, tally } from "./control";
import { drawHalf } from "./draw";
import { logistic } from "./logistic";
import { philox } from "./philox";
import { addDense, addListed, buildTables, ROW, transposePanel } from "./product";

export function conditional(task: i32, scratch: usize): void {
  const cases = argument(0), contracted = argument(1);
  const weights = pointer(2), panelBytes = <usize>argument(3), transposed = argument(4) != 0, contractedPanels = argument(5);
  const inputs = pointer(6), inputCapacity = <usize>argument(7);
  const outScratch = scratch + <usize>argument(8), panelScratch = scratch + <usize>argument(9);
  let table = scratch + <usize>argument(10);
  const bias = pointer(11) + <usize>task * ROW;

  let panel = weights + <usize>task * panelBytes;
  if (transposed) {
    transposePanel(panelScratch, weights, contractedPanels, panelBytes, task << 5);
    panel = panelScratch;
  }
  const out = inputs != 0 ? inputs + <usize>task * inputCapacity * ROW : outScratch;
  const plus = pointer(32);
  if (plus == 0) fill(out, cases, bias);
  else fillBeside(out, cases, bias, plus + <usize>task * <usize>argument(33) * ROW);
  if (argument(12) != 0) {
    const a = pointer(13), rows = <usize>argument(14);
    for (let p = 0; p < contractedPanels; p++) {
      addDense(out, cases, a + <usize>p * rows * ROW, ROW, 4, min(32, contracted - (p << 5)), panel + <usize>p * (ROW << 5), 1);
    }
  } else {
    let lists = pointer(13);
    const stride = <usize>argument(14), blockBytes = <usize>argument(15);
    const k = argument(16), groupsInBlock = argument(17), groups = argument(18), used = pointer(31);
    for (let first = 0; first < groups; first += groupsInBlock) {
      const count = min(groupsInBlock, groups - first);
      if (k == 1) table = panel + <usize>first * ROW;
      else buildTables<f32>(table, count, k, first * k, contracted, panel, ROW, 1, 0, 0, used == 0 ? 0 : used + <usize>first, used == 0);
      addListed<f32>(out, cases, lists, stride, table);
      lists += blockBytes;
    }
  }
  activate(task, out, cases, scratch);
}

/** Rows of 32 floats (or whole numbers), all the same. */
export function fill(out: usize, cases: i32, bias: usize): void {
  const b0 = v128.load(bias, 0), b1 = v128.load(bias, 16), b2 = v128.load(bias, 32), b3 = v128.load(bias, 48);
  const b4 = v128.load(bias, 64), b5 = v128.load(bias, 80), b6 = v128.load(bias, 96), b7 = v128.load(bias, 112);
  for (let b = 0; b < cases; b++) {
    v128.store(out, b0, 0);
    v128.store(out, b1, 16);
    v128.store(out, b2, 32);
    v128.store(out, b3, 48);
    v128.store(out, b4, 64);
    v128.store(out, b5, 80);
    v128.store(out, b6, 96);
    v128.store(out, b7, 112);
    out += ROW;
  }
}

/** Rows of 32 floats, each the same plus a row of `beside`, which may be `out`. */
function fillBeside(out: usize, cases: i32, bias: usize, beside: usize): void {
  for (let at = out, end = out + (<usize>cases << 7); at < end; at += 16) {
    v128.store(at, f32x4.add(v128.load(bias + ((at - out) & 127)), v128.load(beside + (at - out))));
  }
}

/**
 * From inputs to means and samples. Units beyond the last get mean 0 and state 0, so that they never count anywhere.
 * Tallies the units that are on.
 */
function activate(task: i32, input: usize, cases: i32, scratch: usize): void {
  const means = pointer(19), meanCapacity = <usize>argument(20), meanIsSample = argument(21) != 0;
  const states = pointer(22), stateCapacity = <usize>argument(23);
  const key0 = <u32>argument(24), key1 = <u32>argument(25), step = <u32>argument(26), purpose = <u32>argument(27);
  const firstCase = <u32>argument(29), scale = f32x4.splat(number(30));
  if (means == 0 && states == 0) return;
  const draws = states != 0 || meanIsSample;
  const units = min(32, argument(28) - (task << 5));
  const valid = units == 32 ? -1 : (1 << units) - 1;
  let mean = means + <usize>task * meanCapacity * ROW;
  let out = states + ((<usize>task * stateCapacity) << 2);
  let on = 0;
  for (let b = 0; b < cases; b++) {
    const chain = firstCase + b;
    const words = scratch + (<usize>(b & 1) << 6);
    if (draws && (b & 1) == 0) philox(scratch, task, chain, step, purpose, key0, key1);
    for (let half = 0; half < 2; half++) {
      const x = input + (<usize>half << 6);
      let m0 = logistic(f32x4.mul(scale, v128.load(x, 0)));
      let m1 = logistic(f32x4.mul(scale, v128.load(x, 16)));
      let m2 = logistic(f32x4.mul(scale, v128.load(x, 32)));
      let m3 = logistic(f32x4.mul(scale, v128.load(x, 48)));
      if (draws) {
        const word = drawHalf(words, scratch + 128, task, half, m0, m1, m2, m3, chain, step, purpose, key0, key1) & ((valid >> (half << 4)) & 0xffff);
        if (states != 0) {
          store<u16>(out + ((<usize>half * stateCapacity) << 1), <u16>word);
          on += popcnt<i32>(word);
        }
        if (meanIsSample) {
          m0 = unpack(word);
          m1 = unpack(word >> 4);
          m2 = unpack(word >> 8);
          m3 = unpack(word >> 12);
        }
      }
      if (means != 0) {
        const to = mean + (<usize>half << 6);
        v128.store(to, m0, 0);
        v128.store(to, m1, 16);
        v128.store(to, m2, 32);
        v128.store(to, m3, 48);
      }
    }
    if (means != 0) {
      if (units != 32) memory.fill(mean + ((<usize>units) << 2), 0, <usize>(32 - units) << 2);
      mean += ROW;
    }
    out += 2;
    input += ROW;
  }
  tally(on);
}

/** The lowest four bits as four floats 0 or 1. */
// @ts-ignore: decorator
@inline export function unpack(bits: i32): v128 {
  const masks = i32x4(1, 2, 4, 8);
  return v128.and(i32x4.eq(v128.and(i32x4.splat(bits), masks), masks), f32x4.splat(1));
}
