import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AnnealedChains, Run } from "#src/evaluate/annealed-chains.js";
import { baseFromData, baseFromMeans } from "#src/evaluate/base-rates.js";
import { exactNetworkStates, exactVisibleStates } from "#src/evaluate/exact-draws.js";
import { boltzmannGibbs } from "#src/evaluate/exact-network.js";
import { networkChains } from "#src/evaluate/network-chains.js";
import { rbmChains } from "#src/evaluate/rbm-chains.js";
import type { Kernels } from "#src/kernels/kernels.js";
import { createKernels } from "#src/kernels/threads.js";
import { createBoltzmann } from "#src/machines/boltzmann.js";
import { randomStream } from "#src/random/stream.js";
import { allStates, codeOf, strongRbm, visibleDistribution } from "../oracles/enumerate.js";
import { type ExactPath, networkPath, rbmPath } from "../oracles/exact-chains.js";

const run: Run = { seed: 3, number: 0, firstChain: 0 };
const base = baseFromMeans([0.2, 0.7, 0.5, 0.35]);
const rbm = strongRbm(4, 3, 8, 1.5);
const random = randomStream(11, "data");
const machine = createBoltzmann(
  Array.from({ length: 16 }, () => 1.5 * random.normal()),
  [0.4, -0.9, 0.1, 1.2],
  { symmetrize: true },
);

/** Total variation of the states' histogram from a law, and what it exceeds with probability 1e-6 [McDiarmid, with Jensen for the mean]. */
function distance(states: Uint8Array, law: ArrayLike<number>) {
  const units = Math.log2(law.length);
  const count = states.length / units;
  const found = new Float64Array(law.length);
  for (let n = 0; n < count; n++) found[codeOf(states.subarray(n * units, (n + 1) * units))] += 1 / count;
  let [variation, mean] = [0, 0];
  for (let s = 0; s < law.length; s++) {
    variation += Math.abs(found[s] - law[s]) / 2;
    mean += Math.sqrt((law[s] * (1 - law[s])) / count) / 2;
  }
  return { variation, most: mean + Math.sqrt(Math.log(1e6) / (2 * count)) };
}

function normalised(logs: Float64Array): Float64Array {
  const total = logs.reduce((sum, x) => sum + Math.exp(x), 0);
  return logs.map((x) => Math.exp(x) / total);
}

/** Draws of a law, as states. */
function drawn(law: Float64Array, units: number, count: number): Uint8Array {
  const stream = randomStream(21, "data");
  const all = new Uint8Array(count * units);
  const states = allStates(units);
  for (let n = 0; n < count; n++) {
    let u = stream.uniform();
    let code = 0;
    while (code < law.length - 1 && u >= law[code]) u -= law[code++];
    all.set(states[code], n * units);
  }
  return all;
}

const count = 40_000;

