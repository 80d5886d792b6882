/**
 * The kernels in WebAssembly SIMD, over one linear memory: each call writes an operation's arguments and runs its tasks.
 * assembly/ holds the inner loops, wasm-arrays.ts the layout.
 */

import type { Levels } from "../data/dataset.js";
import { refuse } from "../errors.js";
import { type Draw, keyOf, purposeWord } from "../random/draw.js";
import { checkGroup, softmaxCells } from "./cells.js";
import { clampModes, type KernelExports } from "./control.js";
import { createDispatch, emptyBuffer } from "./dispatch.js";
import { caseEncoder } from "./encode.js";
import type { Clamp, Conditional, Field, Kernels, States } from "./kernels.js";
import type { Arena } from "./memory.js";
import { logRatiosIn } from "./wasm-annealing.js";
import {
  HEAD,
  makeField,
  makeMatrix,
  makeStates,
  makeVector,
  noteCount,
  PANEL,
  panelsOf,
  ROW,
  type WasmField,
  type WasmMatrix,
  type WasmStates,
  type WasmVector,
} from "./wasm-arrays.js";
import { copyUnitsIn, fieldCells, wasmCells } from "./wasm-cells.js";
import { wasmCombining } from "./wasm-combine.js";
import { copyCasesIn } from "./wasm-copy.js";
import { wasmFeedForward } from "./wasm-feed-forward.js";
import { wasmLabelUnits } from "./wasm-label-units.js";
import { wasmNetwork } from "./wasm-network.js";
import { wasmUpdating } from "./wasm-update.js";

export interface Workers {
  readonly count: number;
  stop(): void;
}

