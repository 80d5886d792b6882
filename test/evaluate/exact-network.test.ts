import { describe, expect, test } from "vitest";
import {
  boltzmannGibbs,
  type Dynamics,
  detailedBalanceResidual,
  evolve,
  parallelLaw,
  stationaryDistribution,
  transitionMatrix,
} from "#src/evaluate/exact-network.js";
import { createBoltzmann } from "#src/machines/boltzmann.js";
import { colouring } from "#src/machines/graph.js";
import { createNetwork } from "#src/machines/network.js";
import { stateOf } from "#src/math/states.js";
import { randomStream } from "#src/random/stream.js";
import { randomGraph, randomMachine } from "../oracles/small-machines.js";

const random = randomStream(7, "data");
const normals = (n: number, scale = 1) => Array.from({ length: n }, () => scale * random.normal());
const machine = createBoltzmann(normals(25, 1.2), normals(5), { symmetrize: true });
const asymmetric = createNetwork(normals(25, 1.2), normals(5));
const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i])));
const all: [string, Dynamics][] = [
  ["parallel", "parallel"],
  ["Glauber", "glauber"],
  ["sequential", "sequential"],
  ["blocks", { blocks: [[3], [0, 2], [4, 1]] }],
  ["a sweep there and back", { blocks: [0, 1, 2, 3, 4, 3, 2, 1, 0].map((j) => [j]) }],
];

test.each(all)("%s: rows of the transition matrix sum to 1, and evolving is summing over it", (_, dynamics) => {
  const T = transitionMatrix(asymmetric, dynamics, 0.8);
  for (let s = 0; s < 32; s++) expect(T.subarray(s * 32, s * 32 + 32).reduce((a, b) => a + b)).toBeCloseTo(1, 13);
  const start = Float64Array.from({ length: 32 }, (_, s) => Number(s === 5));
  expect(largest(evolve(T, start), T.subarray(5 * 32, 6 * 32))).toBeLessThan(1e-15);
  expect(largest(evolve(T, start, 7), evolve(T, evolve(T, start, 3), 4))).toBeLessThan(1e-14);
});

test("Glauber moves flip one unit at most, and it with probability (1/N) P(s′_j | s)", () => {
  const T = transitionMatrix(asymmetric, "glauber");
  const s = stateOf(0b10110, 5);
  const input = (j: number) => asymmetric.bias[j] + s.reduce((x, on, i) => x + on * asymmetric.weights[i * 5 + j], 0);
  for (let to = 0; to < 32; to++) {
    const flips = [0, 1, 2, 3, 4].filter((j) => ((to ^ 0b10110) >> j) & 1);
    if (flips.length > 1) expect(T[0b10110 * 32 + to]).toBe(0);
    const [j] = flips;
    if (flips.length !== 1 || j === undefined) continue;
    const fires = 1 / (1 + Math.exp(-input(j)));
    expect(T[0b10110 * 32 + to]).toBeCloseTo((s[j] ? 1 - fires : fires) / 5, 14);
  }
});

test("a sweep is the product of its steps: P(s′_j | s) of the state that the units before left", () => {
  const sweep = transitionMatrix(asymmetric, "sequential", 0.8);
  const blocks = transitionMatrix(asymmetric, { blocks: [[1, 2], [0, 4, 3]] }, 0.8); // biome-ignore format: one line
  const fires = (s: ArrayLike<number>, j: number) =>
    1 /
    (1 +
      Math.exp(
        -(asymmetric.bias[j] + [0, 1, 2, 3, 4].reduce((x, i) => x + s[i] * asymmetric.weights[i * 5 + j], 0)) / 0.8,
      ));
  for (let from = 0; from < 32; from++) {
    for (let to = 0; to < 32; to++) {
      const [s, r] = [stateOf(from, 5), stateOf(to, 5)];
      const chance = (seen: ArrayLike<number>, j: number) => (r[j] ? fires(seen, j) : 1 - fires(seen, j));
      const mixed = (done: number[]) => s.map((x, i) => (done.includes(i) ? r[i] : x));
      const one = chance(s, 0) * chance(mixed([0]), 1) * chance(mixed([0, 1]), 2) * chance(mixed([0, 1, 2]), 3);
      expect(sweep[from * 32 + to]).toBeCloseTo(one * chance(mixed([0, 1, 2, 3]), 4), 14);
      const after = mixed([1, 2]);
      const block = chance(s, 1) * chance(s, 2) * chance(after, 0) * chance(after, 4) * chance(after, 3);
      expect(blocks[from * 32 + to]).toBeCloseTo(block, 14);
    }
  }
});

test("one block of all units is parallel, blocks of one in order are sequential", () => {
  const one = transitionMatrix(asymmetric, { blocks: [[4, 2, 0, 1, 3]] });
  expect(largest(one, transitionMatrix(asymmetric, "parallel"))).toBeLessThan(1e-15);
  const each = transitionMatrix(asymmetric, { blocks: [[0], [1], [2], [3], [4]] });
  expect(each).toEqual(transitionMatrix(asymmetric, "sequential"));
});

