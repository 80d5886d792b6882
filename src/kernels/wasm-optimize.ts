/** The WebAssembly kernels of optimizers: assembly/optimize.ts, assembly/combine.ts, assembly/units.ts. */

import { blocksOf, checkAlike, checkCases, checkOptimize } from "./bond.js";
import { type Dispatch, emptyBuffer } from "./dispatch.js";
import type { Kernels, Matrix, Optimize, Vector } from "./kernels.js";
import { type AdamRule, corrections, type SgdRule, type StepRule } from "./step-rule.js";
import { PANEL, panelsOf, ROW, type WasmField, type WasmMatrix, type WasmVector } from "./wasm-arrays.js";

/** Bytes of a task of `combine`. */
const CHUNK = 32768;

export function wasmOptimizing({
  reserve,
  reserveScratch,
  run,
}: Dispatch): Pick<Kernels, "optimize" | "combine" | "followMean" | "shift"> {
  const shares = emptyBuffer();

  function optimize(task: Optimize): void {
    checkOptimize(task);
    const { parameters, gradient, rule, memory, offsets } = task;
    const { rows, columns, panelBytes } = parameters.weights as WasmMatrix;
    const [visiblePanels, hiddenPanels] = [panelsOf(rows), panelsOf(columns)];
    const shareBytes = visiblePanels * ROW;
    const shareAt = offsets ? reserve(shares, hiddenPanels * shareBytes) : 0;
    reserveScratch(ROW);
    const addresses = (name: "weights" | "visibleBias" | "hiddenBias") =>
      [parameters, gradient, memory[0], memory[1]].map((of) => (of ? addressOf(of[name]) : 0));
    const [visibleBias, hiddenBias] = [addresses("visibleBias"), addresses("hiddenBias")];
    const { kind, floats } = ruleArguments(rule, memory.length > 0);
    const rest = [
      ...(offsets ? [offsets.visible, offsets.hidden, gradient.visibleBias].map(addressOf) : [0, 0, 0]),
      shareAt,
      shareBytes,
      hiddenPanels,
      kind,
    ];
    run("optimizeHidden", hiddenPanels, [rows, panelBytes, ...addresses("weights"), ...hiddenBias, ...rest], floats);
    run("optimizeVisible", visiblePanels, [rows, panelBytes, 0, 0, 0, 0, ...visibleBias, ...rest], floats);
  }

  return {
    optimize,
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

/** Arguments 16 … 25 of both halves: the rule's kind, and its numbers. */
function ruleArguments(rule: StepRule, hasMemory: boolean): { kind: number; floats: [number, number][] } {
  const numbers = rule.kind === "adam" ? adamNumbers(rule) : sgdNumbers(rule);
  const floats = numbers.map((value, i): [number, number] => [17 + i, value]);
  return { kind: rule.kind === "adam" ? 2 : Number(hasMemory), floats };
}

function sgdNumbers({ rate, decay, shrink, momentum, nesterov }: SgdRule): number[] {
  return [rate, decay, shrink, momentum, nesterov ? momentum : 1, Number(nesterov)];
}

function adamNumbers(rule: AdamRule): number[] {
  const { rate, decay, shrink, beta1, beta2, epsilon } = rule;
  const { first, second } = corrections(rule);
  return [rate / first, decay, shrink, beta1, 1 - beta1, beta2, 1 - beta2, 1 / second, epsilon];
}

function addressOf(of: Matrix | Vector): number {
  return (of as WasmMatrix | WasmVector).address;
}

/** Padding included: it is zero, and stays so. */
function bytesOf(of: Matrix | Vector): number {
  return "size" in of ? panelsOf(of.size) * ROW : panelsOf(of.columns) * panelsOf(of.rows) * PANEL * ROW;
}
