import { describe, expect, test } from "vitest";
import { boltzmannGibbs, parallelLaw, stationaryDistribution, transitionMatrix } from "#src/evaluate/exact-network.js";
import { createBoltzmann } from "#src/machines/boltzmann.js";
import { createNetwork, type Network } from "#src/machines/network.js";
import { codeOf } from "#src/math/states.js";
import { randomStream } from "#src/random/stream.js";
import { type NetworkSamplerOptions, networkSampler } from "#src/samplers/network.js";

const chains = 20_000;
const units = 3;
const random = randomStream(3, "data");
const normals = (n: number, scale = 1) => Array.from({ length: n }, () => scale * random.normal());
const machine = createBoltzmann(normals(9, 1.5), normals(3), { symmetrize: true });
const asymmetric = createNetwork(normals(9, 1.5), normals(3));

/** χ² of the chains' states after `steps` against a law; 7 degrees of freedom, so 29.9 is p = 1e-4. */
function chiSquare(network: Network, options: NetworkSamplerOptions, law: ArrayLike<number>, steps: number): number {
  const sampler = networkSampler(network, options);
  const state = sampler.init(steps, chains);
  for (let step = 0; step < steps; step++) sampler.step(state);
  const counts = new Float64Array(8);
  for (let c = 0; c < chains; c++) counts[codeOf(state.states.subarray(c * units, (c + 1) * units))]++;
  return counts.reduce((sum, count, code) => sum + (count - chains * law[code]) ** 2 / (chains * law[code]), 0);
}

describe("samplers reach the stationary law of their own dynamics (χ² below 29.9, p = 1e-4)", () => {
  const temperature = 1.3;

  test("symmetric weights, sequential and Glauber: Boltzmann–Gibbs", () => {
    const law = boltzmannGibbs(machine, temperature);
    expect(chiSquare(machine, { dynamics: "sequential", temperature }, law, 25)).toBeLessThan(29.9);
    expect(chiSquare(machine, { dynamics: "glauber", temperature }, law, 70)).toBeLessThan(29.9);
  });

  test("symmetric weights, parallel: Peretto's law, and visibly not Boltzmann–Gibbs", () => {
    expect(
      chiSquare(machine, { dynamics: "parallel", temperature }, parallelLaw(machine, temperature), 25),
    ).toBeLessThan(29.9);
    // the planted error
    expect(
      chiSquare(machine, { dynamics: "parallel", temperature }, boltzmannGibbs(machine, temperature), 25),
    ).toBeGreaterThan(200);
  });

  test.each(["parallel", "glauber"] as const)(
    "asymmetric weights, %s: the eigenvector of its transition matrix",
    (dynamics) => {
      const law = stationaryDistribution(transitionMatrix(asymmetric, dynamics, temperature));
      expect(chiSquare(asymmetric, { dynamics, temperature }, law, dynamics === "glauber" ? 70 : 25)).toBeLessThan(
        29.9,
      );
      // the planted error: M transposed
      const transposed = createNetwork(
        asymmetric.weights.map((_, at) => asymmetric.weights[(at % 3) * 3 + Math.floor(at / 3)]),
        asymmetric.bias,
      );
      expect(chiSquare(transposed, { dynamics, temperature }, law, 70)).toBeGreaterThan(200);
    },
  );
});

test("one Glauber step follows the transition matrix: rows of counts within 4.5 standard errors", () => {
  const T = transitionMatrix(asymmetric, "glauber");
  const sampler = networkSampler(asymmetric, { dynamics: "glauber" });
  const state = sampler.init(1, chains);
  const before = Array.from({ length: chains }, (_, c) => codeOf(state.states.subarray(c * 3, c * 3 + 3)));
  const { changed } = sampler.step(state);
  const counts = new Float64Array(64);
  before.forEach((from, c) => {
    counts[from * 8 + codeOf(state.states.subarray(c * 3, c * 3 + 3))]++;
  });
  for (let from = 0; from < 8; from++) {
    const n = before.filter((code) => code === from).length;
    for (let to = 0; to < 8; to++) {
      const p = T[from * 8 + to];
      expect(Math.abs(counts[from * 8 + to] - n * p)).toBeLessThanOrEqual(4.5 * Math.sqrt(n * p * (1 - p)) + 1e-9);
    }
  }
  expect(changed).toBe(before.filter((from, c) => from !== codeOf(state.states.subarray(c * 3, c * 3 + 3))).length);
});

test("clamped units keep their values, and the others follow the law given these", () => {
  const clamped = new Map([[1, 1]] as const);
  const joint = boltzmannGibbs(machine);
  const given = joint.map((p, code) => ((code >> 1) & 1 ? p : 0));
  const total = given.reduce((a, b) => a + b, 0);
  const sampler = networkSampler(machine, { dynamics: "sequential", clamped });
  const state = sampler.init(4, chains);
  for (let step = 0; step < 20; step++) sampler.step(state);
  const counts = new Float64Array(8);
  for (let c = 0; c < chains; c++) counts[codeOf(state.states.subarray(c * 3, c * 3 + 3))]++;
  given.forEach((weight, code) => {
    const p = weight / total;
    if (p === 0) expect(counts[code]).toBe(0);
    else expect(Math.abs(counts[code] - chains * p)).toBeLessThan(4.5 * Math.sqrt(chains * p * (1 - p)));
  });
});

test("a seed repeats; a clamped unit that is not there and no chains are refused", () => {
  const run = (seed: number) => {
    const sampler = networkSampler(machine, { dynamics: "parallel" });
    const state = sampler.init(seed, 50);
    for (let step = 0; step < 5; step++) sampler.step(state);
    return state.states;
  };
  expect(run(8)).toEqual(run(8));
  expect(run(8)).not.toEqual(run(9));
  expect(() => networkSampler(machine, { dynamics: "parallel", clamped: new Map([[3, 1]]) })).toThrow(
    "clamped unit: got 3; expected a unit from 0 to 2",
  );
  expect(() => networkSampler(machine, { dynamics: "glauber" }).init(1, 0)).toThrow("chains: got 0");
});
