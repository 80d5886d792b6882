/** Base rates: the independent units from which an annealing path starts. Any give unbiased estimates of Z; those near the machine's give good ones. */

import type { Dataset } from "../data/dataset.js";
import { refuse } from "../errors.js";
import { log } from "../math/log.js";

export interface BaseRates {
  /** p_i [units], multiples of 2^−24, as the draws are: what is drawn has these probabilities exactly. */
  readonly probabilities: Float32Array;
  /** a⁰_i = log(p_i / (1 − p_i)), of just these p_i, float64. */
  readonly logits: Float64Array;
}

/** No unit of the base is rarer than this, on or off: what it never does, the chains would have to learn late. */
const rarest = 0.01;

/** Every unit on with probability ½. */
export function evenBase(units: number): BaseRates {
  return { probabilities: new Float32Array(units).fill(0.5), logits: new Float64Array(units) };
}

/** The base of given means in [0, 1], drawn towards ½ a little: p = 0.01 + 0.98 mean. Throws "data" for others. */
export function baseFromMeans(means: ArrayLike<number>): BaseRates {
  const bad = Array.from(means).findIndex((p) => !(p >= 0 && p <= 1));
  if (bad >= 0) {
    const expected = "means in [0, 1]";
    throw refuse("data", { who: "base rates", got: `${means[bad]} of unit ${bad}`, expected });
  }
  const probabilities = Float32Array.from(
    means,
    (p) => Math.round((rarest + (1 - 2 * rarest) * p) * 2 ** 24) / 2 ** 24,
  );
  return { probabilities, logits: Float64Array.from(probabilities, (p) => log(p / (1 - p))) };
}

/** The base of the mean grey levels of data [Salakhutdinov and Murray 2008]. */
export function baseFromData({ levels, cases, units }: Dataset): BaseRates {
  const sums = new Float64Array(units);
  // four cases at a time: a sum is read and written once for them
  const whole = cases - (cases % 4);
  for (let at = 0; at < whole * units; at += 4 * units) {
    for (let i = 0; i < units; i++) {
      const n = at + i;
      sums[i] += levels[n] + levels[n + units] + levels[n + 2 * units] + levels[n + 3 * units];
    }
  }
  for (let n = whole * units; n < cases * units; n++) sums[n % units] += levels[n];
  const scale = cases * (levels instanceof Uint8Array ? 255 : 1);
  // a sum of floats may end a last digit above 1
  return baseFromMeans(sums.map((sum) => Math.min(sum / scale, 1)));
}
