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

test("too many states is a refusal that names what to use", () => {
  const large = createBoltzmann(new Float64Array(29 * 29));
  expect(() => transitionMatrix(large, "glauber")).toThrow(
    "transitionMatrix: got 29 units, 2^29 states; expected at most 12 units. Sample instead: networkSampler.",
  );
  expect(() => transitionMatrix(machine, "parallel", 0)).toThrow("temperature: got 0; expected a positive number");
});
