/** ⟨v hᵀ⟩, ⟨v⟩, ⟨h⟩ of a small RBM by itself, by enumeration of its smaller layer: the exact negative phase. */

import type { Rbm } from "../machines/rbm.js";
import { exp } from "../math/exp.js";
import { checkEnumerable } from "../math/states.js";
import { layerStates } from "./layer-states.js";

/** The most units of the smaller layer. */
export const MOST_MOMENT_UNITS = 20;

export interface RbmMoments {
  /** ⟨v_i h_j⟩ [visible, hidden] */
  readonly weights: Float64Array;
  /** ⟨v_i⟩ [visible], ⟨h_j⟩ [hidden] */
  readonly visible: Float64Array;
  readonly hidden: Float64Array;
}

/** Throws "size" above 20 units, in the name of `who`. */
export function checkMoments(who: string, visible: number, hidden: number): void {
  const instead = "Use chains instead: those of PCD, or tempered ones.";
  checkEnumerable(who, Math.min(visible, hidden), MOST_MOMENT_UNITS, instead);
}

/** The moments, float64, by basic operations only: the same bits everywhere. Throws "size" above 20 units in the smaller layer. */
export function exactRbmMoments(rbm: Rbm): RbmMoments {
  const { visible, hidden } = rbm;
  checkMoments("exactRbmMoments", visible, hidden);
  const { units, others, hiddenIsSmaller, visit } = layerStates(rbm);
  let most = Number.NEGATIVE_INFINITY;
  visit((_, log) => {
    if (!(log <= most)) most = log;
  });
  // Σ_s P(s) σ(x(s)) where unit u is on, its last entry Σ_s P(s); and the same over all states
  const size = others + 1;
  const rows = Array.from({ length: units }, () => new Float64Array(size));
  // states of equal upper bits follow each other in blocks of 2^d: one sum a block size, each made of two of the next smaller
  const blocks = Array.from({ length: units + 1 }, () => new Float64Array(size));
  visit((n, log, odds) => {
    const p = exp(log - most);
    const leaf = blocks[0];
    for (let m = 0; m < others; m++) leaf[m] = (p * odds[m]) / (1 + odds[m]);
    leaf[others] = p;
    // blocks that end here; unit d is the same throughout one of 2^d states
    for (let d = 0; d < units && (n + 1) % 2 ** d === 0; d++) {
      if ((((n >>> d) ^ (n >>> (d + 1))) & 1) === 1) addTo(rows[d], blocks[d]);
      addTo(blocks[d + 1], blocks[d]);
      blocks[d].fill(0);
    }
  });
  const all = blocks[units];
  const total = all[others];
  const weights = new Float64Array(visible * hidden);
  rows.forEach((row, u) => {
    for (let m = 0; m < others; m++) weights[hiddenIsSmaller ? m * hidden + u : u * hidden + m] = row[m] / total;
  });
  const few = Float64Array.from(rows, (row) => row[others] / total);
  const many = all.subarray(0, others).map((x) => x / total);
  return hiddenIsSmaller ? { weights, visible: many, hidden: few } : { weights, visible: few, hidden: many };
}

function addTo(sum: Float64Array, more: Float64Array): void {
  for (let m = 0; m < sum.length; m++) sum[m] += more[m];
}
