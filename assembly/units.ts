// What is done with all cases of a field alike, task = a panel of 32 units.

import { argument, number, pointer } from "./control";
import { ROW } from "./product";

/** FOLLOW_MEAN: out = (1 − rate) · out + rate · mean over the cases. */
export function followMean(task: i32): void {
  const cases = argument(2);
  const rows = pointer(0) + <usize>task * <usize>argument(1) * ROW, out = pointer(3) + <usize>task * ROW;
  const keep = f32x4.splat(number(4)), share = f32x4.splat(number(5));
  for (let column: usize = 0; column < ROW; column += 16) {
    let sum = f32x4.splat(0);
    for (let row = rows + column, end = row + <usize>cases * ROW; row < end; row += ROW) sum = f32x4.add(sum, v128.load(row));
    v128.store(out + column, f32x4.add(f32x4.mul(keep, v128.load(out + column)), f32x4.mul(share, sum)));
  }
}

/** SHIFT: adds a vector to every case. */
export function shift(task: i32): void {
  const cases = argument(2);
  const rows = pointer(0) + <usize>task * <usize>argument(1) * ROW, by = pointer(3) + <usize>task * ROW;
  for (let column: usize = 0; column < ROW; column += 16) {
    const more = v128.load(by + column);
    for (let row = rows + column, end = row + <usize>cases * ROW; row < end; row += ROW) {
      v128.store(row, f32x4.add(v128.load(row), more));
    }
  }
}
