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
  const { visible, hidden, weights: W, visibleBias: b, hiddenBias: c } = rbm;
  let sum = 0;
  for (let i = 0; i < visible; i++) {
    sum -= b[i] * v[i];
    for (let j = 0; j < hidden; j++) sum -= v[i] * W[i * hidden + j] * h[j];
  }
  for (let j = 0; j < hidden; j++) sum -= c[j] * h[j];
  return sum;
}

/** F(v) = −bᵀ v − Σ_j log(1 + e^{x_j(v)}), so that P(v) = e^−F(v) / Z; nats; v [visible]. */
export function freeEnergy(rbm: Rbm, v: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < rbm.visible; i++) sum -= rbm.visibleBias[i] * v[i];
  for (const x of hiddenInput(rbm, v)) sum -= softplus(x);
  return sum;
}

/** x_j = Σ_i W_ij v_i + c_j for one case v [visible]; the total field of each hidden unit. */
export function hiddenInput(rbm: Rbm, v: ArrayLike<number>): Float64Array {
  const { visible, hidden, weights: W, hiddenBias: c } = rbm;
  checkWidth("hiddenInput", v, visible);
  const x = Float64Array.from(c);
  for (let i = 0; i < visible; i++) {
    if (v[i] === 0) continue;
    for (let j = 0; j < hidden; j++) x[j] += v[i] * W[i * hidden + j];
  }
  return x;
}

/** y_i = Σ_j W_ij h_j + b_i for one case h [hidden]. */
export function visibleInput(rbm: Rbm, h: ArrayLike<number>): Float64Array {
  const { hidden, weights: W, visibleBias: b } = rbm;
  checkWidth("visibleInput", h, hidden);
  return Float64Array.from(b, (bias, i) => {
    let y = bias;
    for (let j = 0; j < hidden; j++) y += W[i * hidden + j] * h[j];
    return y;
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
