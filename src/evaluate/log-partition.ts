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
  checkEnumerable("exactLogPartition", units, MOST_EXACT_UNITS, "Estimate it instead: logPartition.");
  const [few, many] = hiddenIsSmaller ? [rbm.hiddenBias, rbm.visibleBias] : [rbm.visibleBias, rbm.hiddenBias];
  // row u: the weights of unit u of the smaller layer to the larger one
  const rows = Array.from({ length: units }, (_, u) =>
    Float64Array.from(many, (_, m) => rbm.weights[hiddenIsSmaller ? m * rbm.hidden + u : u * rbm.hidden + m]),
  );
  return sumOverStates(rows, Float64Array.from(few), Float64Array.from(many));
}

/** Weights so large that e^x may leave the floating-point numbers. */
const largestInput = 400;
/** How many flips until rounding is wiped out by computing afresh. */
const refreshEvery = 4096;

/**
 * log Σ_s e^{few · s} Π_m (1 + e^{x_m(s)}) over all states s of the smaller layer, x(s) = many + Σ_u s_u rows[u].
 *
 * In Gray-code order one unit flips from a state to the next, which multiplies e^{x_m} by e^{±w}: no exponential in the inner loop, and
 * a logarithm only where a product of factors has grown large.
 */
function sumOverStates(rows: Float64Array[], few: Float64Array, many: Float64Array): number {
  const units = rows.length;
  const factors = { on: rows.map((row) => row.map(Math.exp)), off: rows.map((row) => row.map((w) => Math.exp(-w))) };
  const extreme = many.reduce((most, b, m) => {
    return Math.max(
      most,
      rows.reduce((sum, row) => sum + Math.abs(row[m]), Math.abs(b)),
    );
  }, 0);
  const on = new Uint8Array(units);
  const inputs = (): Float64Array => {
    const x = many.slice();
    for (let u = 0; u < units; u++) if (on[u]) for (let m = 0; m < x.length; m++) x[m] += rows[u][m];
    return x;
  };
  const sum = logSumExp();
  let bias = 0;
  let e = many.map(Math.exp);
  sum.add(sumOfSoftplus(many));
  for (let n = 1; n < 2 ** units; n++) {
    const u = 31 - Math.clz32(n & -n);
    bias += on[u] ? -few[u] : few[u];
    on[u] ^= 1;
    if (extreme > largestInput) {
      sum.add(bias + sumOfSoftplus(inputs()));
    } else if (n % refreshEvery === 0) {
      const x = inputs();
      e = x.map(Math.exp);
      sum.add(bias + sumOfSoftplus(x));
    } else {
      sum.add(bias + logOfFlipped(e, on[u] ? factors.on[u] : factors.off[u]));
    }
  }
  return sum.value();
}

/** Multiplies e by the flip's factors in place; returns Σ log(1 + e). */
function logOfFlipped(e: Float64Array, factor: Float64Array): number {
  let sum = 0;
  let product = 1;
  for (let m = 0; m < e.length; m++) {
    const next = e[m] * factor[m];
    e[m] = next;
    product *= 1 + next;
    // one more factor is at most e^400
    if (product > 1e100) {
      sum += Math.log(product);
      product = 1;
    }
  }
  return sum + Math.log(product);
}

/** Σ log(1 + e^x) for any x: logarithms of products of many factors, each in (1, 2], in place of one each. */
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
