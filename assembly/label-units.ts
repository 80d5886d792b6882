// Label units whose hidden neighbours are summed out: scores of classes, and their weighted gradient.
// src/kernels/reference-label-units.ts is the definition, operation by operation: equal bits.

import { argument, number, pointer } from "./control";
import { log } from "./log";
import { exponential, logistic } from "./logistic";
import { ROW } from "./product";

/** Panels between logarithms: four lanes of 8 factors a panel, each at most 2, stay below 2^1023. */
const PANELS = 24;

// @ts-ignore: decorator
@inline function upper(x: v128): v128 { return f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1)); }

// @ts-ignore: decorator
@inline function there(unit: i32, units: i32): v128 {
  return i32x4.lt_s(i32x4.add(i32x4(0, 1, 2, 3), i32x4.splat(unit)), i32x4.splat(units));
}

/** Sum of softplus(x_j + w_j) over the units of a case: max(o, 0) + log(1 + e^-|o|), the logarithm of a product of many. */
function softplusSum(inputs: usize, inputBytes: usize, weights: usize, weightBytes: usize, units: i32): f64 {
  const one = f64x2.splat(1), zero = f32x4.splat(0);
  let sum0 = f64x2.splat(0), sum1 = sum0, product0 = one, product1 = one;
  let logs: f64 = 0;
  for (let unit = 0, p = 0; unit < units; p++) {
    for (let at: usize = 0; at < ROW; at += 16) {
      const o = f32x4.add(v128.load(inputs + at), v128.load(weights + at));
      const valid = there(unit, units);
      const e = v128.and(exponential(f32x4.neg(f32x4.abs(o))), valid);
      const part = v128.and(f32x4.pmax(zero, o), valid);
      sum0 = f64x2.add(sum0, f64x2.promote_low_f32x4(part));
      sum1 = f64x2.add(sum1, upper(part));
      product0 = f64x2.mul(product0, f64x2.add(one, f64x2.promote_low_f32x4(e)));
      product1 = f64x2.mul(product1, f64x2.add(one, upper(e)));
      unit += 4;
    }
    inputs += inputBytes;
    weights += weightBytes;
    if (p % PANELS == PANELS - 1 || unit >= units) {
      const product = f64x2.mul(product0, product1);
      logs += log(f64x2.extract_lane(product, 0) * f64x2.extract_lane(product, 1));
      product0 = one;
      product1 = one;
    }
  }
  const sum = f64x2.add(sum0, sum1);
  return (f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)) + logs;
}

/** LABEL_SCORES, task = a chunk of cases: bias_k + scale · Σ_j softplus(x_j + W_kj), minus the largest of them. */
export function labelScores(task: i32, scratch: usize): void {
  const each = argument(0), cases = argument(1), units = argument(2), classes = argument(3);
  const inputs = pointer(4), inputBytes = <usize>argument(5) * ROW, weights = pointer(6), weightBytes = <usize>argument(7);
  const bias = pointer(8), out = pointer(9), outBytes = <usize>argument(10) * ROW, scale = <f64>number(11);
  for (let b = task * each, end = min(b + each, cases); b < end; b++) {
    const row = <usize>b * ROW;
    let largest: f64 = -Infinity;
    for (let k = 0; k < classes; k++) {
      const sum = softplusSum(inputs + row, inputBytes, weights + <usize>k * ROW, weightBytes, units);
      const score = <f64>load<f32>(bias + (<usize>k << 2)) + scale * sum;
      store<f64>(scratch + (<usize>k << 3), score);
      largest = max(largest, score);
    }
    for (let k = 0; k < classes; k++) {
      store<f32>(place(out + row, outBytes, k), <f32>(load<f64>(scratch + (<usize>k << 3)) - largest));
    }
  }
}

/** Where unit k of a case is, of panels so many bytes apart. */
// @ts-ignore: decorator
@inline function place(row: usize, panelBytes: usize, k: i32): usize {
  return row + <usize>(k >> 5) * panelBytes + (<usize>(k & 31) << 2);
}

/** LABEL_GRADIENT, task = a panel: hidden_j = Σ_k a_k σ(x_j + W_kj) of each case, and G_kj += share · Σ a_k σ(x_j + W_kj) over the cases. */
export function labelGradient(task: i32, scratch: usize): void {
  const cases = argument(0), units = argument(1) - (task << 5), classes = argument(2);
  let input = pointer(3) + <usize>task * <usize>argument(4) * ROW;
  const weights = pointer(5) + <usize>task * <usize>argument(6);
  const shares = pointer(7), shareBytes = <usize>argument(8) * ROW;
  let hidden = pointer(9) + <usize>task * <usize>argument(10) * ROW;
  const gradient = pointer(11) + <usize>task * <usize>argument(12), share = f32x4.splat(number(13));
  const bytes = <usize>classes * ROW;
  memory.fill(scratch, 0, bytes);
  for (let b = 0; b < cases; b++) {
    const row = shares + <usize>b * ROW;
    for (let at: usize = 0; at < ROW; at += 16) {
      const x = v128.load(input + at), valid = there(<i32>(at >> 2), units);
      let sum = f32x4.splat(0);
      for (let k = 0; k < classes; k++) {
        const near = (<usize>k << 7) + at;
        const s = v128.and(logistic(f32x4.add(x, v128.load(weights + near))), valid);
        const part = f32x4.mul(v128.load32_splat(place(row, shareBytes, k)), s);
        sum = f32x4.add(sum, part);
        v128.store(scratch + near, f32x4.add(v128.load(scratch + near), part));
      }
      v128.store(hidden + at, sum);
    }
    input += ROW;
    hidden += ROW;
  }
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(gradient + at, f32x4.add(v128.load(gradient + at), f32x4.mul(share, v128.load(scratch + at))));
  }
}
