/** The kernels of general networks in plain TypeScript: the definition. Inputs are sums in float64 of float32 weights. */

import { logistic32 } from "../math/logistic.js";
import { checkAdvance, checkLists, checkParameters, refuseNotFinite } from "./couplings.js";
import type { Advance, Couplings, Lists } from "./kernels.js";
import { glauberDraw, sweepDraw } from "./network-draws.js";

export interface PlainCouplings extends Couplings {
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  readonly lists: Lists | undefined;
}

export function plainCouplings(units: number, lists?: Lists): PlainCouplings {
  if (lists) checkLists(units, lists);
  const weights = new Float32Array(lists ? lists.sources.length : units * units);
  const bias = new Float32Array(units);
  return {
    kind: lists ? "sparse" : "dense",
    units,
    weights,
    bias,
    lists,
    write(newWeights, newBias) {
      checkParameters(units, weights.length, newWeights, newBias);
      if (!newWeights.every(Number.isFinite) || !newBias.every(Number.isFinite)) throw refuseNotFinite();
      weights.set(newWeights);
      bias.set(newBias);
    },
  };
}

/** x_j = Σ_i M_ij s_i + b_j of one chain s [N]. */
export function inputOf({ units, weights, bias, lists }: PlainCouplings, s: Uint8Array, j: number): number {
  let x = bias[j];
  if (lists) for (let e = lists.offsets[j]; e < lists.offsets[j + 1]; e++) x += weights[e] * s[lists.sources[e]];
  else for (let i = 0; i < units; i++) x += weights[i * units + j] * s[i];
  return x;
}

/** See Advance; `values` are the states' [capacity, N]. */
export function advanceStates(task: Advance, values: Uint8Array): number {
  checkAdvance(task);
  const { dynamics, steps, free, beta, draw, choice = draw } = task;
  const couplings = task.couplings as PlainCouplings;
  const { units } = couplings;
  let changed = 0;
  if (free.length === 0) return 0;
  for (let chain = 0; chain < task.chains; chain++) {
    const s = values.subarray(chain * units, (chain + 1) * units);
    const inverseTemperature = Math.fround(typeof beta === "number" ? beta : beta[chain]);
    const fires = (seen: Uint8Array, j: number, u: number): number =>
      u < logistic32(inverseTemperature * inputOf(couplings, seen, j)) ? 1 : 0;
    for (let t = 0; t < steps; t++) {
      const time = draw.step + t;
      if (dynamics === "glauber") {
        const { unit: j, uniform } = glauberDraw(draw, choice, time, chain, free);
        const next = fires(s, j, uniform);
        if (next !== s[j]) changed++;
        s[j] = next;
      } else {
        const seen = dynamics === "parallel" ? s.slice() : s;
        for (const j of free) {
          const next = fires(seen, j, sweepDraw(draw, time, chain, j).uniform);
          if (next !== s[j]) changed++;
          s[j] = next;
        }
      }
    }
  }
  return changed;
}

/** Pairs that are on together, over the first cases of values [capacity, N]. */
export function countCoincidences(values: Uint8Array, units: number, cases: number): Uint32Array {
  const counts = new Uint32Array(units * units);
  for (let b = 0; b < cases; b++) {
    const on: number[] = [];
    for (let i = 0; i < units; i++) if (values[b * units + i]) on.push(i);
    for (const i of on) for (const j of on) counts[i * units + j]++;
  }
  return counts;
}
