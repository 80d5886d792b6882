/** A model file's parameters, and what its formulas say of one case, in float64. */

import { logistic, parseSafetensors } from "#src/index.js";

export interface Parameters {
  /** W [visible, hidden] */
  readonly weights: Float32Array;
  readonly visible: Float32Array;
  readonly hidden: Float32Array;
}

export function parameters(file: Uint8Array): Parameters {
  const { tensors } = parseSafetensors(file, "model");
  const [weights, visible, hidden] = ["weights", "visible.bias", "hidden.bias"].map(
    (name) => tensors.get(name)?.data as Float32Array,
  ) as [Float32Array, Float32Array, Float32Array];
  return { weights, visible, hidden };
}

/** P(h | v) */
export function hiddenOf({ weights, hidden }: Parameters, v: ArrayLike<number>): Float64Array {
  return Float64Array.from(hidden, (bias, j) => {
    let x = bias;
    for (let i = 0; i < v.length; i++) x += (v[i] as number) * (weights[i * hidden.length + j] as number);
    return logistic(x);
  });
}

/** P(v | h) */
export function visibleOf({ weights, visible }: Parameters, h: Float64Array): Float64Array {
  return Float64Array.from(visible, (bias, i) =>
    logistic(h.reduce((y, on, j) => y + on * (weights[i * h.length + j] as number), bias)),
  );
}
