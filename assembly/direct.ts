// Small functions that JavaScript calls directly, on one thread: counts and sums too cheap to share out.

/** How many of the cases × units bits differ; states are [sixteen][capacity] u16. */
export function mismatches(a: usize, capacityA: usize, b: usize, capacityB: usize, cases: i32, sixteens: i32): i32 {
  let count = 0;
  for (let p: usize = 0; p < <usize>sixteens; p++) {
    const rowA = a + ((p * capacityA) << 1), rowB = b + ((p * capacityB) << 1);
    for (let c: usize = 0; c < <usize>cases; c++) {
      count += popcnt<i32>(<i32>(load<u16>(rowA + (c << 1)) ^ load<u16>(rowB + (c << 1))));
    }
  }
  return count;
}

/**
 * Σ (a − b)² over cases × panels · 32 units, in float64 and in a fixed order, where at least one of the two is dense
 * ([panel][capacity][32] floats); the other may be states. Padding is zero on both sides.
 */
export function squaredDifference(
  a: usize, aDense: bool, capacityA: usize, b: usize, bDense: bool, capacityB: usize, cases: i32, panels: i32,
): f64 {
  let sum: f64 = 0;
  for (let p: usize = 0; p < <usize>panels; p++) {
    for (let c: usize = 0; c < <usize>cases; c++) {
      for (let u: usize = 0; u < 32; u++) {
        const difference = valueAt(a, aDense, p, capacityA, c, u) - valueAt(b, bDense, p, capacityB, c, u);
        sum += difference * difference;
      }
    }
  }
  return sum;
}

// @ts-ignore: decorator
@inline function valueAt(layer: usize, dense: bool, panel: usize, capacity: usize, row: usize, unit: usize): f64 {
  if (dense) return <f64>load<f32>(layer + (((panel * capacity + row) << 5) + unit << 2));
  const sixteen = (panel << 1) + (unit >> 4);
  return <f64>((<u32>load<u16>(layer + ((sixteen * capacity + row) << 1)) >> <u32>(unit & 15)) & 1);
}

/** The largest |x| of a multiple of four floats; NaN if one of them is NaN. */
export function largest(x: usize, length: i32): f32 {
  // a maximum waits long for the one before it: four that do not wait for each other
  let m0 = f32x4.splat(0);
  let m1 = m0;
  let m2 = m0;
  let m3 = m0;
  const end = x + (<usize>length << 2);
  for (; x + 64 <= end; x += 64) {
    m0 = f32x4.max(m0, f32x4.abs(v128.load(x)));
    m1 = f32x4.max(m1, f32x4.abs(v128.load(x, 16)));
    m2 = f32x4.max(m2, f32x4.abs(v128.load(x, 32)));
    m3 = f32x4.max(m3, f32x4.abs(v128.load(x, 48)));
  }
  for (; x < end; x += 16) m0 = f32x4.max(m0, f32x4.abs(v128.load(x)));
  const most = f32x4.max(f32x4.max(m0, m1), f32x4.max(m2, m3));
  return max(
    max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
    max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
  );
}
