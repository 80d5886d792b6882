import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { boltzmannGibbs } from "#src/evaluate/exact-network.js";
import type { Kernels } from "#src/kernels/kernels.js";
import { createKernels } from "#src/kernels/threads.js";
import { createBoltzmann, stateEnergy } from "#src/machines/boltzmann.js";
import { createNetwork } from "#src/machines/network.js";
import { residentNetwork, withResidentNetwork } from "#src/machines/resident-network.js";
import { sparseFrom } from "#src/machines/sparse.js";
import { stateOf } from "#src/math/states.js";
import { randomStream } from "#src/random/stream.js";
import { linearLadder } from "#src/samplers/ladder.js";
import { networkSampler } from "#src/samplers/network.js";
import { temperedNetwork } from "#src/samplers/tempered-network.js";
import {
  partners,
  restartCounts,
  swapProbability,
  type TemperedMachine,
  type TemperingState,
  temperingSampler,
  tuneLadder,
} from "#src/samplers/tempering.js";
import { driftBound, exactStarts, given, histogram, totalVariation } from "./laws.js";

const random = randomStream(21, "data");
const normals = (n: number, scale = 1) => Array.from({ length: n }, () => scale * random.normal());
const small = createBoltzmann(normals(9, 2.5), normals(3, 1.5), { symmetrize: true });

/** π_k ⊗ π_l, and the same after one exchange with a probability given by the states: the largest difference. */
function swapResidual(laws: ArrayLike<number>[], accept: (k: number, l: number) => number): number {
  const [p, q] = laws;
  const n = p.length;
  const after = new Float64Array(n * n);
  for (let x = 0; x < n; x++) {
    for (let y = 0; y < n; y++) {
      const swaps = accept(x, y);
      after[y * n + x] += p[x] * q[y] * swaps;
      after[x * n + y] += p[x] * q[y] * (1 - swaps);
    }
  }
  let most = 0;
  for (let at = 0; at < n * n; at++) most = Math.max(most, Math.abs(after[at] - p[Math.floor(at / n)] * q[at % n]));
  return most;
}

describe("exchange", () => {
  test("as a matrix, leaves π ⊗ π as it is to 1e-12; with the other sign it does not", () => {
    const betas = [1, 0.3];
    const laws = betas.map((beta) => boltzmannGibbs(small, 1 / beta));
    const energy = Array.from({ length: 8 }, (_, code) => stateEnergy(small, stateOf(code, 3)));
    const delta = (x: number, y: number) => (betas[0] - betas[1]) * (energy[x] - energy[y]);
    expect(swapResidual(laws, (x, y) => swapProbability(delta(x, y)))).toBeLessThan(1e-12);
    expect(swapResidual(laws, (x, y) => swapProbability(-delta(x, y)))).toBeGreaterThan(1e-2);
  });

  test("pairs are even ones and odd ones in turn", () => {
    expect([...partners(5, 0)]).toEqual([1, 0, 3, 2, -1]);
    expect([...partners(5, 1)]).toEqual([-1, 2, 1, 4, 3]);
    expect([...partners(2, 1)]).toEqual([-1, -1]);
  });

  /** Chains that never move by themselves: what a step does is exchange. */
  const still = (sign: number): TemperedMachine => ({
    units: 3,
    start: (_, chains, rungs) => new Uint8Array(rungs * chains * 3),
    sweep({ chains, betas, bits }, _, partner, ratios) {
      ratios.forEach((_, row) => {
        const k = Math.floor(row / chains);
        const energy = stateEnergy(small, bits.subarray(row * 3, row * 3 + 3));
        if (partner[k] >= 0) ratios[row] = sign * (betas[k] - betas[partner[k]]) * energy;
      });
    },
  });

  test("from exact draws the law of each rung stays; planted: not with the other sign", () => {
    const chains = 20_000;
    const betas = [1, 0.6, 0.3, 0];
    const laws = betas.map((beta) => boltzmannGibbs(small, beta === 0 ? 1e9 : 1 / beta));
    const drift = (sign: number) => {
      const sampler = temperingSampler(still(sign), { betas });
      const state = sampler.init(1, chains);
      laws.forEach((law, k) => {
        state.bits.set(exactStarts(law, 3, chains, k + 1), k * chains * 3);
      });
      for (let step = 0; step < 4; step++) sampler.step(state);
      return Math.max(
        ...laws.map((law, k) => {
          const seen = histogram(state.bits.subarray(k * chains * 3, (k + 1) * chains * 3), 3);
          return totalVariation(seen, law) / driftBound(law, chains);
        }),
      );
    };
    expect(drift(1)).toBeLessThan(1);
    expect(drift(-1)).toBeGreaterThan(4);
  });

  test("replicas move with their states: on each ladder every state is still there, under its replica's number", () => {
    const sampler = temperingSampler(still(1), { betas: [1, 0.6, 0.3, 0] });
    const state = sampler.init(1, 200);
    const first = exactStarts(new Float64Array(8).fill(1 / 8), 3, 800);
    state.bits.set(first);
    for (let step = 0; step < 9; step++) sampler.step(state);
    expect([...state.replicas]).not.toEqual(Array.from({ length: 800 }, (_, at) => Math.floor(at / 200)));
    state.replicas.forEach((replica, at) => {
      const from = (replica * 200 + (at % 200)) * 3;
      expect(state.bits.subarray(at * 3, at * 3 + 3)).toEqual(first.subarray(from, from + 3));
    });
  });
});

