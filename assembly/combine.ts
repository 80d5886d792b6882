// What is done with whole arrays of floats.

import { argument, number, pointer } from "./control";
import { transposePanel } from "./product";

/** COMBINE, task = a chunk of floats: out = a · x + b · y. The arrays are multiples of a row of 32; out may be x or y. */
export function combine(task: i32): void {
  const chunk = <usize>argument(4);
  const from = <usize>task * chunk, to = min(<usize>argument(3), from + chunk);
  const out = pointer(0), x = pointer(1), y = pointer(2);
  const a = f32x4.splat(number(5)), b = f32x4.splat(number(6));
  for (let at = from; at < to; at += 16) {
    v128.store(out + at, f32x4.add(f32x4.mul(a, v128.load(x + at)), f32x4.mul(b, v128.load(y + at))));
  }
}

/** TRANSPOSE, task = a panel of 32 columns of out = 32 rows of the other matrix. */
export function transpose(task: i32): void {
  transposePanel(pointer(0) + <usize>task * <usize>argument(1), pointer(2), argument(4), <usize>argument(3), task << 5);
}
