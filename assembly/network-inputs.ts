// INPUTS_DENSE, task = a panel of 32 units of a dense network: bias + Σ states · weights of many chains, by tables.

import { fill } from "./conditional";
import { argument, pointer } from "./control";
import { addListed, buildTables, ROW } from "./product";

/** Into out [panel][capacity][32]: whole numbers, or floats where there are scales. */
export function inputsDense(task: i32, scratch: usize): void {
  const units = argument(0), rowBytes = <usize>argument(1), panel = pointer(2) + <usize>task * <usize>argument(15), scales = pointer(4);
  const out = pointer(5) + <usize>task * <usize>argument(6) * ROW, chains = argument(7);
  const stride = <usize>argument(9), blockBytes = <usize>argument(10), k = argument(11), groupsInBlock = argument(12), groups = argument(13);
  const used = pointer(14);
  fill(out, chains, pointer(3) + <usize>task * ROW);
  let lists = pointer(8);
  for (let first = 0; first < groups; first += groupsInBlock) {
    const count = min(groupsInBlock, groups - first);
    buildTables<i32>(scratch, count, k, first * k, units, panel, rowBytes, 1, 0, 0, used == 0 ? 0 : used + <usize>first, used == 0);
    addListed<i32>(out, chains, lists, stride, scratch);
    lists += blockBytes;
  }
  if (scales == 0) return;
  const scale = scales + <usize>task * ROW;
  for (let c: usize = 0; c < <usize>chains; c++) {
    for (let at: usize = 0; at < ROW; at += 16) {
      const x = out + c * ROW + at;
      v128.store(x, f32x4.mul(f32x4.convert_i32x4_s(v128.load(x)), v128.load(scale + at)));
    }
  }
}
