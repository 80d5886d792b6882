/** The WebAssembly kernels of label units: assembly/label-units.ts. */

import { checkLabelRows } from "./bond.js";
import type { Dispatch } from "./dispatch.js";
import type { LabelKernels } from "./label-units.js";
import { addressOf, HEAD, PANEL, panelsOf, ROW, type WasmField, type WasmMatrix } from "./wasm-arrays.js";

const CASES_A_CHUNK = 4;

export function wasmLabelUnits({ reserveScratch, run }: Dispatch): LabelKernels {
  return {
    labelScores(task) {
      const { cases, bias, first, scale = 1 } = task;
      checkLabelRows("labelScores", task, task.out, [task.weights]);
      const [input, out] = [task.input, task.out] as WasmField[];
      const weights = task.weights as WasmMatrix;
      reserveScratch(Math.max(HEAD, 8 * out.units));
      // biome-ignore format: arguments by position, as assembly/ reads them
      run("labelScores", Math.ceil(cases / CASES_A_CHUNK), [
        CASES_A_CHUNK, cases, input.units, out.units, input.address, input.capacity,
        weights.address + first * ROW, weights.panelBytes, addressOf(bias) + 4 * first, out.address, out.capacity,
      ], [[11, scale]]);
    },
    labelGradient(task) {
      const { cases, first, factor } = task;
      checkLabelRows("labelGradient", task, task.shares, [task.weights, task.gradient]);
      const [input, shares, hidden] = [task.input, task.shares, task.hidden] as WasmField[];
      const [weights, gradient] = [task.weights, task.gradient] as WasmMatrix[];
      reserveScratch(Math.max(HEAD, 4 * PANEL * shares.units));
      // biome-ignore format: arguments by position, as assembly/ reads them
      run("labelGradient", panelsOf(input.units), [
        cases, input.units, shares.units, input.address, input.capacity, weights.address + first * ROW, weights.panelBytes,
        shares.address, shares.capacity, hidden.address, hidden.capacity, gradient.address + first * ROW, gradient.panelBytes,
      ], [[13, factor]]);
    },
  };
}
