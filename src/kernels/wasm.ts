/**
 * The kernels in WebAssembly SIMD, over one linear memory: each call writes an operation's arguments and runs its tasks.
 * assembly/ holds the inner loops, wasm-arrays.ts the layout.
 */

import type { Levels } from "../data/dataset.js";
import { refuse } from "../errors.js";
import { type Draw, keyOf, purposeWord } from "../random/draw.js";
import { clampModes, type KernelExports } from "./control.js";
import { createDispatch, emptyBuffer } from "./dispatch.js";
import { caseEncoder, densityOf } from "./encode.js";
import type { Clamp, Conditional, Field, Kernels, Phase, States, Update, Vector } from "./kernels.js";
import type { Arena } from "./memory.js";
import { makeCouplings } from "./network-arrays.js";
import { type Plan, planCorrelations } from "./plan.js";
import { logRatiosIn } from "./wasm-annealing.js";
import {
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
import { wasmNetwork } from "./wasm-network.js";
import { wasmOptimizing } from "./wasm-optimize.js";

/** Head of a thread's scratch: draws, sums, cursors, one case's bits. */
const HEAD = 512;

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
  const positiveLists = emptyBuffer();
  const negativeLists = emptyBuffer();
  const ratios = emptyBuffer();

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
    const mean = task.mean as WasmField | undefined;
    const sample = task.sample as WasmStates | undefined;
    const sizes = transposed ? [weights.columns, weights.rows] : [weights.rows, weights.columns];
    checkFits("conditional: from", from, cases, sizes[0]);
    for (const out of [input, mean, sample]) if (out) checkFits("conditional: out", out, cases, sizes[1]);

    const lists = from.kind === "states" ? encodeCases(from, cases) : undefined;
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
        input?.address ?? 0, input?.capacity ?? 0, outScratch, panelScratch, table, bias.address,
        Number(!lists), lists?.address ?? from.address, lists?.stride ?? from.capacity, lists?.blockBytes ?? 0,
        plan?.k ?? 0, plan?.groupsInBlock ?? 0, plan?.groups ?? 0,
        mean?.address ?? 0, mean?.capacity ?? 0, Number(task.meanIsSample ?? false), sample?.address ?? 0, sample?.capacity ?? 0,
        ...(draw ? drawArguments(draw) : [0, 0, 0, 0]), bias.size, draw?.firstChain ?? 0, 0, lists?.used ?? 0,
      ],
      [[30, scale]],
    );
    if (sample) noteCount(sample, cases, on);
  }

  function update(task: Update): void {
    const { parameters, step, positive, negative, rate, momentum = 0, decay = 0 } = task;
    const weights = parameters.weights as WasmMatrix;
    const density = Math.max(
      ...[positive, negative].map(({ visible }) => densityOf(visible as WasmStates | WasmField)),
    );
    const binary = positive.visible.kind === "states" && negative.visible.kind === "states";
    const paired = binary && positive.cases === negative.cases;
    const plan = planCorrelations(Math.max(positive.cases, negative.cases), density, paired);
    const tableRows = plan.groupsInBlock << (paired ? 2 * plan.k : plan.k);
    const stride = 2 * (1 + plan.groupsInBlock);
    const blockBytes = panelsOf(weights.rows) * PANEL * stride;
    const lists = [positive, negative].map((phase, i) => {
      const blocks = Math.ceil(phase.cases / plan.k / plan.groupsInBlock);
      return phase.visible.kind === "states"
        ? reserve(i === 0 ? positiveLists : negativeLists, blocks * blockBytes)
        : 0;
    });
    const scaleOf = ({ cases }: Phase, scale: number) => (cases > 0 ? scale / cases : 0);
    const scales = [scaleOf(positive, rate), scaleOf(negative, -rate)];
    const address = (vector?: Vector): number => (vector as WasmVector | undefined)?.address ?? 0;

    reserveScratch(HEAD + tableRows * ROW);
    // biome-ignore format: arguments by position, as assembly/ reads them
    run(
      "updateVisible",
      panelsOf(weights.rows),
      [
        ...visiblePhase(positive, lists[0], plan), ...visiblePhase(negative, lists[1], plan),
        plan.k, plan.groupsInBlock, stride, blockBytes, address(parameters.visibleBias), address(step?.visibleBias), 0, Number(paired),
      ],
      [[4, scales[0]], [11, scales[1]], [20, momentum]],
    );
    // biome-ignore format: arguments by position, as assembly/ reads them
    run(
      "updateHidden",
      panelsOf(weights.columns),
      [
        ...hiddenPhase(positive, lists[0]), ...hiddenPhase(negative, lists[1]),
        positive.visible.capacity, negative.visible.capacity, weights.rows, weights.panelBytes, weights.address,
        (step?.weights as WasmMatrix | undefined)?.address ?? 0, address(parameters.hiddenBias), address(step?.hiddenBias), 0, 0,
        plan.k, plan.groupsInBlock, stride, blockBytes, HEAD, Number(paired),
      ],
      [[3, scales[0]], [9, scales[1]], [20, momentum], [21, decay]],
    );
  }

  return {
    implementation: "wasm",
    threads,
    states: (capacity, units) => makeStates(arena, capacity, units),
    field: (capacity, units) => makeField(arena, capacity, units),
    matrix: (rows, columns) => makeMatrix(arena, rows, columns),
    vector: (size) => makeVector(arena, size),
    couplings: (units, lists) => makeCouplings(arena, units, lists),
    clamp,
    conditional,
    update,
    ...wasmNetwork(dispatch, encodeCases),
    ...wasmOptimizing(dispatch),
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

function visiblePhase({ visible, cases }: Phase, list: number, plan: Plan): number[] {
  const { address, kind, capacity } = visible as WasmStates | WasmField;
  const [bits, dense] = kind === "states" ? [address, 0] : [0, address];
  return [bits, dense, capacity, cases, 0, list, Number(plan.keepZeros)];
}

function hiddenPhase({ visible, hidden, cases }: Phase, list: number): number[] {
  const dense = visible.kind === "field" ? (visible as WasmField).address : 0;
  return [(hidden as WasmField).address, hidden.capacity, cases, 0, list, dense];
}

function checkFits(who: string, layer: States | Field, cases: number, units: number): void {
  if (layer.units === units && cases <= layer.capacity) return;
  const got = `${cases} cases × ${units} units`;
  throw refuse("shape", { who, got, expected: `at most ${layer.capacity} cases × ${layer.units} units` });
}
