const f = Math.fround;
const shift = f(12582912); // 1.5 · 2^23
const log2e = f(Math.LOG2E);
/** 2^r on [−½, ½] by a polynomial with constant term 1, highest power first; minimax, relative error 9.2e-8. */
const coefficients = [
  0.001326472731307149, 0.009671512991189957, 0.05550733581185341, 0.24022242426872253, 0.6931470036506653,
].map(f);

const bits = new Int32Array(1);
const asFloat = new Float32Array(bits.buffer);

/**
 * The logistic function σ(x) = 1 / (1 + e^−x) in float32, by basic operations only, each rounded to float32.
 *
 * This is the definition that the WebAssembly kernels repeat operation by operation: the same bits on every engine, which
 * `Math.exp` does not promise. Absolute error below 1.5e-7; never 0, as |x| is clamped to about 86.6.
 */
export function logistic32(x: number): number {
  return f(1 / f(1 + powerOfTwo(f(f(x) * -log2e))));
}

/** e^x in float32, by the same operations: relative error below 1.5e-7 + 6e-8 |x|, with |x| clamped to about 86.6. */
export function exponential32(x: number): number {
  return powerOfTwo(f(f(x) * log2e));
}

/** 2^t in float32, |t| clamped to 125. */
function powerOfTwo(unclamped: number): number {
  const t = Math.min(Math.max(unclamped, -125), 125);
  const shifted = f(t + shift);
  const r = f(t - f(shifted - shift));
  let p = coefficients[0];
  for (let i = 1; i < coefficients.length; i++) p = f(f(p * r) + coefficients[i]);
  asFloat[0] = f(f(p * r) + 1);
  bits[0] += f(shifted - shift) << 23;
  return asFloat[0];
}

/** σ(x) in float64, for exact evaluation and as an oracle. */
export function logistic(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

/** log(1 + e^x), without overflow: the cumulant of a binary unit, in nats. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
