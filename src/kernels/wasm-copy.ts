/** Cases from states to states, sixteen units at a time. */

import { checkCopy } from "./copy-cases.js";
import type { CopyCases } from "./kernels.js";
import type { Arena } from "./memory.js";
import { noteCount, sixteensOf, type WasmStates } from "./wasm-arrays.js";

export function copyCasesIn({ memory }: Arena, task: CopyCases): void {
  checkCopy(task);
  const { from, rows, to, places } = task;
  const words = new Uint16Array(memory.buffer);
  const [source, target] = [from as WasmStates, to as WasmStates];
  // the number of units that are on decides how products are cut: it is that of a write of the same cases
  const known = places ? target.cases : 0;
  let on = places ? target.on : 0;
  for (let sixteen = 0; sixteen < sixteensOf(to.units); sixteen++) {
    const [out, given] = [target, source].map(({ address, capacity }) => (address >>> 1) + sixteen * capacity);
    for (let n = 0; n < rows.length; n++) {
      const place = places ? places[n] : n;
      const word = words[given + rows[n]];
      on += onIn(word) - (place < known ? onIn(words[out + place]) : 0);
      words[out + place] = word;
    }
  }
  noteCount(target, places ? places.reduce((most, place) => Math.max(most, place + 1), known) : rows.length, on);
}

/** How many of sixteen bits are 1. */
function onIn(word: number): number {
  const pairs = word - ((word >>> 1) & 0x5555);
  const fours = (pairs & 0x3333) + ((pairs >>> 2) & 0x3333);
  return ((((fours + (fours >>> 4)) & 0x0f0f) * 0x0101) >>> 8) & 0x1f;
}
