/** Seeds for the many runs of an experiment, and for the parts of a run, all from the one that was asked for. */

import { randomStream } from "../../src/index.js";

/** So many runs of an experiment have seeds of their own. */
export const MOST_RUNS = 10_000;

/** The seed of a part of run `run`, both from 0: 53 random bits, so that runs of experiments with other seeds have other ones. */
export function seedOfRun(seed: number, run: number, part = 0): number {
  const random = randomStream(seed, "evaluation", part * MOST_RUNS + run);
  return (random.word() >>> 11) * 2 ** 32 + random.word();
}
