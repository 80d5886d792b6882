/**
 * The learning rule of a general Boltzmann machine [Ackley et al. 1985] is positive phase × negative phase × optimizer:
 *
 *   T ∂L/∂M_ij = ⟨s_i s_j⟩clamped (wake) − ⟨s_i s_j⟩free (dream),   T ∂L/∂b_i = ⟨s_i⟩clamped − ⟨s_i⟩free.
 *
 * This file says what a phase is. A rule is plain data and a way to `start`; what it starts holds the rule's arrays.
 */

import type { Moments } from "../../evaluate/moments.js";
import type { ClampMode, States } from "../../kernels/kernels.js";
import type { Boltzmann } from "../../machines/boltzmann.js";
import type { Connections } from "../../machines/connections.js";
import type { ResidentNetwork } from "../../machines/resident-network.js";
import type { SavedShapes, SavedState } from "../checkpoint.js";
import type { Batch } from "../learner.js";
import type { TemperedConfig } from "../tempering-state.js";

export interface BoltzmannContext {
  /** The machine that learns: its arrays change from update to update. */
  readonly machine: Boltzmann;
  /** The same in the kernels' memory, brought up to date after every update. */
  readonly resident: ResidentNetwork;
  /** The pairs that have a weight. */
  readonly connections: Connections;
  /** T of the statistics. */
  readonly temperature: number;
  readonly clamp: Exclude<ClampMode, "probability">;
  readonly seed: number;
  /** The most cases that an update will see. */
  readonly batchSize: number;
  /** What the rule had saved, to go on from. */
  readonly saved?: SavedState | undefined;
}

/** ⟨·⟩clamped, and where chains can go on from. */
export interface Wake {
  readonly moments: Moments;
  /** [cases, visible] in {0, 1}: what was clamped. */
  readonly visible: Uint8Array;
  /** Chains with the visible units clamped to `visible`, [cases, N], where the phase has such. */
  readonly states?: States;
}

export interface PositiveRule {
  /** Plain data from which the rule can be made again: kept in run folders. */
  readonly config: PositiveConfig;
  /** Throws "option" where the rule does not fit the machine. */
  start(context: BoltzmannContext): (batch: Batch) => Wake;
}

export interface NegativePhase {
  expect(batch: Batch, wake: Wake): Moments;
  /** What it keeps from one update to the next. */
  state?(): SavedState;
}

export interface BoltzmannNegativeRule {
  readonly config: BoltzmannNegativeConfig;
  /** The shapes of what it keeps, for a machine of N units. */
  saves?(units: number): SavedShapes;
  /** Throws "option" where the rule does not fit the machine. */
  start(context: BoltzmannContext): NegativePhase;
}

/** How chains move: sweeps in the order of units, or random probes; one unit of time is a sweep, or as many probes as units are free. */
export type ChainDynamics = "sequential" | "glauber";

/** Steps of an annealing schedule, in units of time, and the readings of statistics at its end. */
export interface Settling {
  /** Before statistics are taken: units of time at temperatures. */
  readonly anneal: readonly { readonly steps: number; readonly temperature: number }[];
  /** How many times statistics are read, one unit of time apart, at the temperature of the rule. */
  readonly readings: number;
  readonly dynamics: ChainDynamics;
}

export type PositiveConfig =
  | { readonly phase: "data" }
  | { readonly phase: "exact" }
  | ({ readonly phase: "chains"; readonly chainsPerCase: number; readonly redraw?: boolean } & Settling)
  | { readonly phase: "mean-field"; readonly iterations: number; readonly tolerance: number; readonly damping: number };

export type BoltzmannNegativeConfig =
  | { readonly rule: "exact" }
  | ({ readonly rule: "scratch"; readonly chains: number } & Settling)
  | { readonly rule: "persistent"; readonly chains: number; readonly sweeps: number }
  | TemperedConfig
  | { readonly rule: "cd"; readonly k: number }
  | { readonly rule: "pseudo-likelihood" };
