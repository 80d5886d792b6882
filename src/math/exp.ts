const view = new DataView(new ArrayBuffer(8));

/** ln 2 in two parts; the first has few digits, so that its product with a whole number below 2^11 is exact. */
const ln2 = [0.6931471803691238, 1.9082149292705877e-10] as const;

/**
 * e^x in float64, by basic operations only: the same bits on every engine, which `Math.exp` does not promise.
 *
 * x = n ln 2 + r with |r| ≤ ½ ln 2, e^r by its series; relative error below 4e-16. 0 below −708, Infinity above 709.
 */
export function exp(x: number): number {
  if (x < -708) return 0;
  if (x > 709) return Number.POSITIVE_INFINITY;
  if (Number.isNaN(x)) return x;
  const n = Math.floor(x * Math.LOG2E + 0.5);
  const r = x - n * ln2[0] - n * ln2[1];
  let sum = 1;
  for (let k = 13; k >= 1; k--) sum = 1 + (r * sum) / k;
  view.setUint32(0, (n + 1023) << 20);
  return sum * view.getFloat64(0);
}
