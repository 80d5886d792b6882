/** log Z of an RBM, exactly, by enumeration of the smaller layer; and with it log-likelihoods that are no estimates. */

import type { Dataset } from "../data/dataset.js";
import type { KernelOptions } from "../kernels/threads.js";
import type { Rbm } from "../machines/rbm.js";
import { checkEnumerable, logSumExp } from "../math/states.js";
import { type FreeEnergyOptions, freeEnergies } from "./free-energy.js";

/** The most units of the smaller layer. */
export const MOST_EXACT_UNITS = 25;

/**
 * log Z, nats: log Σ_h e^{c·h} Π_i (1 + e^{b_i + Σ_j W_ij h_j}), or the same with the layers exchanged where the visible one is
 * smaller. Float64, in log space; 2^min(V, H) terms. Throws "size" above 25 units.
 */
export function exactLogPartition(rbm: Rbm): number {
  const hiddenIsSmaller = rbm.hidden <= rbm.visible;
  const units = Math.min(rbm.visible, rbm.hidden);
  checkEnumerable(
    "exactLogPartition",
    units,
    MOST_EXACT_UNITS,
    "An estimate of log Z for larger machines is not built yet.",
  );
  const [few, many] = hiddenIsSmaller ? [rbm.hiddenBias, rbm.visibleBias] : [rbm.visibleBias, rbm.hiddenBias];
  // row u: the weights of unit u of the smaller layer to the larger one
  const rows = Array.from({ length: units }, (_, u) =>
    Float64Array.from(many, (_, m) => rbm.weights[hiddenIsSmaller ? m * rbm.hidden + u : u * rbm.hidden + m]),
  );
  const on = new Uint8Array(units);
  const input = Float64Array.from(many);
  let bias = 0;
  const sum = logSumExp();
  sum.add(sumOfSoftplus(input));
  // Gray code: one unit flips from a state to the next
  for (let n = 1; n < 2 ** units; n++) {
    const u = 31 - Math.clz32(n & -n);
    const sign = on[u] ? -1 : 1;
    on[u] ^= 1;
    bias += sign * few[u];
    const row = rows[u];
    for (let m = 0; m < input.length; m++) input[m] += sign * row[m];
    sum.add(bias + sumOfSoftplus(input));
  }
  return sum.value();
}

/** Σ log(1 + e^x): logarithms of products of many factors, each in (1, 2], in place of one each. */
function sumOfSoftplus(x: Float64Array): number {
  let sum = 0;
  let product = 1;
  for (let m = 0; m < x.length; m++) {
    if (x[m] > 0) sum += x[m];
    product *= 1 + Math.exp(-Math.abs(x[m]));
    // 2^512 is far from overflow
    if ((m & 511) === 511) {
      sum += Math.log(product);
      product = 1;
    }
  }
  return sum + Math.log(product);
}

/** log P(v) = −F(v) − log Z of each case, nats [cases]; grey levels are sampled to binary cases first. Exact, given `logPartition`. */
export async function logLikelihoods(
  rbm: Rbm,
  data: Dataset,
  logPartition: number,
  options: FreeEnergyOptions & KernelOptions = {},
): Promise<Float64Array> {
  return (await freeEnergies(rbm, data, options)).map((energy) => -energy - logPartition);
}
