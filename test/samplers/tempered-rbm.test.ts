import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Kernels } from "#src/kernels/kernels.js";
import { createKernels } from "#src/kernels/threads.js";
import { boltzmannFromRbm } from "#src/machines/boltzmann.js";
import { createRbm, type Rbm } from "#src/machines/rbm.js";
import { residentRbm, withResident, writeParameters } from "#src/machines/resident.js";
import { residentNetwork } from "#src/machines/resident-network.js";
import { gibbsSampler } from "#src/samplers/gibbs.js";
import { linearLadder } from "#src/samplers/ladder.js";
import { temperedNetwork } from "#src/samplers/tempered-network.js";
import { type TemperedRbmOptions, temperedRbm } from "#src/samplers/tempered-rbm.js";
import { partners, swapProbability, temperingSampler } from "#src/samplers/tempering.js";
import { allStates, naiveEnergy, strongRbm, visibleDistribution } from "../oracles/enumerate.js";
import { driftBound, exactStarts, histogram, totalVariation } from "./laws.js";

const rbm = strongRbm(4, 3, 2, 1.5);
const betas = [1, 0.6, 0.3, 0];
const means = [0.7, 0.2, 0.5, 0.9].map(Math.fround);
const base = { probabilities: Float32Array.from(means), logits: means.map((p) => Math.log(p / (1 - p))) };

/** Σ_h e^{(1 − β) a⁰·v − β E(v, h)} of every v: e^{−U_β(v)}, from the energy. */
function weightsAt(machine: Rbm, beta: number, a0: ArrayLike<number> = new Float64Array(machine.visible)): number[] {
  return allStates(machine.visible).map((v) => {
    const linear = v.reduce((sum, bit, i) => sum + (1 - beta) * a0[i] * bit, 0);
    return allStates(machine.hidden).reduce((sum, h) => sum + Math.exp(linear - beta * naiveEnergy(machine, v, h)), 0);
  });
}

const normalised = (weights: number[]) => {
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / total);
};

/** Of the exchange of x and y between two laws: the largest change of π ⊗ π, and the mean probability. */
function exchangeOf(p: number[], q: number[], delta: (x: number, y: number) => number) {
  const after = new Map<string, number>();
  let mean = 0;
  p.forEach((px, x) => {
    q.forEach((qy, y) => {
      const swaps = swapProbability(delta(x, y));
      mean += px * qy * swaps;
      for (const [key, part] of [
        [`${y} ${x}`, swaps],
        [`${x} ${y}`, 1 - swaps],
      ] as const) {
        after.set(key, (after.get(key) ?? 0) + px * qy * part);
      }
    });
  });
  const most = Math.max(
    ...p.flatMap((px, x) => q.map((qy, y) => Math.abs((after.get(`${x} ${y}`) as number) - px * qy))),
  );
  return { residual: most, mean };
}

describe("what is exchanged, and by which potential, by enumeration", () => {
  const machine = strongRbm(2, 2, 4, 1.5);
  const [high, low] = [1, 0.3];
  const marginal = [high, low].map((beta) => weightsAt(machine, beta));
  const [p, q] = marginal.map(normalised);
  const potential = marginal.map((weights) => weights.map((w) => -Math.log(w)));
  const pairs = allStates(2).flatMap((v) => allStates(2).map((h) => naiveEnergy(machine, v, h)));
  const [joint1, joint2] = [high, low].map((beta) => normalised(pairs.map((energy) => Math.exp(-beta * energy))));

  test("v with U_β(v), and (v, h) with β E, leave π ⊗ π as it is to 1e-12; v is accepted more often", () => {
    const [a, b] = potential;
    const v = exchangeOf(p, q, (x, y) => a[x] + b[y] - a[y] - b[x]);
    const both = exchangeOf(joint1, joint2, (x, y) => (high - low) * (pairs[x] - pairs[y]));
    expect(v.residual).toBeLessThan(1e-12);
    expect(both.residual).toBeLessThan(1e-12);
    expect(v.mean).toBeGreaterThan(both.mean + 0.05);
  });

  test("planted: v with β times the free energy at β = 1 does not", () => {
    const [free] = potential;
    expect(exchangeOf(p, q, (x, y) => (high - low) * (free[x] - free[y])).residual).toBeGreaterThan(1e-3);
  });
});