test("round trips are counted: without refusals each of four replicas is back at the first rung every 8 rounds", () => {
  const idle: TemperedMachine = {
    units: 1,
    start: (_, chains, rungs) => new Uint8Array(chains * rungs),
    sweep() {},
  };
  const sampler = temperingSampler(idle, { betas: [1, 0.6, 0.3, 0] });
  const state = sampler.init(1, 5);
  let info = sampler.step(state);
  for (let round = 1; round < 80; round++) info = sampler.step(state);
  // from the first rung they leave before rounds 0, 2, 6 and 4, and a trip is over after 7 more rounds
  const trips = [7, 9, 13, 11].map((first) => 1 + Math.floor((80 - first) / 8));
  expect(info.roundTrips).toBe(5 * trips.reduce((a, b) => a + b, 0));
  expect([...info.swapProbability]).toEqual([1, 1, 1]);
});

/** Ten units, all coupled alike, with biases that all but balance them: all off or all on, and a barrier of 25 nats less 5.5 of entropy. */
const modes = 10;
const twoModes = createBoltzmann(
  Array.from({ length: modes * modes }, (_, at) => (at % (modes + 1) === 0 ? 0 : 2)),
  new Float64Array(modes).fill(-(modes - 1) + 0.06),
);

/** The fraction of chains that have more units on than off, and the exact one. */
const up = (bits: Uint8Array) => {
  const chains = bits.length / modes;
  let count = 0;
  for (let c = 0; c < chains; c++) {
    const on = bits.subarray(c * modes, (c + 1) * modes).reduce((a, b) => a + b, 0);
    count += on > modes / 2 ? 1 : 0;
  }
  return count / chains;
};
const exactUp = boltzmannGibbs(twoModes).reduce((sum, p, code) => {
  const on = stateOf(code, modes).reduce((a, b) => a + b, 0);
  return sum + (on > modes / 2 ? p : 0);
}, 0);

