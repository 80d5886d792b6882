const f = Math.fround;
const shift = f(12582912); // 1.5 · 2^23
const log2e = f(Math.LOG2E);
const ln2High = f(0.693359375);
const ln2Low = f(-2.1219444e-4);
const coefficients = [1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1].map(f);

const bits = new Int32Array(1);
const asFloat = new Float32Array(bits.buffer);

/**
 * The logistic function σ(x) = 1 / (1 + e^−x) in float32, by basic operations only, each rounded to float32.
 *
 * This is the definition that the WebAssembly kernels repeat operation by operation: the same bits on every engine, which
 * `Math.exp` does not promise. Absolute error below 1.2e-7; |x| is clamped to 87, so that σ never reaches 0 below.
 */
export function logistic32(x: number): number {
  const t = Math.min(Math.max(-f(x), -87), 87);
  const shifted = f(f(t * log2e) + shift);
  const n = f(shifted - shift);
  let r = f(t - f(n * ln2High));
  r = f(r - f(n * ln2Low));
  let p = coefficients[0] as number;
  for (let i = 1; i < coefficients.length; i++) p = f(f(p * r) + (coefficients[i] as number));
  p = f(f(f(p * f(r * r)) + r) + 1);
  asFloat[0] = p;
  bits[0] = (bits[0] as number) + (n << 23);
  return f(1 / f(1 + (asFloat[0] as number)));
}

/** σ(x) in float64, for exact evaluation and as an oracle. */
export function logistic(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

/** log(1 + e^x), without overflow: the cumulant of a binary unit, in nats. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
