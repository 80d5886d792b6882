/** A small network as a link holds it, lists of numbers, and as the library has it. Shared by pages and engines. */

import { type Boltzmann, createBoltzmann, createNetwork, type Network, randomStream } from "#src/index.js";

/** What links hold: too few numbers are filled up with zeros, too many are not used. */
export interface Couplings {
  readonly units: number;
  /** M_ij of the pairs i < j: (0, 1), (0, 2), …, (1, 2), … */
  readonly weights: readonly number[];
  readonly biases: readonly number[];
}

export const pairCount = (units: number): number => (units * (units - 1)) / 2;

/** Where the pair i ≠ j is in the list of weights. */
export function pairAt(units: number, i: number, j: number): number {
  const [a, b] = i < j ? [i, j] : [j, i];
  return a * units - (a * (a + 1)) / 2 + b - a - 1;
}

/** The pairs i < j in the order of the list. */
export function pairsOf(units: number): readonly (readonly [number, number])[] {
  return Array.from({ length: units }, (_, i) =>
    Array.from({ length: units - i - 1 }, (_, n) => [i, i + 1 + n] as const),
  ).flat();
}

/** The list with one number changed, as long as it has to be. */
export function changed(list: readonly number[], length: number, at: number, value: number): readonly number[] {
  return Array.from({ length }, (_, n) => (n === at ? value : (list[n] ?? 0)));
}

/** The same pairs and biases for another number of units; new ones are 0. */
export function resized({ units, weights, biases }: Couplings, next: number): Couplings {
  return {
    units: next,
    weights: pairsOf(next).map(([i, j]) => (i < units && j < units ? (weights[pairAt(units, i, j)] ?? 0) : 0)),
    biases: Array.from({ length: next }, (_, j) => (j < units ? (biases[j] ?? 0) : 0)),
  };
}

/** The Boltzmann machine of the lists; numbers are rounded to float32, as the kernels have them. */
export function machineOf({ units, weights, biases }: Couplings): Boltzmann {
  const M = new Float64Array(units * units);
  pairsOf(units).forEach(([i, j], at) => {
    const weight = Math.fround(weights[at] ?? 0);
    M[i * units + j] = weight;
    M[j * units + i] = weight;
  });
  const bias = Array.from({ length: units }, (_, j) => Math.fround(biases[j] ?? 0));
  return createBoltzmann(M, bias);
}

/**
 * The network with M_ij larger by a on the way i → i + 1 round a ring, and M smaller by a on the way back: the same symmetric part, and for
 * a ≠ 0 no energy. Two units are a ring too short to go round, but their weights differ all the same.
 */
export function withCirculation(machine: Boltzmann, a: number): Network {
  if (a === 0) return machine;
  const { units, bias } = machine;
  const M = machine.weights.slice();
  const add = (i: number, j: number, value: number) => {
    M[i * units + j] = Math.fround((M[i * units + j] as number) + value);
  };
  for (let i = 0; i < (units === 2 ? 1 : units); i++) {
    const j = (i + 1) % units;
    add(i, j, a);
    add(j, i, -a);
  }
  return createNetwork(M, bias);
}

/**
 * The machine of spins σ = 2 s − 1 = ±1 with the energy −Σ J_ij σ_i σ_j − Σ h_i σ_i: M_ij = 4 J_ij, b_i = 2 h_i − 2 Σ_j J_ij. Its energies
 * are the spins' plus the constant Σ J − Σ h.
 */
export function fromSpins(units: number, J: readonly number[], h: readonly number[] = []): Couplings {
  const biases = Array.from({ length: units }, (_, i) => 2 * (h[i] ?? 0));
  pairsOf(units).forEach(([i, j], at) => {
    for (const end of [i, j]) biases[end] = (biases[end] as number) - 2 * (J[at] ?? 0);
  });
  return { units, weights: pairsOf(units).map((_, at) => 4 * (J[at] ?? 0)), biases };
}

/** J = (scale / N) Σ ξ ξᵀ over patterns of 0 and 1, ξ = ±1 (Hebb's rule, as in a Hopfield network). */
export function hebbian(patterns: readonly string[], scale: number): Couplings {
  const units = (patterns[0] as string).length;
  const sign = (pattern: string, i: number) => (pattern[i] === "1" ? 1 : -1);
  const J = pairsOf(units).map(
    ([i, j]) => (scale / units) * patterns.reduce((sum, pattern) => sum + sign(pattern, i) * sign(pattern, j), 0),
  );
  return fromSpins(units, J);
}

/** J of these pairs, 0 elsewhere. */
export function spinGraph(units: number, pairs: Iterable<readonly [number, number]>, J: number): Couplings {
  const couplings = new Array<number>(pairCount(units)).fill(0);
  for (const [i, j] of pairs) couplings[pairAt(units, i, j)] = J;
  return fromSpins(units, couplings);
}

export const ringPairs = (units: number): (readonly [number, number])[] =>
  Array.from({ length: units }, (_, i) => [i, (i + 1) % units] as const);

/** A spin glass: J_ij independent and normal, of standard deviation scale / √N [the model of Sherrington and Kirkpatrick]. */
export function glass(units: number, scale: number, seed: number): Couplings {
  const random = randomStream(seed, "weights");
  const J = pairsOf(units).map(() => Math.round((1000 * scale * random.normal()) / Math.sqrt(units)) / 1000);
  return fromSpins(units, J);
}

/** Rows of weights with the bias last: what `harmonium simulate` reads. */
export function csvOf({ units, weights, bias }: Network): string {
  const short = (x: number) => String(Number(x.toPrecision(7)));
  return Array.from({ length: units }, (_, i) =>
    [...weights.subarray(i * units, (i + 1) * units), bias[i] as number].map(short).join(","),
  ).join("\n");
}

/** A shell's line that writes the file and runs the command on it. */
export function commandWith(network: Network, command: string): string {
  return `printf '${csvOf(network).replaceAll("\n", "\\n")}\\n' > weights.csv && harmonium ${command}`;
}
