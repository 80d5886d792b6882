/** Exact draws from small machines: where the reverse estimate is a bound, and samplers have their oracle. */

import type { Boltzmann } from "../machines/boltzmann.js";
import type { Rbm } from "../machines/rbm.js";
import { hiddenInput, visibleInput } from "../machines/rbm.js";
import { logistic, softplus } from "../math/logistic.js";
import { checkEnumerable, stateOf } from "../math/states.js";
import { type RandomStream, randomStream } from "../random/stream.js";
import { boltzmannGibbs } from "./exact-network.js";

/** The most units of the smaller layer of an RBM, and of a general machine. */
export const MOST_DRAWN_UNITS = 16;

const instead = "Sample instead: gibbsSampler, networkSampler.";

/** `count` independent draws of P(v) [count, visible], by enumeration of the smaller layer. Throws "size" above 16 units. */
export function exactVisibleStates(rbm: Rbm, count: number, seed: number): Uint8Array {
  const { visible, hidden } = rbm;
  const hiddenIsSmaller = hidden <= visible;
  const units = Math.min(visible, hidden);
  checkEnumerable("exactVisibleStates", units, MOST_DRAWN_UNITS, instead);
  const law = lawOf(units, (s) => {
    const bias = hiddenIsSmaller ? rbm.hiddenBias : rbm.visibleBias;
    const inputs = hiddenIsSmaller ? visibleInput(rbm, s) : hiddenInput(rbm, s);
    let sum = 0;
    for (let u = 0; u < units; u++) sum += bias[u] * s[u];
    for (const x of inputs) sum += softplus(x);
    return sum;
  });
  const random = randomStream(seed, "evaluation", 1);
  return draws(law, units, count, visible, random, (s) =>
    hiddenIsSmaller ? visibleInput(rbm, s).map((y) => (random.uniform() < logistic(y) ? 1 : 0)) : s,
  );
}

/** `count` independent draws of P(s) [count, N] of a general machine. Throws "size" above 16 units. */
export function exactNetworkStates(machine: Boltzmann, count: number, seed: number): Uint8Array {
  checkEnumerable("exactNetworkStates", machine.units, MOST_DRAWN_UNITS, instead);
  const random = randomStream(seed, "evaluation", 1);
  return draws(boltzmannGibbs(machine), machine.units, count, machine.units, random, (s) => s);
}

/** e^x / Σ e^x of every state. */
function lawOf(units: number, logWeight: (s: Uint8Array) => number): Float64Array {
  const logs = Float64Array.from({ length: 2 ** units }, (_, code) => logWeight(stateOf(code, units)));
  const most = logs.reduce((a, b) => Math.max(a, b));
  const weights = logs.map((x) => Math.exp(x - most));
  const total = weights.reduce((a, b) => a + b);
  return weights.map((w) => w / total);
}

function draws(
  law: Float64Array,
  units: number,
  count: number,
  width: number,
  random: RandomStream,
  complete: (s: Uint8Array) => ArrayLike<number>,
): Uint8Array {
  const upTo = new Float64Array(law.length);
  let sum = 0;
  law.forEach((p, code) => {
    sum += p;
    upTo[code] = sum;
  });
  const all = new Uint8Array(count * width);
  for (let n = 0; n < count; n++) {
    // 48 bits: the rarest state of 2^16 still gets its share
    const u = (random.uniform() + random.uniform() * 2 ** -24) * sum;
    let [low, high] = [0, law.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (upTo[middle] > u) high = middle;
      else low = middle + 1;
    }
    all.set(complete(stateOf(low, units)), n * width);
  }
  return all;
}
