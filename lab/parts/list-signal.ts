/** One number of a list that is a signal, as a signal of its own: for a slider of one weight. */

import type { Signal } from "@preact/signals";
import { changed } from "../networks/couplings.js";

export function listSignal(list: Signal<readonly number[]>, length: number, at: number): Signal<number> {
  return {
    get value() {
      return list.value[at] ?? 0;
    },
    set value(next: number) {
      list.value = changed(list.peek(), length, at, next);
    },
    peek: () => list.peek()[at] ?? 0,
  } as Signal<number>;
}
