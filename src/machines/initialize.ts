/** Initial parameters from data [Hinton 2010, "A practical guide to training RBMs", section 8]. */

import type { Dataset } from "../data/dataset.js";
import { refuse } from "../errors.js";
import { log } from "../math/log.js";
import { randomStream } from "../random/stream.js";
import { type Boltzmann, createBoltzmann } from "./boltzmann.js";
import { type Connections, fullConnections } from "./connections.js";
import { createRbm, type Rbm } from "./rbm.js";

export interface RbmInitialization {
  readonly hidden: number;
  /** Standard deviation of the initial weights; 0.01 by default. */
  readonly weightScale?: number;
  readonly seed: number;
}

export interface BoltzmannInitialization {
  /** Hidden units, which come after the visible ones; none by default. */
  readonly hidden?: number;
  /** The pairs that will have a weight; all by default. */
  readonly connections?: Connections;
  /**
   * Standard deviation of the initial weights to and among hidden units; 1 / √N by default, as much smaller ones can stay at the saddle that
   * all weights 0 are. Weights between visible units are 0.
   */
  readonly weightScale?: number;
  readonly seed: number;
}

/**
 * A general machine for the data: units 0 … V − 1 are the visible ones. Visible biases log(p / (1 − p)) of the data's means, so that it
 * starts as the best model of independent units; without hidden units the likelihood has one maximum, and any start will do.
 */
export function initializeBoltzmann(
  data: Dataset,
  { hidden = 0, connections, weightScale = usualWeightScale(data.units + hidden), seed }: BoltzmannInitialization,
): Boltzmann {
  checkWeightScale(weightScale);
  if (!Number.isInteger(hidden) || hidden < 0) {
    throw refuse("option", { who: "hidden units", got: String(hidden), expected: "a whole number, at least 0" });
  }
  const V = data.units;
  const units = V + hidden;
  if (connections && connections.units !== units) {
    const got = `those of ${connections.units} units`;
    throw refuse("shape", { who: "connections", got, expected: `those of ${V} visible and ${hidden} hidden units` });
  }
  const { pairs } = connections ?? fullConnections(units);
  const random = randomStream(seed, "weights");
  const weights = new Float64Array(units * units);
  for (let at = 0; at < pairs.length; at += 2) {
    const [i, j] = [pairs[at], pairs[at + 1]];
    if (j < V) continue;
    weights[i * units + j] = weightScale * random.normal();
    weights[j * units + i] = weights[i * units + j];
  }
  const bias = new Float64Array(units);
  levelMeans(data).forEach((mean, i) => {
    bias[i] = logitOf(mean);
  });
  return createBoltzmann(weights, bias, { visible: Array.from({ length: V }, (_, i) => i) });
}

/** Where a unit is never (always) on, its mean is taken as this (one minus this). */
const smallestMean = 0.001;

/** Weights normal with a small deviation, hidden biases 0, visible biases log(p / (1 − p)) of the data's means p. */
export function initializeRbm(data: Dataset, { hidden, weightScale = 0.01, seed }: RbmInitialization): Rbm {
  checkWeightScale(weightScale);
  const rbm = createRbm(data.units, hidden);
  const random = randomStream(seed, "weights");
  for (let i = 0; i < rbm.weights.length; i++) rbm.weights[i] = weightScale * random.normal();
  levelMeans(data).forEach((mean, i) => {
    rbm.visibleBias[i] = logitOf(mean);
  });
  return rbm;
}

/** 1 / √N: inputs of the order of 1 whatever the size. */
export function usualWeightScale(units: number): number {
  return 1 / Math.sqrt(units);
}

export function checkWeightScale(weightScale: number): void {
  if (weightScale >= 0 && weightScale < 100) return;
  throw refuse("option", { who: "weight scale", got: String(weightScale), expected: "a number from 0 to 100" });
}

/** log(p / (1 − p)) */
export function logitOf(mean: number): number {
  const p = Math.min(Math.max(mean, smallestMean), 1 - smallestMean);
  return log(p / (1 - p));
}

/** Mean level of each unit, in [0, 1]. */
export function levelMeans({ levels, cases, units }: Dataset): Float64Array {
  const sums = new Float64Array(units);
  for (let b = 0; b < cases; b++) {
    for (let i = 0; i < units; i++) sums[i] += levels[b * units + i];
  }
  const full = cases * (levels instanceof Uint8Array ? 255 : 1);
  return sums.map((sum) => sum / full);
}
