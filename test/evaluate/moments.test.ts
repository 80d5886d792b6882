import { describe, expect, test } from "vitest";
import { clampedMoments, clampedMomentsOf } from "#src/evaluate/clamped-moments.js";
import { equilibrium } from "#src/evaluate/equilibrium.js";
import { exactMoments, exactMomentsOf } from "#src/evaluate/moments.js";
import { planSum, type SumPlan } from "#src/evaluate/separator.js";
import { exactSum } from "#src/evaluate/sums.js";
import { type Boltzmann, createBoltzmann, hiddenUnits } from "#src/machines/boltzmann.js";
import {
  bipartiteConnections,
  type Connections,
  edgeConnections,
  fullConnections,
  groupConnections,
  latticeConnections,
} from "#src/machines/connections.js";
import { neighbours } from "#src/machines/graph.js";
import { randomStream } from "#src/random/stream.js";
import { allStates } from "../oracles/enumerate.js";
import {
  absoluteError,
  naiveLaw,
  naivePair,
  randomGraph,
  randomMachine,
  range,
  relativeError,
} from "../oracles/small-machines.js";

const random = randomStream(23, "data");
const tree = edgeConnections(
  13,
  range(12).map((i): [number, number] => [i + 1, random.index(i + 1)]),
);

/** Name, connections, how many visible units come first. */
const graphs: [string, Connections, number][] = [
  ["the 4-2-4 encoder", groupConnections([4, 4], { hidden: 2 }), 8],
  ["an encoder whose hidden units are joined", groupConnections([4, 4], { hidden: 3, amongHidden: true }), 8],
  ["an RBM of few hidden units", bipartiteConnections(9, 3), 9],
  ["an RBM of few visible units", bipartiteConnections(3, 9), 3],
  ["a full machine", fullConnections(10), 6],
  ["a lattice", latticeConnections(3, 4), 12],
  ["a torus", latticeConnections(4, 3, { periodic: true }), 4],
  ["a chain", latticeConnections(1, 13), 5],
  ["a tree", tree, 6],
  ["two parts and a unit by itself", edgeConnections(9, [[0, 1], [1, 2], [0, 2], [4, 5], [5, 6], [6, 7], [7, 4], [8, 4]]), 9], // biome-ignore format: one line
  ["no connections", edgeConnections(6, []), 3],
  ["one unit", edgeConnections(1, []), 1],
  ...range(12).map((n): [string, Connections, number] => {
    const density = 0.08 * (n + 1);
    return [`a random graph of density ${density.toFixed(2)}`, randomGraph(12, density, random), 5];
  }),
];

