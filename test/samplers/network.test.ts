import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { boltzmannGibbs, parallelLaw, stationaryDistribution, transitionMatrix } from "#src/evaluate/exact-network.js";
import type { Kernels } from "#src/kernels/kernels.js";
import { createKernels } from "#src/kernels/threads.js";
import { createBoltzmann, stateEnergy } from "#src/machines/boltzmann.js";
import { absorbBias, createNetwork, type Network } from "#src/machines/network.js";
import {
  energiesOf,
  type ResidentNetwork,
  residentNetwork,
  withResidentNetwork,
  writeCouplings,
} from "#src/machines/resident-network.js";
import { sparseFrom } from "#src/machines/sparse.js";
import { codeOf, stateOf } from "#src/math/states.js";
import { randomStream } from "#src/random/stream.js";
import { type NetworkSamplerOptions, networkSampler } from "#src/samplers/network.js";
import type { Clamped } from "#src/samplers/start.js";
import { driftBound, exactStarts, given, histogram, totalVariation } from "./laws.js";

const chains = 20_000;
const units = 4;
const temperature = 1.3;
const random = randomStream(3, "data");
const normals = (n: number, scale = 1) => Array.from({ length: n }, () => scale * random.normal());
const machine = createBoltzmann(normals(16, 2), normals(4), { symmetrize: true });
const asymmetric = createNetwork(normals(16, 1.5), normals(4));

/** Every dynamics with a law that it leaves as it is. */
const laws: [string, Network, NetworkSamplerOptions, Float64Array][] = [
  ["symmetric, sequential: Boltzmann–Gibbs", machine, { dynamics: "sequential" }, boltzmannGibbs(machine, temperature)],
  ["symmetric, Glauber: Boltzmann–Gibbs", machine, { dynamics: "glauber" }, boltzmannGibbs(machine, temperature)],
  ["symmetric, parallel: Peretto's law", machine, { dynamics: "parallel" }, parallelLaw(machine, temperature)],
  [
    "asymmetric, parallel: the eigenvector of its matrix",
    asymmetric,
    { dynamics: "parallel" },
    stationaryDistribution(transitionMatrix(asymmetric, "parallel", temperature)),
  ],
  [
    "asymmetric, Glauber: the eigenvector of its matrix",
    asymmetric,
    { dynamics: "glauber" },
    stationaryDistribution(transitionMatrix(asymmetric, "glauber", temperature)),
  ],
  [
    "asymmetric, sequential: the eigenvector of a sweep's matrix",
    asymmetric,
    { dynamics: "sequential" },
    stationaryDistribution(transitionMatrix(asymmetric, "sequential", temperature)),
  ],
];

/** Total variation to the law after 1, 4 and 16 steps (Glauber: as many probes as units for one) from exact starts, over its bound. */
function drifts(
  resident: ResidentNetwork,
  options: NetworkSamplerOptions,
  law: Float64Array,
  chains = 20_000,
): number[] {
  const sampler = networkSampler(resident, {
    temperature,
    ...options,
    start: exactStarts(law, resident.units, chains),
  });
  const state = sampler.init(1, chains);
  const steps = options.dynamics === "glauber" ? sampler.free.length : 1;
  return [1, 3, 12].map((more) => {
    sampler.advance(state, more * steps);
    const seen = histogram(state.states.read(chains), resident.units);
    return totalVariation(seen, law) / driftBound(law, chains);
  });
}

const transposed = createNetwork(
  asymmetric.weights.map((_, at) => asymmetric.weights[(at % units) * units + Math.floor(at / units)]),
  asymmetric.bias,
);

describe.each([
  { implementation: "wasm", threads: 2 },
  { implementation: "reference", threads: 1 },
] as const)("$implementation, $threads threads: from exact draws a law stays (α = 1e-6)", (options) => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await createKernels(options);
  });
  afterAll(() => kernels.dispose());

  test.each(laws)("%s, dense and sparse", (_, network, dynamics, law) => {
    const draws = options.implementation === "wasm" ? 20_000 : 3000;
    for (const one of [network, sparseFrom(network)]) {
      expect(Math.max(...drifts(residentNetwork(kernels, one), dynamics, law, draws))).toBeLessThan(1);
    }
  });
});

