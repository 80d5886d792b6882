import { describe, expect, test } from "vitest";
import { barsAndStripes } from "#src/data/bars-and-stripes.js";
import { parseCheckpoint, serializeCheckpoint } from "#src/io/checkpoint-file.js";
import { parametersSha256 } from "#src/io/hash.js";
import { createKernels } from "#src/kernels/threads.js";
import type { Checkpoint } from "#src/learn/checkpoint.js";
import { sgd } from "#src/learn/optimizer.js";
import { exactGradient } from "#src/learn/rbm/exact.js";
import { fastPersistent } from "#src/learn/rbm/fast-persistent.js";
import type { TrainOptions } from "#src/learn/rbm/options.js";
import { persistentContrastiveDivergence } from "#src/learn/rbm/persistent.js";
import { type NegativeCases, type NegativeRule, startPositive } from "#src/learn/rbm/phase.js";
import { gibbsFromScratch } from "#src/learn/rbm/scratch.js";
import { temperedGibbs } from "#src/learn/rbm/tempered.js";
import { trajectoryTempering } from "#src/learn/rbm/trajectory.js";
import type { TrainingReport } from "#src/learn/report.js";
import { train } from "#src/learn/train.js";
import { initializeRbm } from "#src/machines/initialize.js";
import { createRbm, hiddenMean, type Rbm } from "#src/machines/rbm.js";
import { readRbm, residentRbm } from "#src/machines/resident.js";
import { allStates, strongRbm, visibleDistribution } from "../oracles/enumerate.js";

const bars = barsAndStripes(4);

/** ⟨v_i h_j⟩ of the machine by itself, exactly, and the standard deviation of v_i P(h_j | v). */
function exactMoments(rbm: Rbm) {
  const law = visibleDistribution(rbm);
  const mean = new Float64Array(rbm.visible * rbm.hidden);
  const square = new Float64Array(mean.length);
  allStates(rbm.visible).forEach((v, code) => {
    hiddenMean(rbm, v).forEach((h, j) => {
      for (let i = 0; i < rbm.visible; i++) {
        if (!v[i]) continue;
        mean[i * rbm.hidden + j] += law[code] * h;
        square[i * rbm.hidden + j] += law[code] * h * h;
      }
    });
  });
  return { mean, deviation: square.map((x, at) => Math.sqrt(Math.max(1e-12, x - mean[at] ** 2))) };
}

/** The largest |z| of ⟨v h⟩ after `updates` updates without learning, against the exact moments. */
async function largestZ(rbm: Rbm, rule: NegativeRule, chains: number, updates: number): Promise<number> {
  const kernels = await createKernels({ threads: 2 });
  try {
    const { parameters } = residentRbm(kernels, rbm);
    const data = { name: "half", cases: 10, units: rbm.visible, levels: new Uint8Array(10 * rbm.visible).fill(128) };
    const context = { kernels, parameters, data, seed: 3, batchSize: 10 };
    const wake = startPositive(context, { clamp: "sample", wake: "probability" });
    const dream = rule.start(context);
    const rows = Uint32Array.from({ length: 10 }, (_, b) => b);
    let result: ReturnType<typeof dream.expect> | undefined;
    for (let update = 0; update < updates; update++) {
      const batch = { data, rows, update };
      for (const _ of dream.prepare?.(update) ?? []);
      result = dream.expect(batch, wake(batch));
    }
    // an update from zero with no positive phase is −⟨v h⟩
    const zero = residentRbm(kernels, createRbm(rbm.visible, rbm.hidden)).parameters;
    const nothing = { cases: 1, visible: kernels.states(1, rbm.visible), hidden: kernels.field(1, rbm.hidden) };
    kernels.update({ parameters: zero, positive: nothing, negative: result as NegativeCases, rate: 1 });
    const { mean, deviation } = exactMoments(rbm);
    return readRbm(zero).weights.reduce(
      (most, w, at) => Math.max(most, Math.abs(-w - mean[at]) / (deviation[at] / Math.sqrt(chains))),
      0,
    );
  } finally {
    kernels.dispose();
  }
}