describe("free moments are sums over all states, relative error ≤ 1e-12", () => {
  test.each(graphs)("%s", (_, connections, visible) => {
    for (const [temperature, scale] of [
      [1, 1],
      [2.5, 1],
      [0.4, 2],
    ]) {
      const machine = randomMachine(connections, range(visible), visible + 3, scale);
      const { states, law, logZ } = naiveLaw(machine, temperature);
      const expected = naivePair(states, law);
      const got = exactMoments(machine, temperature);
      expect(Math.abs(got.logPartition - logZ)).toBeLessThan(1e-12 * Math.max(1, Math.abs(logZ)));
      expect(relativeError(got.pair, expected)).toBeLessThan(1e-12);
      expect(got.mean).toEqual(Float64Array.from(range(machine.units), (i) => got.pair[i * machine.units + i]));
    }
  });

  test("and those of equilibrium(), which visits every state", () => {
    const machine = randomMachine(randomGraph(11, 0.5, random), range(11), 40);
    const [got, expected] = [exactMoments(machine, 1.3), equilibrium(machine, { temperature: 1.3 })];
    expect(relativeError(got.pair, expected.correlation)).toBeLessThan(1e-11);
    expect(got.logPartition).toBeCloseTo(expected.logPartition, 11);
  });

  test("planned once, for weights and temperatures that change; only joined pairs where that is asked for", () => {
    const connections = groupConnections([3, 4], { hidden: 2 });
    const planned = exactMomentsOf(connections, range(7));
    const joinedOnly = exactMomentsOf(connections, range(7), { pairs: "joined" });
    for (const [seed, temperature] of [
      [1, 1],
      [2, 10],
      [3, 0.5],
      [1, 1],
    ]) {
      const { weights, bias } = randomMachine(connections, range(7), seed);
      const { states, law, logZ } = naiveLaw(createBoltzmann(weights, bias), temperature);
      const all = planned(weights, bias, temperature);
      expect(relativeError(all.pair, naivePair(states, law))).toBeLessThan(1e-12);
      expect(all.logPartition).toBeCloseTo(logZ, 12);
      const some = joinedOnly(weights, bias, temperature);
      expect(some.logPartition).toBe(all.logPartition);
      expect(relativeError(some.mean, all.mean)).toBeLessThan(1e-14);
      const asked = new Uint8Array(81);
      for (let i = 0; i < 9; i++) asked[i * 10] = 1;
      const { pairs } = connections;
      for (let at = 0; at < pairs.length; at += 2) {
        asked[pairs[at] * 9 + pairs[at + 1]] = 1;
        asked[pairs[at + 1] * 9 + pairs[at]] = 1;
      }
      some.pair.forEach((value, at) => {
        if (asked[at]) expect(Math.abs(value / all.pair[at] - 1)).toBeLessThan(1e-14);
        else expect(value).toBeNaN();
      });
    }
  });

  test("energies of thousands: no overflow, exact zeros and ones at most", () => {
    // two groups through a hidden unit that is worth 3000
    const connections = groupConnections([2, 2], { hidden: 1 });
    const weights = new Float64Array(25);
    for (let at = 0; at < connections.pairs.length; at += 2) {
      const [i, j] = [connections.pairs[at], connections.pairs[at + 1]];
      weights[i * 5 + j] = 1000;
      weights[j * 5 + i] = 1000;
    }
    const got = exactMoments(createBoltzmann(weights, [-500, -500, -500, -500, -1000], { visible: range(4) }));
    expect(got.logPartition).toBe(6000 - 3000);
    expect([...got.pair]).toEqual(new Array(25).fill(1));
  });
});

describe("clamped moments are sums over the hidden states of each case", () => {
  function naiveClamped(machine: Boltzmann, cases: Uint8Array[], shares: number[], temperature: number) {
    const { states, law, logZ } = naiveLaw(machine, temperature);
    const pair = new Float64Array(machine.units ** 2);
    const logs = cases.map((v, c) => {
      const fits = law.map((p, at) => (machine.visible.every((unit, i) => states[at][unit] === v[i]) ? p : 0));
      naivePair(states, fits).forEach((p, at) => {
        pair[at] += shares[c] * p;
      });
      return logZ + Math.log(fits.reduce((a, b) => a + b, 0));
    });
    return { pair, logs };
  }

  test.each(graphs)("%s", (_, connections, visible) => {
    // not the first units, and not in order
    const shown = range(connections.units)
      .filter((i) => (i * 5) % connections.units < visible)
      .reverse();
    const machine = randomMachine(connections, shown, 7);
    const cases = range(6).map(() => Uint8Array.from(shown, () => random.index(2)));
    const weights = [3, 1, 0, 2, 0.5, 1.5];
    for (const temperature of [1, 3]) {
      for (const caseWeights of [undefined, weights]) {
        const got = clampedMoments(
          machine,
          cases.flatMap((v) => [...v]),
          { temperature, ...(caseWeights && { caseWeights }) },
        );
        const shares = caseWeights ? weights.map((w) => w / 8) : weights.map(() => 1 / 6);
        const { pair, logs } = naiveClamped(machine, cases, shares, temperature);
        expect(absoluteError(got.pair, pair)).toBeLessThan(1e-13);
        expect(absoluteError(got.logPartitions, logs)).toBeLessThan(1e-11);
      }
    }
  });

  test("over all visible states with the model's own weights they are the free moments", () => {
    const machine = randomMachine(groupConnections([3, 2], { hidden: 3, amongHidden: true }), range(5), 5);
    const cases = allStates(5).flatMap((v) => [...v]);
    const { logPartitions } = clampedMoments(machine, cases);
    const caseWeights = logPartitions.map((log) => Math.exp(log));
    const [clamped, free] = [clampedMoments(machine, cases, { caseWeights }), exactMoments(machine)];
    expect(relativeError(clamped.pair, free.pair)).toBeLessThan(1e-12);
    const joined = clampedMomentsOf(groupConnections([3, 2], { hidden: 3, amongHidden: true }), range(5), {
      pairs: "joined",
    })(machine.weights, machine.bias, cases);
    expect(joined.pair[3]).toBeNaN();
    expect(joined.logPartitions).toEqual(logPartitions);
  });

  test("a machine of visible units only: the moments of the data", () => {
    const machine = randomMachine(fullConnections(3), range(3), 1);
    const got = clampedMoments(machine, [1, 1, 0, 0, 1, 0]);
    expect([...got.pair]).toEqual([0.5, 0.5, 0, 0.5, 1, 0, 0, 0, 0]);
  });
});

