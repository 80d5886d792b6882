/** General machines on given connections, and the obvious, slow truth about them: sums over all states, from the energy. */

import { type Boltzmann, createBoltzmann } from "#src/machines/boltzmann.js";
import { type Connections, edgeConnections } from "#src/machines/connections.js";
import { type RandomStream, randomStream } from "#src/random/stream.js";
import { allStates } from "./enumerate.js";

export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Each pair is joined with this probability. */
export function randomGraph(units: number, density: number, random: RandomStream): Connections {
  const pairs = range(units).flatMap((i) => range(i).map((j): [number, number] => [i, j]));
  return edgeConnections(
    units,
    pairs.filter(() => random.uniform() < density),
  );
}

/** Normal weights on the connections, normal biases: biases of another size, so that a lost sign or factor shows. */
export function randomMachine(
  connections: Connections,
  visible: readonly number[],
  seed: number,
  scale = 1,
): Boltzmann {
  const random = randomStream(seed, "data");
  const { units, pairs } = connections;
  const weights = new Float64Array(units * units);
  for (let at = 0; at < pairs.length; at += 2) {
    const w = scale * random.normal();
    weights[pairs[at] * units + pairs[at + 1]] = w;
    weights[pairs[at + 1] * units + pairs[at]] = w;
  }
  return createBoltzmann(
    weights,
    range(units).map(() => 0.7 * scale * random.normal() + 0.3),
    { visible },
  );
}

/** P(s) of all states, unit 0 the fastest, and log Z. */
export function naiveLaw(machine: Boltzmann, temperature = 1): { states: Uint8Array[]; law: number[]; logZ: number } {
  const { units, weights, bias } = machine;
  const states = allStates(units);
  const logs = states.map((s) => {
    let sum = 0;
    for (let i = 0; i < units; i++) {
      if (!s[i]) continue;
      sum += bias[i];
      for (let j = 0; j < i; j++) if (s[j]) sum += weights[i * units + j];
    }
    return sum / temperature;
  });
  const most = Math.max(...logs);
  const logZ = most + Math.log(logs.reduce((sum, x) => sum + Math.exp(x - most), 0));
  return { states, law: logs.map((x) => Math.exp(x - logZ)), logZ };
}

/** ⟨s_i s_j⟩ [N, N] of a law over states, which need not be normalised; the diagonal is ⟨s_i⟩. */
export function naivePair(states: readonly Uint8Array[], law: ArrayLike<number>): Float64Array {
  const N = states[0].length;
  const pair = new Float64Array(N * N);
  let total = 0;
  states.forEach((s, at) => {
    if (law[at] === 0) return;
    total += law[at];
    for (let i = 0; i < N; i++) if (s[i]) for (let j = 0; j < N; j++) if (s[j]) pair[i * N + j] += law[at];
  });
  return pair.map((x) => x / total);
}

/** max |a − b| / |b| */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]) / Math.abs(b[i])), 0);
}

/** max |a − b| */
export function absoluteError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0);
}
