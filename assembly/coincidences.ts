// COINCIDENCES: in how many cases two units are both on, by counting the bits of planes [unit][cases].

import { argument, pointer } from "./control";

/** PLANES, task = sixteen units: their bits of all cases, one unit after the other. */
export function planes(task: i32, scratch: usize): void {
  const states = pointer(0), capacity = <usize>argument(1), cases = argument(2), planeBytes = <usize>argument(3);
  const from = states + ((<usize>task * capacity) << 1);
  const to = pointer(4) + (<usize>task << 4) * planeBytes;
  const lanes = i16x8(0, 1, 2, 3, 4, 5, 6, 7);
  for (let first = 0; first < <i32>planeBytes << 3; first += 8) {
    const members = i16x8.lt_s(lanes, i16x8.splat(<i16>max(0, min(8, cases - first))));
    let words = first < cases ? v128.and(v128.load(from + (<usize>first << 1)), members) : i32x4.splat(0);
    for (let u = 15; u >= 0; u--) {
      store<u8>(to + <usize>u * planeBytes + (<usize>first >> 3), <u8>i16x8.bitmask(words));
      words = i16x8.shl(words, 1);
    }
  }
}

/** COINCIDENCES, task = rows i of the counts [units, units]; only j ≥ i, the rest is its mirror. */
export function coincidences(task: i32, scratch: usize): void {
  const units = argument(5), planeBytes = <usize>argument(3), bits = pointer(4), counts = pointer(6), rows = argument(7);
  for (let i = task * rows, last = min(units, i + rows); i < last; i++) {
    const a = bits + <usize>i * planeBytes;
    for (let j = i; j < units; j++) {
      const b = bits + <usize>j * planeBytes;
      let count: i64 = 0;
      for (let at: usize = 0; at < planeBytes; at += 8) count += popcnt<i64>(load<i64>(a + at) & load<i64>(b + at));
      store<u32>(counts + ((<usize>i * <usize>units + <usize>j) << 2), <u32>count);
    }
  }
}
