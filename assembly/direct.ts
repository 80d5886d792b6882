// Small functions that JavaScript calls directly, on one thread: for tests, and for counts too cheap to share out.

import { logistic } from "./logistic";
import { philox } from "./philox";

/** How many of the cases × units bits differ; states are panel-major, [panel][capacity] u16. */
export function mismatches(a: usize, capacityA: usize, b: usize, capacityB: usize, cases: i32, panels: i32): i32 {
  let count = 0;
  for (let p: usize = 0; p < <usize>panels; p++) {
    const rowA = a + ((p * capacityA) << 1), rowB = b + ((p * capacityB) << 1);
    for (let c: usize = 0; c < <usize>cases; c++) {
      count += popcnt<i32>(<i32>(load<u16>(rowA + (c << 1)) ^ load<u16>(rowB + (c << 1))));
    }
  }
  return count;
}

/** out[i] = logistic(x[i]) for a multiple of four floats. */
export function logisticArray(out: usize, x: usize, length: i32): void {
  for (let i: usize = 0; i < <usize>length; i += 4) v128.store(out + (i << 2), logistic(v128.load(x + (i << 2))));
}

/** The sixteen words of one block of draws. */
export function philoxBlock(out: usize, block: u32, c1: u32, c2: u32, c3: u32, key0: u32, key1: u32): void {
  philox(out, block, c1, c2, c3, key0, key1);
}
