/**
 * Pseudo-likelihood [Besag 1975]: PL(v) = Π_i P(v_i | v without i), with log P(v_i | rest) = log σ(F(v with i flipped) − F(v)).
 * Needs no Z. Reported as the whole sum over units, nats a case (scikit-learn's scale), and named so.
 */

import type { Dataset } from "../data/dataset.js";
import { hiddenInput, type Rbm } from "../machines/rbm.js";
import { checkWidth } from "../machines/resident.js";
import { softplus } from "../math/logistic.js";
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
  return Float64Array.from({ length: data.cases }, (_, b) => {
    for (let i = 0; i < data.units; i++) v[i] = random.uniform() * full < data.levels[b * data.units + i] ? 1 : 0;
    const input = hiddenInput(rbm, v);
    if (sites === "one") return data.units * siteLogProbability(rbm, v, input, random.index(data.units));
    let sum = 0;
    for (let i = 0; i < data.units; i++) sum += siteLogProbability(rbm, v, input, i);
    return sum;
  });
}

/** log P(v_i | the other visible units), nats; `input` is the hidden input of v. */
function siteLogProbability(rbm: Rbm, v: Uint8Array, input: Float64Array, i: number): number {
  const flip = v[i] === 1 ? -1 : 1;
  let change = flip * rbm.visibleBias[i];
  for (let j = 0; j < rbm.hidden; j++) {
    const x = input[j];
    change += softplus(x + flip * rbm.weights[i * rbm.hidden + j]) - softplus(x);
  }
  // F(v) − F(flipped) = change; log σ(−change)
  return -softplus(change);
}