describe("networkSampler", () => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await createKernels();
  });
  afterAll(() => kernels.dispose());

  // the oracle must see bugs: each moves a law by at least twice the bound within 16 steps
  test.each<[string, Network, NetworkSamplerOptions, number]>([
    ["parallel taken for sequential", machine, { dynamics: "parallel" }, 0],
    ["sequential taken for parallel", machine, { dynamics: "sequential" }, 2],
    ["the temperature left out", machine, { dynamics: "glauber", temperature: 1 }, 1],
    ["biases left out", createNetwork(machine.weights), { dynamics: "sequential" }, 0],
    ["M transposed, parallel", transposed, { dynamics: "parallel" }, 3],
    ["M transposed, Glauber", transposed, { dynamics: "glauber" }, 4],
    ["M transposed, sequential", transposed, { dynamics: "sequential" }, 5],
  ])("planted bug: %s", (_, network, wrong, law) => {
    expect(Math.max(...drifts(residentNetwork(kernels, network), wrong, laws[law][3]))).toBeGreaterThan(2);
  });

  test("one Glauber step follows the transition matrix: rows of counts within 4.5 standard errors", () => {
    const T = transitionMatrix(asymmetric, "glauber");
    const sampler = networkSampler(residentNetwork(kernels, asymmetric), { dynamics: "glauber" });
    const state = sampler.init(1, chains);
    const codes = () => {
      const bits = state.states.read(chains);
      return Array.from({ length: chains }, (_, c) => codeOf(bits.subarray(c * units, (c + 1) * units)));
    };
    const before = codes();
    const { changed } = sampler.step(state);
    const after = codes();
    const counts = new Float64Array(256);
    before.forEach((from, c) => {
      counts[from * 16 + after[c]]++;
    });
    for (let from = 0; from < 16; from++) {
      const n = before.filter((code) => code === from).length;
      for (let to = 0; to < 16; to++) {
        const p = T[from * 16 + to];
        const error = Math.sqrt(n * p * (1 - p));
        expect(Math.abs(counts[from * 16 + to] - n * p)).toBeLessThanOrEqual(4.5 * error + 1e-9);
      }
    }
    expect(changed).toBe(before.filter((from, c) => from !== after[c]).length);
  });

  test.each(["sequential", "glauber"] as const)(
    "%s with units clamped, each chain to its own values: the law given these, from exact starts",
    (dynamics) => {
      const joint = boltzmannGibbs(machine, temperature);
      const start = exactStarts(joint, units, chains);
      const sampler = networkSampler(residentNetwork(kernels, machine), {
        dynamics,
        temperature,
        clamped: [1, 3],
        start,
      });
      const state = sampler.init(2, chains);
      sampler.advance(state, dynamics === "glauber" ? 8 : 4);
      const bits = state.states.read(chains);
      expect([...sampler.free]).toEqual([0, 2]);
      for (const [one, three] of [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ]) {
        const law = given(joint, new Map([[1, one] as const, [3, three] as const]));
        const rows = Array.from({ length: chains }, (_, c) => c).filter(
          (c) => start[c * units + 1] === one && start[c * units + 3] === three,
        );
        const seen = histogram(Uint8Array.from(rows.flatMap((c) => [...bits.subarray(c * units, c * units + 4)])), 4);
        expect(totalVariation(seen, law)).toBeLessThan(driftBound(law, rows.length));
      }
    },
  );

  test("clamped to the same values in all chains: the posterior, from random bits, and no other state; planted: not clamped", () => {
    const values = new Map([
      [1, 1],
      [2, 0],
    ] as const);
    const law = given(boltzmannGibbs(machine), values);
    const seen = (clamped: Clamped) => {
      const sampler = networkSampler(residentNetwork(kernels, machine), { dynamics: "sequential", clamped });
      const state = sampler.init(4, chains);
      sampler.advance(state, 20);
      return histogram(state.states.read(chains), units);
    };
    const posterior = seen(values);
    law.forEach((p, code) => {
      if (p === 0) expect(posterior[code]).toBe(0);
    });
    expect(totalVariation(posterior, law)).toBeLessThan(driftBound(law, chains));
    expect(totalVariation(seen([]), law)).toBeGreaterThan(2 * driftBound(law, chains));
  });

  test("a Glauber step with clamped units draws among the free ones: the only free unit is updated every time", () => {
    const resident = residentNetwork(kernels, createNetwork(new Float64Array(16), [0, 0, 0, 0]));
    const clamped = new Map([
      [0, 1],
      [1, 0],
      [3, 1],
    ] as const);
    const sampler = networkSampler(resident, { dynamics: "glauber", clamped });
    const state = sampler.init(1, chains);
    // a fair coin each time, so half of the chains change; 5 standard errors
    const { changed } = sampler.step(state);
    expect(Math.abs(changed - chains / 2)).toBeLessThan(5 * Math.sqrt(chains / 4));
  });

  test("biases absorbed into a unit that is always on: the same law, from exact starts", () => {
    const law = boltzmannGibbs(machine, temperature);
    const wide = exactStarts(law, units, chains);
    const start = Uint8Array.from({ length: chains * 5 }, (_, at) =>
      at % 5 === 4 ? 1 : wide[Math.floor(at / 5) * 4 + (at % 5)],
    );
    const sampler = networkSampler(residentNetwork(kernels, absorbBias(machine)), {
      dynamics: "sequential",
      temperature,
      clamped: new Map([[4, 1]]),
      start,
    });
    const state = sampler.init(1, chains);
    sampler.advance(state, 4);
    const bits = state.states.read(chains).filter((_, at) => at % 5 !== 4);
    expect(totalVariation(histogram(bits, units), law)).toBeLessThan(driftBound(law, chains));
  });

  test.each(["parallel", "sequential", "glauber"] as const)(
    "%s: 70 steps at once are 70 steps one by one, and steps saved and restored half way",
    (dynamics) => {
      const sampler = networkSampler(residentNetwork(kernels, asymmetric), { dynamics, clamped: new Map([[2, 1]]) });
      const atOnce = sampler.init(8, 50);
      const { changed } = sampler.advance(atOnce, 70);
      const oneByOne = sampler.init(8, 50);
      let sum = 0;
      for (let step = 0; step < 70; step++) sum += sampler.step(oneByOne).changed;
      expect(oneByOne.states.read(50)).toEqual(atOnce.states.read(50));
      expect(sum).toBe(changed);
      const half = sampler.init(8, 50);
      sampler.advance(half, 33);
      const restored = sampler.init(8, 50);
      restored.states.write(half.states.read(50));
      restored.step = half.step;
      sampler.advance(restored, 37);
      expect(restored).toEqual(expect.objectContaining({ seed: 8, chains: 50, step: 70 }));
      expect(restored.states.read(50)).toEqual(atOnce.states.read(50));
    },
  );

  test("a seed repeats, another differs; other purposes draw other numbers", () => {
    const run = (seed: number, more: Partial<NetworkSamplerOptions> = {}) => {
      const sampler = networkSampler(residentNetwork(kernels, machine), { dynamics: "parallel", ...more });
      const state = sampler.init(seed, 50);
      sampler.advance(state, 5);
      return state.states.read(50);
    };
    expect(run(8)).toEqual(run(8));
    expect(run(8)).not.toEqual(run(9));
    const purposes = { unit: "dreamUnit", choice: "dreamChoice", start: "dreamStart" } as const;
    expect(run(8)).not.toEqual(run(8, { purposes }));
  });

  test("changed weights count from the next step; energies are the definition's to float32", () => {
    const resident = residentNetwork(kernels, createNetwork(new Float64Array(16)));
    const energies = energiesOf(resident, 16);
    const all = kernels.states(16, units);
    all.write(Uint8Array.from({ length: 16 * units }, (_, at) => stateOf(Math.floor(at / units), units)[at % units]));
    writeCouplings(resident.couplings, machine);
    energies(all, 16).forEach((energy, code) => {
      expect(energy).toBeCloseTo(stateEnergy(machine, stateOf(code, units)), 5);
    });
    const bits = networkSampler(resident, { dynamics: "sequential" }).init(1, 10);
    const other = networkSampler(residentNetwork(kernels, machine), { dynamics: "sequential" });
    const state = other.init(1, 10);
    networkSampler(resident, { dynamics: "sequential" }).advance(bits, 9);
    other.advance(state, 9);
    expect(bits.states.read(10)).toEqual(state.states.read(10));
  });

  test.each<[string, () => unknown, string]>([
    [
      "a clamped unit that is not there",
      () => sampler({ clamped: new Map([[4, 1]]) }),
      "clamped unit: got 4; expected a unit from 0 to 3",
    ],
    [
      "a unit clamped twice",
      () => sampler({ clamped: [1, 1], start: new Uint8Array(4) }),
      "clamped units: got 1, 1; expected different units",
    ],
    [
      "clamped units without values",
      () => sampler({ clamped: [1] }),
      "clamped units: got no values; expected a value for each. Name",
    ],
    ["no temperature", () => sampler({ temperature: 0 }), "temperature: got 0; expected a positive number"],
    ["no chains", () => sampler({}).init(1, 0), "chains: got 0; expected a whole number, at least 1"],
    [
      "too few start states",
      () => sampler({ start: new Uint8Array(8) }).init(1, 3),
      "start states: got 8 values; expected at least 3 chains × 4 units",
    ],
    [
      "what is no bit",
      () => sampler({ start: new Uint8Array(8).fill(2, 5) }).init(1, 2),
      "start states: chain 1, unit 1: got 2; expected 0 or 1",
    ],
    ["half a step", () => sampler({}).advance(sampler({}).init(1, 1), 0.5), "steps: got 0.5; expected a whole number"],
    [
      "weights of another size",
      () => writeCouplings(residentNetwork(kernels, machine).couplings, { weights: [1], bias: [1, 2, 3, 4] }),
      "weights: got 1 numbers; expected 16 of them",
    ],
  ])("refuses %s", (_, act, message) => {
    expect(act).toThrow(message);
  });

  const sampler = (options: Partial<NetworkSamplerOptions>) =>
    networkSampler(residentNetwork(kernels, machine), { dynamics: "parallel", ...options });
});

test("withResidentNetwork: the same bits on 1 to 4 threads", async () => {
  const run = (threads: number) =>
    withResidentNetwork(machine, { threads }, (resident) => {
      const sampler = networkSampler(resident, { dynamics: "glauber" });
      const state = sampler.init(1, 300);
      sampler.advance(state, 100);
      return state.states.read(300);
    });
  const one = await run(1);
  for (const threads of [2, 3, 4]) expect(await run(threads)).toEqual(one);
});
