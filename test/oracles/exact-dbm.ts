/** The obvious, slow truth about a small deep Boltzmann machine: sums over all joint states, from the energy written out. */

import { createDbm, type Dbm } from "#src/machines/dbm.js";
import { randomStream } from "#src/random/stream.js";
import { allStates, codeOf } from "./enumerate.js";

/** Couplings strong enough that something lost shows; nothing in it is symmetric. */
export function strongDbm(layers: readonly number[], seed = 1, scale = 1): Dbm {
  const random = randomStream(seed, "data");
  const dbm = createDbm(layers);
  for (const array of [...dbm.weights, ...dbm.biases]) {
    for (let i = 0; i < array.length; i++) array[i] = scale * random.normal();
  }
  return dbm;
}

/** One state of all layers from a flat one. */
export function splitState({ layers }: Dbm, flat: Uint8Array): Uint8Array[] {
  let at = 0;
  return layers.map((units) => {
    at += units;
    return flat.subarray(at - units, at);
  });
}

/** −E */
export function naiveLog({ weights, biases, layers }: Dbm, states: readonly ArrayLike<number>[]): number {
  let sum = 0;
  layers.forEach((units, l) => {
    for (let i = 0; i < units; i++) {
      sum += biases[l][i] * states[l][i];
      const above = layers[l + 1] ?? 0;
      for (let j = 0; j < above; j++) sum += states[l][i] * weights[l][i * above + j] * states[l + 1][j];
    }
  });
  return sum;
}

export interface DbmLaw {
  readonly logZ: number;
  /** All joint states, layers one after the other, and their probabilities. */
  readonly states: Uint8Array[];
  readonly law: number[];
  /** P(v) by the code of v. */
  readonly visible: Float64Array;
}

export function dbmLaw(dbm: Dbm): DbmLaw {
  const { layers } = dbm;
  const states = allStates(layers.reduce((a, b) => a + b, 0));
  const logs = states.map((s) => naiveLog(dbm, splitState(dbm, s)));
  const most = Math.max(...logs);
  const logZ = most + Math.log(logs.reduce((sum, x) => sum + Math.exp(x - most), 0));
  const law = logs.map((x) => Math.exp(x - logZ));
  const visible = new Float64Array(2 ** layers[0]);
  states.forEach((s, n) => {
    visible[codeOf(s.subarray(0, layers[0]))] += law[n];
  });
  return { logZ, states, law, visible };
}

export interface DbmMoments {
  /** ⟨x_l x_{l+1}ᵀ⟩ [lower, upper] */
  readonly weights: Float64Array[];
  /** ⟨x_l⟩ */
  readonly biases: Float64Array[];
}

/** Moments under any law over the joint states, which sums to 1. */
export function dbmMoments(dbm: Dbm, states: readonly Uint8Array[], law: ArrayLike<number>): DbmMoments {
  const weights = dbm.weights.map((W) => new Float64Array(W.length));
  const biases = dbm.biases.map((b) => new Float64Array(b.length));
  states.forEach((flat, n) => {
    const x = splitState(dbm, flat);
    x.forEach((units, l) => {
      units.forEach((bit, i) => {
        if (!bit) return;
        biases[l][i] += law[n];
        x[l + 1]?.forEach((other, j) => {
          weights[l][i * x[l + 1].length + j] += other * law[n];
        });
      });
    });
  });
  return { weights, biases };
}

/** Cases as levels 0 and 255. */
export function binaryData(cases: readonly ArrayLike<number>[], name = "cases") {
  const units = cases[0].length;
  const levels = Uint8Array.from(cases.flatMap((v) => Array.from(v, (bit) => 255 * bit)));
  return { name, cases: cases.length, units, levels };
}

/** Mean field for v in float64, settled, with the bound on log P(v) + log Z that it gives. */
export function settledMeans(dbm: Dbm, v: ArrayLike<number>): { means: number[][]; bound: number } {
  const { layers, weights, biases } = dbm;
  const means = layers.map((units, l) => (l === 0 ? Array.from(v) : new Array<number>(units).fill(0.5)));
  const sigma = (x: number) => 1 / (1 + Math.exp(-x));
  // from below with doubled inputs, as the start decides which of several fixed points is reached
  const input = (l: number, j: number, factor = 1, above = true) => {
    let sum = biases[l][j];
    means[l - 1].forEach((m, i) => {
      sum += factor * m * weights[l - 1][i * layers[l] + j];
    });
    if (above) {
      means[l + 1]?.forEach((m, k) => {
        sum += m * weights[l][j * layers[l + 1] + k];
      });
    }
    return sum;
  };
  for (let l = 1; l < layers.length; l++) {
    means[l] = means[l].map((_, j) => sigma(input(l, j, l < layers.length - 1 ? 2 : 1, false)));
  }
  for (let pass = 0; pass < 2000; pass++) {
    for (let l = 1; l < layers.length; l++) means[l] = means[l].map((_, j) => sigma(input(l, j)));
  }
  const entropy = (m: number) => (m <= 0 || m >= 1 ? 0 : -m * Math.log(m) - (1 - m) * Math.log(1 - m));
  const entropies = means.slice(1).flatMap((m) => m.map(entropy));
  return { means, bound: naiveLog(dbm, means) + entropies.reduce((a, b) => a + b, 0) };
}
