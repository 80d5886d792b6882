/** Inverse temperatures β of an annealing path: rising from 0, the base, to 1, the machine. */

import { refuse } from "../errors.js";

/**
 * A number of equal steps; "sm", the 14,500 of [Salakhutdinov and Murray 2008], fine towards 1; "adaptive": chosen for the machine by a
 * pilot run; or the β themselves, rising from 0 to 1.
 */
export type Temperatures = number | "sm" | "adaptive" | ArrayLike<number>;

/** Steps beyond which float32 cannot tell one β from the next. */
const mostSteps = 2 ** 22;

/** β_k = k / steps, k = 0 … steps. Throws "option" unless there is at least one step and at most 2^22. */
export function linearTemperatures(steps: number): Float64Array {
  if (!Number.isInteger(steps) || steps < 1 || steps > mostSteps) {
    const expected = `a whole number of steps from 1 to ${mostSteps}`;
    throw refuse("option", { who: "temperatures", got: String(steps), expected });
  }
  return rounded(Array.from({ length: steps + 1 }, (_, k) => k / steps));
}

/** 0 : 0.001 : 0.5, 0.5 : 0.0001 : 0.9, 0.9 : 0.00001 : 1 [Salakhutdinov and Murray 2008]: 14,500 steps. */
export function salakhutdinovMurrayTemperatures(): Float64Array {
  const part = (steps: number, from: number, step: number) => Array.from({ length: steps }, (_, k) => from + k * step);
  return rounded([...part(500, 0, 1e-3), ...part(4000, 0.5, 1e-4), ...part(10_000, 0.9, 1e-5), 1]);
}

/** The β as they are used. Throws "option" unless they rise, each above the one before as float32, from 0 to 1. */
export function checkTemperatures(betas: ArrayLike<number>): Float64Array {
  const result = rounded(betas);
  const expected = "inverse temperatures that rise from 0 to 1";
  const complain = (got: string) => refuse("option", { who: "temperatures", got, expected });
  if (result.length < 2) throw complain(`${result.length} of them`);
  if (result[0] !== 0) throw complain(`a first one of ${betas[0]}`);
  if (result[result.length - 1] !== 1) throw complain(`a last one of ${betas[betas.length - 1]}`);
  const bad = result.findIndex((beta, k) => k > 0 && !(beta > result[k - 1]));
  if (bad >= 0) throw complain(`${betas[bad]} after ${betas[bad - 1]}`);
  return result;
}

/** Rounded to float32, as the kernels take them: the path's distributions are just those that are sampled and weighed. */
function rounded(betas: ArrayLike<number>): Float64Array {
  return Float64Array.from(betas, Math.fround);
}