describe.each([{ implementation: "wasm", threads: 2 }, { implementation: "reference" }] as const)(
  "$implementation",
  (options) => {
    let kernels: Kernels;
    beforeAll(async () => {
      kernels = await createKernels(options);
    });
    afterAll(() => kernels.dispose());

    test.each<[string, TemperedRbmOptions]>([
      ["fair coins at β = 0", {}],
      ["base rates", { base }],
    ])("%s: ratios are U_k(v) − U_partner(v), to float32", (_, tempered) => {
      const ladder = [1.2, 0.6, 0.3, 0];
      const machine = temperedRbm(residentRbm(kernels, rbm), tempered);
      const state = temperingSampler(machine, { betas: ladder }).init(1, 40);
      const exact = ladder.map((beta) => weightsAt(rbm, beta, tempered.base?.logits).map((w) => -Math.log(w)));
      for (const round of [0, 1]) {
        const ratios = new Float64Array(160);
        const partner = partners(4, round);
        machine.sweep(state, 1, partner, ratios);
        ratios.forEach((ratio, row) => {
          const k = Math.floor(row / 40);
          const v = state.bits.subarray(row * 4, row * 4 + 4).reduce((code, bit, i) => code + (bit << i), 0);
          if (partner[k] >= 0) expect(ratio).toBeCloseTo(exact[k][v] - exact[partner[k]][v], 4);
        });
      }
    });

    test.each<[string, TemperedRbmOptions]>([
      ["fair coins at β = 0", {}],
      ["base rates", { base }],
    ])("%s: from exact draws on each rung its law stays after 1, 4 and 16 steps", (_, tempered) => {
      const chains = options.implementation === "wasm" ? 20_000 : 4000;
      const laws = betas.map((beta) => normalised(weightsAt(rbm, beta, tempered.base?.logits)));
      const sampler = temperingSampler(temperedRbm(residentRbm(kernels, rbm), tempered), { betas });
      const state = sampler.init(1, chains);
      laws.forEach((law, k) => {
        state.bits.set(exactStarts(law, 4, chains, k + 1), k * chains * 4);
      });
      for (const more of [1, 3, 12]) {
        for (let step = 0; step < more; step++) sampler.step(state);
        laws.forEach((law, k) => {
          const seen = histogram(state.bits.subarray(k * chains * 4, (k + 1) * chains * 4), 4);
          expect(totalVariation(seen, law)).toBeLessThan(driftBound(law, chains));
        });
      }
    });
  },
);

