// From a gradient to new parameters, element by element; src/kernels/step-rule.ts says by which formulas.
//
// Centred, the weights' gradient is ∇W − μ ∇cᵀ − ∇b λᵀ, and the biases give back what the weights' step ΔW moves at the offsets:
// Δc = step of ∇c − ΔWᵀ μ, Δb = step of ∇b − ΔW λ. A panel of weights is read once for all of this; of ΔW λ it can only know
// its own share, and leaves that for OPTIMIZE_VISIBLE to add up.
//
// Arguments 16 … 25 are the rule: its kind, rate, decay, shrink; then the momentum and the shares of velocity and change in a step
// (1 and 0, or with Nesterov's momentum the momentum and 1); or of Adam, whose rate has 1 / (1 − β₁ᵗ) in it, β₁, 1 − β₁, β₂, 1 − β₂,
// 1 / (1 − β₂ᵗ), ε.

import { argument, number, pointer } from "./control";
import { ROW } from "./product";

const PLAIN = 0;
const MOMENTUM = 1;
const ADAM = 2;

/**
 * OPTIMIZE_HIDDEN, task = a panel of 32 hidden units: weights and hidden bias.
 * Arguments: 0 visible units, 1 bytes of a panel, 2 … 5 weights: parameters, gradient, first and second memory (0: none), 6 … 9 the same
 * of the hidden bias, 10 … 12 μ (0: not centred), λ and ∇b, 13 and 14 where shares of ΔW λ go and the bytes of a panel's.
 */
export function optimizeHidden(task: i32, scratch: usize): void {
  const kind = argument(16);
  // a loop of its own for each kind: its branches would cost as much as its arithmetic
  if (pointer(10) == 0) {
    if (kind == ADAM) hiddenPanel(task, scratch, ADAM, false);
    else if (kind == MOMENTUM) hiddenPanel(task, scratch, MOMENTUM, false);
    else hiddenPanel(task, scratch, PLAIN, false);
  } else if (kind == ADAM) hiddenPanel(task, scratch, ADAM, true);
  else if (kind == MOMENTUM) hiddenPanel(task, scratch, MOMENTUM, true);
  else hiddenPanel(task, scratch, PLAIN, true);
}

// @ts-ignore: decorator
@inline function hiddenPanel(task: i32, sums: usize, kind: i32, centred: bool): void {
  const panelBytes = <usize>argument(1), offset = <usize>task * panelBytes;
  const gradient = pointer(3) + offset, first = pointer(4) + offset, second = pointer(5) + offset;
  const rate = f32x4.splat(number(17)), decay = f32x4.splat(number(18)), shrink = f32x4.splat(number(19)), shrinks = number(19) != 0;
  const beta1 = f32x4.splat(number(20)), rest1 = f32x4.splat(number(21)), beta2 = f32x4.splat(number(22)), rest2 = f32x4.splat(number(23));
  const correction = f32x4.splat(number(24)), epsilon = f32x4.splat(number(25)), zero = f32x4.splat(0);

  const bias = <usize>task * ROW;
  const hiddenGradient = pointer(7) + bias, lambda = pointer(11) + bias;
  let mu = pointer(10), visibleGradient = pointer(12), share = pointer(13) + <usize>task * <usize>argument(14);
  memory.fill(sums, 0, ROW);
  let weights = pointer(2) + offset;
  const toGradient = gradient - weights, toFirst = first - weights, toSecond = second - weights;
  for (let end = weights + <usize>argument(0) * ROW; weights < end; weights += ROW) {
    const offsetHere = centred ? v128.load32_splat(mu) : zero, gradientHere = centred ? v128.load32_splat(visibleGradient) : zero;
    let moved = zero;
    for (let half: usize = 0; half < ROW; half += 64) {
      const at = weights + half, slopes = at + toGradient, m = at + toFirst, v = at + toSecond;
      const toHidden = hiddenGradient + half, towards = lambda + half, sum = sums + half;
      moved = f32x4.add(moved, four(0, kind, centred, shrinks, at, slopes, m, v, toHidden, towards, sum, offsetHere, gradientHere,
        rate, decay, shrink, beta1, rest1, beta2, rest2, correction, epsilon));
      moved = f32x4.add(moved, four(16, kind, centred, shrinks, at, slopes, m, v, toHidden, towards, sum, offsetHere, gradientHere,
        rate, decay, shrink, beta1, rest1, beta2, rest2, correction, epsilon));
      moved = f32x4.add(moved, four(32, kind, centred, shrinks, at, slopes, m, v, toHidden, towards, sum, offsetHere, gradientHere,
        rate, decay, shrink, beta1, rest1, beta2, rest2, correction, epsilon));
      moved = f32x4.add(moved, four(48, kind, centred, shrinks, at, slopes, m, v, toHidden, towards, sum, offsetHere, gradientHere,
        rate, decay, shrink, beta1, rest1, beta2, rest2, correction, epsilon));
    }
    if (centred) {
      store<f32>(share, sumOf(moved));
      mu += 4;
      visibleGradient += 4;
      share += 4;
    }
  }
  // the padding's shares: left of a larger machine, perhaps
  if (centred) memory.fill(share, 0, pointer(13) + <usize>(task + 1) * <usize>argument(14) - share);
  biasPanel(kind, bias, sums);
}

