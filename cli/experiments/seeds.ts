/** Seeds for the many runs of an experiment, and for the parts of a run, all from the one that was asked for. */

/** So many runs of an experiment have seeds of their own. */
export const MOST_RUNS = 1000;
export const LARGEST_SEED = 1_000_000_000;

/** The seed of a part of run `run`, from 0. No two seeds that may be asked for share one, nor do two parts. */
export function seedOfRun(seed: number, run: number, part = 0): number {
  return part * 2 ** 41 + seed * MOST_RUNS + run;
}