/** The kernels over instantiated exports; `workers` serve the same memory (threads.ts). */
export function wasmKernels(arena: Arena, exports: KernelExports, workers?: Workers): Kernels {
  const threads = 1 + (workers?.count ?? 0);
  const dispatch = createDispatch(arena, exports, threads);
  const { reserve, reserveScratch, run } = dispatch;
  const encodeCases = caseEncoder(dispatch);
  const staging = emptyBuffer();
  const ratios = emptyBuffer();
  const groupInputs = emptyBuffer();

  function clamp({ levels, units, rows, mode, draw, out }: Clamp): void {
    checkFits("clamp", out, rows.length, units);
    const rowBytes = units * levels.BYTES_PER_ELEMENT;
    const address = reserve(staging, rows.length * rowBytes + PANEL * 4);
    stageRows(levels, units, rows, address);
    reserveScratch(HEAD);
    const target = out as WasmStates | WasmField;
    const states = target.kind === "states" ? target.address : 0;
    const means = target.kind === "field" ? target.address : 0;
    // biome-ignore format: arguments by position, as assembly/ reads them
    const on = run("clamp", panelsOf(units), [
      address, rowBytes, Number(levels instanceof Uint8Array), clampModes[mode], rows.length, states, means, out.capacity,
      ...drawArguments(draw), units,
    ]);
    if (target.kind === "states") noteCount(target, rows.length, on);
  }

  /** Copies the rows one after the other; neighbours in one go. */
  function stageRows(levels: Levels, units: number, rows: Uint32Array, address: number): void {
    const to = levels instanceof Uint8Array ? arena.bytes() : arena.floats();
    let at = address / levels.BYTES_PER_ELEMENT;
    for (let b = 0; b < rows.length; ) {
      let end = b + 1;
      while (end < rows.length && rows[end] === rows[end - 1] + 1) end++;
      const start = rows[b] * units;
      to.set(levels.subarray(start, start + (end - b) * units), at);
      at += (end - b) * units;
      b = end;
    }
  }

  function conditional(task: Conditional): void {
    const { cases, transposed = false, scale = 1, draw } = task;
    const from = task.from as WasmStates | WasmField;
    const weights = task.weights as WasmMatrix;
    const bias = task.bias as WasmVector;
    const input = task.input as WasmField | undefined;
    const inner = task.group && !input ? reserve(groupInputs, panelsOf(bias.size) * cases * ROW) : 0;
    const mean = task.mean as WasmField | undefined;
    const sample = task.sample as WasmStates | undefined;
    const plus = task.plus as WasmField | undefined;
    const sizes = transposed ? [weights.columns, weights.rows] : [weights.rows, weights.columns];
    checkFits("conditional: from", from, cases, sizes[0]);
    for (const out of [input, mean, sample]) if (out) checkFits("conditional: out", out, cases, sizes[1]);
    if (plus) checkFits("conditional: plus", plus, cases, sizes[1]);

    const lists = from.kind === "states" ? encodeCases(from, cases, true) : undefined;
    const plan = lists?.plan;
    const outScratch = HEAD;
    const panelScratch = outScratch + cases * ROW;
    const table = panelScratch + (transposed ? panelsOf(from.units) * PANEL * ROW : 0);
    reserveScratch(table + (plan ? (plan.groupsInBlock << plan.k) * ROW : 0));
    // biome-ignore format: arguments by position, as assembly/ reads them
    const on = run(
      "conditional",
      panelsOf(bias.size),
      [
        cases, from.units, weights.address, weights.panelBytes, Number(transposed), panelsOf(from.units),
        input?.address ?? inner, input?.capacity ?? cases, outScratch, panelScratch, table, bias.address,
        Number(!lists), lists?.address ?? from.address, lists?.stride ?? from.capacity, lists?.blockBytes ?? 0,
        plan?.k ?? 0, plan?.groupsInBlock ?? 0, plan?.groups ?? 0,
        mean?.address ?? 0, mean?.capacity ?? 0, Number(task.meanIsSample ?? false), sample?.address ?? 0, sample?.capacity ?? 0,
        ...(draw ? drawArguments(draw) : [0, 0, 0, 0]), bias.size, draw?.firstChain ?? 0, 0, lists?.used ?? 0,
        plus?.address ?? 0, plus?.capacity ?? 0,
      ],
      [[30, scale]],
    );
    if (sample) noteCount(sample, cases, on);
    if (task.group) {
      checkGroup(task.group, bias.size);
      const inputs = fieldCells(arena, input?.address ?? inner, input?.capacity ?? cases);
      softmaxCells(task, inputs, (layer) => wasmCells(arena, layer));
    }
  }

  return {
    implementation: "wasm",
    threads,
    states: (capacity, units) => makeStates(arena, capacity, units),
    field: (capacity, units) => makeField(arena, capacity, units),
    matrix: (rows, columns) => makeMatrix(arena, rows, columns),
    vector: (size) => makeVector(arena, size),
    clamp,
    copyCases: (task) => copyCasesIn(arena, task),
    copyUnits: (task) => copyUnitsIn(arena, task),
    conditional,
    ...wasmNetwork(dispatch, encodeCases),
    ...wasmUpdating(dispatch),
    ...wasmCombining(dispatch),
    ...wasmFeedForward(dispatch),
    ...wasmLabelUnits(dispatch),
    logRatios(task) {
      checkFits("logRatios: states", task.states, task.cases, task.linear.size);
      checkFits("logRatios: input", task.input, task.cases, task.input.units);
      return logRatiosIn(task, reserve(ratios, 8 * task.cases), arena.memory, run);
    },
    squaredError(a, b, cases) {
      checkFits("squaredError", b, cases, a.units);
      const [x, y] = [a, b] as [WasmStates | WasmField, WasmStates | WasmField];
      const [dx, dy] = [Number(x.kind === "field"), Number(y.kind === "field")];
      const panels = panelsOf(a.units);
      if (dx + dy === 0) return exports.mismatches(x.address, x.capacity, y.address, y.capacity, cases, 2 * panels);
      return exports.squaredDifference(x.address, dx, x.capacity, y.address, dy, y.capacity, cases, panels);
    },
    largest(of) {
      const { address } = of as WasmMatrix | WasmVector;
      const floats = "size" in of ? panelsOf(of.size) * PANEL : panelsOf(of.columns) * panelsOf(of.rows) * PANEL ** 2;
      return exports.largest(address, floats);
    },
    dispose: () => workers?.stop(),
  };
}

function drawArguments(draw: Draw): number[] {
  return [...keyOf(draw.seed), draw.step, purposeWord(draw)];
}

function checkFits(who: string, layer: States | Field, cases: number, units: number): void {
  if (layer.units === units && cases <= layer.capacity) return;
  const got = `${cases} cases × ${units} units`;
  throw refuse("shape", { who, got, expected: `at most ${layer.capacity} cases × ${layer.units} units` });
}
