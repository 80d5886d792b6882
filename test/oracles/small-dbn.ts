/** Small deep belief networks, and the obvious, slow truth about them: sums over all states, from the definitions. */

import { createDbn, type Dbn, type DirectedBond, dbnArrays } from "#src/machines/dbn.js";
import { randomStream } from "#src/random/stream.js";
import { allStates, naiveEnergy } from "./enumerate.js";

/** Nothing in it is symmetric; recognition is not the generative weights turned round. */
export function randomDbn(layers: readonly number[], { classes = 0, seed = 1, scale = 1 } = {}): Dbn {
  const dbn = createDbn(layers, { classes });
  const random = randomStream(seed, "data");
  for (const { data } of Object.values(dbnArrays(dbn)))
    for (let i = 0; i < data.length; i++) data[i] = scale * random.normal();
  return dbn;
}

export const sigma = (x: number): number => 1 / (1 + Math.exp(-x));

/** Π P(s_i) of independent units with these probabilities of 1. */
export const independent = (p: readonly number[], s: ArrayLike<number>): number =>
  p.reduce((product, on, i) => product * (s[i] ? on : 1 - on), 1);

/** σ(G h + g) */
export const generatedMeans = (
  { lower, upper, generativeWeights: G, lowerBias: g }: DirectedBond,
  h: ArrayLike<number>,
) =>
  Array.from({ length: lower }, (_, i) => {
    let x = g[i];
    for (let j = 0; j < upper; j++) x += G[i * upper + j] * h[j];
    return sigma(x);
  });

/** σ(Rᵀ h + r) */
export const recognizedMeans = (
  { lower, upper, recognitionWeights: R, upperBias: r }: DirectedBond,
  below: ArrayLike<number>,
) =>
  Array.from({ length: upper }, (_, j) => {
    let x = r[j];
    for (let i = 0; i < lower; i++) x += R[i * upper + j] * below[i];
    return sigma(x);
  });

export interface TopState {
  readonly joined: Uint8Array;
  readonly hidden: Uint8Array;
  readonly p: number;
}

/** The law of the top pair: all states with just one label unit on, and their probabilities. */
export function topLaw({ layers, classes, top }: Dbn): { states: TopState[]; logZ: number } {
  const plain = layers[layers.length - 2];
  const joined = allStates(top.visible).filter((s) => {
    return classes === 0 || s.subarray(plain).reduce((a, b) => a + b, 0) === 1;
  });
  const all = joined.flatMap((s) =>
    allStates(top.hidden).map((h) => ({ joined: s, hidden: h, w: Math.exp(-naiveEnergy(top, s, h)) })),
  );
  const Z = all.reduce((sum, { w }) => sum + w, 0);
  return { states: all.map(({ w, ...state }) => ({ ...state, p: w / Z })), logZ: Math.log(Z) };
}

/** P(v, label) of all states [2^V, max(1, classes)]. */
export function visibleLaw(dbn: Dbn): Float64Array[] {
  const { layers, classes, directed } = dbn;
  const plain = layers[layers.length - 2];
  const width = Math.max(1, classes);
  const law = allStates(layers[0]).map(() => new Float64Array(width));
  const spread = (l: number, state: ArrayLike<number>, p: number, label: number): void => {
    if (l < 0) {
      law[Array.from(state).reduce((code, bit, i) => code + (bit << i), 0)][label] += p;
      return;
    }
    const means = generatedMeans(directed[l], state);
    for (const below of allStates(directed[l].lower)) spread(l - 1, below, p * independent(means, below), label);
  };
  for (const { joined, p } of topLaw(dbn).states) {
    const label = classes > 0 ? joined.subarray(plain).indexOf(1) : 0;
    spread(directed.length - 1, joined.subarray(0, plain), p, label);
  }
  return law;
}

/** For each state of the hidden layers below the top: Q(h | v), and log [P(v | h₁) … P(h_{n−1})] − log Q. */
export function recognized(dbn: Dbn, v: ArrayLike<number>): { q: number; log: number }[] {
  const { layers, directed } = dbn;
  const plain = layers[layers.length - 2];
  const last = new Map<string, number>();
  for (const { joined, p } of topLaw(dbn).states) {
    const key = joined.subarray(0, plain).join();
    last.set(key, (last.get(key) ?? 0) + p);
  }
  const walk = (l: number, below: ArrayLike<number>, q: number, log: number): { q: number; log: number }[] => {
    if (l === directed.length) return [{ q, log: log + Math.log(last.get(Array.from(below).join()) as number) }];
    const means = recognizedMeans(directed[l], below);
    return allStates(directed[l].upper).flatMap((h) => {
      const own = independent(means, h);
      return walk(
        l + 1,
        h,
        q * own,
        log + Math.log(independent(generatedMeans(directed[l], h), below)) - Math.log(own),
      );
    });
  };
  return walk(0, v, 1, 0);
}