describe("plans", () => {
  /** What is wrong with a plan for these units: units lost or twice, parts that are joined. */
  function faults(connections: Connections, plan: SumPlan): number {
    const lists = neighbours(connections);
    const met = (a: readonly number[], b: readonly number[]) => a.some((i) => b.some((j) => lists[i].includes(j)));
    const unitsOf = (one: SumPlan): number[] =>
      one.kind === "given" ? [...one.separator, ...one.parts.flatMap(unitsOf)] : [...one.units];
    const within = (one: SumPlan): number => {
      if (one.kind === "independent") return Number(met(one.units, one.units));
      if (one.kind === "table") return 0;
      const parts = one.parts.map(unitsOf);
      const joined = parts.filter((part, n) => parts.some((other, m) => m < n && met(part, other))).length;
      return joined + one.parts.reduce((sum, part) => sum + within(part), 0);
    };
    const units = unitsOf(plan).sort((a, b) => a - b);
    return within(plan) + Number(units.join() !== range(connections.units).join());
  }
  const planOf = (connections: Connections, visible: number, most = 2 ** 25) =>
    planSum(neighbours(connections), range(connections.units), [range(visible)], most);

  test.each(graphs)("%s: every unit once, and parts that nothing joins", (_, connections, visible) => {
    expect(faults(connections, planOf(connections, visible).plan)).toBe(0);
  });

  test("100 sparse random graphs of 30 units", () => {
    for (let n = 0; n < 100; n++) {
      const connections = randomGraph(30, 0.01 * (n % 12), random);
      const { plan, terms } = planOf(connections, 10);
      if (Number.isFinite(terms)) expect(faults(connections, plan)).toBe(0);
    }
  });

  test("take fewer terms than states", () => {
    // 2^3 states of H, each with two tables of 2^8, and the units on the way there
    expect(planOf(groupConnections([8, 8], { hidden: 3 }), 16).terms).toBeLessThan(2 ** 3 * (2 * 2 ** 8 + 2 * 19));
    expect(planOf(bipartiteConnections(784, 10), 784).terms).toBeLessThan(2 ** 10 * 784 * 4);
    expect(planOf(latticeConnections(6, 6), 36).terms).toBeLessThan(2 ** 22);
    expect(planOf(latticeConnections(1, 200), 200).terms).toBeLessThan(2 ** 21);
    expect(planOf(fullConnections(16), 16).terms).toBe(2 ** 16);
    expect(planOf(fullConnections(24), 24).terms / 2 ** 24).toBeCloseTo(1, 3);
  });

  test("a set that separates nothing is noticed, and gives wrong moments", () => {
    const chain = latticeConnections(1, 5);
    const right: SumPlan = {
      kind: "given",
      separator: [2],
      parts: [
        { kind: "table", units: [0, 1] },
        { kind: "table", units: [3, 4] },
      ],
    };
    const wrong: SumPlan = { ...right, separator: [1], parts: [{ kind: "table", units: [2, 3] }, { kind: "independent", units: [0, 4] }] }; // biome-ignore format: one line
    expect([faults(chain, right), faults(chain, wrong)]).toEqual([0, 1]);
    const machine = randomMachine(chain, range(5), 9);
    const { logZ, states, law } = naiveLaw(machine);
    const pair = naivePair(states, law);
    const error = (plan: SumPlan) => {
      const sum = exactSum(plan, 5, () => true);
      sum.load(machine.weights, 1);
      const off = Math.abs(sum.run(machine.bias, true) - logZ);
      return Math.max(
        off,
        ...Array.from(sum.pair, (p, n) => Math.abs(p - pair[sum.pairs[2 * n] * 5 + sum.pairs[2 * n + 1]])),
      );
    };
    expect(error(right)).toBeLessThan(1e-14);
    expect(error(wrong)).toBeGreaterThan(0.01);
  });
});

