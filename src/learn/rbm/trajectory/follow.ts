/** One update of chains whose machine has moved: exchanges with the frozen machine tell whether they can follow it. */

import type { BondParameters, Field } from "../../../kernels/kernels.js";
import { acceptanceOf } from "./chains.js";
import { copyReservoir, freeze } from "./freeze.js";
import { partitionRatio } from "./partition.js";
import type { TrajectoryState } from "./state.js";

export interface FollowOptions {
  /** Exchanges and Gibbs sweeps an update. */
  readonly rounds: number;
  /** Mean acceptances below which the machine is frozen, and below which the update is rejected. */
  readonly freezeBelow: number;
  readonly rejectBelow: number;
}

export type Outcome = "accepted" | "frozen" | "rejected";

/** Updates that must lie between two frozen machines: where one does not reach so far, steps are too large. */
const fewestUpdates = 2;

/**
 * Moves the chains along with `machine`, and freezes it where it has come far enough, or `anyway`. After a rejection chains, reservoir
 * and machine are to be taken back. Yields after each sweep.
 */
export function* follow(
  state: TrajectoryState,
  machine: BondParameters,
  { rounds, freezeBelow, rejectBelow }: FollowOptions,
  anyway = false,
): Generator<void, Outcome, void> {
  const { numbers, chains, frozen, working, energies } = state;
  let outcome: Outcome = "accepted";
  for (let round = 0; round < rounds; round++) {
    const proposal = chains.propose(machine, frozen, working);
    if (round === 0) {
      const { value, effective } = acceptanceOf(proposal, energies);
      numbers.acceptance = value;
      const isNear = value >= freezeBelow;
      const mayFreeze = value >= rejectBelow && numbers.sinceFreeze >= fewestUpdates;
      // where only a few chains count, the acceptance is not known
      if (!(effective >= rejectBelow && (isNear || mayFreeze))) return "rejected";
      if (!isNear || anyway) outcome = "frozen";
    }
    chains.exchange(proposal, working);
    if (round === 0 && outcome === "frozen" && !(yield* freezeMachine(state, machine, rejectBelow))) return "rejected";
    chains.move(machine);
    yield;
  }
  numbers.sinceFreeze++;
  return outcome;
}

/** False where the chains do not come to equilibrium; nothing but they and the working reservoir is changed then. */
function* freezeMachine(
  state: TrajectoryState,
  machine: BondParameters,
  rejectBelow: number,
): Generator<void, boolean, void> {
  const { kernels, numbers, chains, frozen, pristine, working, next } = state;
  const figures = yield* freeze({ ...state, parameters: machine, rejectBelow });
  if (!figures) return false;
  const members = pristine.energies.length;
  const { value, error } = partitionRatio({
    earlier: { own: pristine.energies, other: chains.energiesOf(machine, pristine.states, members) },
    later: { own: next.energies, other: chains.energiesOf(frozen, next.states, members) },
  });
  numbers.logPartition += value;
  numbers.logPartitionVariance += error ** 2;
  numbers.autocorrelationTime = figures.autocorrelationTime;
  numbers.drift = figures.drift;
  numbers.frozen++;
  numbers.sinceFreeze = 0;
  copyReservoir(kernels, next, pristine);
  copyReservoir(kernels, next, working);
  kernels.combine(frozen, 1, machine, 0, machine);
  return true;
}

/** Makes chains and reservoir samples of the frozen machine again. */
export function backToFrozen({ kernels, numbers, chains, pristine, working }: TrajectoryState): void {
  copyReservoir(kernels, pristine, working);
  chains.restart(pristine);
  numbers.sinceFreeze = 0;
}

/** Notes the free energies of the chains under the machine that they were sampled with; P(h | v) into `mean`. */
export function noteEnergies({ chains, energies }: TrajectoryState, machine: BondParameters, mean?: Field): void {
  energies.set(chains.look(machine, mean));
}
