import { describe, expect, test } from "vitest";
import {
  blocksOf,
  boltzmannFromRbm,
  createBoltzmann,
  createNetwork,
  evolve,
  firingProbability,
  type Network,
  type NetworkDynamics,
  parallelLaw,
  stateEnergy,
  stateOf,
  stationaryLaw,
  transitionMatrix,
} from "#src/index.js";
import { randomStream } from "#src/random/stream.js";
import { allStates, strongRbm } from "../oracles/enumerate.js";
import { given } from "../samplers/laws.js";

const random = randomStream(8, "data");
const normals = (count: number) => Float64Array.from({ length: count }, () => random.normal());
const asymmetric = createNetwork(
  normals(25).map((w, at) => ([2, 9, 10, 14].includes(at) ? 0 : w)),
  normals(5),
);
const symmetric = createBoltzmann(normals(25), normals(5), { symmetrize: true });
const all: NetworkDynamics[] = ["parallel", "glauber", "sequential", "blocks"];

/** T(s′ | s) of updates of the units of `order`, one after the other, from the definition. */
function sweepMatrix(network: Network, order: readonly number[], temperature: number): Float64Array {
  const sweep = new Float64Array(1024);
  for (let from = 0; from < 32; from++) {
    let law = new Map([[from, 1]]);
    for (const j of order) {
      const next = new Map<number, number>();
      for (const [code, p] of law) {
        const fires = firingProbability(network, stateOf(code, 5), j, temperature);
        next.set(code | (1 << j), (next.get(code | (1 << j)) ?? 0) + p * fires);
        next.set(code & ~(1 << j), (next.get(code & ~(1 << j)) ?? 0) + p * (1 - fires));
      }
      law = next;
    }
    for (const [code, p] of law) sweep[from * 32 + code] = p;
  }
  return sweep;
}

/** One step of the sampler's dynamics as a matrix over all states, by the slow oracle. */
function stepMatrix(network: Network, dynamics: NetworkDynamics, T: number, clamped: ReadonlyMap<number, 0 | 1>) {
  const free = [0, 1, 2, 3, 4].filter((j) => !clamped.has(j));
  const order = dynamics === "blocks" ? blocksOf(network).flatMap((block) => [...block]) : free;
  if (dynamics === "sequential" || dynamics === "blocks") {
    return sweepMatrix(
      network,
      order.filter((j) => !clamped.has(j)),
      T,
    );
  }
  if (dynamics === "parallel") {
    const whole = transitionMatrix(network, "parallel", T);
    // what the clamped units would do is not done: sum over it
    return whole.map((_, at) => {
      const [from, to] = [Math.floor(at / 32), at % 32];
      if ([...clamped.keys()].some((i) => ((from ^ to) >> i) & 1)) return 0;
      let p = 0;
      for (let other = 0; other < 32; other++) {
        if (free.every((j) => (((other ^ to) >> j) & 1) === 0)) p += whole[from * 32 + other];
      }
      return p;
    });
  }
  // glauber: the mean of one-unit updates
  const sum = new Float64Array(1024);
  for (const j of free) for (const [at, p] of sweepMatrix(network, [j], T).entries()) sum[at] += p / free.length;
  return sum;
}

/** The law of the free units as one of all units. */
function lifted(law: Float64Array, free: Uint32Array, clamped: ReadonlyMap<number, 0 | 1>): Float64Array {
  const whole = new Float64Array(32);
  law.forEach((p, code) => {
    let at = 0;
    for (const [i, value] of clamped) at += value << i;
    for (const [n, unit] of free.entries()) at += ((code >> n) & 1) << unit;
    whole[at] += p;
  });
  return whole;
}

describe.each([
  ["asymmetric", asymmetric],
  ["symmetric", symmetric],
])("the stationary law of %s weights", (name, network) => {
  test.each(all)("%s: a step leaves it as it is, free and clamped", (dynamics) => {
    for (const clamped of [
      new Map<number, 0 | 1>(),
      new Map<number, 0 | 1>([
        [3, 1],
        [0, 0],
      ]),
    ]) {
      const { law, free, kind } = stationaryLaw(network, { dynamics, temperature: 0.8, clamped });
      expect(kind).toBe(
        name === "asymmetric" ? "stationary" : dynamics === "parallel" ? "parallel" : "boltzmann-gibbs",
      );
      const whole = lifted(law, free, clamped);
      expect(whole.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
      const after = evolve(stepMatrix(network, dynamics, 0.8, clamped), whole);
      for (const [s, p] of after.entries()) expect(p).toBeCloseTo(whole[s], 12);
    }
  });
});

test("the law given clamped units is the conditional one: of e^−E, not of the parallel law", () => {
  const clamped = new Map<number, 0 | 1>([[1, 1]]);
  const weights = allStates(5).map((s) => Math.exp(-stateEnergy(symmetric, s)));
  const expected = given(weights, clamped);
  const got = stationaryLaw(symmetric, { dynamics: "glauber", clamped });
  for (const [s, p] of lifted(got.law, got.free, clamped).entries()) expect(p).toBeCloseTo(expected[s], 12);
  // parallel: with a unit held the others follow the law of their own network
  const parallel = stationaryLaw(symmetric, { dynamics: "parallel", clamped });
  const conditional = given(parallelLaw(symmetric), clamped);
  const far = lifted(parallel.law, parallel.free, clamped).reduce((sum, p, s) => sum + Math.abs(p - conditional[s]), 0);
  expect(far).toBeGreaterThan(0.01);
});

test("an RBM's blocks are its layers, and its law is the same", () => {
  const machine = boltzmannFromRbm(strongRbm(3, 2));
  const { law, kind } = stationaryLaw(machine, { dynamics: "blocks" });
  expect(kind).toBe("boltzmann-gibbs");
  expect(law).toEqual(stationaryLaw(machine, { dynamics: "sequential" }).law);
});

test("refuses what is too large, by the free units", () => {
  const large = createNetwork(normals(121), normals(11));
  expect(() => stationaryLaw(large, { dynamics: "glauber" })).toThrow("got 11 free units; expected at most 10");
  const clamped = new Map<number, 0 | 1>([[10, 1]]);
  expect(stationaryLaw(large, { dynamics: "glauber", clamped }).law).toHaveLength(1024);
  const machine = createBoltzmann(new Float64Array(17 ** 2));
  expect(() => stationaryLaw(machine, { dynamics: "glauber" })).toThrow("got 17 free units; expected at most 16");
});
