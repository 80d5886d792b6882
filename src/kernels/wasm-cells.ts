/** Single units of the layers in WebAssembly memory. Views are of the memory as it is: to be used before anything is allocated. */

import { type Cells, copyCells } from "./cells.js";
import type { CopyUnits, Field, States } from "./kernels.js";
import type { Arena } from "./memory.js";
import { noteCount, PANEL, sixteensOf, type WasmField, type WasmStates } from "./wasm-arrays.js";

export function wasmCells(arena: Arena, layer: States | Field): Cells {
  const { address, capacity } = layer as WasmStates | WasmField;
  return layer.kind === "field" ? fieldCells(arena, address, capacity) : stateCells(arena, layer as WasmStates);
}

export function fieldCells(arena: Arena, address: number, capacity: number): Cells {
  const floats = arena.floats();
  const at = (b: number, unit: number) => (address >>> 2) + ((unit >>> 5) * capacity + b) * PANEL + (unit & 31);
  return {
    get: (b, unit) => floats[at(b, unit)],
    set(b, unit, value) {
      floats[at(b, unit)] = value;
    },
  };
}

function stateCells({ memory }: Arena, layer: WasmStates): Cells {
  const words = new Uint16Array(memory.buffer);
  const at = (b: number, unit: number) => (layer.address >>> 1) + (unit >>> 4) * layer.capacity + b;
  return {
    get: (b, unit) => (words[at(b, unit)] >>> (unit & 15)) & 1,
    set(b, unit, value) {
      const place = at(b, unit);
      const was = (words[place] >>> (unit & 15)) & 1;
      if (was === value) return;
      words[place] ^= 1 << (unit & 15);
      // the number of units that are on decides how products are cut
      layer.on += value - was;
    },
  };
}

/** copyCells with whole words of states where they lie alike in both layers. Throws as it does. */
export function copyUnitsIn(arena: Arena, task: CopyUnits): void {
  const { cases, from, fromUnit = 0, to, toUnit = 0, units } = task;
  const areStates = from.kind === "states" && to.kind === "states";
  const alike = areStates && fromUnit % 16 === 0 && toUnit % 16 === 0;
  const whole = alike ? units - (units % 16) : 0;
  // the rest, and all checks of what is asked for
  copyCells(task, (layer) => wasmCells(arena, layer), whole);
  const words = new Uint16Array(arena.memory.buffer);
  const [source, target] = [from as WasmStates, to as WasmStates];
  for (let unit = 0; unit < whole; unit += 16) {
    const given = (source.address >>> 1) + ((fromUnit + unit) >>> 4) * source.capacity;
    const place = (target.address >>> 1) + ((toUnit + unit) >>> 4) * target.capacity;
    words.copyWithin(place, given, given + cases);
  }
  if (areStates) recount(arena, target, cases);
}

/** Counts anew how many units are on in the first cases. */
function recount({ memory }: Arena, layer: WasmStates, cases: number): void {
  const words = new Uint16Array(memory.buffer);
  let on = 0;
  for (let sixteen = 0; sixteen < sixteensOf(layer.units); sixteen++) {
    const first = (layer.address >>> 1) + sixteen * layer.capacity;
    for (let b = 0; b < cases; b++) for (let word = words[first + b]; word !== 0; word &= word - 1) on++;
  }
  noteCount(layer, cases, on);
}
