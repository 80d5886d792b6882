/** The WebAssembly kernels that change an RBM's parameters: assembly/update.ts, assembly/optimize.ts. */

import { checkOptimize, hasVisibleBias, isPhases } from "./bond.js";
import { type Dispatch, emptyBuffer } from "./dispatch.js";
import type { BondParameters, Kernels, LayerParameters, Optimize, Phase, Phases, Update } from "./kernels.js";
import { planCorrelations } from "./plan.js";
import {
  addressOf,
  densityOf,
  HEAD,
  PANEL,
  panelsOf,
  ROW,
  type WasmField,
  type WasmMatrix,
  type WasmStates,
} from "./wasm-arrays.js";
import { STEP_ARGUMENTS, stepArguments } from "./wasm-step.js";

export function wasmUpdating({ arena, reserve, reserveScratch, run }: Dispatch): Pick<Kernels, "update" | "optimize"> {
  const positiveLists = emptyBuffer();
  const negativeLists = emptyBuffer();
  const shares = emptyBuffer();
  const slopes = emptyBuffer();

  /** How the correlations of two phases are cut, and the arguments that say so to both halves of an update of this rate. */
  function correlations({ positive, negative }: Phases, rows: number, rate: number) {
    const density = Math.max(
      ...[positive, negative].map(({ visible }) => densityOf(visible as WasmStates | WasmField)),
    );
    const binary = positive.visible.kind === "states" && negative.visible.kind === "states";
    const paired = binary && positive.cases === negative.cases;
    const plan = planCorrelations(Math.max(positive.cases, negative.cases), density, paired);
    const { k, groupsInBlock } = plan;
    const stride = 2 * (1 + groupsInBlock);
    const blockBytes = panelsOf(rows) * PANEL * stride;
    const lists = [positive, negative].map((phase, i) => {
      const blocks = Math.ceil(phase.cases / k / groupsInBlock);
      return phase.visible.kind === "states"
        ? reserve(i === 0 ? positiveLists : negativeLists, blocks * blockBytes)
        : 0;
    });
    const scaleOf = ({ cases }: Phase, scale: number) => (cases > 0 ? scale / cases : 0);
    const keepZeros = Number(plan.keepZeros);
    const cut = [k, groupsInBlock, stride, blockBytes];
    return {
      tableBytes: (groupsInBlock << (paired ? 2 * k : k)) * ROW,
      scales: [scaleOf(positive, rate), scaleOf(negative, -rate)] as const,
      visible: (bias: number, step: number): number[] => [
        ...visiblePhase(positive, lists[0], keepZeros),
        ...visiblePhase(negative, lists[1], keepZeros),
        ...[...cut, bias, step, 0, Number(paired)],
      ],
      hidden: (panelBytes: number, targets: readonly number[], gradient: number): number[] => [
        ...hiddenPhase(positive, lists[0]),
        ...hiddenPhase(negative, lists[1]),
        ...[positive.visible.capacity, negative.visible.capacity, rows, panelBytes, ...targets, 0, 0],
        ...[...cut, HEAD, Number(paired), gradient],
      ],
    };
  }

  function update(task: Update): void {
    const { parameters, step, rate, momentum = 0, decay = 0 } = task;
    const { rows, columns, panelBytes } = parameters.weights as WasmMatrix;
    const { tableBytes, scales, visible, hidden } = correlations(task, rows, rate);
    const places = (name: "weights" | "visibleBias" | "hiddenBias") =>
      [addressOf(parameters[name]), step ? addressOf(step[name]) : 0] as const;
    reserveScratch(HEAD + tableBytes);
    // biome-ignore format: arguments by position, as assembly/ reads them
    run("updateVisible", panelsOf(rows), visible(...places("visibleBias")), [[4, scales[0]], [11, scales[1]], [20, momentum]]);
    const targets = [...places("weights"), ...places("hiddenBias")];
    // biome-ignore format: arguments by position, as assembly/ reads them
    run(
      "updateHidden", panelsOf(columns), hidden(panelBytes, targets, 0),
      [[3, scales[0]], [9, scales[1]], [20, momentum], [21, decay]],
    );
  }

  function optimize(task: Optimize): void {
    checkOptimize(task);
    const { parameters, gradient, offsets } = task;
    const { rows, columns } = parameters.weights;
    const [visiblePanels, hiddenPanels] = [panelsOf(rows), panelsOf(columns)];
    const shareBytes = visiblePanels * ROW;
    const room = { shares: offsets ? reserve(shares, hiddenPanels * shareBytes) : 0, shareBytes };
    const visibleBias = isPhases(gradient)
      ? optimizeFromPhases(task, gradient, room)
      : optimizeFromArrays(task, gradient, room);
    if (!hasVisibleBias(parameters)) return;
    const half = stepArguments(task, "visibleBias", { ...room, weights: 0, bias: visibleBias, visibleBias });
    run("optimizeVisible", visiblePanels, [...padding, ...half.integers], half.floats);
  }

  type Room = { readonly shares: number; readonly shareBytes: number };

  /** Weights and hidden bias; returns where ∇b is. */
  function optimizeFromArrays(task: Optimize, gradient: LayerParameters | BondParameters, room: Room): number {
    const visibleBias = hasVisibleBias(gradient) ? addressOf(gradient.visibleBias) : 0;
    const [weights, bias] = [gradient.weights, gradient.hiddenBias].map(addressOf);
    reserveScratch(HEAD);
    const half = stepArguments(task, "hiddenBias", { ...room, weights, bias, visibleBias });
    run("optimizeHidden", panelsOf(gradient.weights.columns), [...padding, ...half.integers], half.floats);
    return visibleBias;
  }

  function optimizeFromPhases(task: Optimize, phases: Phases, room: Room): number {
    const { rows, columns, panelBytes } = task.parameters.weights as WasmMatrix;
    const { tableBytes, scales, visible, hidden } = correlations(phases, rows, 1);
    const visibleBias = reserve(slopes, panelsOf(rows) * ROW);
    arena.bytes().fill(0, visibleBias, visibleBias + panelsOf(rows) * ROW);
    reserveScratch(HEAD + tableBytes + panelBytes + ROW);
    // of real values there are no lists to make
    const isDense = phases.positive.visible.kind === "field" && phases.negative.visible.kind === "field";
    if (!isDense || hasVisibleBias(task.parameters)) {
      // biome-ignore format: arguments by position, as assembly/ reads them
      run("updateVisible", panelsOf(rows), visible(visibleBias, 0), [[4, scales[0]], [11, scales[1]], [20, 0]]);
    }
    const half = stepArguments(task, "hiddenBias", { ...room, weights: 0, bias: 0, visibleBias });
    const integers = hidden(panelBytes, [0, 0, 0, 0], HEAD + tableBytes);
    const gap = new Array<number>(STEP_ARGUMENTS - integers.length).fill(0);
    // biome-ignore format: arguments by position, as assembly/ reads them
    run(
      "updateHidden", panelsOf(columns), [...integers, ...gap, ...half.integers],
      [[3, scales[0]], [9, scales[1]], [20, 0], [21, 0], ...half.floats],
    );
    return visibleBias;
  }

  return { update, optimize };
}

/** In place of the arguments of phases. */
const padding = new Array<number>(STEP_ARGUMENTS).fill(0);

function visiblePhase({ visible, cases }: Phase, list: number, keepZeros: number): number[] {
  const { address, kind, capacity } = visible as WasmStates | WasmField;
  const [bits, dense] = kind === "states" ? [address, 0] : [0, address];
  return [bits, dense, capacity, cases, 0, list, keepZeros];
}

function hiddenPhase({ visible, hidden, cases }: Phase, list: number): number[] {
  const dense = visible.kind === "field" ? (visible as WasmField).address : 0;
  return [(hidden as WasmField).address, hidden.capacity, cases, 0, list, dense];
}
