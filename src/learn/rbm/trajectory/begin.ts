/** The beginning of a trajectory: from independent units, which are drawn exactly and whose Z is known, to the machine in training. */

import { refuse } from "../../../errors.js";
import type { Rbm } from "../../../machines/rbm.js";
import { allocateParameters, writeParameters } from "../../../machines/resident.js";
import { logistic32, softplus } from "../../../math/logistic.js";
import { backToFrozen, type FollowOptions, follow, noteEnergies } from "./follow.js";
import { copyReservoir } from "./freeze.js";
import type { TrajectoryState } from "./state.js";

/** The least step of the weights' scale. */
const leastStep = 1e-6;

/**
 * Lets the weights grow from 0 to the machine's in `steps` steps, smaller ones where the chains cannot follow. The machine is then the
 * last frozen one, so that no rejection leads further back. Throws "divergence" where no steps are small enough.
 */
export function* begin(
  state: TrajectoryState,
  rbm: Rbm,
  steps: number,
  options: FollowOptions,
): Generator<void, void, void> {
  const { kernels, numbers, chains, frozen, pristine, working } = state;
  const { visibleBias, hiddenBias, weights } = rbm;
  writeParameters(frozen, { ...rbm, weights: new Float32Array(weights.length) });
  chains.begin(visibleBias.map(logistic32), pristine);
  pristine.energies.set(chains.energiesOf(frozen, pristine.states, pristine.energies.length));
  copyReservoir(kernels, pristine, working);
  noteEnergies(state, frozen);
  numbers.logPartition = [...visibleBias, ...hiddenBias].reduce((sum, x) => sum + softplus(x), 0);
  const machine = allocateParameters(kernels, rbm.visible, rbm.hidden);
  let [scale, frozenScale, step] = [0, 0, 1 / steps];
  while (frozenScale < 1) {
    scale = Math.min(scale + step, 1);
    writeParameters(machine, { ...rbm, weights: weights.map((w) => scale * w) });
    const outcome = yield* follow(state, machine, options, scale === 1);
    if (outcome === "rejected") {
      backToFrozen(state);
      scale = frozenScale;
      step /= 2;
      if (step < leastStep) throw unreachable();
    } else if (outcome === "frozen") {
      frozenScale = scale;
    }
    noteEnergies(state, outcome === "rejected" ? frozen : machine);
  }
}

function unreachable() {
  return refuse("divergence", {
    who: "trajectory tempering",
    got: "an initial machine that chains do not reach from independent units",
    expected: "one to which small steps lead",
    wayOut: "Begin with smaller weights, or use more chains.",
  });
}