describe("the negative phase at equilibrium is the machine's own statistics (|z| < 4.5 of 24 products, 20,000 chains)", () => {
  const rbm = strongRbm(6, 4, 5, 0.7);
  const chains = 20_000;

  test("PCD-2 after 30 updates", async () => {
    expect(await largestZ(rbm, persistentContrastiveDivergence({ k: 2, chains }), chains, 30)).toBeLessThan(4.5);
  });

  test("parallel tempering after 30 updates", async () => {
    const rule = temperedGibbs({ chains, ladder: [1, 0.6, 0.3, 0] });
    expect(await largestZ(rbm, rule, chains, 30)).toBeLessThan(4.5);
  });

  test("trajectory tempering after 2 updates", async () => {
    const rule = trajectoryTempering({ chains, reservoir: chains, annealing: 10 });
    expect(await largestZ(rbm, rule, chains, 2)).toBeLessThan(4.5);
  });

  test("Gibbs sampling from scratch, until it mixes", async () => {
    expect(await largestZ(rbm, gibbsFromScratch({ chains }), chains, 1)).toBeLessThan(4.5);
  });

  test("Gibbs sampling from scratch, 30 sweeps from random bits", async () => {
    expect(await largestZ(rbm, gibbsFromScratch({ chains, sweeps: 30 }), chains, 1)).toBeLessThan(4.5);
  });

  test("planted bug: the first update, still near random bits, is seen", async () => {
    expect(await largestZ(rbm, persistentContrastiveDivergence({ k: 1, chains }), chains, 1)).toBeGreaterThan(10);
  });
});

const rules: [string, NegativeRule][] = [
  ["PCD-1", persistentContrastiveDivergence()],
  ["parallel tempering", temperedGibbs({ chains: 9, sweeps: 2, ladder: [1, 0.5, 0] })],
  ["trajectory tempering", trajectoryTempering({ chains: 20, freezeBelow: 0.9, rejectBelow: 0.85, annealing: 4 })],
  ["trajectory tempering, 2 rounds of 3 sweeps", trajectoryTempering({ chains: 7, rounds: 2, k: 3, annealing: 4 })],
  ["FPCD-1", fastPersistent()],
  ["FPCD-2, 13 chains, samples", fastPersistent({ k: 2, chains: 13, dream: "sample", fastRate: 0.2, fastDecay: 0.9 })],
  ["from scratch, until mixed", gibbsFromScratch({ chains: 21, mostSweeps: 64 })],
  ["from scratch, 5 sweeps", gibbsFromScratch({ chains: 10, sweeps: 5 })],
  ["the exact gradient", exactGradient()],
  ["PCD-3, 37 chains, samples", persistentContrastiveDivergence({ k: 3, chains: 37, dream: "sample" })],
];

describe.each(rules)("the same bits: %s", (_, negative) => {
  const start = initializeRbm(bars, { hidden: 8, seed: 1 });
  const options = { epochs: 20, batchSize: 8, seed: 2, negative, optimizer: sgd({ rate: 0.05, momentum: 0.5 }) };

  async function last(more: Partial<TrainOptions>): Promise<TrainingReport<Rbm>> {
    let report: TrainingReport<Rbm> | undefined;
    for await (const next of train(start, bars, { ...options, ...more })) report = next;
    return report as TrainingReport<Rbm>;
  }

  test("on 1 to 4 threads, stopped and resumed", async () => {
    const whole = await parametersSha256((await last({})).machine());
    for (const threads of [2, 3, 4]) expect(await parametersSha256((await last({ threads })).machine())).toBe(whole);
    for (const stopAt of [1, 41]) {
      const controller = new AbortController();
      let checkpoint: Checkpoint | undefined;
      for await (const report of train(start, bars, { ...options, signal: controller.signal, reportEvery: 0 })) {
        if (report.update !== stopAt) continue;
        controller.abort();
        checkpoint = parseCheckpoint(serializeCheckpoint(report.checkpoint()), "checkpoint");
      }
      const resumed = await last({ resume: checkpoint as Checkpoint<Rbm> });
      expect(await parametersSha256(resumed.machine())).toBe(whole);
    }
  });
});

test.each<[string, () => unknown, string]>([
  ["k of 0", () => persistentContrastiveDivergence({ k: 0 }), "k of PCD-k: got 0; expected a whole number, at least 1"],
  [
    "no chains",
    () => persistentContrastiveDivergence({ chains: 0 }),
    "chains: got 0; expected a whole number, at least 1",
  ],
  [
    "a negative fast rate",
    () => fastPersistent({ fastRate: -1 }),
    "rate of fast weights: got -1; expected a number, 0 or more",
  ],
  [
    "fast weights that stay",
    () => fastPersistent({ fastDecay: 1 }),
    "decay of fast weights: got 1; expected a number in [0, 1)",
  ],
  ["half a sweep", () => gibbsFromScratch({ sweeps: 0.5 }), "sweeps: got 0.5; expected a whole number, at least 1"],
  [
    "too few to mix",
    () => gibbsFromScratch({ chains: 3 }),
    "got 3 chains and at most 16384 sweeps; expected at least 4 chains",
  ],
])("refused: %s", (_, make, message) => {
  expect(make).toThrow(message);
});
