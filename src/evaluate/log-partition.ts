/** log Z of an RBM, exactly, by enumeration of the smaller layer; and with it log-likelihoods that are no estimates. */

import type { Dataset } from "../data/dataset.js";
import type { KernelOptions } from "../kernels/threads.js";
import type { Rbm } from "../machines/rbm.js";
import { checkEnumerable, logSumExp } from "../math/states.js";
import { type FreeEnergyOptions, freeEnergies } from "./free-energy.js";
import { layerStates } from "./layer-states.js";

/** The most units of the smaller layer. */
export const MOST_EXACT_UNITS = 25;

/**
 * log Z, nats: log Σ_h e^{c·h} Π_i (1 + e^{b_i + Σ_j W_ij h_j}), or the same with the layers exchanged where the visible one is
 * smaller. Float64, in log space; 2^min(V, H) terms. Throws "size" above 25 units.
 */
export function exactLogPartition(rbm: Rbm): number {
  const work = exactPartitionSteps(rbm);
  for (let next = work.next(); ; next = work.next()) if (next.done) return next.value;
}

/** The same with pauses, so that other work has its turn. */
export function* exactPartitionSteps(rbm: Rbm): Generator<void, number, void> {
  const { units, steps } = layerStates(rbm);
  checkEnumerable(
    "exactLogPartition",
    units,
    MOST_EXACT_UNITS,
    "Estimate it by annealed importance sampling (AIS) instead: logPartition.",
  );
  const sum = logSumExp();
  yield* steps((_, log) => sum.add(log));
  return sum.value();
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
