/**
 * The kernels' arrays in WebAssembly memory, for panels of 32 units:
 *   weights [columns / 32][rows][32], inputs and means [units / 32][capacity][32], states [units / 16][capacity] of u16 bits.
 * Everything is padded to whole panels; padding is zero and stays zero. At the boundary arrays are row-major.
 */

import type { Field, Matrix, States, Vector } from "./kernels.js";
import type { Arena } from "./memory.js";

export const PANEL = 32;
/** Bytes of a panel's row. */
export const ROW = 4 * PANEL;

/** Head of a thread's scratch: draws, sums, cursors, one case's bits. */
export const HEAD = 512;

export const panelsOf = (units: number): number => Math.ceil(units / PANEL);
/** A panel's states are two words of sixteen bits. */
export const sixteensOf = (units: number): number => 2 * panelsOf(units);

export interface WasmStates extends States {
  readonly address: number;
  /** How many units are on in the cases of the last write: decides how products are cut. */
  on: number;
  cases: number;
}
export interface WasmField extends Field {
  readonly address: number;
}
export interface WasmMatrix extends Matrix {
  readonly address: number;
  readonly panelBytes: number;
}
export interface WasmVector extends Vector {
  readonly address: number;
}

export function noteCount(states: WasmStates, cases: number, on: number): void {
  states.cases = cases;
  states.on = on;
}

export function addressOf(of: Matrix | Vector): number {
  return (of as WasmMatrix | WasmVector).address;
}

/** The fraction of units that are on; 0 for real values. */
export function densityOf(layer: WasmStates | WasmField): number {
  return layer.kind === "field" ? 0 : layer.on / Math.max(1, layer.cases * layer.units);
}

export function makeStates(arena: Arena, capacity: number, units: number): WasmStates {
  const address = arena.allocate(sixteensOf(units) * capacity * 2);
  const word = (sixteen: number, b: number): number => address + (sixteen * capacity + b) * 2;
  return {
    kind: "states",
    capacity,
    units,
    address,
    on: 0,
    cases: 0,
    write(bits) {
      const memory = arena.bytes();
      const cases = Math.floor(bits.length / units);
      let on = 0;
      for (let b = 0; b < cases; b++) {
        for (let half = 0; half < sixteensOf(units) * 2; half++) {
          let byte = 0;
          for (let i = half * 8; i < Math.min(units, half * 8 + 8); i++) byte |= bits[b * units + i] << (i & 7);
          memory[word(half >> 1, b) + (half & 1)] = byte;
        }
      }
      for (let i = 0; i < cases * units; i++) on += bits[i];
      noteCount(this, cases, on);
    },
    read(cases) {
      const memory = arena.bytes();
      const bits = new Uint8Array(cases * units);
      for (let b = 0; b < cases; b++) {
        for (let i = 0; i < units; i++) {
          bits[b * units + i] = (memory[word(i >> 4, b) + ((i >> 3) & 1)] >> (i & 7)) & 1;
        }
      }
      return bits;
    },
  };
}

/** Copies between row-major [rows, columns] and panels [columns / 32][capacity][32]. */
function copyPanels(
  direction: "in" | "out",
  memory: Float32Array,
  address: number,
  capacity: number,
  values: Float32Array,
  columns: number,
): void {
  const rows = Math.floor(values.length / columns);
  for (let p = 0; p < panelsOf(columns); p++) {
    const width = Math.min(PANEL, columns - p * PANEL);
    for (let r = 0; r < rows; r++) {
      const inside = (address >>> 2) + (p * capacity + r) * PANEL;
      const outside = r * columns + p * PANEL;
      for (let i = 0; i < width; i++) {
        if (direction === "in") memory[inside + i] = values[outside + i];
        else values[outside + i] = memory[inside + i];
      }
    }
  }
}

export function makeField(arena: Arena, capacity: number, units: number): WasmField {
  const address = arena.allocate(panelsOf(units) * capacity * ROW);
  return {
    kind: "field",
    capacity,
    units,
    address,
    write: (values) => copyPanels("in", arena.floats(), address, capacity, values, units),
    read(cases) {
      const values = new Float32Array(cases * units);
      copyPanels("out", arena.floats(), address, capacity, values, units);
      return values;
    },
  };
}

export function makeMatrix(arena: Arena, rows: number, columns: number): WasmMatrix {
  const padded = panelsOf(rows) * PANEL;
  const address = arena.allocate(panelsOf(columns) * padded * ROW);
  return {
    rows,
    columns,
    address,
    panelBytes: padded * ROW,
    write: (values) => copyPanels("in", arena.floats(), address, padded, values, columns),
    read() {
      const values = new Float32Array(rows * columns);
      copyPanels("out", arena.floats(), address, padded, values, columns);
      return values;
    },
  };
}

export function makeVector(arena: Arena, size: number): WasmVector {
  const address = arena.allocate(panelsOf(size) * ROW);
  return {
    size,
    address,
    write: (values) => arena.floats().set(values, address >>> 2),
    read: () => arena.floats().slice(address >>> 2, (address >>> 2) + size),
  };
}
