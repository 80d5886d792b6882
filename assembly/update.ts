// The two halves of a parameter update:
//   step  ← momentum · step + scale₊ ⟨v₊ᵀ h₊⟩ − scale₋ ⟨v₋ᵀ h₋⟩ − decay · parameter;  parameter ← parameter + step.
// Without momentum no step is stored: the correlations are added to the parameters in place.

import { argument, number, pointer } from "./control";
import { countUnits, encodeUnits } from "./encode";
import { addDense, addListed, buildTables, ROW } from "./product";

/**
 * UPDATE_VISIBLE, task = a panel of 16 visible units: the visible bias, and the lists of the correlations.
 * Arguments 0 … 6 are one phase's states and lists, 7 … 13 the other's: bits, dense, capacity, cases, scale, first list, keep zeros.
 */
export function updateVisible(task: i32, scratch: usize): void {
  const k = argument(14), groupsInBlock = argument(15), stride = <usize>argument(16), blockBytes = <usize>argument(17);
  const bias = pointer(18) + <usize>task * ROW, step = pointer(19), momentum = number(20);
  const sums = scratch, cursors = scratch + ROW;
  for (let lane: usize = 0; lane < 4; lane++) {
    const at = lane << 4;
    v128.store(sums + at, step != 0 ? f32x4.mul(f32x4.splat(momentum), v128.load(step + <usize>task * ROW + at)) : f32x4.splat(0));
  }
  for (let phase = 0; phase < 14; phase += 7) {
    const bits = pointer(phase), dense = pointer(phase + 1), capacity = <usize>argument(phase + 2), cases = argument(phase + 3);
    const scale = number(phase + 4);
    if (dense != 0) {
      addColumnSums(sums, dense + <usize>task * capacity * ROW, cases, scale);
    } else {
      const words = bits + ((<usize>task * capacity) << 1);
      const list = pointer(phase + 5) + <usize>(task << 4) * stride;
      encodeUnits(words, cases, k, groupsInBlock, list, stride, blockBytes, argument(phase + 6) != 0, cursors);
      memory.fill(cursors, 0, ROW);
      countUnits(cursors, words, cases);
      for (let at: usize = 0; at < ROW; at += 16) {
        const more = f32x4.mul(f32x4.splat(scale), f32x4.convert_i32x4_s(v128.load(cursors + at)));
        v128.store(sums + at, f32x4.add(v128.load(sums + at), more));
      }
    }
  }
  for (let at: usize = 0; at < ROW; at += 16) {
    const change = v128.load(sums + at);
    if (step != 0) v128.store(step + <usize>task * ROW + at, change);
    v128.store(bias + at, f32x4.add(v128.load(bias + at), change));
  }
}

/** sums[0..15] += scale · Σ_b rows[b, 0..15]. */
function addColumnSums(sums: usize, rows: usize, cases: i32, scale: f32): void {
  let s0 = f32x4.splat(0), s1 = f32x4.splat(0), s2 = f32x4.splat(0), s3 = f32x4.splat(0);
  for (let b = 0; b < cases; b++) {
    s0 = f32x4.add(s0, v128.load(rows, 0));
    s1 = f32x4.add(s1, v128.load(rows, 16));
    s2 = f32x4.add(s2, v128.load(rows, 32));
    s3 = f32x4.add(s3, v128.load(rows, 48));
    rows += ROW;
  }
  const scales = f32x4.splat(scale);
  v128.store(sums, f32x4.add(v128.load(sums, 0), f32x4.mul(scales, s0)), 0);
  v128.store(sums, f32x4.add(v128.load(sums, 16), f32x4.mul(scales, s1)), 16);
  v128.store(sums, f32x4.add(v128.load(sums, 32), f32x4.mul(scales, s2)), 32);
  v128.store(sums, f32x4.add(v128.load(sums, 48), f32x4.mul(scales, s3)), 48);
}

/**
 * UPDATE_HIDDEN, task = a panel of 16 hidden units: weights and hidden bias.
 * Arguments 0 … 5 are one phase, 6 … 11 the other: means, capacity, cases, scale, lists (0: dense), dense visibles and argument 12, 13 their capacities.
 */
export function updateHidden(task: i32, scratch: usize): void {
  const visible = argument(14), panelBytes = <usize>argument(15);
  const weights = pointer(16) + <usize>task * panelBytes, weightStep = pointer(17);
  const bias = pointer(18) + <usize>task * ROW, biasStep = pointer(19);
  const momentum = number(20), decay = number(21);
  const k = argument(22), groupsInBlock = argument(23), stride = <usize>argument(24), blockBytes = <usize>argument(25);
  const table = scratch + <usize>argument(26);

  // the array that collects: the step, or the weights themselves
  const target = weightStep != 0 ? weightStep + <usize>task * panelBytes : weights;
  if (weightStep != 0) combine(target, momentum, weights, -decay, visible);
  else if (decay != 0) combine(target, 1 - decay, weights, 0, visible);

  const sums = scratch;
  for (let at: usize = 0; at < ROW; at += 16) {
    v128.store(sums + at, biasStep != 0 ? f32x4.mul(f32x4.splat(momentum), v128.load(biasStep + <usize>task * ROW + at)) : f32x4.splat(0));
  }
  for (let phase = 0; phase < 12; phase += 6) {
    const capacity = <usize>argument(phase + 1), cases = argument(phase + 2), scale = number(phase + 3);
    const means = pointer(phase) + <usize>task * capacity * ROW;
    let lists = pointer(phase + 4);
    addColumnSums(sums, means, cases, scale);
    if (lists == 0) {
      const dense = pointer(phase + 5), rows = <usize>argument(phase == 0 ? 12 : 13);
      for (let v = 0; v < visible; v += 16) {
        addDense(target + <usize>v * ROW, min(16, visible - v), dense + <usize>(v >> 4) * rows * ROW, 4, ROW, cases, means, scale);
      }
      continue;
    }
    const groups = (cases + k - 1) / k;
    for (let first = 0; first < groups; first += groupsInBlock) {
      const count = min(groupsInBlock, groups - first);
      buildTables(table, means + <usize>(first * k) * ROW, count, k, cases - first * k, scale);
      addListed(target, visible, lists, stride, table);
      lists += blockBytes;
    }
  }
  if (weightStep != 0) combine(weights, 1, target, 1, visible);
  for (let at: usize = 0; at < ROW; at += 16) {
    const change = v128.load(sums + at);
    if (biasStep != 0) v128.store(biasStep + <usize>task * ROW + at, change);
    v128.store(bias + at, f32x4.add(v128.load(bias + at), change));
  }
}

/** target ← a · target + b · source over `rows` rows of 16. */
function combine(target: usize, a: f32, source: usize, b: f32, rows: i32): void {
  const scaleA = f32x4.splat(a), scaleB = f32x4.splat(b);
  for (let end = target + <usize>rows * ROW; target < end; target += 16) {
    v128.store(target, f32x4.add(f32x4.mul(scaleA, v128.load(target)), f32x4.mul(scaleB, v128.load(source))));
    source += 16;
  }
}