describe("an RBM under tempering", () => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await createKernels();
  });
  afterAll(() => kernels.dispose());

  // eight visible units that follow one hidden one: all off or all on; h flips where four of them differ by noise, a sweep in 10^9
  const modes = createRbm(8, 1);
  modes.weights.fill(12);
  modes.visibleBias.fill(-6);
  modes.hiddenBias.fill(-48 + 0.5);
  const exactUp = visibleDistribution(modes).reduce((sum, p, code) => {
    return sum + (allStates(8)[code].reduce((a, b) => a + b, 0) > 4 ? p : 0);
  }, 0);
  const up = (bits: Uint8Array) => {
    const chains = bits.length / 8;
    const on = Array.from({ length: chains }, (_, c) => bits.subarray(c * 8, c * 8 + 8).reduce((a, b) => a + b, 0));
    return on.filter((count) => count > 4).length / chains;
  };

  test("two modes that 200 plain sweeps never cross: tempering gives each its weight from chains that all start in one", () => {
    const chains = 1000;
    const resident = residentRbm(kernels, modes);
    const start = { name: "all off", cases: chains, units: 8, levels: new Uint8Array(chains * 8) };
    const gibbs = gibbsSampler(resident, { start });
    const plain = gibbs.init(1, chains);
    for (let sweep = 0; sweep < 200; sweep++) gibbs.step(plain);
    expect(up(plain.visible.read(chains))).toBe(0);
    const tempered = temperedRbm(resident, { start: start.levels });
    const sampler = temperingSampler(tempered, { betas: linearLadder(8) });
    const state = sampler.init(1, chains);
    let info = sampler.step(state);
    for (let step = 1; step < 200; step++) info = sampler.step(state);
    expect(Math.abs(up(info.sample) - exactUp)).toBeLessThan(4 * Math.sqrt((exactUp * (1 - exactUp)) / chains));
    expect(exactUp).toBeGreaterThan(0.6);
    expect(info.roundTrips).toBeGreaterThan(chains);
  });

  test("as a general machine, over (v, h), the same law of v, with fewer exchanges", () => {
    const chains = 4000;
    const law = visibleDistribution(rbm);
    const ladder = [1, 0.5, 0];
    const marginal = temperingSampler(temperedRbm(residentRbm(kernels, rbm)), { betas: ladder });
    const network = residentNetwork(kernels, boltzmannFromRbm(rbm));
    const joint = temperingSampler(temperedNetwork(network), { betas: ladder });
    const results = [marginal, joint].map((sampler, n) => {
      const state = sampler.init(1, chains);
      let info = sampler.step(state);
      for (let step = 1; step < 30; step++) info = sampler.step(state);
      const wide = n === 0 ? 4 : 7;
      const seen = histogram(
        info.sample.filter((_, at) => at % wide < 4),
        4,
      );
      expect(totalVariation(seen, law)).toBeLessThan(driftBound(law, chains));
      return info.swapProbability;
    });
    results[0].forEach((p, k) => {
      expect(p).toBeGreaterThan(results[1][k] + 0.02);
    });
  });

  test("a state saved and restored goes on to the same bits; parameters that change count from the next step", () => {
    const resident = residentRbm(kernels, rbm);
    const sampler = temperingSampler(temperedRbm(resident, { base }), { betas, sweeps: 2 });
    const state = sampler.init(5, 30);
    for (let step = 0; step < 7; step++) sampler.step(state);
    const saved = structuredClone(state);
    const again = structuredClone(state);
    for (let step = 0; step < 7; step++) sampler.step(state);
    const other = temperingSampler(temperedRbm(residentRbm(kernels, rbm), { base }), { betas, sweeps: 2 });
    for (let step = 0; step < 7; step++) other.step(saved);
    expect(saved).toEqual(state);

    const changed = strongRbm(4, 3, 8, 1.5);
    writeParameters(resident.parameters, changed);
    const fresh = temperingSampler(temperedRbm(residentRbm(kernels, changed), { base }), { betas, sweeps: 2 });
    const copy = structuredClone(again);
    sampler.step(again);
    fresh.step(copy);
    expect(again).toEqual(copy);
    expect(sampler.init(5, 3).bits).not.toEqual(sampler.init(6, 3).bits);
  });

  test("rungs and chains draw numbers of their own", () => {
    const sampler = temperingSampler(temperedRbm(residentRbm(kernels, createRbm(64, 4))), { betas });
    const state = sampler.init(1, 2);
    const rows = () =>
      new Set(Array.from({ length: 8 }, (_, row) => state.bits.subarray(row * 64, row * 64 + 64).join("")));
    expect(rows().size).toBe(8);
    sampler.step(state);
    expect(rows().size).toBe(8);
  });

  test("the same bits on 1 to 4 threads", async () => {
    const wide = strongRbm(40, 33, 3, 0.5);
    const run = (threads: number) =>
      withResident(wide, { threads }, (resident) => {
        const sampler = temperingSampler(temperedRbm(resident), { betas });
        const state = sampler.init(1, 70);
        for (let step = 0; step < 10; step++) sampler.step(state);
        return state;
      });
    const one = await run(1);
    for (const threads of [2, 3, 4]) expect(await run(threads)).toEqual(one);
  });

  test("refuses base rates and start states of another width", () => {
    const resident = residentRbm(kernels, rbm);
    const few = { probabilities: new Float32Array(3), logits: [0, 0, 0] };
    expect(() => temperedRbm(resident, { base: few })).toThrow(
      "base rates: got 3 numbers; expected 4, one a visible unit",
    );
    const sampler = temperingSampler(temperedRbm(resident, { start: new Uint8Array(7) }), { betas });
    expect(() => sampler.init(1, 1)).toThrow("start states: got 7 values; expected at least 1 chains × 4 units");
  });
});