describe("a general machine under tempering", () => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await createKernels({ threads: 2 });
  });
  afterAll(() => kernels.dispose());

  const machine = createBoltzmann(normals(16, 2), normals(4), { symmetrize: true });
  const betas = [1, 0.7, 0.4, 0];
  const lawAt = (beta: number) => boltzmannGibbs(machine, beta === 0 ? 1e9 : 1 / beta);

  function exactState(chains: number, laws: Float64Array[], state: TemperingState) {
    laws.forEach((law, k) => {
      state.bits.set(exactStarts(law, 4, chains, k + 1), k * chains * 4);
    });
    return state;
  }

  test.each(["wasm", "reference"] as const)(
    "%s: from exact draws on each rung its law stays after 1, 4 and 16 steps, dense and sparse",
    async (implementation) => {
      const own = await createKernels({ implementation });
      const chains = implementation === "wasm" ? 10_000 : 3000;
      const laws = betas.map(lawAt);
      for (const network of implementation === "wasm" ? [machine, sparseFrom(machine)] : [machine]) {
        const sampler = temperingSampler(temperedNetwork(residentNetwork(own, network)), { betas });
        const state = exactState(chains, laws, sampler.init(1, chains));
        for (const more of [1, 3, 12]) {
          for (let step = 0; step < more; step++) sampler.step(state);
          laws.forEach((law, k) => {
            const seen = histogram(state.bits.subarray(k * chains * 4, (k + 1) * chains * 4), 4);
            expect(totalVariation(seen, law)).toBeLessThan(driftBound(law, chains));
          });
        }
      }
      own.dispose();
    },
  );

  test("swap probabilities are those of the laws, by enumeration: within 4.5 standard errors", () => {
    const chains = 4000;
    const laws = betas.map(lawAt);
    const sampler = temperingSampler(temperedNetwork(residentNetwork(kernels, machine)), { betas });
    const state = exactState(chains, laws, sampler.init(3, chains));
    sampler.step(state);
    const { swapProbability: seen } = sampler.step(state);
    const energy = Array.from({ length: 16 }, (_, code) => stateEnergy(machine, stateOf(code, 4)));
    seen.forEach((mean, k) => {
      let [first, second] = [0, 0];
      laws[k].forEach((p, x) => {
        laws[k + 1].forEach((q, y) => {
          const a = Math.min(1, Math.exp((betas[k] - betas[k + 1]) * (energy[x] - energy[y])));
          first += p * q * a;
          second += p * q * a * a;
        });
      });
      expect(Math.abs(mean - first)).toBeLessThan(4.5 * Math.sqrt((second - first ** 2) / chains));
    });
    expect([...state.tried]).toEqual([chains, chains, chains]);
  });

  test("clamped units, each chain to its own values: the law given these", () => {
    const chains = 20_000;
    const joint = boltzmannGibbs(machine);
    const start = exactStarts(joint, 4, chains);
    const tempered = temperedNetwork(residentNetwork(kernels, machine), { clamped: [1], start });
    const sampler = temperingSampler(tempered, { betas });
    const state = sampler.init(1, chains);
    for (let step = 0; step < 12; step++) sampler.step(state);
    for (const value of [0, 1]) {
      const rows = Array.from({ length: chains }, (_, c) => c).filter((c) => start[c * 4 + 1] === value);
      const law = given(joint, new Map([[1, value]]));
      const seen = histogram(Uint8Array.from(rows.flatMap((c) => [...state.bits.subarray(c * 4, c * 4 + 4)])), 4);
      expect(totalVariation(seen, law)).toBeLessThan(driftBound(law, rows.length));
    }
  });

  test("two modes that 200 plain sweeps never cross: tempering gives each its weight from chains that all start in one", () => {
    const chains = 1000;
    const start = new Uint8Array(chains * modes);
    const resident = residentNetwork(kernels, twoModes);
    const plain = networkSampler(resident, { dynamics: "sequential", start });
    const kept = plain.init(1, chains);
    plain.advance(kept, 200);
    expect(up(kept.states.read(chains))).toBe(0);

    const sampler = temperingSampler(temperedNetwork(resident, { start }), { betas: linearLadder(8) });
    const state = sampler.init(1, chains);
    let info = sampler.step(state);
    for (let step = 1; step < 200; step++) info = sampler.step(state);
    // chains are independent: 4 standard errors of a fraction
    expect(Math.abs(up(info.sample) - exactUp)).toBeLessThan(4 * Math.sqrt((exactUp * (1 - exactUp)) / chains));
    expect(exactUp).toBeGreaterThan(0.55);
    expect(info.roundTrips).toBeGreaterThan(chains);
  });

  test("tuneLadder makes swap probabilities equal, and keeps the ends", () => {
    const sampler = temperingSampler(temperedNetwork(residentNetwork(kernels, twoModes)), { betas: linearLadder(8) });
    const state = sampler.init(2, 200);
    const spread = (probability: ArrayLike<number>) =>
      Math.max(...Array.from(probability)) - Math.min(...Array.from(probability));
    let info = sampler.step(state);
    for (let step = 1; step < 100; step++) info = sampler.step(state);
    const before = spread(info.swapProbability);
    const { betas: tuned, barrier, swapProbability: last } = tuneLadder(sampler, state, { rounds: 4 });
    expect(state.betas).toEqual(tuned);
    expect(barrier).toBeCloseTo(
      last.reduce((sum, p) => sum + 1 - p, 0),
      12,
    );
    expect([tuned[0], tuned[7]]).toEqual([1, 0]);
    expect([...state.tried]).toEqual(new Array(7).fill(0));
    for (let step = 0; step < 100; step++) info = sampler.step(state);
    expect(before).toBeGreaterThan(0.2);
    expect(spread(info.swapProbability)).toBeLessThan(before / 3);
  });

  test("a state is numbers and typed arrays: saved and restored, in another sampler, it goes on to the same bits", () => {
    const make = () => temperingSampler(temperedNetwork(residentNetwork(kernels, machine)), { betas, sweeps: 2 });
    const sampler = make();
    const state = sampler.init(5, 30);
    for (let step = 0; step < 7; step++) sampler.step(state);
    const saved = structuredClone(state);
    for (let step = 0; step < 7; step++) sampler.step(state);
    const other = make();
    for (let step = 0; step < 7; step++) other.step(saved);
    expect(saved).toEqual(state);
    expect(state).toEqual(expect.objectContaining({ round: 14, sweep: 28 }));
    restartCounts(saved);
    expect([saved.roundTrips, ...saved.tried, ...saved.probability]).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  test("the same bits on 1 to 4 threads", async () => {
    const run = (threads: number) =>
      withResidentNetwork(machine, { threads }, (resident) => {
        const sampler = temperingSampler(temperedNetwork(resident), { betas });
        const state = sampler.init(1, 70);
        for (let step = 0; step < 10; step++) sampler.step(state);
        return state;
      });
    const one = await run(1);
    for (const threads of [2, 3, 4]) expect(await run(threads)).toEqual(one);
  });

  test("refuses asymmetric weights and a diagonal, which have no energy, ladders that do not fall, and no sweeps", () => {
    const tempered = (network: Parameters<typeof residentNetwork>[1]) =>
      temperedNetwork(residentNetwork(kernels, network));
    const asymmetric = createNetwork([0, 1, 2, 0]);
    for (const network of [asymmetric, sparseFrom(asymmetric)]) {
      expect(() => tempered(network)).toThrow(
        "temperedNetwork: weights: got 2 from 1 to 0, 1 back; expected symmetric",
      );
    }
    expect(() => tempered(createNetwork([1, 0, 0, 0]))).toThrow("got 1 on the diagonal, unit 0");
    expect(() => tempered(createNetwork([0, 1, 1, 0]))).not.toThrow();
    const start = (betas: number[], sweeps = 1) => temperingSampler(tempered(machine), { betas, sweeps });
    expect(() => start([1])).toThrow("ladder: got 1 of them; expected at least two inverse temperatures");
    expect(() => start([1, 0.5, 0.5])).toThrow("ladder: got 0.5 after 0.5");
    expect(() => start([1, -0.1])).toThrow("ladder: got -0.1");
    expect(() => start([1, 0], 0)).toThrow("sweeps: got 0");
    expect(() => linearLadder(1)).toThrow("rungs: got 1");
  });
});
