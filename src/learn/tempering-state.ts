/** What a tempered negative phase keeps from one update to the next: states of all rungs, which replica is where, and counters. */

import { refuse } from "../errors.js";
import { checkLadder } from "../samplers/ladder.js";
import type { TemperingState } from "../samplers/tempering.js";
import type { SavedShapes, SavedState } from "./checkpoint.js";
import { checkWhole } from "./options.js";

export interface TemperedOptions {
  /** On every rung; 20 by default. */
  readonly chains?: number;
  /** Sweeps an update, each followed by a round of exchanges; 1 by default. */
  readonly sweeps?: number;
  /** Inverse temperatures in units of the rule's, falling from 1; [1, 0.8, 0.6, 0.4, 0.2, 0] by default. */
  readonly ladder?: readonly number[];
}

export interface TemperedConfig {
  readonly rule: "tempered";
  readonly chains: number;
  readonly sweeps: number;
  /** Inverse temperatures in units of the rule's, from 1 downwards. */
  readonly ladder: readonly number[];
}

/** The options with their defaults. Throws "option" for numbers outside their domains. */
export function temperedConfig({
  chains = 20,
  sweeps = 1,
  ladder = [1, 0.8, 0.6, 0.4, 0.2, 0],
}: TemperedOptions): TemperedConfig {
  checkWhole("chains", chains);
  checkWhole("sweeps", sweeps);
  checkLadder(ladder);
  if (ladder[0] !== 1) {
    throw refuse("option", { who: "ladder", got: `a first rung of ${ladder[0]}`, expected: "1, the machine itself" });
  }
  return { rule: "tempered", chains, sweeps, ladder };
}

const names = { bits: "chains", replicas: "chains.replica", counts: "chains.counts" } as const;

/** `units`: those that a chain carries. */
export function temperingSaves({ ladder, chains }: TemperedConfig, units: number): SavedShapes {
  const rungs = ladder.length;
  return { [names.bits]: [rungs, chains, units], [names.replicas]: [rungs, chains], [names.counts]: [2] };
}

export function savedTempering(state: TemperingState, config: TemperedConfig, units: number): SavedState {
  const data: Record<string, Uint8Array | Uint32Array> = {
    [names.bits]: state.bits.slice(),
    [names.replicas]: Uint32Array.from(state.replicas),
    [names.counts]: Uint32Array.of(state.sweep, state.round),
  };
  const shapes = Object.entries(temperingSaves(config, units));
  return Object.fromEntries(shapes.map(([name, shape]) => [name, { shape, data: data[name] }]));
}

/** Statistics of exchanges begin anew; they decide nothing. */
export function restoreTempering(state: TemperingState, saved: SavedState): void {
  state.bits.set(saved[names.bits].data);
  state.replicas.set(saved[names.replicas].data);
  [state.sweep, state.round] = saved[names.counts].data;
}
