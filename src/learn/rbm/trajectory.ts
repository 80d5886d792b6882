/**
 * Parallel trajectory tempering as the negative phase of an RBM [Béreux et al. 2026]: chains of the machine in training exchange states
 * with samples of an earlier version of it, which was frozen when the machine had come too far from the one frozen before.
 *
 * The ladder of this tempering is the way of training itself, not a temperature: it grows as long as training goes on, and log Z is
 * known along it. A step too far for the chains to follow is taken back, and the learning rate halved for good.
 */

import { refuse } from "../../errors.js";
import { readRbm } from "../../machines/resident.js";
import type { NegativePhase, NegativeRule, PositivePhase } from "./phase.js";
import { begin } from "./trajectory/begin.js";
import { backToFrozen, follow, noteEnergies } from "./trajectory/follow.js";
import { type TrajectoryOptions, trajectoryConfig } from "./trajectory/options.js";
import { logMassOf, partitionRatio } from "./trajectory/partition.js";
import { restoreTrajectory, savedTrajectory, startTrajectory, trajectorySaves } from "./trajectory/state.js";

/** After so many rejected updates in a row training is given up. */
const mostRejections = 30;

/**
 * The learning rate has to be low: updates that change the law too much are rejected, and halve it.
 *
 * `figures`: the mean acceptance of exchanges with the frozen machine; machines frozen, and updates rejected, so far; what the rate is
 * multiplied by; of the last freeze the autocorrelation time of exchanges in rounds, and by how many standard errors the mean free
 * energy of its samples drifted under Gibbs sweeps alone (doubtful beyond ±3); and log Σ P(v) over the different cases of the last
 * batch (doubtful above 0).
 *
 * Throws "option" for numbers outside their domains; its phases throw "divergence" after 30 rejections in a row, and where those cases
 * have a probability above e^10.
 */
export function trajectoryTempering(options: TrajectoryOptions = {}): NegativeRule {
  const config = trajectoryConfig(options);
  const { chains, annealing } = config;
  return {
    config,
    saves: (visible, hidden) => trajectorySaves(config, visible, hidden),
    start({ kernels, parameters, seed, saved }): NegativePhase {
      const [visible, hidden] = [parameters.visibleBias.size, parameters.hiddenBias.size];
      const state = startTrajectory(kernels, seed, config, visible, hidden);
      const { numbers, chains: own, frozen, pristine, energies } = state;
      const mean = kernels.field(chains, hidden);
      let hasBegun = saved !== undefined;
      if (saved) restoreTrajectory(state, saved);
      let latest: PositivePhase | undefined;
      let logMass: number | undefined;

      function takeBack(): void {
        kernels.combine(parameters, 1, frozen, 0, frozen);
        backToFrozen(state);
        numbers.rateFactor /= 2;
        numbers.rejections++;
        numbers.rejectionsInARow++;
        if (numbers.rejectionsInARow > mostRejections) throw hopeless(numbers.rateFactor);
      }

      return {
        *prepare() {
          if (!hasBegun) yield* begin(state, readRbm(parameters), annealing, config);
          hasBegun = true;
          const rejected = (yield* follow(state, parameters, config)) === "rejected";
          if (rejected) takeBack();
          else numbers.rejectionsInARow = 0;
          return { rejected, rateFactor: numbers.rateFactor };
        },
        expect(_, positive) {
          noteEnergies(state, parameters, mean);
          latest = positive;
          return { cases: chains, visible: own.states, hidden: mean };
        },
        logPartition() {
          const { states: samples, energies: known } = pristine;
          const ratio = partitionRatio({
            earlier: { own: known, other: own.energiesOf(parameters, samples, known.length) },
            later: { own: own.look(parameters), other: own.look(frozen) },
            sampledUnder: energies,
          });
          const value = numbers.logPartition + ratio.value;
          if (latest?.visible.kind === "states") {
            const { visible: seen, cases } = latest;
            logMass = logMassOf(seen.read(cases), own.energiesOf(parameters, seen, cases), value);
          }
          return { value, error: Math.sqrt(numbers.logPartitionVariance + ratio.error ** 2) };
        },
        figures() {
          const { acceptance, frozen: count, rejections, rateFactor, autocorrelationTime, drift } = numbers;
          const shown = { acceptance, frozen: count, rejections, rateFactor, autocorrelationTime, drift };
          return logMass === undefined ? shown : { ...shown, logMass };
        },
        state: () => savedTrajectory(state),
      };
    },
  };
}

function hopeless(rateFactor: number) {
  return refuse("divergence", {
    who: "trajectory tempering",
    got: `${mostRejections + 1} updates in a row that chains could not follow, the last at ${rateFactor} of the learning rate`,
    expected: "steps small enough",
    wayOut: "Use more chains, or a lower learning rate from the beginning.",
  });
}
