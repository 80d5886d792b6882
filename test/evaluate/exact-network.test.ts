import { describe, expect, test } from "vitest";
import {
  boltzmannGibbs,
  type Dynamics,
  detailedBalanceResidual,
  evolve,
  networkLogPartition,
  parallelLaw,
  stationaryDistribution,
  transitionMatrix,
} from "#src/evaluate/exact-network.js";
import { createBoltzmann, stateEnergy } from "#src/machines/boltzmann.js";
import { createNetwork } from "#src/machines/network.js";
import { stateOf } from "#src/math/states.js";
import { randomStream } from "#src/random/stream.js";

const random = randomStream(7, "data");
const normals = (n: number, scale = 1) => Array.from({ length: n }, () => scale * random.normal());
const machine = createBoltzmann(normals(25, 1.2), normals(5), { symmetrize: true });
const asymmetric = createNetwork(normals(25, 1.2), normals(5));
const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i])));
const both: Dynamics[] = ["parallel", "glauber"];

test.each(both)("%s: rows of the transition matrix sum to 1, and evolving is summing over it", (dynamics) => {
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

test.each(both)("asymmetric weights under %s dynamics: a stationary law, but no detailed balance", (dynamics) => {
  const T = transitionMatrix(asymmetric, dynamics);
  const law = stationaryDistribution(T);
  expect(largest(evolve(T, law), law)).toBeLessThan(1e-14);
  expect(detailedBalanceResidual(T, law)).toBeGreaterThan(1e-3);
});

test("log Z by Gray code is log Σ e^{−E / T} of all states, and the law's normaliser", () => {
  for (const temperature of [0.3, 1, 10]) {
    const energies = Array.from({ length: 32 }, (_, code) => stateEnergy(machine, stateOf(code, 5)));
    const expected = Math.log(energies.reduce((sum, energy) => sum + Math.exp(-energy / temperature), 0));
    expect(networkLogPartition(machine, temperature)).toBeCloseTo(expected, 12);
    expect(Math.log(boltzmannGibbs(machine, temperature)[0])).toBeCloseTo(-expected, 12);
  }
});

test("24 units in seconds: independent ones have log Z = Σ log(1 + e^b)", () => {
  const bias = normals(24);
  const free = createBoltzmann(new Float64Array(576), bias);
  const started = performance.now();
  const expected = bias.reduce((sum, b) => sum + Math.log1p(Math.exp(b)), 0);
  expect(networkLogPartition(free)).toBeCloseTo(expected, 9);
  expect(performance.now() - started).toBeLessThan(20_000);
});

test("no overflow at energies of thousands", () => {
  const strong = createBoltzmann([0, 5000, 5000, 0], [1000, 1000]);
  expect(networkLogPartition(strong)).toBeCloseTo(7000, 9);
  expect(boltzmannGibbs(strong)[3]).toBe(1);
});

test("too many states is a refusal that names what to use", () => {
  const large = createBoltzmann(new Float64Array(29 * 29));
  expect(() => transitionMatrix(large, "glauber")).toThrow(
    "transitionMatrix: got 29 units, 2^29 states; expected at most 12 units. Sample instead: networkSampler.",
  );
  expect(() => networkLogPartition(large)).toThrow(/2\^29 states; expected at most 28 units/);
  expect(() => transitionMatrix(machine, "parallel", 0)).toThrow("temperature: got 0; expected a positive number");
});
