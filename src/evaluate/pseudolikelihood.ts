/**
 * Pseudo-likelihood [Besag 1975]: PL(v) = Π_i P(v_i | v without i), with log P(v_i | rest) = log σ(F(v with i flipped) − F(v)).
 * Needs no Z. Reported as the whole sum over units, nats a case (scikit-learn's scale), and named so.
 */

import type { Dataset } from "../data/dataset.js";
import { hiddenInput, type Rbm } from "../machines/rbm.js";
import { checkWidth } from "../machines/resident.js";
import { logistic, softplus } from "../math/logistic.js";
import { randomStream } from "../random/stream.js";

export interface PseudoLikelihoodOptions {
  /** "all": every unit of every case, exact. "one": one random unit a case times the number of units, unbiased and fast (default). */
  readonly sites?: "all" | "one";
  /** For the draw of sites, and of binary cases from grey levels. */
  readonly seed?: number;
}

/** log PL of each case, nats [cases]; grey levels are sampled to binary cases first. */
export function pseudoLogLikelihoods(rbm: Rbm, data: Dataset, options: PseudoLikelihoodOptions = {}): Float64Array {
  checkWidth("pseudoLogLikelihoods", data, rbm.visible);
  const { sites = "one", seed = 0 } = options;
  const random = randomStream(seed, "evaluation");
  const full = data.levels instanceof Uint8Array ? 255 : 1;
  const v = new Uint8Array(data.units);
  const flips = { on: exponentials(rbm, 1), off: exponentials(rbm, -1) };
  return Float64Array.from({ length: data.cases }, (_, b) => {
    for (let i = 0; i < data.units; i++) {
      v[i] = random.uniform() * full < data.levels[b * data.units + i] ? 1 : 0;
    }
    const input = hiddenInput(rbm, v);
    const hidden = { on: input.map(logistic), off: input.map((x) => logistic(-x)) };
    if (sites === "one") return data.units * siteLogProbability(rbm, flips, v, hidden, random.index(data.units));
    let sum = 0;
    for (let i = 0; i < data.units; i++) sum += siteLogProbability(rbm, flips, v, hidden, i);
    return sum;
  });
}

/** Two numbers for each of many: where a unit goes on, or is; where it goes off, or is. */
interface OnOff {
  readonly on: Float64Array;
  readonly off: Float64Array;
}

/** e^{±W} [visible, hidden]: what a flip multiplies by, once for all cases. */
function exponentials({ weights }: Rbm, sign: 1 | -1): Float64Array {
  return Float64Array.from(weights, (w) => Math.exp(sign * w));
}

/**
 * log P(v_i | the other visible units), nats; `probability` is P(h_j = 1 | v) and P(h_j = 0 | v) [hidden].
 *
 * F(v) − F(flipped) = ±b_i + Σ_j log((1 + e^{x_j ± W_ij}) / (1 + e^{x_j})), and the quotient is σ(−x_j) + σ(x_j) e^{±W_ij}: a product of
 * many, and few logarithms.
 */
function siteLogProbability(rbm: Rbm, flips: OnOff, v: Uint8Array, probability: OnOff, i: number): number {
  const { hidden } = rbm;
  const { on, off } = probability;
  const factors = v[i] === 1 ? flips.off : flips.on;
  let change = v[i] === 1 ? -rbm.visibleBias[i] : rbm.visibleBias[i];
  let product = 1;
  for (let j = 0; j < hidden; j++) {
    product *= off[j] + on[j] * factors[i * hidden + j];
    if (product > 1e50 || product < 1e-50) {
      change += Math.log(product);
      product = 1;
    }
  }
  // log σ(−change)
  return -softplus(change + Math.log(product));
}
