/** log Z along a trajectory: from independent units, whose Z is known, to frozen machine after frozen machine, to the one in training. */

import { refuse } from "../../../errors.js";
import { type BennettEstimate, bennett } from "../../../evaluate/bar.js";
import { logSumExp } from "../../../math/states.js";

/** The free energies of samples under two machines, nats. */
export interface Works {
  /** Of samples of the earlier machine: under it, and under the later. */
  readonly earlier: { readonly own: Float64Array; readonly other: Float64Array };
  /** Of samples of the later machine: under it, and under the earlier. */
  readonly later: { readonly own: Float64Array; readonly other: Float64Array };
  /** Where the later samples lag behind their machine: their free energies when they were sampled. */
  readonly sampledUnder?: Float64Array;
}

/** log Z of the later machine over that of the earlier, by Bennett's acceptance ratio. */
export function partitionRatio({ earlier, later, sampledUnder }: Works): BennettEstimate {
  return bennett(
    earlier.own.map((x, n) => x - earlier.other[n]),
    later.own.map((x, n) => x - later.other[n]),
    sampledUnder?.map((x, n) => x - later.own[n]),
  );
}

/** That all of some cases together have a probability beyond e^this shows that log Z is lost. */
const mostLogMass = 10;

/**
 * log Σ e^{−F(v) − log Z} over the different ones among some cases [cases, visible], nats: above 0, log Z is too small. Throws
 * "divergence" above 10.
 */
export function logMassOf(cases: Uint8Array, energies: Float64Array, logPartition: number): number {
  const visible = cases.length / energies.length;
  const text = new TextDecoder();
  const seen = new Set<string>();
  const sum = logSumExp();
  energies.forEach((energy, b) => {
    const state = text.decode(cases.subarray(b * visible, (b + 1) * visible));
    if (!seen.has(state)) sum.add(-energy - logPartition);
    seen.add(state);
  });
  const mass = sum.value();
  if (!(mass > mostLogMass)) return mass;
  throw refuse("divergence", {
    who: "trajectory tempering",
    got: `log Z = ${logPartition.toFixed(2)}, with which ${seen.size} different cases have a probability of e^${mass.toFixed(1)} together`,
    expected: "1 at most",
    wayOut: "The chains have lost a part of the distribution. Use more chains, or a lower learning rate.",
  });
}
