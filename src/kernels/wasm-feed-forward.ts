/** The WebAssembly kernels of networks that are fed forward: assembly/feed-forward.ts. */

import { log } from "../math/log.js";
import { type Draw, keyOf, purposeWord } from "../random/draw.js";
import { checkKeep, checkLabelsFit, checkLayer } from "./bond.js";
import { type Dispatch, emptyBuffer } from "./dispatch.js";
import type { FeedForwardKernels } from "./feed-forward.js";
import { HEAD, panelsOf, type WasmField } from "./wasm-arrays.js";

const CASES_A_CHUNK = 32;

export function wasmFeedForward({ arena, reserve, reserveScratch, run }: Dispatch): FeedForwardKernels {
  const labelBuffer = emptyBuffer();
  const outBuffer = emptyBuffer();
  return {
    readOut(task) {
      const { cases, labels } = task;
      const [input, mean] = [task.input, task.mean] as WasmField[];
      const error = task.error as WasmField | undefined;
      for (const field of [input, mean, ...(error ? [error] : [])]) checkLayer("readOut", field, cases, input.units);
      if (labels) checkLabelsFit("readOut", labels, cases, input.units);
      const labelsAt = labels ? reserve(labelBuffer, 4 * cases) : 0;
      const out = labels ? reserve(outBuffer, 8 * cases) : 0;
      if (labels) arena.words().set(labels.subarray(0, cases), labelsAt >>> 2);
      // biome-ignore format: arguments by position, as assembly/ reads them
      const wrong = run("readOut", Math.ceil(cases / CASES_A_CHUNK), [
        CASES_A_CHUNK, cases, input.units, input.address, input.capacity, mean.address, mean.capacity,
        labelsAt, error?.address ?? 0, error?.capacity ?? 0, out,
      ]);
      let crossEntropy = 0;
      const told = arena.floats().subarray(out >>> 2, (out >>> 2) + 2 * (labels ? cases : 0));
      for (let at = 0; at < told.length; at += 2) crossEntropy += log(told[at + 1]) - told[at];
      return { crossEntropy, wrong };
    },
    throughLogistic({ cases, delta, output, keep = 1 }) {
      for (const field of [delta, output]) checkLayer("throughLogistic", field, cases, output.units);
      checkKeep("throughLogistic", keep);
      const [to, from] = [delta, output] as WasmField[];
      const integers = [to.address, to.capacity, from.address, from.capacity, cases];
      run("throughLogistic", panelsOf(output.units), integers, [[5, keep]]);
    },
    dropOut({ cases, field, keep, off, draw }) {
      checkLayer("dropOut", field, cases, field.units);
      checkKeep("dropOut", keep);
      const { address, capacity } = field as WasmField;
      reserveScratch(HEAD);
      const scale = off === undefined ? Math.fround(1 / keep) : 1;
      const integers = [address, capacity, cases, 0, 0, ...drawArguments(draw), draw.firstChain ?? 0, 0, field.units];
      // biome-ignore format: arguments by position, as assembly/ reads them
      run("dropOut", panelsOf(field.units), integers, [[3, keep], [4, scale], [10, off ?? 0]]);
    },
  };
}

function drawArguments(draw: Draw): number[] {
  return [...keyOf(draw.seed), draw.step, purposeWord(draw)];
}
