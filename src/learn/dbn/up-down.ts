/**
 * The up-down algorithm, a contrastive version of wake-sleep [Hinton, Osindero and Teh 2006, appendix B]: all layers of a deep belief network
 * learn together. A pass up from the data teaches the generative weights to make each layer from the one above; k sweeps of the top pair from
 * there teach it as CD-k; a pass down from where they end teaches the recognition weights to find each layer from the one below,
 *
 *   ΔG = η ⟨(s − σ(G h + g)) hᵀ⟩ up,   ΔW = η (⟨s hᵀ⟩ up − ⟨s hᵀ⟩ after k sweeps),   ΔR = η ⟨s (h − σ(Rᵀ s + r))ᵀ⟩ down,
 *
 * s the lower layer and h the upper one of a bond, and biases alike. All are taken before any is applied.
 */

import type { Dataset } from "../../data/dataset.js";
import type { Dbn } from "../../machines/dbn.js";
import { allocateParameters } from "../../machines/resident.js";
import { type ResidentDbn, readDbn } from "../../machines/resident-dbn.js";
import type { SavedState } from "../checkpoint.js";
import type { Learner } from "../learner.js";
import { restoreBond, saveBond } from "../rbm/saved-bond.js";
import { valueAt } from "../schedule.js";
import { type DbnWatched, startDbnFigures } from "./figures.js";
import { startDbnAverage } from "./up-down-average.js";
import { startDream } from "./up-down-dream.js";
import type { CompleteUpDown } from "./up-down-options.js";
import { stepOf, taughtBonds } from "./up-down-saved.js";
import { startWake } from "./up-down-wake.js";

export const hasMomentum = ({ optimizer: { momentum } }: CompleteUpDown): boolean => momentum !== 0;

/** A learner of all layers of the network, which is in the kernels' memory already. */
export function startUpDown(
  resident: ResidentDbn,
  data: Dataset,
  learning: CompleteUpDown,
  watched: DbnWatched,
  saved: SavedState | undefined,
): Learner<Dbn> {
  const { kernels, directed, top } = resident;
  const { epochs, optimizer } = learning;
  const moved = taughtBonds(directed, top).map(([name, parameters]) => {
    const { visibleBias, hiddenBias } = parameters;
    const step = hasMomentum(learning) ? allocateParameters(kernels, visibleBias.size, hiddenBias.size) : undefined;
    if (step) restoreBond(stepOf(name), step, saved);
    return { name, parameters, step };
  });
  const updatesAnEpoch = Math.ceil(data.cases / learning.batchSize);
  const average = learning.average && startDbnAverage(resident, learning.average, updatesAnEpoch, saved);
  const shown = average?.shown ?? (() => resident);
  const figures = startDbnFigures(shown(), data, watched, learning);
  const wake = startWake(resident, learning);
  const { dream, state: chainState } = startDream(resident, learning, saved);
  let sweeps = 0;

  return {
    learn(batch, epoch) {
      sweeps = valueAt(learning.sweeps, epoch, epochs);
      const up = wake.up(batch);
      const down = dream(batch, up.hiddenSample, sweeps);
      const phases = [
        ...directed.flatMap((_, l) => [up.bonds[l], down.bonds[l]]),
        { positive: up.top, negative: down.top },
      ];
      const rate = valueAt(optimizer.rate, epoch, epochs);
      const momentum = valueAt(optimizer.momentum, epoch, epochs);
      moved.forEach(({ parameters, step }, n) => {
        const decay = rate * optimizer.weightDecay;
        kernels.update({ parameters, ...phases[n], rate, momentum, decay, ...(step && { step }) });
      });
      average?.follow(epoch, epochs);
      return up.error;
    },
    largest: () => ({
      weight: Math.max(...moved.map(({ parameters }) => kernels.largest(parameters.weights))),
      bias: Math.max(
        ...moved.flatMap(({ parameters: { visibleBias, hiddenBias } }) =>
          [visibleBias, hiddenBias].map(kernels.largest),
        ),
      ),
    }),
    ruleFigures: () => ({ sweeps }),
    ...(figures && {
      figures(epoch) {
        // brings the arrays that figures are of up to date
        shown();
        return figures(epoch);
      },
    }),
    parameters: () => readDbn(resident),
    machine: () => readDbn(shown()),
    state: () =>
      Object.assign(
        chainState(),
        ...moved.map(({ name, step }) => step && saveBond(stepOf(name), step)),
        average?.state(),
      ),
  };
}
