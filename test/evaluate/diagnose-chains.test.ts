import { describe, expect, test } from "vitest";
import type { Dataset } from "#src/data/dataset.js";
import { diagnoseSampling, diagnoseSeries } from "#src/evaluate/diagnose-chains.js";
import { createBoltzmann } from "#src/machines/boltzmann.js";
import { createRbm, type Rbm } from "#src/machines/rbm.js";
import { logistic } from "#src/math/logistic.js";
import { randomStream } from "#src/random/stream.js";

const options = { seed: 1, threads: 1 } as const;
const noise = (units: number): Dataset => ({
  name: "half",
  cases: 2,
  units,
  levels: new Float32Array(2 * units).fill(0.5),
});

/** v and h of one unit each: v is a Markov chain of two states. */
function pair(w: number, b: number, c: number): { rbm: Rbm; time: number } {
  const rbm = createRbm(1, 1);
  rbm.weights[0] = w;
  rbm.visibleBias[0] = b;
  rbm.hiddenBias[0] = c;
  const next = (v: number) => {
    const on = logistic(c + w * v);
    return on * logistic(b + w) + (1 - on) * logistic(b);
  };
  // C(t) = λ^t, λ the second eigenvalue
  const lambda = next(1) - next(0);
  return { rbm, time: 0.5 + lambda / (1 - lambda) };
}

describe("Gibbs chains whose autocorrelation time is known", () => {
  test.each([
    [0, 0.3, 0],
    [4, -2.5, -1],
    [6, -3, -2],
  ])("W = %d, b = %d, c = %d: τ within 20 %", async (w, b, c) => {
    const { rbm, time } = pair(w, b, c);
    const { gibbs } = await diagnoseSampling(rbm, { ...options, chains: 40, sweeps: 2000, rungs: 2 });
    // 40,000 values: the error of τ is about τ √(2 (2 · 6 τ + 1) / 40,000), 6 % for τ = 6
    expect(Math.abs(gibbs.autocorrelationTime / time - 1)).toBeLessThan(0.2);
    expect(gibbs.effectiveSampleSize).toBeCloseTo(40_000 / (2 * gibbs.autocorrelationTime), 5);
    expect(gibbs.rHat).toBeLessThan(1.02);
  });
});

describe("a ladder on which nothing is refused", () => {
  test("independent units: all swaps are made, and a replica goes round in 2 R sweeps", async () => {
    const { tempering } = await diagnoseSampling(createRbm(9, 3), { ...options, sweeps: 400, chains: 8, rungs: 5 });
    expect([...tempering.swapProbability]).toEqual([1, 1, 1, 1]);
    expect(tempering.barrier).toBe(0);
    // R replicas, each home once in 2 R sweeps; those on their way at the end are not counted
    expect(tempering.roundTripRate).toBeGreaterThan(0.45);
    expect(tempering.roundTripRate).toBeLessThanOrEqual(0.5);
    expect(tempering.roundTrips).toBe(Math.round(tempering.roundTripRate * 8 * 200));
  });
});

/** All units on, or nearly, and all off, or nearly; what lies between is about e^−26 as likely. The modes differ in energy, so that F tells. */
function twoModes(): Rbm {
  const rbm = createRbm(8, 8);
  rbm.weights.fill(2);
  rbm.visibleBias.fill(-8);
  rbm.hiddenBias.fill(-8);
  rbm.visibleBias[0] = -7;
  return rbm;
}

describe("a machine of two modes", () => {
  test("Gibbs chains stay where they started, and R̂ tells; tempered ones go to and fro", async () => {
    const levels = new Uint8Array(16).fill(255, 8);
    const modes: Dataset = { name: "modes", cases: 2, units: 8, levels };
    const both = { ...options, data: modes, chains: 10, sweeps: 1500, rungs: 12 };
    const { gibbs, tempering } = await diagnoseSampling(twoModes(), both);
    expect(gibbs.rHat).toBeGreaterThan(1.5);
    expect(gibbs.effectiveSampleSize).toBeLessThan(100);
    expect(tempering.rHat).toBeLessThan(1.05);
    expect(tempering.effectiveSampleSize).toBeGreaterThan(500);
    expect(tempering.roundTrips).toBeGreaterThan(100);
    // adapted: all pairs are about equal
    const [least, most] = [Math.min(...tempering.swapProbability), Math.max(...tempering.swapProbability)];
    expect(least).toBeGreaterThan(0.5);
    expect(most - least).toBeLessThan(0.2);
    const refused = tempering.swapProbability.reduce((sum, p) => sum + 1 - p, 0);
    expect(tempering.barrier).toBeCloseTo(refused, 10);
  });

  test("a general machine too", async () => {
    const units = 10;
    const weights = new Float64Array(units * units).fill(2.2);
    for (let i = 0; i < units; i++) weights[i * units + i] = 0;
    const machine = createBoltzmann(weights, new Float64Array(units).fill(-9.7));
    const { gibbs, tempering } = await diagnoseSampling(machine, { ...options, sweeps: 1000, rungs: 8 });
    expect(gibbs.rHat).toBeGreaterThan(1.2);
    expect(tempering.rHat).toBeLessThan(1.05);
  });
});

test("the same on two threads; a signal ends it", async () => {
  const { rbm } = pair(4, -2.5, -1);
  const both = await Promise.all([1, 2].map((threads) => diagnoseSampling(rbm, { seed: 3, sweeps: 100, threads })));
  expect(both[0]).toEqual(both[1]);
  await expect(diagnoseSampling(rbm, { ...options, signal: AbortSignal.abort() })).rejects.toThrow("abort");
});

test("series of whatever sampler: independent values, and values that are all told twice", () => {
  const random = randomStream(1, "data");
  const single = Array.from({ length: 8 }, () => Float64Array.from({ length: 2000 }, () => random.normal()));
  const twice = single.map((x) => Float64Array.from({ length: 2000 }, (_, t) => x[t >> 1] as number));
  expect(diagnoseSeries(single).autocorrelationTime).toBeCloseTo(0.5, 1);
  // C(1) / C(0) = ½
  expect(diagnoseSeries(twice).autocorrelationTime).toBeCloseTo(1, 1);
  expect(diagnoseSeries(twice).effectiveSampleSize / 8000).toBeCloseTo(1, 1);
});

test.each([
  [{ chains: 0 }, "chains: got 0; expected a whole number, at least 4"],
  [{ sweeps: 1.5 }, "sweeps: got 1.5; expected a whole number, at least 16"],
  [{ rungs: 1 }, "rungs: got 1; expected a whole number, at least 2"],
  [{ data: noise(3) }, "3"],
])("refused: %j", async (given, message) => {
  await expect(diagnoseSampling(createRbm(2, 2), { ...options, ...given })).rejects.toThrow(message);
});
