/** The arguments of assembly/optimize.ts, by their positions. */

import type { BondParameters, Optimize } from "./kernels.js";
import { type AdamRule, corrections, type SgdRule } from "./step-rule.js";
import { addressOf, panelsOf, type WasmMatrix } from "./wasm-arrays.js";

/** Where the gradients are, and ∇b again, for centring; and where shares of ΔW λ go. */
export interface StepPlaces {
  readonly weights: number;
  readonly bias: number;
  readonly visibleBias: number;
  readonly shares: number;
  readonly shareBytes: number;
}

/** The first argument of the optimizers'. */
export const STEP_ARGUMENTS = 32;

/** Integers and floats for the update of one half: weights and hidden bias, or the visible bias. */
export function stepArguments(
  { parameters, memory, offsets, rule }: Omit<Optimize, "gradient">,
  half: "visibleBias" | "hiddenBias",
  places: StepPlaces,
): { integers: number[]; floats: [number, number][] } {
  const { rows, columns, panelBytes } = parameters.weights as WasmMatrix;
  const adam = rule.kind === "adam";
  const addresses = (name: "weights" | typeof half, gradient: number) => {
    const [values, first = 0, second = 0] = [parameters, ...memory].map((of) =>
      addressOf((of as BondParameters)[name]),
    );
    return [values, gradient, first, second];
  };
  // biome-ignore format: arguments by position, as assembly/ reads them
  const integers = [
    rows, panelBytes, ...addresses("weights", places.weights), ...addresses(half, places.bias),
    offsets ? addressOf(offsets.visible) : 0, offsets ? addressOf(offsets.hidden) : 0, places.visibleBias,
    places.shares, places.shareBytes, panelsOf(columns), adam ? 2 : Number(memory.length > 0),
  ];
  const numbers = adam ? adamNumbers(rule) : sgdNumbers(rule);
  const from = STEP_ARGUMENTS + integers.length;
  return { integers, floats: numbers.map((value, i): [number, number] => [from + i, value]) };
}

function sgdNumbers({ rate, decay, shrink, momentum, nesterov }: SgdRule): number[] {
  return [rate, decay, shrink, momentum, nesterov ? momentum : 1, Number(nesterov)];
}

function adamNumbers(rule: AdamRule): number[] {
  const { rate, decay, shrink, beta1, beta2, epsilon } = rule;
  const { first, second } = corrections(rule);
  return [rate / first, decay, shrink, beta1, 1 - beta1, beta2, 1 - beta2, 1 / second, epsilon];
}
