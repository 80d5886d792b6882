/** What trajectory tempering is asked for. */

import { refuse } from "../../../errors.js";
import { checkWhole } from "../../options.js";

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

/** The options with their defaults. Throws "option" for numbers outside their domains. */
export function trajectoryConfig(options: TrajectoryOptions): TrajectoryConfig {
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
