/** A signal whose writing does more than to write. */

import type { Signal } from "@preact/signals";

export function signalOf<Value>(signal: Signal<Value>, write: (next: Value) => void): Signal<Value> {
  return {
    get value() {
      return signal.value;
    },
    set value(next: Value) {
      write(next);
    },
    peek: () => signal.peek(),
  } as Signal<Value>;
}
