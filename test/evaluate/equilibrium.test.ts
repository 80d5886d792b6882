import { describe, expect, test } from "vitest";
import { equilibrium, networkLogPartition } from "#src/evaluate/equilibrium.js";
import { boltzmannGibbs } from "#src/evaluate/exact-network.js";
import { createBoltzmann, stateEnergy } from "#src/machines/boltzmann.js";
import { codeOf, stateOf } from "#src/math/states.js";
import { randomStream } from "#src/random/stream.js";

const random = randomStream(11, "data");
const normals = (n: number, scale = 1) => Array.from({ length: n }, () => scale * random.normal());
const machine = createBoltzmann(normals(25, 1.2), normals(5), { symmetrize: true });

test("log Z is log Σ e^{−E / T} of all states, and the law's normaliser", () => {
  for (const temperature of [0.3, 1, 10]) {
    const energies = Array.from({ length: 32 }, (_, code) => stateEnergy(machine, stateOf(code, 5)));
    const expected = Math.log(energies.reduce((sum, energy) => sum + Math.exp(-energy / temperature), 0));
    expect(networkLogPartition(machine, temperature)).toBeCloseTo(expected, 12);
    expect(Math.log(boltzmannGibbs(machine, temperature)[0])).toBeCloseTo(-expected, 12);
  }
});

test("24 units, each joined with each, in seconds: equal weights and biases have Z = Σ_k (24 over k) e^{b k + w k (k − 1) / 2}", () => {
  const [w, b] = [0.11, -0.9];
  const machine = createBoltzmann(
    Array.from({ length: 576 }, (_, at) => (at % 25 === 0 ? 0 : w)),
    new Float64Array(24).fill(b),
  );
  let [Z, choices] = [0, 1];
  for (let k = 0; k <= 24; k++) {
    Z += choices * Math.exp(b * k + (w * k * (k - 1)) / 2);
    choices *= (24 - k) / (k + 1);
  }
  const started = performance.now();
  expect(networkLogPartition(machine)).toBeCloseTo(Math.log(Z), 11);
  expect(performance.now() - started).toBeLessThan(5_000);
});

test("what falls apart needs no enumeration: 300 independent units, a chain of 60", () => {
  const bias = normals(300);
  const expected = bias.reduce((sum, b) => sum + Math.log1p(Math.exp(b)), 0);
  expect(networkLogPartition(createBoltzmann(new Float64Array(90_000), bias))).toBeCloseTo(expected, 9);
  // a chain by its transfer matrix
  const couplings = normals(59);
  const weights = new Float64Array(3600);
  couplings.forEach((w, i) => {
    weights[i * 60 + i + 1] = w;
    weights[(i + 1) * 60 + i] = w;
  });
  let [off, on] = [1, Math.exp(bias[0])];
  couplings.forEach((w, i) => {
    [off, on] = [off + on, (off + on * Math.exp(w)) * Math.exp(bias[i + 1])];
  });
  expect(networkLogPartition(createBoltzmann(weights, bias.slice(0, 60)))).toBeCloseTo(Math.log(off + on), 9);
});

test("no overflow at energies of thousands", () => {
  const strong = createBoltzmann([0, 5000, 5000, 0], [1000, 1000]);
  expect(networkLogPartition(strong)).toBeCloseTo(7000, 9);
  expect(boltzmannGibbs(strong)[3]).toBe(1);
});

describe.each([0.4, 1, 2.5])("equilibrium at T = %d", (temperature) => {
  const got = equilibrium(machine, { temperature, top: 5 });
  const law = boltzmannGibbs(machine, temperature);
  const states = Array.from(law, (p, code) => ({ p, s: stateOf(code, 5), E: stateEnergy(machine, stateOf(code, 5)) }));
  const expectation = (f: (s: Uint8Array, E: number) => number) =>
    states.reduce((sum, { p, s, E }) => sum + p * f(s, E), 0);

  test("energy, entropy and moments are sums over the enumerated law", () => {
    expect(got.energy).toBeCloseTo(
      expectation((_, E) => E),
      12,
    );
    expect(got.entropy).toBeCloseTo(-states.reduce((sum, { p }) => sum + p * Math.log(p), 0), 12);
    for (let i = 0; i < 5; i++) {
      expect(got.mean[i]).toBeCloseTo(
        expectation((s) => s[i]),
        12,
      );
      for (let j = 0; j < 5; j++)
        expect(got.correlation[i * 5 + j]).toBeCloseTo(
          expectation((s) => s[i] * s[j]),
          12,
        );
    }
  });

  test("heat capacity is dU / dT, by a central difference", () => {
    const h = 1e-4;
    const U = (T: number) => equilibrium(machine, { temperature: T }).energy;
    expect(got.heatCapacity).toBeCloseTo((U(temperature + h) - U(temperature - h)) / (2 * h), 6);
  });

  test("the likeliest states, in order", () => {
    const expected = states.sort((a, b) => b.p - a.p).slice(0, 5);
    expect(got.states.map(({ state }) => codeOf(state))).toEqual(expected.map(({ s }) => codeOf(s)));
    got.states.forEach(({ probability, energy }, i) => {
      expect(probability).toBeCloseTo(expected[i].p, 12);
      expect(energy).toBeCloseTo(expected[i].E, 12);
    });
  });
});

test("too many units is a refusal that names what to use", () => {
  const large = createBoltzmann(new Float64Array(29 * 29));
  expect(() => equilibrium(large)).toThrow(
    "equilibrium: got 29 units, 2^29 states; expected at most 28 units. Sample instead: networkSampler.",
  );
  const full = createBoltzmann(Array.from({ length: 961 }, (_, at) => (at % 32 === 0 ? 0 : 1)));
  expect(() => networkLogPartition(full)).toThrow(
    /networkLogPartition: got 31 units, so connected that the sum has .*; expected at most 2\^29 terms. Sample instead/,
  );
});