/** OPTIMIZE_VISIBLE, task = a panel of visible units: their bias. Arguments: 6 … 9 as above, 10 μ (0: not centred), 13 and 14 as above, 15 panels. */
export function optimizeVisible(task: i32, scratch: usize): void {
  const bias = <usize>task * ROW;
  memory.fill(scratch, 0, ROW);
  if (pointer(10) != 0) {
    let share = pointer(13) + bias;
    for (let panel = 0; panel < argument(15); panel++) {
      for (let column: usize = 0; column < ROW; column += 16) {
        v128.store(scratch + column, f32x4.add(v128.load(scratch + column), v128.load(share + column)));
      }
      share += <usize>argument(14);
    }
  }
  const kind = argument(16);
  if (kind == ADAM) biasPanel(ADAM, bias, scratch);
  else if (kind == MOMENTUM) biasPanel(MOMENTUM, bias, scratch);
  else biasPanel(PLAIN, bias, scratch);
}

/** The 32 biases at byte `at`: their own step, without decay, minus what is at `sums`. */
// @ts-ignore: decorator
@inline function biasPanel(kind: i32, at: usize, sums: usize): void {
  const rate = f32x4.splat(number(17)), zero = f32x4.splat(0);
  const beta1 = f32x4.splat(number(20)), rest1 = f32x4.splat(number(21)), beta2 = f32x4.splat(number(22)), rest2 = f32x4.splat(number(23));
  const correction = f32x4.splat(number(24)), epsilon = f32x4.splat(number(25));
  for (let end = at + ROW; at < end; at += 16) {
    const value = v128.load(pointer(6) + at), g = v128.load(pointer(7) + at);
    const next = stepped(kind, g, value, pointer(8) + at, pointer(9) + at, rate, zero, beta1, rest1, beta2, rest2, correction, epsilon);
    v128.store(pointer(6) + at, f32x4.sub(next, v128.load(sums)));
    sums += 16;
  }
}

/** Four weights, `column` bytes further on; returns λ · their change where centred. */
// @ts-ignore: decorator
@inline function four(
  column: usize, kind: i32, centred: bool, shrinks: bool, at: usize, slopes: usize, first: usize, second: usize,
  hiddenGradient: usize, lambda: usize, sums: usize, offsetHere: v128, gradientHere: v128,
  rate: v128, decay: v128, shrink: v128, beta1: v128, rest1: v128, beta2: v128, rest2: v128, correction: v128, epsilon: v128,
): v128 {
  let g = v128.load(slopes + column);
  const value = v128.load(at + column);
  if (centred) {
    g = f32x4.sub(g, f32x4.mul(offsetHere, v128.load(hiddenGradient + column)));
    g = f32x4.sub(g, f32x4.mul(gradientHere, v128.load(lambda + column)));
  }
  let next = stepped(kind, g, value, first + column, second + column, rate, decay, beta1, rest1, beta2, rest2, correction, epsilon);
  if (shrinks) {
    const size = f32x4.max(f32x4.sub(f32x4.abs(next), shrink), f32x4.splat(0));
    // + 0, so that what is shrunk away is not −0
    next = f32x4.add(v128.bitselect(next, size, i32x4.splat(0x80000000)), f32x4.splat(0));
  }
  v128.store(at + column, next);
  if (!centred) return f32x4.splat(0);
  const change = f32x4.sub(next, value);
  v128.store(sums + column, f32x4.add(v128.load(sums + column), f32x4.mul(change, offsetHere)));
  return f32x4.mul(change, v128.load(lambda + column));
}

/** Four parameters after their step, before shrinking; what is kept at `first` and `second` is brought up to date. */
// @ts-ignore: decorator
@inline function stepped(
  kind: i32, g: v128, value: v128, first: usize, second: usize,
  rate: v128, decay: v128, beta1: v128, rest1: v128, beta2: v128, rest2: v128, correction: v128, epsilon: v128,
): v128 {
  if (kind == ADAM) {
    const m = f32x4.add(f32x4.mul(beta1, v128.load(first)), f32x4.mul(rest1, g));
    const v = f32x4.add(f32x4.mul(beta2, v128.load(second)), f32x4.mul(rest2, f32x4.mul(g, g)));
    v128.store(first, m);
    v128.store(second, v);
    const size = f32x4.add(f32x4.sqrt(f32x4.mul(correction, v)), epsilon);
    return f32x4.add(value, f32x4.sub(f32x4.div(f32x4.mul(rate, m), size), f32x4.mul(decay, value)));
  }
  const change = f32x4.sub(f32x4.mul(rate, g), f32x4.mul(decay, value));
  if (kind == PLAIN) return f32x4.add(value, change);
  const velocity = f32x4.add(f32x4.mul(beta1, v128.load(first)), change);
  v128.store(first, velocity);
  return f32x4.add(value, f32x4.add(f32x4.mul(rest1, velocity), f32x4.mul(beta2, change)));
}

// @ts-ignore: decorator
@inline function sumOf(x: v128): f32 {
  return (f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1)) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}
