/** What harmonium evaluate does with a general Boltzmann machine in place of an RBM. */

import {
  type Boltzmann,
  checkWidth,
  connectionsOf,
  type Dataset,
  exactTerms,
  type LogPartition,
  logPartition,
  unnormalisedLogLikelihoods,
} from "../src/index.js";
import type { LikelihoodOptions } from "./likelihood.js";
import { stageView } from "./progress.js";

/** Terms of an exact sum that take seconds. */
const mostTerms = 2 ** 29;

export interface BoltzmannEvaluation {
  /** F(v) = −log Σ_h e^{−E(v, h)} of each case, nats. */
  readonly freeEnergies: Float64Array;
  readonly logZ: LogPartition | undefined;
}

/** Free energies by exact sums over the hidden units, grey levels cut at ½; log Z exactly where that takes seconds, else from two sides. */
export async function evaluateBoltzmann(
  machine: Boltzmann,
  data: Dataset,
  { logZ: wanted, exact, chains, temperatures, seed, threads }: LikelihoodOptions,
): Promise<BoltzmannEvaluation> {
  checkWidth("--data", data, machine.visible.length);
  const { levels } = data;
  const half = levels instanceof Uint8Array ? 128 : 0.5;
  const bits = Uint8Array.from(levels, (level) => (level >= half ? 1 : 0));
  const freeEnergies = unnormalisedLogLikelihoods(machine, bits).map((x) => -x);
  if (!wanted) return { freeEnergies, logZ: undefined };
  const asked = chains !== undefined || temperatures !== undefined;
  const isCheap = Number.isFinite(exactTerms(connectionsOf(machine), machine.visible, "all", mostTerms));
  const view = stageView(process.stderr, "log Z");
  try {
    const logZ = await logPartition(machine, {
      method: exact || (isCheap && !asked) ? "exact" : "ais",
      seed,
      threads,
      ...(chains !== undefined && { chains }),
      ...(temperatures !== undefined && { temperatures }),
      onProgress: view.show,
    });
    return { freeEnergies, logZ };
  } finally {
    view.end();
  }
}
