// The logistic function in float32. src/math/logistic.ts is the definition, operation by operation: equal bits.

// 2^r on [-1/2, 1/2]: minimax polynomial with constant term 1, relative error 9.2e-8 (fitted by reweighted least squares)
const C1: f32 = 0.6931470036506653;
const C2: f32 = 0.24022242426872253;
const C3: f32 = 0.05550733581185341;
const C4: f32 = 0.009671512991189957;
const C5: f32 = 0.001326472731307149;

/** 1 / (1 + e^-x) in each lane. */
// @ts-ignore: decorator
@inline export function logistic(x: v128): v128 { return logisticTimes(1, x); }

/** e^x in each lane; relative error below 1.5e-7 + 6e-8 |x|. At least 2^-125. */
// @ts-ignore: decorator
@inline export function exponential(x: v128): v128 { return powerOfTwo(f32x4.mul(x, f32x4.splat(1.44269504088896341))); }

/** `top` / (1 + e^-x): for a power of two exactly the logistic function times that. */
// @ts-ignore: decorator
@inline export function logisticTimes(top: f32, x: v128): v128 {
  const e = powerOfTwo(f32x4.mul(x, f32x4.splat(-1.44269504088896341)));
  return f32x4.div(f32x4.splat(top), f32x4.add(f32x4.splat(1), e));
}

/** 2^t in each lane, t clamped so that 2^t and its reciprocal stay normal numbers. */
// @ts-ignore: decorator
@inline function powerOfTwo(unclamped: v128): v128 {
  const t = f32x4.pmax(f32x4.pmin(unclamped, f32x4.splat(125)), f32x4.splat(-125));
  // t = n + r, |r| <= 1/2: adding 1.5 · 2^23 rounds to the nearest integer and leaves n in the low bits
  const shifted = f32x4.add(t, f32x4.splat(12582912));
  const r = f32x4.sub(t, f32x4.sub(shifted, f32x4.splat(12582912)));
  let p = f32x4.splat(C5);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(C4));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(C3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(C2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(C1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1));
  // times 2^n, by adding n to the exponent
  return i32x4.add(p, i32x4.shl(shifted, 23));
}