test("speed: a thousand moments of the 8-3-8 encoder, which has 2^19 states, and one of a full machine of 16 units", () => {
  const encoder = groupConnections([8, 8], { hidden: 3 });
  const moments = exactMomentsOf(encoder, range(16));
  const { weights, bias } = randomMachine(encoder, range(16), 2);
  let started = performance.now();
  for (let n = 0; n < 1000; n++) moments(weights, bias, 10);
  expect(performance.now() - started).toBeLessThan(5000);
  const full = randomMachine(fullConnections(16), range(16), 2, 0.3);
  started = performance.now();
  exactMoments(full);
  expect(performance.now() - started).toBeLessThan(1000);
});

describe("refused", () => {
  const connections = groupConnections([2, 2], { hidden: 1 });
  const { weights, bias } = randomMachine(connections, range(4), 1);
  const free = exactMomentsOf(connections, range(4));
  const clamped = clampedMomentsOf(connections, range(4));
  const joined = Float64Array.from(weights);
  joined[2] = 0.25;

  test.each<[string, () => unknown, RegExp]>([
    [
      "a machine too connected",
      () => exactMomentsOf(fullConnections(40)),
      /exactMoments: got 40 units, so connected that the sum has more than 2\^25 terms; expected at most 2\^25 terms. Sample instead: networkSampler; in learning, persistent chains/,
    ],
    ["a large RBM, and quickly", () => exactMomentsOf(bipartiteConnections(784, 500), range(784)), /1284 units, so/],
    ["too many hidden units that are joined", () => clampedMomentsOf(fullConnections(40), range(8)), /32 units, so/],
    ["weights of another machine", () => free(new Float64Array(16), bias), /exactMoments: got 16 weights and 5 biases/],
    ["a weight where nothing is connected", () => free(joined, bias), /got the weight 0.25 from unit 0 to unit 2/],
    ["no temperature", () => free(weights, bias, 0), /temperature: got 0/],
    ["half a case", () => clamped(weights, bias, [0, 1]), /cases: got 2 values; expected one or more cases of 4/],
    ["no case", () => clamped(weights, bias, []), /cases: got 0 values/],
    ["a grey level", () => clamped(weights, bias, [0, 1, 1, 0, 0, 0.5, 0, 1]), /case 1, visible unit 1: got 0.5/],
    ["too few case weights", () => clamped(weights, bias, [0, 1, 1, 0], { caseWeights: [] }), /case weights: got 0/],
    [
      "case weights of 0",
      () => clamped(weights, bias, [0, 1, 1, 0], { caseWeights: [0] }),
      /got 1 of them with the sum 0; expected 1, none negative/,
    ],
    [
      "a negative case weight",
      () => clamped(weights, bias, [0, 1, 1, 0, 0, 0, 0, 0], { caseWeights: [2, -1] }),
      /none negative/,
    ],
  ])("%s", (_, make, message) => {
    expect(make).toThrow(message);
  });
});

test("the hidden units are those that are not visible", () => {
  expect(hiddenUnits({ units: 5, visible: [3, 0] })).toEqual([1, 2, 4]);
});
