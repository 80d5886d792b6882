/** log Z of an RBM, exactly, by enumeration of the smaller layer; and with it log-likelihoods that are no estimates. */

import type { Dataset } from "../data/dataset.js";
import type { KernelOptions } from "../kernels/threads.js";
import type { Rbm } from "../machines/rbm.js";
import { checkEnumerable, logSumExp } from "../math/states.js";
import { type FreeEnergyOptions, freeEnergies } from "./free-energy.js";
import { layerStates } from "./layer-states.js";

/** The most units of the smaller layer. */
export const MOST_EXACT_UNITS = 25;

/** The RBM of the other visible units where label unit y of the last `classes` ones is on, and what that unit itself adds to −E. Biases are rounded to float32. */
export function givenLabel(rbm: Rbm, classes: number, y: number): { readonly rbm: Rbm; readonly bias: number } {
  const { hidden, weights, visibleBias, hiddenBias } = rbm;
  const visible = rbm.visible - classes;
  const row = weights.subarray((visible + y) * hidden, (visible + y + 1) * hidden);
  const given: Rbm = {
    kind: "rbm",
    visible,
    hidden,
    weights: weights.subarray(0, visible * hidden),
    visibleBias: visibleBias.subarray(0, visible),
    hiddenBias: hiddenBias.map((c, j) => c + row[j]),
  };
  return { rbm: given, bias: visibleBias[visible + y] };
}

/**
 * log Z, nats: log Σ_h e^{c·h} Π_i (1 + e^{b_i + Σ_j W_ij h_j}), or the same with the layers exchanged where the visible one is
 * smaller. Float64, in log space; 2^min(V, H) terms. Throws "size" above 25 units.
 *
 * With `classes`, the last so many visible units are label units, of which exactly one is on: a sum for each.
 */
export function exactLogPartition(rbm: Rbm, classes = 0): number {
  const work = exactPartitionSteps(rbm, classes);
  for (let next = work.next(); ; next = work.next()) if (next.done) return next.value;
}

/** The same with pauses, so that other work has its turn. */
export function* exactPartitionSteps(rbm: Rbm, classes = 0): Generator<void, number, void> {
  if (classes > 0) {
    const labels = logSumExp();
    for (let y = 0; y < classes; y++) {
      const given = givenLabel(rbm, classes, y);
      labels.add(given.bias + (yield* exactPartitionSteps(given.rbm)));
    }
    return labels.value();
  }
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
