/** Copies of cases between states: what may be asked for, and the plain version of it. */

import { refuse } from "../errors.js";
import type { CopyCases } from "./kernels.js";
import type { PlainStates } from "./reference-arrays.js";

/** Throws "shape" unless the states have the same units and all cases named, "option" for states that are copied to themselves. */
export function checkCopy({ from, rows, to, places }: CopyCases): void {
  const who = "copyCases";
  if (from === to) throw refuse("option", { who, got: "states to copy to themselves", expected: "two different ones" });
  const enough = (capacity: number, cases: Uint32Array) => cases.every((n) => n < capacity);
  const fits = places ? places.length === rows.length && enough(to.capacity, places) : rows.length <= to.capacity;
  if (from.units === to.units && fits && enough(from.capacity, rows)) return;
  const sizes = `${from.capacity} × ${from.units} and ${to.capacity} × ${to.units}`;
  throw refuse("shape", { who, got: `${rows.length} cases of states ${sizes}`, expected: "cases that both have" });
}

export function copyPlainCases(task: CopyCases): void {
  checkCopy(task);
  const { from, rows, to, places } = task;
  const [source, target] = [(from as PlainStates).values, (to as PlainStates).values];
  rows.forEach((row, n) => {
    target.set(source.subarray(row * from.units, (row + 1) * from.units), (places ? places[n] : n) * to.units);
  });
}
