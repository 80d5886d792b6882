import { describe, expect, test } from "vitest";
import { barsAndStripes } from "#src/data/bars-and-stripes.js";
import type { Dataset } from "#src/data/dataset.js";
import { parseCheckpoint, serializeCheckpoint } from "#src/io/checkpoint-file.js";
import { parametersSha256 } from "#src/io/hash.js";
import type { Checkpoint } from "#src/learn/checkpoint.js";
import type { DbnTrainOptions } from "#src/learn/dbn/options.js";
import { sgd } from "#src/learn/optimizer.js";
import { contrastiveDivergence } from "#src/learn/rbm/contrastive.js";
import { fastPersistent } from "#src/learn/rbm/fast-persistent.js";
import { persistentContrastiveDivergence } from "#src/learn/rbm/persistent.js";
import type { TrainingReport } from "#src/learn/report.js";
import { train } from "#src/learn/train.js";
import { bondRbm, type Dbn } from "#src/machines/dbn.js";
import { initializeRbm } from "#src/machines/initialize.js";
import { initializeDbn } from "#src/machines/initialize-dbn.js";
import type { Rbm } from "#src/machines/rbm.js";

const bars: Dataset = { ...barsAndStripes(4) };
/** Rows of the pattern are alike: bars; else stripes. */
const labelled: Dataset = {
  ...bars,
  labels: Uint8Array.from({ length: bars.cases }, (_, b) => {
    const [first, second] = [0, 4].map((at) => bars.levels.slice(b * 16 + at, b * 16 + at + 4).join());
    return first === second ? 0 : 1;
  }),
};
const start = initializeDbn([16, 12, 9, 14], { seed: 5, data: bars });
const withLabels = initializeDbn([16, 12, 9, 14], { classes: 2, seed: 5, data: bars });
const momentum = sgd({ rate: 0.1, momentum: 0.5, weightDecay: 0.001 });

/** Another rule for each layer; 32 cases in batches of 10: a short last one. */
const options: DbnTrainOptions = {
  layers: [
    { epochs: 3, batchSize: 10, negative: contrastiveDivergence({ k: 2 }), optimizer: momentum },
    {
      epochs: 4,
      batchSize: 10,
      negative: persistentContrastiveDivergence({ chains: 7 }),
      centring: true,
      average: { from: 0.5 },
    },
    { epochs: 2, batchSize: 8, negative: fastPersistent({ chains: 9 }), clamp: "probability" },
  ],
  seed: 3,
};

async function reportsOf(dbn: Dbn, data: Dataset, asked: DbnTrainOptions): Promise<TrainingReport<Dbn>[]> {
  const reports: TrainingReport<Dbn>[] = [];
  for await (const report of train(dbn, data, asked)) reports.push(report);
  return reports;
}

const learnt = async (dbn: Dbn, data: Dataset, asked: DbnTrainOptions) =>
  ((await reportsOf(dbn, data, asked)).at(-1) as TrainingReport<Dbn>).machine();

const sha = async (dbn: Dbn, data: Dataset, asked: DbnTrainOptions) => parametersSha256(await learnt(dbn, data, asked));

