/** Simulated annealing: the temperature of a network goes down by a schedule, so that it does not freeze where it happens to be. */

import { refuse } from "../errors.js";
import { checkTemperature } from "../machines/network.js";
import type { NetworkSampler, NetworkState } from "./network.js";

/** So many units of time at one temperature. */
export interface AnnealingStage {
  readonly steps: number;
  readonly temperature: number;
}

/** Stages in their order; that of the encoders in [Ackley et al. 1985] is 2@20, 2@15, 2@12, 4@10. */
export type AnnealingSchedule = readonly AnnealingStage[];

/** Reads "2@20, 2@15, 2@12, 4@10": steps at a temperature. Throws "option" for anything else. */
export function parseAnnealing(text: string, who = "annealing"): AnnealingSchedule {
  const schedule = text.split(",").map((part): AnnealingStage => {
    const [, steps, temperature] = /^\s*(\d+)\s*@\s*(\S+)\s*$/.exec(part) ?? [];
    if (steps === undefined || !Number.isFinite(Number(temperature))) {
      const expected = "steps at temperatures, such as 2@20, 2@15, 2@12, 4@10";
      throw refuse("option", { who, got: `"${text}"`, expected });
    }
    return { steps: Number(steps), temperature: Number(temperature) };
  });
  checkAnnealing(schedule, who);
  return schedule;
}

/** The text that parseAnnealing reads. */
export function formatAnnealing(schedule: AnnealingSchedule): string {
  return schedule.map(({ steps, temperature }) => `${steps}@${temperature}`).join(", ");
}

/** Throws "option" unless there is a stage, each with at least one whole step and a positive temperature. Temperatures may rise again. */
export function checkAnnealing(schedule: AnnealingSchedule, who = "annealing"): void {
  if (schedule.length === 0) throw refuse("option", { who, got: "no stage", expected: "at least one" });
  for (const { steps, temperature } of schedule) {
    if (!Number.isSafeInteger(steps) || steps < 1) {
      const expected = "a whole number of steps in each stage, at least 1";
      throw refuse("option", { who, got: `${steps}@${temperature}`, expected });
    }
    checkTemperature(temperature, `${who}: temperature`);
  }
}

export interface AnnealOptions {
  /**
   * What a step of the schedule is. "sweep", by default: each free unit once; with Glauber dynamics F probes of F free units, which is the
   * unit of time of [Ackley et al. 1985]. "step": a time step of the dynamics, with Glauber dynamics one probe.
   */
  readonly unit?: "sweep" | "step";
  /** Called after each step of the schedule: how many are done, at which temperature the last one was, how often units changed in it. */
  readonly watch?: (progress: AnnealingProgress) => void;
}

export interface AnnealingProgress {
  readonly done: number;
  readonly temperature: number;
  readonly changed: number;
}

/** How many time steps of the sampler's dynamics a step of a schedule is. */
export function stepsPerUnit({ dynamics, free }: NetworkSampler, unit: "sweep" | "step" = "sweep"): number {
  return dynamics === "glauber" && unit === "sweep" ? free.length : 1;
}

/**
 * Runs the whole schedule from where the chains are (after `init`: random bits or the given start). The chains stay at the end of it;
 * the sampler's `step` goes on at its own temperature. Gives how often units changed in all.
 *
 * Throws as checkAnnealing.
 */
export function anneal(
  sampler: NetworkSampler,
  state: NetworkState,
  schedule: AnnealingSchedule,
  { unit, watch }: AnnealOptions = {},
): number {
  checkAnnealing(schedule);
  const each = stepsPerUnit(sampler, unit);
  let [done, all] = [0, 0];
  for (const { steps, temperature } of schedule) {
    // one call for a whole stage where nobody looks on in between
    const [calls, length] = watch ? [steps, each] : [1, steps * each];
    for (let call = 0; call < calls; call++) {
      const { changed } = sampler.advance(state, length, temperature);
      all += changed;
      watch?.({ done: ++done, temperature, changed });
    }
  }
  return all;
}
