// From a gradient to new parameters, element by element; src/kernels/step-rule.ts says by which formulas.
//
// Centred, the weights' gradient is ∇W − μ ∇cᵀ − ∇b λᵀ, and the biases give back what the weights' step ΔW moves at the offsets:
// Δc = step of ∇c − ΔWᵀ μ, Δb = step of ∇b − ΔW λ. A panel of weights is read once for all of this; of ΔW λ it can only know
// its own share, and leaves that for OPTIMIZE_VISIBLE to add up.
//
// Arguments, all from 32 on, as those before are of the phases where a gradient is made here and now: 32 visible units, 33 bytes of a panel,
// 34 … 37 weights: parameters, gradient, first and second memory (0: none), 38 … 41 the same of the bias, 42 … 44 μ (0: not
// centred), λ and ∇b, 45 and 46 where shares of ΔW λ go and the bytes of a panel's, 47 hidden panels.
//
// 48 … 57 are the rule: its kind, rate, decay, shrink; then the momentum and the shares of velocity and change in a step (1 and 0, or with
// Nesterov's momentum the momentum and 1); or of Adam, whose rate has 1 / (1 − β₁ᵗ) in it, β₁, 1 − β₁, β₂, 1 − β₂, 1 / (1 − β₂ᵗ), ε.

import { argument, number, pointer } from "./control";
import { ROW } from "./product";

const PLAIN = 0;
const MOMENTUM = 1;
const ADAM = 2;

/** OPTIMIZE_HIDDEN, task = a panel of 32 hidden units: weights and hidden bias. */
export function optimizeHidden(task: i32, scratch: usize): void {
  optimizePanel(task, scratch, pointer(35) + <usize>task * <usize>argument(33), pointer(39) + <usize>task * ROW);
}

/** The same, of the panel's gradients wherever they are; `sums` is room for a row. */
export function optimizePanel(task: i32, sums: usize, gradient: usize, hiddenGradient: usize): void {
  const kind = argument(48);
  // a loop of its own for each kind: its branches would cost as much as its arithmetic
  if (pointer(42) == 0) {
    if (kind == ADAM) hiddenPanel(task, sums, gradient, hiddenGradient, ADAM, false);
    else if (kind == MOMENTUM) hiddenPanel(task, sums, gradient, hiddenGradient, MOMENTUM, false);
    else hiddenPanel(task, sums, gradient, hiddenGradient, PLAIN, false);
  } else if (kind == ADAM) hiddenPanel(task, sums, gradient, hiddenGradient, ADAM, true);
  else if (kind == MOMENTUM) hiddenPanel(task, sums, gradient, hiddenGradient, MOMENTUM, true);
  else hiddenPanel(task, sums, gradient, hiddenGradient, PLAIN, true);
}

// @ts-ignore: decorator
@inline function hiddenPanel(task: i32, sums: usize, gradient: usize, hiddenGradient: usize, kind: i32, centred: bool): void {
  const panelBytes = <usize>argument(33), offset = <usize>task * panelBytes;
  const first = pointer(36) + offset, second = pointer(37) + offset;
  const rate = f32x4.splat(number(49)), decay = f32x4.splat(number(50)), shrink = f32x4.splat(number(51)), shrinks = number(51) != 0;
  const beta1 = f32x4.splat(number(52)), rest1 = f32x4.splat(number(53)), beta2 = f32x4.splat(number(54)), rest2 = f32x4.splat(number(55));
  const correction = f32x4.splat(number(56)), epsilon = f32x4.splat(number(57)), zero = f32x4.splat(0);

  const bias = <usize>task * ROW, lambda = pointer(43) + bias;
  let mu = pointer(42), visibleGradient = pointer(44), share = pointer(45) + <usize>task * <usize>argument(46);
  memory.fill(sums, 0, ROW);
  // two rows at a time, which share what is loaded for a column; an odd last one goes with a row of padding
  let weights = pointer(34) + offset;
  const toGradient = gradient - weights, toFirst = first - weights, toSecond = second - weights;
  for (let end = weights + <usize>argument(32) * ROW; weights < end; weights += 2 * ROW) {
    let mu0 = zero, mu1 = zero, slope0 = zero, slope1 = zero, moved = zero;
    if (centred) {
      mu0 = v128.load32_splat(mu, 0);
      mu1 = v128.load32_splat(mu, 4);
      slope0 = v128.load32_splat(visibleGradient, 0);
      slope1 = v128.load32_splat(visibleGradient, 4);
    }
    // written out twice: the engine does not unroll so long a loop
    for (let column: usize = 0; column < ROW; column += 32) {
      const at = weights + column, slopes = at + toGradient, m = at + toFirst, v = at + toSecond;
      const toHidden = hiddenGradient + column, towards = lambda + column, sum = sums + column;
      moved = f32x4.add(moved, eight(0, kind, centred, shrinks, at, slopes, m, v, toHidden, towards, sum, mu0, mu1, slope0, slope1,
        rate, decay, shrink, beta1, rest1, beta2, rest2, correction, epsilon));
      moved = f32x4.add(moved, eight(16, kind, centred, shrinks, at, slopes, m, v, toHidden, towards, sum, mu0, mu1, slope0, slope1,
        rate, decay, shrink, beta1, rest1, beta2, rest2, correction, epsilon));
    }
    if (centred) {
      store<f32>(share, f32x4.extract_lane(moved, 0) + f32x4.extract_lane(moved, 1), 0);
      store<f32>(share, f32x4.extract_lane(moved, 2) + f32x4.extract_lane(moved, 3), 4);
      mu += 8;
      visibleGradient += 8;
      share += 8;
    }
  }
  // the padding's shares: left of a larger machine, perhaps
  if (centred) memory.fill(share, 0, pointer(45) + <usize>(task + 1) * <usize>argument(46) - share);
  biasPanel(kind, bias, hiddenGradient, sums);
}

