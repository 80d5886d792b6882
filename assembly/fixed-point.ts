// Weights as whole numbers: sums of them are exact, in any order. So a field that is kept while units change equals the sum made anew,
// and results depend neither on how sums are cut nor on how steps are cut into calls (docs/decisions/0006).
//
// Unit j has a scale of its own, the finest power of two with which |input| / scale stays below 2^30 for every state. The numbers are
// stored doubled: the lowest bit of a field is free for the state of its unit.

import { argument, pointer, tally } from "./control";
import { ROW } from "./product";

/**
 * How many whole numbers one unit of input is, for weights and a bias of sum Σ |M_ij| + |b_j| = `most` from `sources` units: each is
 * rounded by at most ½. Powers beyond 2^±100 have no use, and their reciprocals must be normal numbers.
 */
function wholeOf(most: f64, sources: i32): f64 {
  const quotient = <f64>((1 << 30) - 1 - sources) / max(most, 1e-30);
  // without its mantissa a number is the power of two below it
  const power = reinterpret<f64>(reinterpret<u64>(quotient) & 0x7ff0000000000000);
  return min(max(power, 7.888609052210118e-31), 1.2676506002282294e30);
}

// @ts-ignore: decorator
@inline function doubled(x: f64, whole: f64): i32 { return <i32>nearest(x * whole) << 1; }

/** Counts what is not finite: its sum is not. */
// @ts-ignore: decorator
@inline function check(most: f64): void { if (!(most < Infinity)) tally(1); }

/** WHOLE_DENSE, task = 32 columns of weights [units, units] → [units][padded], and [panel][units][32] where asked for. */
export function wholeDense(task: i32, scratch: usize): void {
  const units = argument(0), first = task << 5, columns = min(32, units - first);
  const from = pointer(1) + (<usize>first << 2), fromBytes = <usize>units << 2;
  const to = pointer(3) + <usize>task * ROW, toBytes = <usize>((units + 31) >> 5) * ROW;
  const bias = pointer(2) + (<usize>first << 2), biasTo = pointer(4) + <usize>task * ROW, scales = pointer(5) + <usize>task * ROW;
  const panel = pointer(6) == 0 ? 0 : pointer(6) + <usize>task * <usize>units * ROW;
  const sums = scratch, whole = scratch + 256;
  // in columns that are not there stands what follows in memory: weights of the next row, or anything
  for (let j: usize = 0; j < 32; j++) store<f64>(sums + (j << 3), j < <usize>columns ? <f64>abs(load<f32>(bias + (j << 2))) : 0);
  for (let i = 0; i < units; i++) {
    const row = from + <usize>i * fromBytes;
    for (let at: usize = 0; at < ROW; at += 16) addAbsolute(sums + (at << 1), v128.load(row + at));
  }
  for (let j: usize = 0; j < 32; j++) {
    const there = j < <usize>columns;
    const most = there ? load<f64>(sums + (j << 3)) : 0;
    check(most);
    const w = wholeOf(most, units);
    store<f32>(whole + (j << 2), there ? <f32>w : 0);
    store<f32>(scales + (j << 2), there ? <f32>(0.5 / w) : 0);
    store<i32>(biasTo + (j << 2), there ? doubled(<f64>load<f32>(bias + (j << 2)), w) : 0);
  }
  for (let i = 0; i < units; i++) {
    const row = from + <usize>i * fromBytes, out = to + <usize>i * toBytes;
    for (let at: usize = 0; at < ROW; at += 16) {
      // a product with a power of two is exact; what is not there may be infinite, and times zero saturates to zero
      const x = f32x4.nearest(f32x4.mul(v128.load(row + at), v128.load(whole + at)));
      v128.store(out + at, i32x4.shl(i32x4.trunc_sat_f32x4_s(x), 1));
    }
    if (panel == 0) continue;
    const copy = panel + <usize>i * ROW;
    for (let at: usize = 0; at < ROW; at += 16) v128.store(copy + at, v128.load(out + at));
  }
}

/** Four absolute values, added to four float64. */
// @ts-ignore: decorator
@inline function addAbsolute(sums: usize, four: v128): void {
  const a = f32x4.abs(four);
  v128.store(sums, f64x2.add(v128.load(sums, 0), f64x2.promote_low_f32x4(a)), 0);
  v128.store(sums, f64x2.add(v128.load(sums, 16), f64x2.promote_low_f32x4(v128.shuffle<i64>(a, a, 1, 1))), 16);
}

/** WHOLE_SPARSE, task = some units and their lists. */
export function wholeSparse(task: i32, scratch: usize): void {
  const units = argument(0), from = pointer(1), bias = pointer(2), weights = pointer(3), offsets = pointer(6), chunk = argument(7);
  for (let unit = task * chunk, last = min(units, unit + chunk); unit < last; unit++) {
    const at = <usize>unit << 2, start = load<u32>(offsets + at), end = load<u32>(offsets + at, 4), b = <f64>load<f32>(bias + at);
    let most = abs(b);
    for (let e = start; e < end; e++) most += <f64>abs(load<f32>(from + (<usize>e << 2)));
    check(most);
    const whole = wholeOf(most, <i32>(end - start));
    store<f32>(pointer(5) + at, <f32>(0.5 / whole));
    store<i32>(pointer(4) + at, doubled(b, whole));
    for (let e = start; e < end; e++) store<i32>(weights + (<usize>e << 2), doubled(<f64>load<f32>(from + (<usize>e << 2)), whole));
  }
}
