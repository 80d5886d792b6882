/** The obvious, slow truth about a small RBM: everything from the energy, by enumeration, in float64. */

import { createRbm, type Rbm } from "#src/machines/rbm.js";
import { randomStream } from "#src/random/stream.js";

/** All 2^n states, unit 0 the fastest. */
export function allStates(n: number): Uint8Array[] {
  return Array.from({ length: 2 ** n }, (_, code) => Uint8Array.from({ length: n }, (_, i) => (code >> i) & 1));
}

export const codeOf = (state: ArrayLike<number>): number =>
  Array.from(state).reduce((code, bit, i) => code + (bit << i), 0);

/** An RBM with strong enough couplings that a broken sampler shows; nothing in it is symmetric. */
export function strongRbm(visible: number, hidden: number, seed = 1, scale = 1): Rbm {
  const random = randomStream(seed, "data");
  const rbm = createRbm(visible, hidden);
  for (const array of [rbm.weights, rbm.visibleBias, rbm.hiddenBias]) {
    for (let i = 0; i < array.length; i++) array[i] = scale * random.normal();
  }
  return rbm;
}

/** E(v, h), written out from the definition. */
export function naiveEnergy(rbm: Rbm, v: ArrayLike<number>, h: ArrayLike<number>): number {
  let energy = 0;
  for (let i = 0; i < rbm.visible; i++) energy -= rbm.visibleBias[i] * v[i];
  for (let j = 0; j < rbm.hidden; j++) energy -= rbm.hiddenBias[j] * h[j];
  for (let i = 0; i < rbm.visible; i++)
    for (let j = 0; j < rbm.hidden; j++) energy -= v[i] * rbm.weights[i * rbm.hidden + j] * h[j];
  return energy;
}

/** P(v, h) [visible states][hidden states] and log Z. */
export function jointDistribution(rbm: Rbm): { joint: number[][]; logZ: number } {
  const weights = allStates(rbm.visible).map((v) =>
    allStates(rbm.hidden).map((h) => Math.exp(-naiveEnergy(rbm, v, h))),
  );
  const z = weights.flat().reduce((a, b) => a + b, 0);
  return { joint: weights.map((row) => row.map((w) => w / z)), logZ: Math.log(z) };
}

/** P(v) of every visible state. */
export function visibleDistribution(rbm: Rbm): number[] {
  return jointDistribution(rbm).joint.map((row) => row.reduce((a, b) => a + b, 0));
}
