// LOG_RATIOS, task = a chunk of cases: ln f_to(v) − ln f_from(v) of an annealing path, β d·v + Σ_j softplus(β x_j(v)), to > from.
//
// With a = |x|, softplus(to x) − softplus(from x) = (to − from) max(x, 0) + log(1 + u), u = σ(−from a) (e^{−(to − from) a} − 1): a
// difference without cancellation, so that the error is relative to the step and a path's sum does not depend on how many steps it
// has. u is in (−½, 0]; the logarithm is taken of a product of many factors 1 + u, in float64.

import { argument, number, pointer } from "./control";
import { log } from "./log";
import { logistic } from "./logistic";
import { ROW } from "./product";

/** Panels between logarithms: four lanes × 8 factors a panel, each above ½, stay normal numbers (2^-768). */
const PANELS = 24;

/** Steps (to − from) |x| up to here take the short way: no logarithm, no float64. */
const SMALL: f32 = 0.125;

// (2^r − 1) / r on [−½, ½]: minimax polynomial, relative error 1.1e-8 (fitted by reweighted least squares)
const D0: f32 = 0.6931471879267116;
const D1: f32 = 0.24022649794964562;
const D2: f32 = 0.05550357433542775;
const D3: f32 = 0.009618237493827432;
const D4: f32 = 0.0013390735527623856;
const D5: f32 = 0.00015403512797885287;

/** e^x − 1 in each lane, for x ≤ 0; relative error below 4e-7, also where x is tiny. */
// @ts-ignore: decorator
@inline function expm1(x: v128): v128 {
  const t = f32x4.pmax(f32x4.mul(x, f32x4.splat(1.44269504088896341)), f32x4.splat(-125));
  const shifted = f32x4.add(t, f32x4.splat(12582912));
  const r = f32x4.sub(t, f32x4.sub(shifted, f32x4.splat(12582912)));
  let p = f32x4.splat(D5);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(D4));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(D3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(D2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(D1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(D0));
  // 2^n (1 + r p) − 1, where r p alone is left when n = 0
  const one = f32x4.splat(1);
  const power = i32x4.add(i32x4.shl(shifted, 23), one);
  return f32x4.add(f32x4.mul(power, f32x4.mul(p, r)), f32x4.sub(power, one));
}

// @ts-ignore: decorator
@inline function upper(x: v128): v128 { return f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1)); }

// @ts-ignore: decorator
@inline function lanes(x: v128): f64 { return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1); }

/** Σ d_i v_i of one case, over its bits that are on. */
function linearTerm(states: usize, capacity: usize, sixteens: i32, d: usize): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < sixteens; i++) {
    for (let word = <u32>load<u16>(states); word != 0; word &= word - 1) sum += <f64>load<f32>(d + (<usize>ctz(word) << 2));
    states += capacity << 1;
    d += 64;
  }
  return sum;
}

/**
 * (softplus(to x) − softplus(from x)) / (to − from) in each lane for y = (to − from) x, |y| ≤ SMALL, by the midpoint rule with its first
 * correction: x (σ + y² σ'' / 24), σ and σ'' at x (from + to) / 2. Its error is below y⁴ / 15,000 of |x|.
 */
// @ts-ignore: decorator
@inline function smallStep(x: v128, squared: v128, middle: v128): v128 {
  const one = f32x4.splat(1);
  const s = logistic(f32x4.mul(x, middle));
  const bend = f32x4.mul(f32x4.mul(s, f32x4.sub(one, s)), f32x4.sub(one, f32x4.add(s, s)));
  return f32x4.mul(x, f32x4.add(s, f32x4.mul(f32x4.mul(squared, f32x4.splat(<f32>(1.0 / 24))), bend)));
}

export function logRatios(task: i32): void {
  const each = argument(0), cases = argument(1);
  const inputs = pointer(2), capacity = <usize>argument(3), panels = argument(4);
  const states = pointer(5), stateCapacity = <usize>argument(6), sixteens = argument(7), linear = pointer(8);
  const out = pointer(9), from = number(10), to = number(11);
  const step = <f64>to - <f64>from;
  const scale = f32x4.splat(-from), stepScale = f32x4.splat(<f32>step), middle = f32x4.splat(<f32>(0.5 * (<f64>from + <f64>to)));
  const one = f64x2.splat(1);
  for (let b = task * each, end = min(b + each, cases); b < end; b++) {
    let sum = f64x2.splat(0), product0 = one, product1 = one;
    let logs: f64 = 0;
    let row = inputs + <usize>b * ROW;
    for (let p = 0; p < panels; p++) {
      // four vectors at a time: V8 makes the constants anew for each block of code
      for (let at = row, last = row + ROW; at < last; at += 64) {
        const x0 = v128.load(at, 0), x1 = v128.load(at, 16), x2 = v128.load(at, 32), x3 = v128.load(at, 48);
        const y0 = f32x4.mul(x0, stepScale), y1 = f32x4.mul(x1, stepScale), y2 = f32x4.mul(x2, stepScale), y3 = f32x4.mul(x3, stepScale);
        const q0 = f32x4.mul(y0, y0), q1 = f32x4.mul(y1, y1), q2 = f32x4.mul(y2, y2), q3 = f32x4.mul(y3, y3);
        const most = f32x4.pmax(f32x4.pmax(q0, q1), f32x4.pmax(q2, q3));
        if (v128.any_true(f32x4.gt(most, f32x4.splat(SMALL * SMALL)))) {
          for (let i: usize = 0; i < 64; i += 16) {
            const x = v128.load(at + i), a = f32x4.abs(x), part = f32x4.pmax(f32x4.splat(0), x);
            sum = f64x2.add(sum, f64x2.add(f64x2.promote_low_f32x4(part), upper(part)));
            const u = f32x4.mul(logistic(f32x4.mul(a, scale)), expm1(f32x4.neg(f32x4.mul(a, stepScale))));
            product0 = f64x2.mul(product0, f64x2.add(one, f64x2.promote_low_f32x4(u)));
            product1 = f64x2.mul(product1, f64x2.add(one, upper(u)));
          }
        } else {
          const s0 = smallStep(x0, q0, middle), s1 = smallStep(x1, q1, middle);
          const s2 = smallStep(x2, q2, middle), s3 = smallStep(x3, q3, middle);
          const part = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3));
          sum = f64x2.add(sum, f64x2.add(f64x2.promote_low_f32x4(part), upper(part)));
        }
      }
      row += capacity * ROW;
      if (p % PANELS == PANELS - 1 || p == panels - 1) {
        const product = f64x2.mul(product0, product1);
        logs += log(f64x2.extract_lane(product, 0) * f64x2.extract_lane(product, 1));
        product0 = one;
        product1 = one;
      }
    }
    const linearSum = linearTerm(states + (<usize>b << 1), stateCapacity, sixteens, linear);
    store<f64>(out + (<usize>b << 3), step * (linearSum + lanes(sum)) + logs);
  }
}
