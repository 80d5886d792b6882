/** The exact sum over the hidden units of a Boltzmann machine, given its visible ones. */

import { refuse } from "../errors.js";
import type { Connections } from "../machines/connections.js";
import { type MachineSum, machineSum } from "./machine-sum.js";

export interface HiddenSum extends MachineSum {
  /**
   * log Σ_h e^{−E(v, h) / T}, nats, where the first `count` units of `on` are the visible ones that are 1; the moments of the hidden units
   * are then in `sum`, where asked for.
   */
  run(on: ArrayLike<number>, count: number, moments: boolean): number;
}

export interface HiddenSumOptions {
  readonly who: string;
  readonly visible: readonly number[];
  readonly pairs: "all" | "joined" | "none";
  /** The most terms of one run. */
  readonly mostTerms: number;
}

/** Throws as machineSum does. */
export function hiddenSum(connections: Connections, options: HiddenSumOptions): HiddenSum {
  const { units } = connections;
  const inner = machineSum(connections, { ...options, over: "hidden" });
  const base = new Float64Array(units);
  const fields = new Float64Array(units);
  const M = new Float64Array(units * units);
  return {
    ...inner,
    load(weights, bias, temperature) {
      inner.load(weights, bias, temperature);
      for (let i = 0; i < units; i++) base[i] = bias[i] / temperature;
      for (let at = 0; at < M.length; at++) M[at] = weights[at] / temperature;
    },
    run(on, count, moments) {
      fields.set(base);
      let log = 0;
      for (let n = 0; n < count; n++) {
        const row = on[n] * units;
        // biases, and each pair of visible units once
        log += fields[on[n]];
        for (let i = 0; i < units; i++) fields[i] += M[row + i];
      }
      return log + inner.sum.run(fields, moments);
    },
  };
}

/** How many cases [cases, visible] there are. Throws "shape" where they are not whole, "data" where a value is neither 0 nor 1. */
export function checkCases(who: string, cases: ArrayLike<number>, visible: number): number {
  const count = cases.length / visible;
  if (!Number.isInteger(count) || count < 1) {
    const expected = `one or more cases of ${visible} visible units`;
    throw refuse("shape", { who: `${who}: cases`, got: `${cases.length} values`, expected });
  }
  for (let at = 0; at < cases.length; at++) {
    if (cases[at] === 0 || cases[at] === 1) continue;
    const where = `${who}: case ${Math.floor(at / visible)}, visible unit ${at % visible}`;
    throw refuse("data", { who: where, got: String(cases[at]), expected: "0 or 1" });
  }
  return count;
}
