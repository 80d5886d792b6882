// CONDITIONAL, task = a panel of 16 output units: input = bias + Σ A · W, mean = logistic(input), sample.

import { argument, number, pointer, tally } from "./control";
import { logistic } from "./logistic";
import { philox, uniform } from "./philox";
import { addDense, addListed, buildTables, ROW, transposePanel } from "./product";
import { gatherBits } from "./sample";

/** All ones in the first `lanes` of four lanes. */
// @ts-ignore: decorator
@inline function lanesBelow(lanes: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(lanes));
}

export function conditional(task: i32, scratch: usize): void {
  const cases = argument(0), contracted = argument(1);
  const weights = pointer(2), panelBytes = <usize>argument(3), transposed = argument(4) != 0, contractedPanels = argument(5);
  const inputs = pointer(6), inputCapacity = <usize>argument(7);
  const outScratch = scratch + <usize>argument(8), panelScratch = scratch + <usize>argument(9), table = scratch + <usize>argument(10);
  const bias = pointer(11) + <usize>task * ROW;

  let panel = weights + <usize>task * panelBytes;
  if (transposed) {
    transposePanel(panelScratch, weights, contractedPanels, panelBytes, task << 4);
    panel = panelScratch;
  }
  const out = inputs != 0 ? inputs + <usize>task * inputCapacity * ROW : outScratch;
  fill(out, cases, bias);
  if (argument(12) != 0) {
    const a = pointer(13), rows = <usize>argument(14);
    for (let p = 0; p < contractedPanels; p++) {
      addDense(out, cases, a + <usize>p * rows * ROW, ROW, 4, min(16, contracted - (p << 4)), panel + <usize>p * (ROW << 4), 1);
    }
  } else {
    let lists = pointer(13);
    const stride = <usize>argument(14), blockBytes = <usize>argument(15);
    const k = argument(16), groupsInBlock = argument(17), groups = argument(18);
    for (let first = 0; first < groups; first += groupsInBlock) {
      const count = min(groupsInBlock, groups - first);
      buildTables(table, panel + <usize>(first * k) * ROW, count, k, contracted - first * k, 1);
      addListed(out, cases, lists, stride, table);
      lists += blockBytes;
    }
  }
  activate(task, out, cases, scratch);
}

function fill(out: usize, cases: i32, bias: usize): void {
  const b0 = v128.load(bias, 0), b1 = v128.load(bias, 16), b2 = v128.load(bias, 32), b3 = v128.load(bias, 48);
  for (let b = 0; b < cases; b++) {
    v128.store(out, b0, 0);
    v128.store(out, b1, 16);
    v128.store(out, b2, 32);
    v128.store(out, b3, 48);
    out += ROW;
  }
}

/** From inputs to means and samples. Units beyond the last get mean 0 and state 0, so that they never count anywhere. Tallies the units that are on. */
function activate(task: i32, input: usize, cases: i32, scratch: usize): void {
  const means = pointer(19), meanCapacity = <usize>argument(20), meanIsSample = argument(21) != 0;
  const states = pointer(22), stateCapacity = <usize>argument(23);
  const key0 = <u32>argument(24), key1 = <u32>argument(25), step = <u32>argument(26), purpose = <u32>argument(27);
  const units = argument(28) - (task << 4), firstCase = <u32>argument(29);
  const temperature = number(30);
  if (means == 0 && states == 0) return;
  const l0 = lanesBelow(units), l1 = lanesBelow(units - 4), l2 = lanesBelow(units - 8), l3 = lanesBelow(units - 12);
  const scale = f32x4.splat(temperature);
  const draws = states != 0 || meanIsSample;
  let on = 0;
  let mean = means + <usize>task * meanCapacity * ROW;
  let out = states + ((<usize>task * stateCapacity) << 1);
  for (let b = 0; b < cases; b++) {
    let m0 = v128.and(logistic(f32x4.mul(scale, v128.load(input, 0))), l0);
    let m1 = v128.and(logistic(f32x4.mul(scale, v128.load(input, 16))), l1);
    let m2 = v128.and(logistic(f32x4.mul(scale, v128.load(input, 32))), l2);
    let m3 = v128.and(logistic(f32x4.mul(scale, v128.load(input, 48))), l3);
    if (draws) {
      philox(scratch, task, firstCase + b, step, purpose, key0, key1);
      const s0 = f32x4.lt(uniform(v128.load(scratch, 0)), m0), s1 = f32x4.lt(uniform(v128.load(scratch, 16)), m1);
      const s2 = f32x4.lt(uniform(v128.load(scratch, 32)), m2), s3 = f32x4.lt(uniform(v128.load(scratch, 48)), m3);
      if (states != 0) {
        const word = gatherBits(s0, s1, s2, s3);
        store<u16>(out, <u16>word);
        on += popcnt<i32>(word);
        out += 2;
      }
      if (meanIsSample) {
        const one = f32x4.splat(1);
        m0 = v128.and(s0, one);
        m1 = v128.and(s1, one);
        m2 = v128.and(s2, one);
        m3 = v128.and(s3, one);
      }
    }
    if (means != 0) {
      v128.store(mean, m0, 0);
      v128.store(mean, m1, 16);
      v128.store(mean, m2, 32);
      v128.store(mean, m3, 48);
      mean += ROW;
    }
    input += ROW;
  }
  tally(on);
}
