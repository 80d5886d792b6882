/** The WebAssembly kernels that combine arrays: assembly/combine.ts, assembly/units.ts. */

import { blocksOf, checkAlike, checkCases, checkTransposed } from "./bond.js";
import type { Dispatch } from "./dispatch.js";
import type { Kernels, Matrix, Vector } from "./kernels.js";
import { addressOf, PANEL, panelsOf, ROW, type WasmField, type WasmMatrix } from "./wasm-arrays.js";

/** Bytes of a task of `combine`. */
const CHUNK = 32768;

export function wasmCombining({ run }: Dispatch): Pick<Kernels, "combine" | "transpose" | "followMean" | "shift"> {
  return {
    combine(out, a, x, b, y) {
      checkAlike("combine", out, x, y);
      blocksOf(out).forEach((block, n) => {
        const bytes = bytesOf(block);
        const [to, from, other] = [block, blocksOf(x)[n], blocksOf(y)[n]].map(addressOf);
        const factors: [number, number][] = [
          [5, a],
          [6, b],
        ];
        run("combine", Math.ceil(bytes / CHUNK), [to, from, other, bytes, CHUNK], factors);
      });
    },
    transpose(out, from) {
      checkTransposed(out, from);
      const [to, source] = [out as WasmMatrix, from as WasmMatrix];
      const panels = panelsOf(from.columns);
      run("transpose", panelsOf(out.columns), [to.address, to.panelBytes, source.address, source.panelBytes, panels]);
    },
    followMean(out, rate, field, cases) {
      checkCases("followMean", field, cases, out);
      const { address, capacity } = field as WasmField;
      const factors: [number, number][] = [
        [4, 1 - rate],
        [5, rate / cases],
      ];
      run("followMean", panelsOf(out.size), [address, capacity, cases, addressOf(out)], factors);
    },
    shift(field, cases, by) {
      checkCases("shift", field, cases, by);
      const { address, capacity } = field as WasmField;
      run("shift", panelsOf(by.size), [address, capacity, cases, addressOf(by)]);
    },
  };
}

/** Padding included: it is zero, and stays so. */
function bytesOf(of: Matrix | Vector): number {
  return "size" in of ? panelsOf(of.size) * ROW : panelsOf(of.columns) * panelsOf(of.rows) * PANEL * ROW;
}
