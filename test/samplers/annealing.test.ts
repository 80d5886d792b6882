import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Kernels } from "#src/kernels/kernels.js";
import { createKernels } from "#src/kernels/threads.js";
import { createBoltzmann, stateEnergy } from "#src/machines/boltzmann.js";
import { residentNetwork } from "#src/machines/resident-network.js";
import { stateOf } from "#src/math/states.js";
import { randomStream } from "#src/random/stream.js";
import {
  type AnnealingProgress,
  type AnnealingSchedule,
  anneal,
  formatAnnealing,
  parseAnnealing,
  stepsPerUnit,
} from "#src/samplers/annealing.js";
import { type NetworkDynamics, networkSampler } from "#src/samplers/network.js";

describe("schedules", () => {
  const encoder = [
    { steps: 2, temperature: 20 },
    { steps: 2, temperature: 15 },
    { steps: 2, temperature: 12 },
    { steps: 4, temperature: 10 },
  ];

  test("that of Ackley et al. 1985 is read and written", () => {
    expect(parseAnnealing("2@20, 2@15, 2@12, 4@10")).toEqual(encoder);
    expect(parseAnnealing(" 2 @ 20,2@15 ,2@1.2e1,4@10.0")).toEqual(encoder);
    expect(formatAnnealing(encoder)).toBe("2@20, 2@15, 2@12, 4@10");
  });

  test.each(["", "2@20,", "2", "2@", "@20", "2.5@20", "-1@20", "2@20@10", "2@hot", "2@Infinity"])(
    "refuses %o",
    (text) => {
      expect(() => parseAnnealing(text)).toThrow("expected steps at temperatures, such as 2@20, 2@15, 2@12, 4@10");
    },
  );

  test("refuses a stage without steps, a temperature that is not positive, and no stage", () => {
    expect(() => parseAnnealing("2@20, 0@10", "--anneal")).toThrow(
      "--anneal: got 0@10; expected a whole number of steps",
    );
    expect(() => parseAnnealing("2@0")).toThrow("temperature: got 0");
    expect(() => parseAnnealing("2@-3")).toThrow("temperature: got -3");
    const sampler = {} as never;
    expect(() => anneal(sampler, sampler, [])).toThrow("annealing: got no stage; expected at least one");
  });
});

describe("anneal", () => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await createKernels({ threads: 2 });
  });
  afterAll(() => kernels.dispose());

  const units = 12;
  const random = randomStream(8, "data");
  // couplings of both signs between all pairs, and biases that balance them: frustrated, with local minima that no flip of one unit leaves
  const { weights } = createBoltzmann(
    Array.from({ length: units * units }, () => 4 * random.normal()),
    undefined,
    { symmetrize: true },
  );
  const machine = createBoltzmann(
    weights,
    Array.from({ length: units }, (_, j) => {
      let sum = 0;
      for (let i = 0; i < units; i++) sum += weights[i * units + j];
      return random.normal() - sum / 2;
    }),
  );
  const energies = Float64Array.from({ length: 2 ** units }, (_, code) => stateEnergy(machine, stateOf(code, units)));
  const ground = energies.indexOf(Math.min(...energies));

  /** Fraction of 2,000 chains from random bits that end in the ground state. */
  function found(dynamics: NetworkDynamics, schedule: AnnealingSchedule): number {
    const chains = 2000;
    const sampler = networkSampler(residentNetwork(kernels, machine), { dynamics });
    const state = sampler.init(1, chains);
    anneal(sampler, state, schedule);
    const bits = state.states.read(chains);
    const state0 = stateOf(ground, units);
    let count = 0;
    for (let c = 0; c < chains; c++) if (state0.every((bit, i) => bits[c * units + i] === bit)) count++;
    return count / chains;
  }

  test.each(["glauber", "sequential"] as const)(
    "%s: finds the ground state of a frustrated machine more often than a quench of as many sweeps",
    (dynamics) => {
      const minima = energies.filter((energy, code) =>
        stateOf(code, units).every((_, i) => energies[code ^ (1 << i)] > energy),
      );
      expect(minima.length).toBeGreaterThan(4);
      const slow = found(dynamics, parseAnnealing("20@4, 20@3, 30@2.5, 40@2, 40@1.5, 30@1, 20@0.3"));
      const quench = found(dynamics, parseAnnealing("200@0.3"));
      // 0.71 and 0.41 were seen; 8 standard errors of a difference of two fractions of 2,000
      expect(slow - quench).toBeGreaterThan(8 * Math.sqrt((2 * 0.25) / 2000));
    },
  );

  test("a unit of time of Glauber dynamics is as many probes as there are free units, or one", () => {
    const clamped = new Map([
      [3, 1],
      [5, 0],
    ] as const);
    const sampler = networkSampler(residentNetwork(kernels, machine), { dynamics: "glauber", clamped });
    expect(stepsPerUnit(sampler)).toBe(10);
    const schedule = parseAnnealing("2@20, 4@10");
    const run = (unit: "sweep" | "step") => {
      const state = sampler.init(1, 5);
      anneal(sampler, state, schedule, { unit });
      return state.step;
    };
    expect(run("sweep")).toBe(60);
    expect(run("step")).toBe(6);
    expect(stepsPerUnit(networkSampler(residentNetwork(kernels, machine), { dynamics: "parallel" }))).toBe(1);
  });

  test("is advance at each temperature in turn, watched or not, and leaves the sampler's own temperature", () => {
    const sampler = networkSampler(residentNetwork(kernels, machine), { dynamics: "glauber", temperature: 3 });
    const schedule = parseAnnealing("2@20, 3@10");
    const seen: AnnealingProgress[] = [];
    const [a, b, c] = [sampler.init(4, 60), sampler.init(4, 60), sampler.init(4, 60)];
    const changed = anneal(sampler, a, schedule, { watch: (progress) => seen.push(progress) });
    expect(anneal(sampler, b, schedule)).toBe(changed);
    sampler.advance(c, 24, 20);
    sampler.advance(c, 36, 10);
    expect(a.states.read(60)).toEqual(c.states.read(60));
    expect(b.states.read(60)).toEqual(c.states.read(60));
    expect(seen.map(({ done, temperature }) => [done, temperature])).toEqual([
      [1, 20],
      [2, 20],
      [3, 10],
      [4, 10],
      [5, 10],
    ]);
    expect(seen.reduce((sum, progress) => sum + progress.changed, 0)).toBe(changed);
    sampler.step(a);
    sampler.advance(c, 1, 3);
    expect(a.states.read(60)).toEqual(c.states.read(60));
  });
});
