// The logistic function in float32. src/math/logistic.ts is the definition, operation by operation: equal bits.

/** 1 / (1 + e^-x) in each lane; |x| is clamped to 87, so that 2^n stays a normal number. */
// @ts-ignore: decorator
@inline export function logistic(x: v128): v128 {
  const t = f32x4.pmax(f32x4.pmin(f32x4.neg(x), f32x4.splat(87)), f32x4.splat(-87));
  // t = n ln 2 + r, |r| <= ln 2 / 2; adding 1.5 · 2^23 rounds to the nearest integer and leaves n in the low bits
  const shifted = f32x4.add(f32x4.mul(t, f32x4.splat(1.44269504088896341)), f32x4.splat(12582912));
  const n = f32x4.sub(shifted, f32x4.splat(12582912));
  let r = f32x4.sub(t, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  // e^r by the degree-5 minimax polynomial of Cephes (expf)
  let p = f32x4.splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), f32x4.splat(1));
  // times 2^n, by adding n to the exponent
  const e = i32x4.add(p, i32x4.shl(shifted, 23));
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), e));
}
