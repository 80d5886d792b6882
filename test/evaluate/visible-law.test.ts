import { describe, expect, test } from "vitest";
import { clampedMoments } from "#src/evaluate/clamped-moments.js";
import { exactMoments } from "#src/evaluate/moments.js";
import { exactLogLikelihoods, visibleDistribution } from "#src/evaluate/visible-law.js";
import { type Boltzmann, boltzmannFromRbm, createBoltzmann } from "#src/machines/boltzmann.js";
import {
  bipartiteConnections,
  type Connections,
  fullConnections,
  groupConnections,
} from "#src/machines/connections.js";
import { freeEnergy } from "#src/machines/rbm.js";
import { klDivergence } from "#src/math/divergence.js";
import { codeOf, stateOf } from "#src/math/states.js";
import { randomStream } from "#src/random/stream.js";
import { strongRbm, visibleDistribution as visibleOfRbm } from "../oracles/enumerate.js";
import {
  absoluteError,
  naiveLaw,
  randomGraph,
  randomMachine,
  range,
  relativeError,
} from "../oracles/small-machines.js";

const random = randomStream(31, "data");
const machines: [string, Connections, number[]][] = [
  ["no H–H connections", groupConnections([3, 3], { hidden: 3 }), range(6)],
  ["H–H connections", groupConnections([2, 3], { hidden: 4, amongHidden: true }), range(5)],
  ["an RBM", bipartiteConnections(5, 4), range(5)],
  ["no hidden units", fullConnections(5), range(5)],
  ["a random graph, visible units in any order", randomGraph(9, 0.5, random), [7, 2, 4, 0]],
];

describe.each(machines)("%s", (_, connections, visible) => {
  const machine = randomMachine(connections, visible, 12);
  const all = range(2 ** visible.length).map((code) => stateOf(code, visible.length));

  test("P(v) is the sum of P(s) over the hidden units", () => {
    for (const temperature of [1, 0.6]) {
      const { states, law } = naiveLaw(machine, temperature);
      const expected = new Float64Array(all.length);
      states.forEach((s, at) => {
        expected[codeOf(visible.map((unit) => s[unit]))] += law[at];
      });
      const got = visibleDistribution(machine, temperature);
      expect(relativeError(got, expected)).toBeLessThan(1e-12);
      const cases = all.flatMap((v) => [...v]);
      expect(absoluteError(exactLogLikelihoods(machine, cases, temperature), expected.map(Math.log))).toBeLessThan(
        1e-11,
      );
    }
  });

  test("clamped less free moments over T is the gradient of the mean log-likelihood, by central differences to 1e-6", () => {
    const cases = range(5).flatMap(() => visible.map(() => random.index(2)));
    const { units } = machine;
    for (const temperature of [1, 2.5]) {
      const [clamped, free] = [clampedMoments(machine, cases, { temperature }), exactMoments(machine, temperature)];
      const gradient: number[] = [];
      const differences: number[] = [];
      const likelihood = (change: (weights: Float64Array, bias: Float64Array) => void) => {
        const [weights, bias] = [machine.weights.slice(), machine.bias.slice()];
        change(weights, bias);
        const logs = exactLogLikelihoods(createBoltzmann(weights, bias, { visible }), cases, temperature);
        return logs.reduce((sum, log) => sum + log, 0) / 5;
      };
      const h = 1e-4;
      for (let i = 0; i < units; i++) {
        for (let j = 0; j <= i; j++) {
          const at = i * units + j;
          gradient.push((clamped.pair[at] - free.pair[at]) / temperature);
          const shifted = (by: number) =>
            likelihood((weights, bias) => {
              if (i === j) bias[i] += by;
              else for (const place of [at, j * units + i]) weights[place] += by;
            });
          differences.push((shifted(h) - shifted(-h)) / (2 * h));
        }
      }
      const largest = Math.max(...gradient.map(Math.abs));
      expect(largest).toBeGreaterThan(0.02);
      expect(absoluteError(gradient, differences) / largest).toBeLessThan(1e-6);
      // the planted error: the biases' sign
      const wrong: Boltzmann = { ...machine, bias: machine.bias.map((b) => -b) };
      const other = clampedMoments(wrong, cases, { temperature }).mean.map(
        (mean, i) => (mean - exactMoments(wrong, temperature).mean[i]) / temperature,
      );
      const own = range(units).map((i) => (clamped.mean[i] - free.mean[i]) / temperature);
      expect(absoluteError(other, own) / largest).toBeGreaterThan(0.01);
    }
  });
});

test("of an RBM: its own P(v), and free energies", () => {
  const rbm = strongRbm(5, 3, 8);
  const machine = boltzmannFromRbm(rbm);
  expect(relativeError(visibleDistribution(machine), visibleOfRbm(rbm))).toBeLessThan(1e-12);
  const [a, b] = exactLogLikelihoods(machine, [1, 0, 1, 1, 0, 0, 0, 1, 1, 1]);
  expect(a - b).toBeCloseTo(freeEnergy(rbm, [0, 0, 1, 1, 1]) - freeEnergy(rbm, [1, 0, 1, 1, 0]), 12);
});

test("the 8-3-8 encoder: 2^16 visible states, Σ P = 1, and G falls where weights learn", () => {
  const connections = groupConnections([8, 8], { hidden: 3 });
  const machine = randomMachine(connections, range(16), 4, 0.3);
  const law = visibleDistribution(machine);
  expect(law.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  const data = new Float64Array(2 ** 16);
  for (let n = 0; n < 8; n++) data[(1 << n) | (1 << (n + 8))] = 1 / 8;
  const cases = range(8).flatMap((n) => range(16).map((i) => Number(i % 8 === n)));
  // G = −H(data) − mean log-likelihood
  const mean = exactLogLikelihoods(machine, cases).reduce((a, b) => a + b) / 8;
  const before = klDivergence(data, law);
  expect(before).toBeCloseTo(-Math.log(8) - mean, 11);
  const [clamped, free] = [clampedMoments(machine, cases), exactMoments(machine)];
  const { pairs } = connections;
  const weights = machine.weights.slice();
  for (let at = 0; at < pairs.length; at += 2) {
    for (const place of [pairs[at] * 19 + pairs[at + 1], pairs[at + 1] * 19 + pairs[at]]) {
      weights[place] += 0.1 * (clamped.pair[place] - free.pair[place]);
    }
  }
  expect(klDivergence(data, visibleDistribution({ ...machine, weights }))).toBeLessThan(before - 0.01);
});

describe("refused", () => {
  test("too many visible units, and too many terms", () => {
    const wide = createBoltzmann(new Float64Array(625));
    expect(() => visibleDistribution(wide)).toThrow(
      "visibleDistribution: got 25 units, 2^25 states; expected at most 24 units. Take exactLogLikelihoods of the cases that matter.",
    );
    const deep = randomMachine(fullConnections(40), range(20), 1);
    expect(() => visibleDistribution(deep)).toThrow(/visibleDistribution: got 20 units, so connected .* at most 2\^9 /);
    expect(() => exactLogLikelihoods(deep, new Uint8Array(20))).toThrow(/networkLogPartition: got 40 units/);
  });

  test("cases that do not fit", () => {
    const machine = randomMachine(fullConnections(4), [0, 1, 2], 1);
    expect(() => exactLogLikelihoods(machine, [1, 0])).toThrow(/exactLogLikelihoods: cases: got 2 values/);
    expect(() => exactLogLikelihoods(machine, [1, 0, 2])).toThrow(/case 0, visible unit 2: got 2; expected 0 or 1/);
  });
});