describe("greedy learning", () => {
  test("teaches the first layer as train teaches an RBM on the data, bit for bit", async () => {
    const dbn = await learnt(start, bars, options);
    const rbm = initializeRbm(bars, { hidden: 12, seed: 5 });
    expect(bondRbm(start, 0)).toEqual(rbm);
    let last: TrainingReport<Rbm> | undefined;
    for await (const report of train(rbm, bars, { ...options.layers[0], epochs: 3, seed: 3 })) last = report;
    expect(bondRbm(dbn, 0)).toEqual(last?.machine());
    expect(dbn.directed[0].recognitionWeights).toEqual(dbn.directed[0].generativeWeights);
  });

  test.each(["sample", "mean"] as const)(
    "passes %ss: 1, 2 and 4 threads give one SHA-256, another seed another",
    async (passes) => {
      const asked = { ...options, passes };
      const hashes = await Promise.all([1, 2, 4].map((threads) => sha(withLabels, labelled, { ...asked, threads })));
      expect(new Set(hashes).size).toBe(1);
      expect(await sha(withLabels, labelled, { ...asked, seed: 4 })).not.toBe(hashes[0]);
    },
  );

  test("reports count epochs and updates over all stages, and tell the stage", async () => {
    const reports = await reportsOf(start, bars, { ...options, heldOut: bars, reportEvery: 1e9 });
    expect(reports.map(({ epoch, update, stage }) => [epoch, update, stage?.name, stage?.epoch])).toEqual([
      [1, 4, "layer 1", 1],
      [2, 8, "layer 1", 2],
      [3, 12, "layer 1", 3],
      [4, 16, "layer 2", 1],
      [5, 20, "layer 2", 2],
      [6, 24, "layer 2", 3],
      [7, 28, "layer 2", 4],
      [8, 32, "layer 3", 1],
      [9, 36, "layer 3", 2],
    ]);
    expect(reports.every(({ epochs, updates, stage }) => epochs === 9 && updates === 36 && stage?.count === 3)).toBe(
      true,
    );
    expect(reports.map(({ done }) => done)).toEqual([...Array(8).fill(false), true]);
    for (const { heldOutReconstructionError, freeEnergyGap } of reports) {
      expect(heldOutReconstructionError).toBeGreaterThan(0);
      // the held-out cases are the training cases here
      expect(freeEnergyGap).toBe(0);
    }
  });

  test.each([1, 12, 13, 15, 27, 28, 29, 35, 36])(
    "stopped after update %i and resumed from the file on other threads: the same bits",
    async (stopAt) => {
      const asked = { ...options, heldOut: labelled };
      const whole = await parametersSha256(await learnt(withLabels, labelled, asked));
      const controller = new AbortController();
      let checkpoint: Checkpoint | undefined;
      for await (const report of train(withLabels, labelled, { ...asked, signal: controller.signal, reportEvery: 0 })) {
        if (report.update !== stopAt) continue;
        controller.abort();
        checkpoint = parseCheckpoint(serializeCheckpoint(report.checkpoint()), "checkpoint");
      }
      expect(checkpoint?.progress.update).toBe(stopAt);
      expect(checkpoint?.progress.stage?.index).toBe(stopAt <= 12 ? 0 : stopAt <= 28 ? 1 : 2);
      const resume = checkpoint as Checkpoint<Dbn>;
      const reports = await reportsOf(withLabels, labelled, { ...asked, threads: 2, resume });
      if (stopAt === 36) return expect(reports).toEqual([]);
      expect(await parametersSha256((reports.at(-1) as TrainingReport<Dbn>).machine())).toBe(whole);
    },
  );

  test("a batch of one, and one case in all", async () => {
    const one = {
      ...labelled,
      cases: 1,
      levels: labelled.levels.slice(0, 16),
      labels: labelled.labels?.slice(0, 1) as Uint8Array,
    };
    const layers = [1, 2, 3].map(() => ({ epochs: 2, batchSize: 1 }));
    expect((await learnt(withLabels, one, { layers })).kind).toBe("dbn");
    expect((await learnt(withLabels, labelled, { layers, passes: "mean" })).kind).toBe("dbn");
  });

  test("early stopping ends a layer, not the training", async () => {
    const stopWhen = { metric: "heldOutReconstructionError", patience: 1 } as const;
    const layers = [{ epochs: 30, optimizer: sgd({ rate: 0.5 }), stopWhen }, { epochs: 2 }, { epochs: 30, stopWhen }];
    const reports = await reportsOf(start, bars, { layers, heldOut: bars, reportEvery: 1e9 });
    const first = reports.filter(({ stage }) => stage?.index === 0);
    expect(first.length).toBeLessThan(30);
    expect(first.every(({ stoppedEarly }) => stoppedEarly === undefined)).toBe(true);
    const last = reports.at(-1) as TrainingReport<Dbn>;
    expect([last.stage?.index, last.done, last.stoppedEarly]).toEqual([
      2,
      true,
      last.update < last.updates || undefined,
    ]);
    // the layers above were taught on the good epoch's weights
    expect(bondRbm(last.machine(), 0)).toEqual(bondRbm((first.at(-1) as TrainingReport<Dbn>).machine(), 0));
  });
});
