// The logistic function in float32. src/math/logistic.ts is the definition, operation by operation: equal bits.

// 2^r on [-1/2, 1/2]: minimax polynomial with constant term 1, relative error 9.2e-8 (fitted by reweighted least squares)
const C1: f32 = 0.6931470036506653;
const C2: f32 = 0.24022242426872253;
const C3: f32 = 0.05550733581185341;
const C4: f32 = 0.009671512991189957;
const C5: f32 = 0.001326472731307149;

// Four of each: in registers, or loaded anew, which costs the vector units nothing. V8 makes a constant of the code by two of their operations
// for every block of code that uses it.
const CONSTANTS = memory.data<f32>([
  -1.44269504088896341, -1.44269504088896341, -1.44269504088896341, -1.44269504088896341,
  125, 125, 125, 125,
  -125, -125, -125, -125,
  12582912, 12582912, 12582912, 12582912,
  C5, C5, C5, C5, C4, C4, C4, C4, C3, C3, C3, C3, C2, C2, C2, C2, C1, C1, C1, C1,
  1, 1, 1, 1,
], 16);

// @ts-ignore: decorator
@inline function constant(n: usize): v128 { return v128.load(CONSTANTS + (n << 4)); }

/** 1 / (1 + e^-x) in each lane. */
// @ts-ignore: decorator
@inline export function logistic(x: v128): v128 { return logisticTimes(1, x); }

/** e^x in each lane; relative error below 1.5e-7 + 6e-8 |x|. At least 2^-125. */
// @ts-ignore: decorator
@inline export function exponential(x: v128): v128 { return powerOfTwo(f32x4.mul(x, f32x4.splat(1.44269504088896341))); }

/** `top` / (1 + e^-x): for a power of two exactly the logistic function times that. */
// @ts-ignore: decorator
@inline export function logisticTimes(top: f32, x: v128): v128 {
  const one = constant(9);
  const e = powerOfTwo(f32x4.mul(x, constant(0)));
  return f32x4.div(top == 1 ? one : f32x4.splat(top), f32x4.add(one, e));
}

/** 2^t in each lane, t clamped so that 2^t and its reciprocal stay normal numbers. */
// @ts-ignore: decorator
@inline function powerOfTwo(unclamped: v128): v128 {
  const one = constant(9);
  const t = f32x4.pmax(f32x4.pmin(unclamped, constant(1)), constant(2));
  // t = n + r, |r| <= 1/2: adding 1.5 · 2^23 rounds to the nearest integer and leaves n in the low bits
  const shifted = f32x4.add(t, constant(3));
  const r = f32x4.sub(t, f32x4.sub(shifted, constant(3)));
  let p = constant(4);
  p = f32x4.add(f32x4.mul(p, r), constant(5));
  p = f32x4.add(f32x4.mul(p, r), constant(6));
  p = f32x4.add(f32x4.mul(p, r), constant(7));
  p = f32x4.add(f32x4.mul(p, r), constant(8));
  p = f32x4.add(f32x4.mul(p, r), one);
  // times 2^n, by adding n to the exponent
  return i32x4.add(p, i32x4.shl(shifted, 23));
}
