const view = new DataView(new ArrayBuffer(8));

/**
 * The natural logarithm of a positive, normal float64, by basic operations only.
 *
 * `Math.log` may differ in the last bit between engines; where bits are promised (initial weights) this one is used.
 * x = 2^n m with m in [√½, √2), log m = 2 atanh((m − 1) / (m + 1)) by its series; relative error below 4e-16.
 */
export function log(x: number): number {
  view.setFloat64(0, x);
  let n = (view.getUint32(0) >>> 20) - 1023;
  view.setUint32(0, (view.getUint32(0) & 0x000fffff) | 0x3ff00000);
  let m = view.getFloat64(0);
  if (m > Math.SQRT2) {
    m /= 2;
    n++;
  }
  const z = (m - 1) / (m + 1);
  const z2 = z * z;
  let sum = 0;
  for (let k = 21; k >= 1; k -= 2) sum = sum * z2 + 1 / k;
  return n * Math.LN2 + 2 * z * sum;
}
