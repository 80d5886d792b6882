/**
 * Parallel trajectory tempering as the negative phase of an RBM [Béreux et al. 2026]: chains of the machine in training exchange states
 * with samples of an earlier version of it, which was frozen when the machine had come too far from the one frozen before.
 *
 * The ladder of this tempering is the way of training itself, not a temperature: it grows as long as training goes on, and log Z is
 * known along it. A step too far for the chains to follow is taken back, and the learning rate halved for good.
 */

import { refuse } from "../../errors.js";
import { readRbm } from "../../machines/resident.js";
import { checkWhole } from "../options.js";
import type { NegativePhase, NegativeRule, PositivePhase } from "./phase.js";
import { begin } from "./trajectory/begin.js";
import { ON } from "./trajectory/chains.js";
import { backToFrozen, follow, noteEnergies } from "./trajectory/follow.js";
import { logMassOf, partitionRatio } from "./trajectory/partition.js";
import { restoreTrajectory, savedTrajectory, startTrajectory, trajectorySaves } from "./trajectory/state.js";

export interface TrajectoryOptions {
  /** Chains of the machine in training; 100 by default. */
  readonly chains?: number;
  /** Samples of the frozen machine; ten times the chains by default. */
  readonly reservoir?: number;
  /** Exchanges an update, each followed by k Gibbs sweeps; 1 by default. */
  readonly rounds?: number;
  readonly k?: number;
  /** The mean acceptance of exchanges below which the machine is frozen; 0.3 by default. */
  readonly freezeBelow?: number;
  /** The one below which an update is taken back; 0.1 by default. */
  readonly rejectBelow?: number;
  /**
   * Steps in which weights grow from 0 to the initial ones, before the first update; 100 by default. A machine that is trained already
   * needs more.
   */
  readonly annealing?: number;
}

export type TrajectoryConfig = { readonly rule: "ptt" } & Required<TrajectoryOptions>;

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
          const ratio = partitionRatio({
            earlier: { own: pristine.energies, other: own.reservoirEnergies(parameters, pristine.levels) },
            later: {
              own: own.energiesOf(parameters, own.states, chains),
              other: own.energiesOf(frozen, own.states, chains),
            },
            sampledUnder: energies,
          });
          const value = numbers.logPartition + ratio.value;
          if (latest?.visible.kind === "states") {
            const levels = latest.visible.read(latest.cases).map((bit) => ON * bit);
            logMass = logMassOf(levels, own.reservoirEnergies(parameters, levels), value);
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

/** The options with their defaults. */
function trajectoryConfig(options: TrajectoryOptions): TrajectoryConfig {
  const { chains = 100, rounds = 1, k = 1, annealing = 100, freezeBelow = 0.3, rejectBelow = 0.1 } = options;
  const { reservoir = 10 * chains } = options;
  for (const [who, value] of Object.entries({ chains, reservoir, rounds, k, annealing })) checkWhole(who, value);
  if (reservoir < chains) {
    const expected = `at least ${chains}, as many as chains`;
    throw refuse("option", { who: "reservoir", got: String(reservoir), expected });
  }
  if (!(rejectBelow >= 0 && rejectBelow < freezeBelow && freezeBelow <= 1)) {
    const got = `${rejectBelow} and ${freezeBelow}`;
    const expected = "two acceptances in [0, 1], the first below the second; 0.1 and 0.3 are usual";
    throw refuse("option", { who: "rejectBelow and freezeBelow", got, expected });
  }
  return { rule: "ptt", chains, reservoir, rounds, k, freezeBelow, rejectBelow, annealing };
}

function hopeless(rateFactor: number) {
  return refuse("divergence", {
    who: "trajectory tempering",
    got: `${mostRejections + 1} updates in a row that chains could not follow, the last at ${rateFactor} of the learning rate`,
    expected: "steps small enough",
    wayOut: "Use more chains, or a lower learning rate from the beginning.",
  });
}
