import { describe, expect, test } from "vitest";
import { boltzmannFromRbm, createBoltzmann, stateEnergy } from "#src/machines/boltzmann.js";
import { absorbBias, createNetwork, extractBias, firingProbability, unitInput } from "#src/machines/network.js";
import { energy } from "#src/machines/rbm.js";
import { randomStream } from "#src/random/stream.js";
import { allStates, strongRbm } from "../oracles/enumerate.js";

/** Nothing symmetric in it, so that M and its transpose differ. */
function randomWeights(units: number, seed: number, scale = 1): number[] {
  const random = randomStream(seed, "data");
  return Array.from({ length: units * units }, () => scale * random.normal());
}

describe("network", () => {
  const M = randomWeights(3, 1);
  const b = [0.3, -1, 2];
  const network = createNetwork(M, b);

  test("x_j = Σ_i M_ij s_i + b_j: M_ij leads from i to j", () => {
    expect(unitInput(network, [1, 0, 1], 1)).toBeCloseTo(M[1] + M[7] - 1, 14);
    expect(unitInput(network, [0, 0, 0], 2)).toBe(2);
  });

  test("P(s_j = 1) = σ(x_j / T)", () => {
    const x = unitInput(network, [1, 1, 0], 0);
    expect(firingProbability(network, [1, 1, 0], 0, 2.5)).toBeCloseTo(1 / (1 + Math.exp(-x / 2.5)), 14);
  });

  test("a bias absorbed as the weights of a unit that is always on gives the same inputs, and comes out again", () => {
    const absorbed = absorbBias(network);
    expect(absorbed.units).toBe(4);
    for (const s of allStates(3)) {
      for (let j = 0; j < 3; j++) expect(unitInput(absorbed, [...s, 1], j)).toBeCloseTo(unitInput(network, s, j), 14);
    }
    expect(extractBias(absorbed)).toEqual(network);
  });

  test.each<[string, () => unknown, RegExp]>([
    ["weights that are not square", () => createNetwork([1, 2, 3]), /network: weights: got 3 numbers; expected N × N/],
    ["another number of biases", () => createNetwork([0, 1, 1, 0], [1]), /network: bias: got 1 numbers; expected 2/],
    ["NaN among the weights", () => createNetwork([0, Number.NaN, 1, 0]), /weight from unit 0 to unit 1: got NaN/],
    ["an infinite bias", () => createNetwork([0, 1, 1, 0], [0, Infinity]), /bias of unit 1: got Infinity/],
  ])("refused: %s", (_, make, message) => {
    expect(make).toThrow(message);
  });
});

describe("Boltzmann machine", () => {
  test("E(s) = −½ sᵀMs − bᵀs", () => {
    const machine = createBoltzmann(randomWeights(5, 2), [1, -2, 0.5, 0, 3], { symmetrize: true });
    for (const s of allStates(5)) {
      let expected = 0;
      for (let i = 0; i < 5; i++) {
        expected -= machine.bias[i] * s[i];
        for (let j = 0; j < 5; j++) expected -= 0.5 * s[i] * machine.weights[i * 5 + j] * s[j];
      }
      expect(stateEnergy(machine, s)).toBeCloseTo(expected, 12);
    }
  });

  test.each<[string, () => unknown, RegExp]>([
    [
      "asymmetric weights",
      () => createBoltzmann([0, 1, 2, 0]),
      /2 from 1 to 0, 1 back; expected symmetric.*symmetrize; createNetwork takes any/,
    ],
    ["a diagonal", () => createBoltzmann([0, 1, 1, 3]), /3 on the diagonal, unit 1/],
    [
      "a visible unit that is not there",
      () => createBoltzmann([0, 1, 1, 0], [0, 0], { visible: [0, 2] }),
      /visible: got 2/,
    ],
    ["a visible unit twice", () => createBoltzmann([0, 1, 1, 0], [0, 0], { visible: [1, 1] }), /visible: got 1/],
  ])("refused: %s", (_, make, message) => {
    expect(make).toThrow(message);
  });
});

test("an RBM as a general machine has the same energies, and its visible units come first", () => {
  const rbm = strongRbm(3, 2, 6);
  const machine = boltzmannFromRbm(rbm);
  expect(machine.visible).toEqual([0, 1, 2]);
  for (const v of allStates(3)) {
    for (const h of allStates(2)) expect(stateEnergy(machine, [...v, ...h])).toBeCloseTo(energy(rbm, v, h), 12);
  }
});
