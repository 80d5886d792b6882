// The two halves of a parameter update:
//   step  ← momentum · step + scale₊ ⟨v₊ᵀ h₊⟩ − scale₋ ⟨v₋ᵀ h₋⟩ − decay · parameter;  parameter ← parameter + step.
// Without momentum no step is stored: the correlations are added to the parameters in place. Where an optimizer is to follow, a panel's
// correlations, its gradient, are collected in the thread's scratch, and the optimizer is applied to the panel at once.

import { argument, number, pointer } from "./control";
import { countUnits, encodeUnits } from "./encode";
import { optimizePanel } from "./optimize";
import { addDense, addListed, buildTables, ROW } from "./product";

/**
 * UPDATE_VISIBLE, task = a panel of 32 visible units: the visible bias, and the lists of the correlations.
 * Arguments 0 … 6 are one phase's states and lists, 7 … 13 the other's: bits, dense, capacity, cases, scale, first list, keep zeros.
 * Paired phases (argument 21: the same number of cases, both binary) share one list, the first's: data and reconstruction
 * agree so often that their codes are zero together.
 */
export function updateVisible(task: i32, scratch: usize): void {
  const k = argument(14), groupsInBlock = argument(15), stride = <usize>argument(16), blockBytes = <usize>argument(17);
  const bias = pointer(18) + <usize>task * ROW, step = pointer(19) == 0 ? 0 : pointer(19) + <usize>task * ROW;
  const paired = argument(21) != 0;
  const sums = scratch, cursors = scratch + ROW;
  startSums(sums, step, number(20));
  for (let phase = 0; phase < 14; phase += 7) {
    const dense = pointer(phase + 1), capacity = <usize>argument(phase + 2), cases = argument(phase + 3), scale = number(phase + 4);
    if (dense != 0) {
      addColumnSums(sums, dense + <usize>task * capacity * ROW, cases, scale);
      continue;
    }
    for (let half = 0; half < 2; half++) {
      const sixteen = <usize>((task << 1) + half);
      const words = pointer(phase) + ((sixteen * capacity) << 1);
      if (!paired || phase == 0) {
        const second = paired ? pointer(7) + ((sixteen * <usize>argument(9)) << 1) : 0;
        const list = pointer(phase + 5) + (sixteen << 4) * stride;
        encodeUnits(words, second, cases, k, groupsInBlock, list, stride, blockBytes, argument(phase + 6) != 0, cursors);
      }
      memory.fill(cursors, 0, 64);
      countUnits(cursors, words, cases);
      for (let at: usize = 0; at < 64; at += 16) {
        const more = f32x4.mul(f32x4.splat(scale), f32x4.convert_i32x4_s(v128.load(cursors + at)));
        const sum = sums + (<usize>half << 6) + at;
        v128.store(sum, f32x4.add(v128.load(sum), more));
      }
    }
  }
  finishSums(sums, step, bias);
}

/** sums[0..31] = momentum · step, or 0 where no step is kept. */
function startSums(sums: usize, step: usize, momentum: f32): void {
  const scale = f32x4.splat(momentum), zero = f32x4.splat(0);
  for (let at: usize = 0; at < ROW; at += 16) {
    v128.store(sums + at, step != 0 ? f32x4.mul(scale, v128.load(step + at)) : zero);
  }
}

/** bias += sums, and step = sums where it is kept. */
function finishSums(sums: usize, step: usize, bias: usize): void {
  for (let at: usize = 0; at < ROW; at += 16) {
    const change = v128.load(sums + at);
    if (step != 0) v128.store(step + at, change);
    v128.store(bias + at, f32x4.add(v128.load(bias + at), change));
  }
}

/** sums[0..31] += scale · Σ_b rows[b, 0..31]. */
function addColumnSums(sums: usize, rows: usize, cases: i32, scale: f32): void {
  const scales = f32x4.splat(scale);
  for (let column: usize = 0; column < ROW; column += 64) {
    let s0 = f32x4.splat(0), s1 = f32x4.splat(0), s2 = f32x4.splat(0), s3 = f32x4.splat(0);
    for (let row = rows + column, end = row + <usize>cases * ROW; row < end; row += ROW) {
      s0 = f32x4.add(s0, v128.load(row, 0));
      s1 = f32x4.add(s1, v128.load(row, 16));
      s2 = f32x4.add(s2, v128.load(row, 32));
      s3 = f32x4.add(s3, v128.load(row, 48));
    }
    const at = sums + column;
    v128.store(at, f32x4.add(v128.load(at, 0), f32x4.mul(scales, s0)), 0);
    v128.store(at, f32x4.add(v128.load(at, 16), f32x4.mul(scales, s1)), 16);
    v128.store(at, f32x4.add(v128.load(at, 32), f32x4.mul(scales, s2)), 32);
    v128.store(at, f32x4.add(v128.load(at, 48), f32x4.mul(scales, s3)), 48);
  }
}

