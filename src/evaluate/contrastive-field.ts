/**
 * What CD-k does on average, exactly [Hinton 2002]: E[⟨v_i h_j⟩_0 − ⟨v_i h_j⟩_k] as a function of the parameters of a small RBM, where k
 * is the number of Gibbs sweeps from the data. It is the gradient of no function [Sutskever and Tieleman 2010].
 */

import { refuse } from "../errors.js";
import { logistic } from "../math/logistic.js";
import type { VectorField } from "../math/vector-field.js";
import { checkCases } from "./hidden-sum.js";
import { parametersOf, type RbmParameters, type RbmShape } from "./parameter-vector.js";

/** V + H; a sweep is 2 · 2^(V + H) products. */
const mostUnits = 26;

/**
 * The mean step of CD-k over cases [cases, visible] in {0, 1}, each as likely as the others, in the order of parameterVector.
 *
 * The law of v goes through the transition matrix of block Gibbs k times: P(v′ | v) = Σ_h P(v′ | h) P(h | v). Hidden statistics by samples
 * or by probabilities have the same mean. Throws "size" above V + H = 26, "option" unless k is a whole number, at least 1, "shape" and
 * "data" for cases that are not whole or not binary.
 */
export function contrastiveField(shape: RbmShape, cases: ArrayLike<number>, k = 1): VectorField {
  const { visible, hidden } = shape;
  const who = "contrastiveField";
  if (!Number.isInteger(k) || k < 1) {
    throw refuse("option", { who: `${who}: k`, got: String(k), expected: "a whole number of sweeps, at least 1" });
  }
  if (visible + hidden > mostUnits) {
    throw refuse("size", {
      who,
      got: `${visible} × ${hidden} units, 2^${visible + hidden} transitions`,
      expected: `at most ${mostUnits} units`,
      wayOut: "Sample instead: one update of train() from many copies of the cases.",
    });
  }
  const data = lawOfCases(cases, visible, checkCases(who, cases, visible));
  return (vector) => {
    const parameters = parametersOf(shape, vector);
    const wake = statisticsOf(parameters, data);
    const dream = statisticsOf(parameters, afterSweeps(parameters, data, k));
    return wake.map((x, at) => x - dream[at]);
  };
}

/** How often each state is among the cases [2^V]. */
function lawOfCases(cases: ArrayLike<number>, visible: number, count: number): Float64Array {
  const law = new Float64Array(2 ** visible);
  for (let c = 0; c < count; c++) {
    let code = 0;
    for (let i = 0; i < visible; i++) if (cases[c * visible + i]) code += 2 ** i;
    law[code] += 1 / count;
  }
  return law;
}

/** The law of v [2^V] after sweeps of block Gibbs, h and then v, from that before. */
function afterSweeps(parameters: RbmParameters, law: Float64Array, sweeps: number): Float64Array {
  const { weights: W, visibleBias: b, hiddenBias: c } = parameters;
  const [visible, hidden] = [b.length, c.length];
  const towardsHidden = Array.from(b, (_, i) => W.slice(i * hidden, (i + 1) * hidden));
  const towardsVisible = Array.from(c, (_, j) => Float64Array.from(b, (_, i) => W[i * hidden + j]));
  let p = law;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    p = otherLayer(otherLayer(p, visible, towardsHidden, c), hidden, towardsVisible, b);
  }
  return p;
}

/**
 * Σ_s P(t | s) law(s) for each state t of the other layer [2^T]: rows[u] are the weights [T] of unit u of the layer of s, and P(t | s) is
 * a product over units. That of the lower half of the units times that of the upper half makes it one multiply-add a pair of states.
 */
function otherLayer(law: Float64Array, units: number, rows: Float64Array[], bias: Float64Array): Float64Array {
  const split = bias.length >> 1;
  const lower = new Float64Array(2 ** split);
  const upper = new Float64Array(2 ** (bias.length - split));
  const next = new Float64Array(2 ** bias.length);
  const x = new Float64Array(bias.length);
  for (let s = 0; s < law.length; s++) {
    if (law[s] === 0) continue;
    x.set(bias);
    for (let u = 0; u < units; u++) if ((s >> u) & 1) for (let t = 0; t < x.length; t++) x[t] += rows[u][t];
    fillProducts(lower, x, 0, 1);
    fillProducts(upper, x, split, law[s]);
    for (let high = 0; high < upper.length; high++) {
      const weight = upper[high];
      const at = high << split;
      for (let low = 0; low < lower.length; low++) next[at + low] += weight * lower[low];
    }
  }
  return next;
}

/** `scale` times Π_u P(t_u) for each state of the units from `first` on whose inputs are x. */
function fillProducts(products: Float64Array, x: Float64Array, first: number, scale: number): void {
  products[0] = scale;
  for (let half = 1, u = first; half < products.length; half *= 2, u++) {
    const [on, off] = [logistic(x[u]), logistic(-x[u])];
    for (let c = 0; c < half; c++) {
      products[half + c] = products[c] * on;
      products[c] *= off;
    }
  }
}

/** ⟨v_i P(h_j | v)⟩, ⟨v_i⟩, ⟨P(h_j | v)⟩ under a law of v [2^V], in the order of parameterVector. */
function statisticsOf({ weights: W, visibleBias, hiddenBias }: RbmParameters, law: Float64Array): Float64Array {
  const [visible, hidden] = [visibleBias.length, hiddenBias.length];
  const statistics = new Float64Array(visible * hidden + visible + hidden);
  const { weights, visibleBias: means, hiddenBias: hiddenMeans } = parametersOf({ visible, hidden }, statistics);
  const x = new Float64Array(hidden);
  for (let v = 0; v < law.length; v++) {
    if (law[v] === 0) continue;
    x.set(hiddenBias);
    for (let i = 0; i < visible; i++) if ((v >> i) & 1) for (let j = 0; j < hidden; j++) x[j] += W[i * hidden + j];
    for (let j = 0; j < hidden; j++) {
      x[j] = law[v] * logistic(x[j]);
      hiddenMeans[j] += x[j];
    }
    for (let i = 0; i < visible; i++) {
      if (!((v >> i) & 1)) continue;
      means[i] += law[v];
      for (let j = 0; j < hidden; j++) weights[i * hidden + j] += x[j];
    }
  }
  return statistics;
}