describe.each([0.5, 1, 3])("symmetric weights, T = %d", (temperature) => {
  const gibbs = boltzmannGibbs(machine, temperature);
  const peretto = parallelLaw(machine, temperature);

  test("Glauber dynamics leaves the Boltzmann–Gibbs law: ‖πT − π‖ ≤ 1e-12, detailed balance ≤ 1e-15", () => {
    const T = transitionMatrix(machine, "glauber", temperature);
    expect(largest(evolve(T, gibbs), gibbs)).toBeLessThan(1e-12);
    expect(detailedBalanceResidual(T, gibbs)).toBeLessThan(1e-15);
    expect(largest(stationaryDistribution(T), gibbs)).toBeLessThan(1e-12);
  });

  test("parallel dynamics leaves Peretto's law, another one, with detailed balance", () => {
    const T = transitionMatrix(machine, "parallel", temperature);
    expect(largest(evolve(T, peretto), peretto)).toBeLessThan(1e-12);
    expect(detailedBalanceResidual(T, peretto)).toBeLessThan(1e-15);
    expect(largest(stationaryDistribution(T), peretto)).toBeLessThan(1e-12);
    expect(largest(gibbs, peretto)).toBeGreaterThan(0.005);
    // the planted error: under parallel dynamics the Boltzmann–Gibbs law does not stay
    expect(largest(evolve(T, gibbs), gibbs)).toBeGreaterThan(0.001);
  });
});

describe.each([0.5, 1, 3])("Gibbs sampling leaves the Boltzmann–Gibbs law, T = %d", (temperature) => {
  const gibbs = boltzmannGibbs(machine, temperature);

  test("sequential sweeps: ‖πT − π‖ ≤ 1e-12, without detailed balance; there and back with it", () => {
    const T = transitionMatrix(machine, "sequential", temperature);
    expect(largest(evolve(T, gibbs), gibbs)).toBeLessThan(1e-12);
    expect(largest(stationaryDistribution(T), gibbs)).toBeLessThan(1e-12);
    expect(detailedBalanceResidual(T, gibbs)).toBeGreaterThan(1e-4);
    const both = transitionMatrix(machine, { blocks: [0, 1, 2, 3, 4, 3, 2, 1, 0].map((j) => [j]) }, temperature);
    expect(largest(evolve(both, gibbs), gibbs)).toBeLessThan(1e-12);
    expect(detailedBalanceResidual(both, gibbs)).toBeLessThan(1e-15);
  });

  test("blocks, if no units of one are joined: those of the colouring of random graphs", () => {
    for (const density of [0.2, 0.5, 0.8]) {
      const graph = randomGraph(6, density, random);
      const sparse = randomMachine(graph, [], 17 + 10 * density);
      const law = boltzmannGibbs(sparse, temperature);
      const T = transitionMatrix(sparse, { blocks: colouring(graph) }, temperature);
      expect(largest(evolve(T, law), law)).toBeLessThan(1e-12);
      // the planted error: a block of two units that are joined
      const [i, j] = graph.pairs;
      const others = [0, 1, 2, 3, 4, 5].filter((unit) => unit !== i && unit !== j);
      const wrong = transitionMatrix(sparse, { blocks: [...others.map((unit) => [unit]), [i, j]] }, temperature);
      expect(largest(evolve(wrong, law), law)).toBeGreaterThan(1e-5);
    }
  });
});

test("a path back keeps its digits: P(s′_j = 0) where the unit is all but sure to be on", () => {
  const sure = createNetwork([0], [50]);
  expect(transitionMatrix(sure, "parallel")[2] / Math.exp(-50)).toBeCloseTo(1, 12);
  expect(transitionMatrix(sure, "glauber")[2] / Math.exp(-50)).toBeCloseTo(1, 12);
});

test.each<[string, number[][], RegExp]>([
  [
    "a unit in no block",
    [
      [0, 1],
      [2, 3],
    ],
    /got no block with unit 4; expected every unit from 0 to 4/,
  ],
  ["a unit twice in one", [[0, 1, 2, 3, 4, 1]], /got the block 0, 1, 2, 3, 4, 1/],
  [
    "a unit that is not there",
    [
      [0, 1, 2],
      [3, 4, 5],
    ],
    /got the block 3, 4, 5/,
  ],
])("blocks refused: %s", (_, blocks, message) => {
  expect(() => transitionMatrix(machine, { blocks })).toThrow(message);
});

test.each(all)("asymmetric weights, %s: a stationary law, but no detailed balance", (_, dynamics) => {
  const T = transitionMatrix(asymmetric, dynamics);
  const law = stationaryDistribution(T);
  expect(largest(evolve(T, law), law)).toBeLessThan(1e-14);
  expect(detailedBalanceResidual(T, law)).toBeGreaterThan(1e-3);
});

test("too many states is a refusal that names what to use", () => {
  const large = createBoltzmann(new Float64Array(29 * 29));
  expect(() => transitionMatrix(large, "glauber")).toThrow(
    "transitionMatrix: got 29 units, 2^29 states; expected at most 12 units. Sample instead: networkSampler.",
  );
  expect(() => transitionMatrix(machine, "parallel", 0)).toThrow("temperature: got 0; expected a positive number");
});