/**
 * UPDATE_HIDDEN, task = a panel of 32 hidden units: weights and hidden bias.
 * Arguments 0 … 5 are one phase, 6 … 11 the other: means, capacity, cases, scale, lists (0: dense), dense visibles and argument 12, 13 their capacities.
 * Argument 28: where in the scratch a gradient is collected for an optimizer, whose arguments are those from 32 on; 0: none.
 */
export function updateHidden(task: i32, scratch: usize): void {
  const visible = argument(14), panelBytes = <usize>argument(15);
  const weights = pointer(16) + <usize>task * panelBytes, weightStep = pointer(17);
  const bias = pointer(18) + <usize>task * ROW, biasStep = pointer(19) == 0 ? 0 : pointer(19) + <usize>task * ROW;
  const momentum = number(20), decay = number(21);
  const k = argument(22), groupsInBlock = argument(23), stride = <usize>argument(24), blockBytes = <usize>argument(25), paired = argument(27) != 0;
  const table = scratch + <usize>argument(26);

  // the array that collects: a gradient in the scratch, the step, or the weights themselves
  const gradient = argument(28) == 0 ? 0 : scratch + <usize>argument(28);
  const target = gradient != 0 ? gradient : weightStep != 0 ? weightStep + <usize>task * panelBytes : weights;
  // and a row more, as the optimizer takes two at a time
  if (gradient != 0) memory.fill(target, 0, <usize>(visible + 1) * ROW);
  else if (weightStep != 0) combine(target, momentum, weights, -decay, visible);
  else if (decay != 0) combine(target, 1 - decay, weights, 0, visible);

  const sums = scratch;
  startSums(sums, biasStep, momentum);
  for (let phase = 0; phase < 12; phase += 6) {
    const capacity = <usize>argument(phase + 1), cases = argument(phase + 2), scale = number(phase + 3);
    const means = pointer(phase) + <usize>task * capacity * ROW;
    let lists = pointer(phase + 4);
    addColumnSums(sums, means, cases, scale);
    if (cases == 0) continue;
    if (lists == 0) {
      const dense = pointer(phase + 5), rows = <usize>argument(phase == 0 ? 12 : 13);
      for (let v = 0; v < visible; v += 32) {
        addDense(target + <usize>v * ROW, min(32, visible - v), dense + <usize>(v >> 5) * rows * ROW, 4, ROW, cases, means, scale);
      }
      continue;
    }
    if (paired && phase != 0) continue;
    const second = paired ? pointer(6) + <usize>task * <usize>argument(7) * ROW : 0;
    const groups = (cases + k - 1) / k;
    for (let first = 0; first < groups; first += groupsInBlock) {
      const count = min(groupsInBlock, groups - first);
      buildTables<f32>(table, count, k, first * k, cases, means, ROW, scale, second, number(9), 0, true);
      addListed<f32>(target, visible, lists, stride, table);
      lists += blockBytes;
    }
  }
  if (gradient != 0) {
    // behind the sums, which are the gradient of the bias
    optimizePanel(task, sums + ROW, gradient, sums);
    return;
  }
  if (weightStep != 0) combine(weights, 1, target, 1, visible);
  finishSums(sums, biasStep, bias);
}

/** target ← a · target + b · source over `rows` rows of 32. */
function combine(target: usize, a: f32, source: usize, b: f32, rows: i32): void {
  const scaleA = f32x4.splat(a), scaleB = f32x4.splat(b);
  for (let end = target + <usize>rows * ROW; target < end; target += 16) {
    v128.store(target, f32x4.add(f32x4.mul(scaleA, v128.load(target)), f32x4.mul(scaleB, v128.load(source))));
    source += 16;
  }
}
