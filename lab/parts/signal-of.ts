/** Signals made of others: one whose writing does more than to write, one of a number in a list. */

import type { Signal } from "@preact/signals";
import { changed } from "../networks/couplings.js";

export function signalOf<Value>(signal: Signal<Value>, write: (next: Value) => void): Signal<Value> {
  return seenThrough(signal, (value) => value, write);
}

/** For a slider of one weight; 0 where the list is shorter. */
export function listSignal(list: Signal<readonly number[]>, length: number, at: number): Signal<number> {
  return seenThrough(
    list,
    (values) => values[at] ?? 0,
    (next) => {
      list.value = changed(list.peek(), length, at, next);
    },
  );
}

function seenThrough<From, Value>(
  signal: Signal<From>,
  read: (from: From) => Value,
  write: (next: Value) => void,
): Signal<Value> {
  return {
    get value() {
      return read(signal.value);
    },
    set value(next: Value) {
      write(next);
    },
    peek: () => read(signal.peek()),
  } as Signal<Value>;
}
