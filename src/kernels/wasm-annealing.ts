/** The kernel of annealed importance sampling in WebAssembly: assembly/annealing.ts, called. */

import type { LogRatio } from "./kernels.js";
import { panelsOf, sixteensOf, type WasmField, type WasmStates, type WasmVector } from "./wasm-arrays.js";

const CASES_A_CHUNK = 4;

type Run = (
  operation: "logRatios",
  tasks: number,
  integers: readonly number[],
  floats: readonly [number, number][],
) => unknown;

/** ln f_to − ln f_from [cases], put together at `address`. Cooling is heating with the other sign: the same bits. */
export function logRatiosIn(task: LogRatio, address: number, memory: WebAssembly.Memory, run: Run): Float64Array {
  const { cases, from, to } = task;
  const [states, input] = [task.states as WasmStates, task.input as WasmField];
  const linear = task.linear as WasmVector;
  const chunks = Math.ceil(cases / CASES_A_CHUNK);
  // biome-ignore format: arguments by position, as assembly/ reads them
  run(
    "logRatios",
    chunks,
    [
      CASES_A_CHUNK, cases, input.address, input.capacity, panelsOf(input.units),
      states.address, states.capacity, sixteensOf(states.units), linear.address, address,
    ],
    [[10, Math.min(from, to)], [11, Math.max(from, to)]],
  );
  const ratios = new Float64Array(memory.buffer, address, cases).slice();
  return from <= to ? ratios : ratios.map((x) => -x);
}
