/**
 * The restricted Boltzmann machine with binary units in {0, 1} [Smolensky 1986; Hinton 2002]:
 *
 *   E(v, h) = −vᵀ W h − bᵀ v − cᵀ h,   P(v, h) = e^−E(v, h) / Z.
 *
 * A record of arrays; what one does with it is functions. These are the plain, exact ones in float64, for a few cases and
 * for reading; the kernels (machines/resident.ts) do the same for many.
 */

import { refuse } from "../errors.js";
import { logistic, softplus } from "../math/logistic.js";

export interface Rbm {
  readonly kind: "rbm";
  readonly visible: number;
  readonly hidden: number;
  /** W [visible, hidden], row-major. */
  readonly weights: Float32Array;
  /** b [visible] */
  readonly visibleBias: Float32Array;
  /** c [hidden] */
  readonly hiddenBias: Float32Array;
}

/** An RBM with all parameters zero. Throws "option" unless both sizes are whole and positive. */
export function createRbm(visible: number, hidden: number): Rbm {
  for (const [who, size] of Object.entries({ visible, hidden })) {
    if (!Number.isInteger(size) || size < 1) {
      throw refuse("option", { who: `${who} units`, got: String(size), expected: "a whole number, at least 1" });
    }
  }
  return {
    kind: "rbm",
    visible,
    hidden,
    weights: new Float32Array(visible * hidden),
    visibleBias: new Float32Array(visible),
    hiddenBias: new Float32Array(hidden),
  };
}

/** E(v, h) of one joint state: v [visible], h [hidden]. */
export function energy(rbm: Rbm, v: ArrayLike<number>, h: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < rbm.visible; i++) {
    sum -= at(rbm.visibleBias, i) * at(v, i);
    for (let j = 0; j < rbm.hidden; j++) sum -= at(v, i) * at(rbm.weights, i * rbm.hidden + j) * at(h, j);
  }
  for (let j = 0; j < rbm.hidden; j++) sum -= at(rbm.hiddenBias, j) * at(h, j);
  return sum;
}

/** F(v) = −bᵀ v − Σ_j log(1 + e^{x_j(v)}), so that P(v) = e^−F(v) / Z; nats; v [visible]. */
export function freeEnergy(rbm: Rbm, v: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < rbm.visible; i++) sum -= at(rbm.visibleBias, i) * at(v, i);
  for (const x of hiddenInput(rbm, v)) sum -= softplus(x);
  return sum;
}

/** x_j = Σ_i W_ij v_i + c_j for one case v [visible]; the total field of each hidden unit. */
export function hiddenInput(rbm: Rbm, v: ArrayLike<number>): Float64Array {
  checkWidth("hiddenInput", v, rbm.visible);
  const input = Float64Array.from(rbm.hiddenBias);
  for (let i = 0; i < rbm.visible; i++) {
    const on = at(v, i);
    if (on === 0) continue;
    for (let j = 0; j < rbm.hidden; j++) input[j] = at(input, j) + on * at(rbm.weights, i * rbm.hidden + j);
  }
  return input;
}

/** y_i = Σ_j W_ij h_j + b_i for one case h [hidden]. */
export function visibleInput(rbm: Rbm, h: ArrayLike<number>): Float64Array {
  checkWidth("visibleInput", h, rbm.hidden);
  return Float64Array.from(rbm.visibleBias, (bias, i) => {
    let sum = bias;
    for (let j = 0; j < rbm.hidden; j++) sum += at(rbm.weights, i * rbm.hidden + j) * at(h, j);
    return sum;
  });
}

/** P(h_j = 1 | v) = σ(x_j). */
export function hiddenMean(rbm: Rbm, v: ArrayLike<number>): Float64Array {
  return hiddenInput(rbm, v).map(logistic);
}

/** P(v_i = 1 | h) = σ(y_i). */
export function visibleMean(rbm: Rbm, h: ArrayLike<number>): Float64Array {
  return visibleInput(rbm, h).map(logistic);
}

function checkWidth(who: string, values: ArrayLike<number>, expected: number): void {
  if (values.length === expected) return;
  throw refuse("shape", { who, got: `${values.length} values`, expected: `${expected}, one case` });
}

const at = (array: ArrayLike<number>, i: number): number => array[i] as number;