/** OPTIMIZE_VISIBLE, task = a panel of visible units: their bias, arguments 38 … 41. */
export function optimizeVisible(task: i32, scratch: usize): void {
  const bias = <usize>task * ROW;
  memory.fill(scratch, 0, ROW);
  if (pointer(42) != 0) {
    let share = pointer(45) + bias;
    for (let panel = 0; panel < argument(47); panel++) {
      for (let column: usize = 0; column < ROW; column += 16) {
        v128.store(scratch + column, f32x4.add(v128.load(scratch + column), v128.load(share + column)));
      }
      share += <usize>argument(46);
    }
  }
  const kind = argument(48), slopes = pointer(39) + bias;
  if (kind == ADAM) biasPanel(ADAM, bias, slopes, scratch);
  else if (kind == MOMENTUM) biasPanel(MOMENTUM, bias, slopes, scratch);
  else biasPanel(PLAIN, bias, slopes, scratch);
}

/** The 32 biases at byte `at`: their own step, without decay, minus what is at `sums`. */
// @ts-ignore: decorator
@inline function biasPanel(kind: i32, at: usize, gradient: usize, sums: usize): void {
  const rate = f32x4.splat(number(49)), zero = f32x4.splat(0);
  const beta1 = f32x4.splat(number(52)), rest1 = f32x4.splat(number(53)), beta2 = f32x4.splat(number(54)), rest2 = f32x4.splat(number(55));
  const correction = f32x4.splat(number(56)), epsilon = f32x4.splat(number(57));
  for (let end = at + ROW; at < end; at += 16) {
    const value = v128.load(pointer(38) + at), g = v128.load(gradient);
    const next = stepped(kind, g, value, pointer(40) + at, pointer(41) + at, rate, zero, beta1, rest1, beta2, rest2, correction, epsilon);
    v128.store(pointer(38) + at, f32x4.sub(next, v128.load(sums)));
    gradient += 16;
    sums += 16;
  }
}

/** Four weights of two rows each, `column` bytes further on; returns λ · their changes, of the first row in two lanes, of the second in two. */
// @ts-ignore: decorator
@inline function eight(
  column: usize, kind: i32, centred: bool, shrinks: bool, at: usize, slopes: usize, first: usize, second: usize,
  hiddenGradient: usize, lambda: usize, sums: usize, mu0: v128, mu1: v128, slope0: v128, slope1: v128,
  rate: v128, decay: v128, shrink: v128, beta1: v128, rest1: v128, beta2: v128, rest2: v128, correction: v128, epsilon: v128,
): v128 {
  let g0 = v128.load(slopes + column), g1 = v128.load(slopes + column, 128);
  const value0 = v128.load(at + column), value1 = v128.load(at + column, 128);
  const l = centred ? v128.load(lambda + column) : f32x4.splat(0);
  if (centred) {
    const h = v128.load(hiddenGradient + column);
    g0 = f32x4.sub(f32x4.sub(g0, f32x4.mul(mu0, h)), f32x4.mul(slope0, l));
    g1 = f32x4.sub(f32x4.sub(g1, f32x4.mul(mu1, h)), f32x4.mul(slope1, l));
  }
  let next0 = stepped(kind, g0, value0, first + column, second + column, rate, decay, beta1, rest1, beta2, rest2, correction, epsilon);
  let next1 = stepped(kind, g1, value1, first + column + ROW, second + column + ROW, rate, decay, beta1, rest1, beta2, rest2, correction, epsilon);
  if (shrinks) {
    next0 = shrunk(next0, shrink);
    next1 = shrunk(next1, shrink);
  }
  v128.store(at + column, next0);
  v128.store(at + column, next1, 128);
  if (!centred) return f32x4.splat(0);
  const change0 = f32x4.sub(next0, value0), change1 = f32x4.sub(next1, value1);
  const more = f32x4.add(f32x4.mul(change0, mu0), f32x4.mul(change1, mu1));
  v128.store(sums + column, f32x4.add(v128.load(sums + column), more));
  const moved0 = f32x4.mul(change0, l), moved1 = f32x4.mul(change1, l);
  return f32x4.add(v128.shuffle<f32>(moved0, moved1, 0, 1, 4, 5), v128.shuffle<f32>(moved0, moved1, 2, 3, 6, 7));
}

/** Four weights nearer to 0; 0, and not −0, where they would go beyond. */
// @ts-ignore: decorator
@inline function shrunk(x: v128, by: v128): v128 {
  const size = f32x4.max(f32x4.sub(f32x4.abs(x), by), f32x4.splat(0));
  return f32x4.add(v128.bitselect(x, size, i32x4.splat(0x80000000)), f32x4.splat(0));
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
