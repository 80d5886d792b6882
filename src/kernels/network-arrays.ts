/**
 * Couplings in WebAssembly memory, as whole numbers (fixed-point.ts). Dense: [N, N] row-major, as a row is what a unit sends.
 * Sparse: a number for each entry of the lists. Biases and scales [N], padded to whole panels.
 */

import { checkLists, checkParameters } from "./couplings.js";
import { wholeOf } from "./fixed-point.js";
import type { Couplings, Lists } from "./kernels.js";
import type { Arena } from "./memory.js";
import { PANEL, panelsOf } from "./wasm-arrays.js";

export interface WasmCouplings extends Couplings {
  readonly weights: number;
  readonly bias: number;
  /** What a whole number is worth, a float32 a unit. */
  readonly scales: number;
  /** Sparse: the addresses of the lists. */
  readonly offsets: number;
  readonly sources: number;
}

export function makeCouplings(arena: Arena, units: number, lists?: Lists): WasmCouplings {
  if (lists) checkLists(units, lists);
  const padded = panelsOf(units) * PANEL;
  const count = lists ? lists.sources.length : units * units;
  const weights = arena.allocate(4 * (lists ? count : units * padded));
  const [bias, scales] = [arena.allocate(padded * 4), arena.allocate(padded * 4)];
  const [offsets, sources] = lists ? [copied(arena, lists.offsets), copied(arena, lists.sources)] : [0, 0];
  /** Whole numbers that one unit of input is, doubled. */
  const whole = new Float64Array(units);

  function writeDense(values: Float32Array): void {
    const words = arena.words();
    for (let i = 0; i < units; i++) {
      for (let j = 0; j < units; j++) {
        const to = weights / 4 + i * padded + j;
        words[to] = 2 * Math.round(values[i * units + j] * whole[j]);
      }
    }
  }

  function writeSparse(values: Float32Array, { offsets: starts }: Lists): void {
    const words = arena.words();
    for (let j = 0; j < units; j++) {
      for (let e = starts[j]; e < starts[j + 1]; e++) words[weights / 4 + e] = 2 * Math.round(values[e] * whole[j]);
    }
  }

  return {
    kind: lists ? "sparse" : "dense",
    units,
    weights,
    bias,
    scales,
    offsets,
    sources,
    write(values, biases) {
      checkParameters(units, count, values, biases);
      const most = Float64Array.from(biases, Math.abs);
      if (lists) {
        for (let j = 0; j < units; j++) {
          for (let e = lists.offsets[j]; e < lists.offsets[j + 1]; e++) most[j] += Math.abs(values[e]);
        }
      } else {
        for (let i = 0; i < units; i++) {
          for (let j = 0; j < units; j++) most[j] += Math.abs(values[i * units + j]);
        }
      }
      for (let j = 0; j < units; j++) {
        whole[j] = wholeOf(most[j], lists ? lists.offsets[j + 1] - lists.offsets[j] : units);
        arena.words()[bias / 4 + j] = 2 * Math.round(biases[j] * whole[j]);
        arena.floats()[scales / 4 + j] = 0.5 / whole[j];
      }
      if (lists) writeSparse(values, lists);
      else writeDense(values);
    },
  };
}

function copied(arena: Arena, values: Uint32Array): number {
  const address = arena.allocate(values.byteLength);
  arena.words().set(values, address / 4);
  return address;
}
