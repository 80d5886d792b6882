/** What harmonium evaluate does with a general Boltzmann machine in place of an RBM. */

import {
  type Boltzmann,
  checkWidth,
  type Dataset,
  type LogPartition,
  unnormalisedLogLikelihoods,
} from "../src/index.js";
import { type LikelihoodOptions, logPartitionFor } from "./likelihood.js";

export interface BoltzmannEvaluation {
  /** F(v) = −log Σ_h e^{−E(v, h)} of each case, nats. */
  readonly freeEnergies: Float64Array;
  readonly logZ: LogPartition | undefined;
}

/** Free energies by exact sums over the hidden units, grey levels cut at ½; log Z exactly where that takes seconds, else from two sides. */
export async function evaluateBoltzmann(
  machine: Boltzmann,
  data: Dataset,
  options: LikelihoodOptions,
): Promise<BoltzmannEvaluation> {
  checkWidth("--data", data, machine.visible.length);
  const { levels } = data;
  const half = levels instanceof Uint8Array ? 128 : 0.5;
  const bits = Uint8Array.from(levels, (level) => (level >= half ? 1 : 0));
  const freeEnergies = unnormalisedLogLikelihoods(machine, bits).map((x) => -x);
  return { freeEnergies, logZ: await logPartitionFor(machine, undefined, options) };
}
