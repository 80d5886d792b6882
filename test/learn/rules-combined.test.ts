import { describe, expect, test } from "vitest";
import { barsAndStripes } from "#src/data/bars-and-stripes.js";
import { parametersSha256 } from "#src/io/hash.js";
import { adam, sgd } from "#src/learn/optimizer.js";
import { contrastiveDivergence } from "#src/learn/rbm/contrastive.js";
import { exactGradient } from "#src/learn/rbm/exact.js";
import { fastPersistent } from "#src/learn/rbm/fast-persistent.js";
import type { TrainOptions } from "#src/learn/rbm/options.js";
import { persistentContrastiveDivergence } from "#src/learn/rbm/persistent.js";
import type { NegativeRule } from "#src/learn/rbm/phase.js";
import { gibbsFromScratch } from "#src/learn/rbm/scratch.js";
import { temperedGibbs } from "#src/learn/rbm/tempered.js";
import { trajectoryTempering } from "#src/learn/rbm/trajectory.js";
import { initializeRbm } from "#src/machines/initialize.js";
import { inTwoParts, last } from "./last-report.js";

const bars = barsAndStripes(4);
const start = initializeRbm(bars, { hidden: 8, weightScale: 0.1, seed: 1 });

const rules: [string, NegativeRule][] = [
  ["CD-2", contrastiveDivergence({ k: 2 })],
  ["PCD-1", persistentContrastiveDivergence({ chains: 13 })],
  ["FPCD-1", fastPersistent({ chains: 13 })],
  ["PT", temperedGibbs({ chains: 9, ladder: [1, 0.5, 0] })],
  // frozen and taken back often, so that all of that is in it
  ["PTT", trajectoryTempering({ chains: 20, freezeBelow: 0.9, rejectBelow: 0.85, annealing: 4 })],
  ["from scratch", gibbsFromScratch({ chains: 12, mostSweeps: 64 })],
  ["the exact gradient", exactGradient()],
];

/** All that a rule can be joined with, at once. */
const joined = {
  "centring, an average, Adam": { centring: true, average: { from: 0.5 }, optimizer: adam({ rate: 0.01, l1: 1e-4 }) },
  "centring, a moving average, sparsity, Nesterov's momentum": {
    centring: { rate: 0.1 },
    average: { over: 2 },
    sparsity: { target: 0.2, cost: 0.1 },
    optimizer: sgd({ rate: { kind: "linear", from: 0.1, to: 0.01 }, momentum: 0.5, nesterov: true, weightDecay: 1e-3 }),
  },
} as const satisfies Record<string, Partial<TrainOptions>>;

describe.each(Object.entries(joined))("with %s", (_, given) => {
  test.each(rules)("%s: the same bits on 1 to 4 threads, stopped and resumed", async (_, negative) => {
    // batches of 20 and 12: the last one is short
    const options: TrainOptions = { ...given, epochs: 8, batchSize: 20, seed: 2, negative };
    const sum = async (more: Partial<TrainOptions>) => {
      return parametersSha256((await last(start, bars, { ...options, ...more })).machine());
    };
    const whole = await sum({ threads: 1 });
    for (const threads of [2, 3, 4]) expect(await sum({ threads })).toBe(whole);
    const resumed = await inTwoParts(start, bars, { ...options, threads: 2 }, 11);
    expect(await parametersSha256(resumed.machine())).toBe(whole);
    // and it is not the same without what it is joined with
    expect(await sum({ centring: false, threads: 1 })).not.toBe(whole);
  });
});
