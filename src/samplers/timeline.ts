/** A whole run of a network: annealing, burn-in, then states to keep, every so many time steps. */

import { refuse } from "../errors.js";
import { type AnnealingSchedule, checkAnnealing, stepsPerUnit } from "./annealing.js";
import type { NetworkSampler, NetworkState } from "./network.js";

export interface Timeline {
  /** First these stages, in sweeps (see `anneal`); none by default. */
  readonly annealing?: AnnealingSchedule;
  /** Then so many time steps at `temperature`. */
  readonly burnIn: number;
  /** Then so many, of which each `every`-th state is kept. */
  readonly steps: number;
  readonly every: number;
  readonly temperature: number;
}

export interface Moment {
  readonly stage: "annealing" | "burn-in" | "sampling";
  /** Time steps since the chains started. */
  readonly time: number;
  /** Of the steps up to now. */
  readonly temperature: number;
  /** Whether the states of this moment are to be kept. */
  readonly kept: boolean;
}

/** Time steps of a whole run of this sampler. */
export function timelineLength(sampler: NetworkSampler, { annealing = [], burnIn, steps, every }: Timeline): number {
  const sweeps = annealing.reduce((sum, stage) => sum + stage.steps, 0);
  return sweeps * stepsPerUnit(sampler) + burnIn + Math.floor(steps / every) * every;
}

/**
 * Runs the chains from where they are, and stops for the onlooker at least every `stride` time steps, at the ends of stages and wherever a
 * state is to be kept. The states do not depend on the stops.
 *
 * Throws as checkAnnealing, and "option" unless the numbers of steps are whole, `every` and `stride` at least 1.
 */
export function* runTimeline(
  sampler: NetworkSampler,
  state: NetworkState,
  timeline: Timeline,
  stride = Number.POSITIVE_INFINITY,
): Generator<Moment, void, void> {
  const { annealing = [], burnIn, steps, every, temperature } = timeline;
  if (annealing.length > 0) checkAnnealing(annealing);
  for (const [who, value, least] of [
    ["burn-in", burnIn, 0],
    ["steps", steps, 0],
    ["every", every, 1],
  ] as const) {
    if (Number.isSafeInteger(value) && value >= least) continue;
    throw refuse("option", { who, got: String(value), expected: `a whole number, at least ${least}` });
  }
  if (!(stride >= 1)) throw refuse("option", { who: "stride", got: String(stride), expected: "at least 1" });

  function* stretch(stage: Moment["stage"], length: number, T: number, kept = false): Generator<Moment, void, void> {
    for (let left = length; left > 0; ) {
      const now = Math.min(left, Math.floor(Math.min(stride, length)));
      sampler.advance(state, now, T);
      left -= now;
      yield { stage, time: state.step, temperature: T, kept: kept && left === 0 };
    }
  }

  const sweep = stepsPerUnit(sampler);
  for (const stage of annealing) yield* stretch("annealing", stage.steps * sweep, stage.temperature);
  yield* stretch("burn-in", burnIn, temperature);
  for (let n = Math.floor(steps / every); n > 0; n--) yield* stretch("sampling", every, temperature, true);
}