describe.each<["rbm" | "network", ExactPath]>([
  ["rbm", rbmPath(rbm, base.logits)],
  ["network", networkPath(machine, base.logits)],
])("chains of a path in the kernels: %s", (kind, path) => {
  let kernels: Kernels;
  let chains: AnnealedChains;
  beforeAll(async () => {
    kernels = await createKernels({ threads: 2 });
    chains = kind === "rbm" ? rbmChains(kernels, rbm, count) : networkChains(kernels, machine, count);
    chains.base = base;
  });
  afterAll(() => kernels.dispose());

  test("log Z_0, and draws of f_0", () => {
    expect(chains.baseLogPartition).toBeCloseTo(path.logZ0, 12);
    chains.drawBase(count, run);
    const { variation, most } = distance(chains.read(), normalised(path.logs(0)));
    expect(variation).toBeLessThan(most);
  });

  test.each([
    [0, 1],
    [0.4, 0.41],
    [1, 0.7],
  ])("ln f_to − ln f_from of every state, from %d to %d, within 1e-5", (from, to) => {
    const states = allStates(4);
    chains.write(Uint8Array.from(states.flatMap((s) => [...s])));
    const [f, t] = [path.logs(Math.fround(from)), path.logs(Math.fround(to))];
    chains.advance(from, to).forEach((ratio, s) => {
      expect(Math.abs(ratio - (t[s] - f[s]))).toBeLessThan(1e-5);
    });
  });

  test.each([0.05, 0.5, 1])("a sweep leaves f_β as it is, from exact draws, β = %d", (beta) => {
    const law = normalised(path.logs(beta));
    for (const backwards of [false, true]) {
      chains.write(drawn(law, 4, count));
      for (let step = 1; step <= 3; step++) chains.move(beta, { run, step, backwards });
      const { variation, most } = distance(chains.read(), law);
      expect(variation).toBeLessThan(most);
    }
    // planted: a sweep at another temperature
    chains.write(drawn(law, 4, count));
    chains.move(beta === 1 ? 0.7 : beta + 0.3, { run, step: 1 });
    const { variation, most } = distance(chains.read(), law);
    expect(variation).toBeGreaterThan(most);
  });

  test("a sweep and a sweep backwards lead from a state where their matrices say", () => {
    for (const backwards of [false, true]) {
      const matrix = path.matrix(0.8, backwards);
      const other = path.matrix(0.8, !backwards);
      for (const from of [0, 5, 10]) {
        const start = allStates(4)[from] as Uint8Array;
        chains.write(Uint8Array.from({ length: count * 4 }, (_, at) => start[at % 4]));
        chains.move(0.8, { run, step: 7, backwards });
        const states = chains.read();
        const { variation, most } = distance(states, matrix[from]);
        expect(variation).toBeLessThan(most);
        // the order of the units shows, where there is one
        if (kind === "network") expect(distance(states, other[from]).variation).toBeGreaterThan(most);
      }
    }
  });
});

describe("exact draws", () => {
  test.each([
    ["hidden", strongRbm(5, 3, 2, 1.3)],
    ["visible", strongRbm(3, 6, 2, 1.3)],
  ])("of P(v), the %s layer enumerated", (_, small) => {
    const { variation, most } = distance(exactVisibleStates(small, count, 4), visibleDistribution(small));
    expect(variation).toBeLessThan(most);
  });

  test("of a general machine; another seed gives others; 17 units are refused", () => {
    const { variation, most } = distance(exactNetworkStates(machine, count, 4), boltzmannGibbs(machine));
    expect(variation).toBeLessThan(most);
    expect(exactNetworkStates(machine, 50, 5)).not.toEqual(exactNetworkStates(machine, 50, 6));
    expect(() => exactVisibleStates(strongRbm(17, 20), 1, 1)).toThrow("exactVisibleStates: got 17 units");
  });
});

describe("base rates", () => {
  test("are the smoothed means of data, as multiples of 2^−24; logits of just these", () => {
    const levels = Uint8Array.from([0, 255, 51, 0, 255, 255]);
    const { probabilities, logits } = baseFromData({ name: "two", cases: 2, units: 3, levels });
    [0.01, 0.99, 0.01 + 0.98 * 0.6].forEach((p, i) => {
      expect(probabilities[i]).toBeCloseTo(p, 6);
      expect((probabilities[i] * 2 ** 24) % 1).toBe(0);
      expect(1 / (1 + Math.exp(-logits[i]))).toBeCloseTo(probabilities[i], 15);
    });
  });

  test("means of any number of cases, of bytes and of floats", () => {
    for (const cases of [1, 3, 4, 7, 8, 13]) {
      const bytes = Uint8Array.from({ length: 5 * cases }, (_, n) => (n * n * 37) % 256);
      const means = Float64Array.from({ length: 5 }, (_, i) => {
        return bytes.reduce((sum, level, n) => sum + (n % 5 === i ? level / 255 / cases : 0), 0);
      });
      const expected = baseFromMeans(means).probabilities;
      for (const levels of [bytes, Float32Array.from(bytes, (level) => level / 255)]) {
        const found = baseFromData({ name: "some", cases, units: 5, levels }).probabilities;
        found.forEach((p, i) => {
          expect(Math.abs(p - (expected[i] as number))).toBeLessThanOrEqual(2 ** -23);
        });
      }
    }
  });

  test("means that are none are refused", () => {
    expect(() => baseFromMeans([0.5, 1.2])).toThrow("base rates: got 1.2 of unit 1; expected means in [0, 1]");
  });
});
