/** What is wrong with a trained RBM, as far as it shows in its units: those that never answer, those that always do, weights that are too large. */

import type { Dataset } from "../data/dataset.js";
import { refuse } from "../errors.js";
import type { KernelOptions } from "../kernels/threads.js";
import type { Rbm } from "../machines/rbm.js";
import { hiddenFeatures } from "./features.js";

export interface HiddenActivity {
  /** Mean of P(h_j = 1 | v) over the cases [hidden]. */
  readonly mean: Float64Array;
  /** Its smallest and largest value over the cases [hidden]. */
  readonly lowest: Float64Array;
  readonly highest: Float64Array;
  /** Hidden units whose P(h_j = 1 | v) stays below the threshold in all cases: they say nothing, and learn next to nothing. */
  readonly dead: readonly number[];
  /** Hidden units whose P(h_j = 1 | v) stays above one minus the threshold: a bias of the visible units, no more. */
  readonly saturated: readonly number[];
}

/** How the hidden units answer data (grey levels as they are). `threshold` is 0.01 by default. Throws "option" unless it is in (0, ½), and "shape". */
export async function hiddenActivity(
  rbm: Rbm,
  data: Dataset,
  { threshold = 0.01, ...options }: { readonly threshold?: number } & KernelOptions = {},
): Promise<HiddenActivity> {
  if (!(threshold > 0 && threshold < 0.5)) {
    throw refuse("option", { who: "threshold", got: String(threshold), expected: "a number between 0 and ½" });
  }
  const { hidden } = rbm;
  const means = await hiddenFeatures(rbm, data, options);
  const mean = new Float64Array(hidden);
  const lowest = new Float64Array(hidden).fill(1);
  const highest = new Float64Array(hidden);
  for (let b = 0; b < data.cases; b++) {
    for (let j = 0; j < hidden; j++) {
      const p = means[b * hidden + j];
      mean[j] += p / data.cases;
      lowest[j] = Math.min(lowest[j], p);
      highest[j] = Math.max(highest[j], p);
    }
  }
  const units = Array.from(mean, (_, j) => j);
  return {
    mean,
    lowest,
    highest,
    dead: units.filter((j) => highest[j] < threshold),
    saturated: units.filter((j) => lowest[j] > 1 - threshold),
  };
}

export interface WeightPlace {
  readonly visible: number;
  readonly hidden: number;
  readonly weight: number;
}

/** The `count` weights of largest size, the largest first; of equal ones the first in W. */
export function largestWeights({ hidden, weights }: Rbm, count = 10): WeightPlace[] {
  const order = Uint32Array.from(weights, (_, at) => at).sort(
    (a, b) => Math.abs(weights[b]) - Math.abs(weights[a]) || a - b,
  );
  return Array.from(order.subarray(0, count), (at) => ({
    visible: Math.floor(at / hidden),
    hidden: at % hidden,
    weight: weights[at],
  }));
}
