/**
 * Couplings in WebAssembly memory, as whole numbers (assembly/fixed-point.ts). Dense: [N, N] row-major, as a row is what a unit sends;
 * of large ones also a copy in panels of 32 columns, as tables are made of them. Sparse: a number for each entry of the lists. Rows,
 * biases and scales are padded to whole panels.
 */

import { checkLists, checkParameters, refuseNotFinite } from "./couplings.js";
import { type Dispatch, emptyBuffer } from "./dispatch.js";
import type { Couplings, Lists } from "./kernels.js";
import type { Arena } from "./memory.js";
import { PANEL, panelsOf, ROW } from "./wasm-arrays.js";

export interface WasmCouplings extends Couplings {
  readonly weights: number;
  readonly bias: number;
  /** Dense: where a panel's columns are, from panel to panel, and from row to row. */
  readonly columns: { readonly address: number; readonly panelBytes: number; readonly rowBytes: number };
  /** What a whole number is worth, a float32 a unit. */
  readonly scales: number;
  /** The fraction of updates that changed a unit in the last call: decides how the next is made, never what comes out. */
  changing: number;
  /** How often weights were written. */
  version: number;
  /** Sparse: the addresses of the lists, and how long they are. */
  readonly offsets: number;
  readonly sources: number;
  readonly connections: number;
}

/** From so many units on, reading 32 columns of every row means another page of memory a row: 20 % of a sweep of 256 chains. */
const LARGE = 1024;
/** Units of a sparse network that are one task. */
const CHUNK = 1024;
/** Scratch of a task: sums and scales of 32 columns. */
const SCRATCH = 384;

/** Returns the function that makes couplings. */
export function couplingsMaker({ arena, reserve, reserveScratch, run }: Dispatch) {
  const staging = emptyBuffer();

  return function couplings(units: number, lists?: Lists): WasmCouplings {
    if (lists) checkLists(units, lists);
    const padded = panelsOf(units) * PANEL;
    const count = lists ? lists.sources.length : units * units;
    const weights = arena.allocate(4 * (lists ? count : units * padded));
    const copy = !lists && units >= LARGE ? arena.allocate(4 * units * padded) : 0;
    const columns = copy
      ? { address: copy, panelBytes: units * ROW, rowBytes: ROW }
      : { address: weights, panelBytes: ROW, rowBytes: 4 * padded };
    const [bias, scales] = [arena.allocate(padded * 4), arena.allocate(padded * 4)];
    const [offsets, sources] = lists ? [copied(arena, lists.offsets), copied(arena, lists.sources)] : [0, 0];

    return {
      kind: lists ? "sparse" : "dense",
      units,
      weights,
      columns,
      bias,
      scales,
      changing: 1,
      version: 0,
      offsets,
      sources,
      connections: lists ? count : 0,
      write(values, biases) {
        checkParameters(units, count, values, biases);
        this.version++;
        // a panel more: the last columns are read by whole panels
        const from = reserve(staging, (count + units + PANEL) * 4);
        arena.floats().set(values, from / 4);
        arena.floats().set(biases, from / 4 + count);
        reserveScratch(SCRATCH);
        const integers = [units, from, from + 4 * count, weights, bias, scales, lists ? offsets : copy, CHUNK];
        const bad = lists
          ? run("wholeSparse", Math.ceil(units / CHUNK), integers)
          : run("wholeDense", panelsOf(units), integers);
        if (bad > 0) throw refuseNotFinite();
      },
    };
  };
}

function copied(arena: Arena, values: Uint32Array): number {
  const address = arena.allocate(values.byteLength);
  arena.words().set(values, address / 4);
  return address;
}
