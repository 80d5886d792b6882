// The natural logarithm of a positive, normal float64. src/math/log.ts is the definition, operation by operation: equal bits.

export function log(x: f64): f64 {
  const bits = reinterpret<u64>(x);
  let n = <i32>(bits >> 52) - 1023;
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (m > 1.4142135623730951) {
    m /= 2;
    n++;
  }
  const z = (m - 1) / (m + 1);
  const z2 = z * z;
  let sum: f64 = 0;
  for (let k = 21; k >= 1; k -= 2) sum = sum * z2 + 1 / <f64>k;
  return <f64>n * 0.6931471805599453 + 2 * z * sum;
}
