import { describe, expect, test } from "vitest";
import { barsAndStripes } from "#src/data/bars-and-stripes.js";
import type { Dataset } from "#src/data/dataset.js";
import { classificationFit, classify, errorRate } from "#src/evaluate/classification.js";
import { dbnBound } from "#src/evaluate/dbn/bound.js";
import { exactDbnLogLikelihoods } from "#src/evaluate/dbn/exact.js";
import type { DbnTrainOptions } from "#src/learn/dbn/options.js";
import { sgd } from "#src/learn/optimizer.js";
import { exactGradient } from "#src/learn/rbm/exact.js";
import type { TrainingReport } from "#src/learn/report.js";
import { train } from "#src/learn/train.js";
import { bondRbm, createDbn, type Dbn } from "#src/machines/dbn.js";
import { initializeDbn } from "#src/machines/initialize-dbn.js";
import { recognized } from "../../oracles/small-dbn.js";

const bars = barsAndStripes(3);
const { units, cases } = bars;
const bits = Uint8Array.from(bars.levels, (level) => Number(level > 0));
const labelled: Dataset = { ...bars, labels: Uint8Array.from({ length: cases }, (_, b) => bits[b * units] as number) };

async function epochsOf(dbn: Dbn, data: Dataset, options: DbnTrainOptions) {
  const epochs: { report: TrainingReport<Dbn>; machine: Dbn }[] = [];
  for await (const report of train(dbn, data, { ...options, reportEvery: 1e9 }))
    epochs.push({ report, machine: report.machine() });
  return epochs;
}

/** The network of the first bonds alone. */
function upTo({ layers, classes, directed, ...rest }: Dbn, bonds: number): Dbn {
  const all = directed.length + 1;
  const top = bondRbm({ layers, classes, directed, ...rest }, bonds - 1);
  return {
    ...createDbn(layers.slice(0, bonds + 1), { classes: bonds === all ? classes : 0 }),
    directed: directed.slice(0, bonds - 1),
    top,
  };
}

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;

/** E over Q of log P(v, h) − log Q(h | v), by sums over all states, of each case. */
const exactBounds = (dbn: Dbn) =>
  Float64Array.from({ length: cases }, (_, b) =>
    recognized(dbn, bits.subarray(b * units, (b + 1) * units)).reduce((sum, { q, log }) => sum + q * log, 0),
  );

const layer = { epochs: 6, batchSize: cases, optimizer: sgd({ rate: 0.3 }) };

describe("held-out errors", () => {
  test("are those of errorRate and of P(label | v), of the network that is shown", async () => {
    const start = initializeDbn([9, 7, 6, 8], { classes: 2, seed: 3, data: bars, weightScale: 0.5 });
    const options: DbnTrainOptions = {
      layers: [layer, layer, { ...layer, average: { from: 0.5 } }],
      upDown: { epochs: 5, batchSize: 5, optimizer: sgd({ rate: 0.2 }), average: { from: 0.5 } },
      heldOut: labelled,
      seed: 2,
    };
    const seen = new Set<number>();
    for (const { report, machine } of await epochsOf(start, labelled, options)) {
      const { stage, heldOutErrorRate: told, heldOutCrossEntropy } = report;
      if ((stage?.index as number) < 2) {
        expect(told).toBeUndefined();
        continue;
      }
      expect(told).toBe(await errorRate(machine, labelled));
      expect(heldOutCrossEntropy).toBeCloseTo(
        classificationFit(await classify(machine, labelled), labelled).crossEntropy,
        5,
      );
      seen.add(heldOutCrossEntropy as number);
    }
    expect(seen.size).toBeGreaterThan(2);
  });
});

describe("the monitored bound", () => {
  const start = initializeDbn([9, 4, 9, 3], { seed: 4, data: bars, weightScale: 0.1 });
  const options: DbnTrainOptions = {
    layers: [
      { ...layer, epochs: 300, negative: exactGradient() },
      { ...layer, epochs: 300, negative: exactGradient(), start: "transposed", optimizer: sgd({ rate: 0.05 }) },
      { ...layer, epochs: 100, negative: exactGradient() },
    ],
    upDown: { epochs: 3, batchSize: cases, optimizer: sgd({ rate: 0.05 }) },
    monitor: 100,
    heldOut: bars,
    seed: 1,
  };

  test("is that of the layers learnt so far: log P(v) itself for one, Σ Q log P / Q for more, and rises", async () => {
    const told = (await epochsOf(start, bars, options)).filter(({ report }) => report.logLikelihood !== undefined);
    expect(told.map(({ report: { stage } }) => [stage?.name, stage?.epoch])).toEqual([
      ["layer 1", 100],
      ["layer 1", 200],
      ["layer 1", 300],
      ["layer 2", 100],
      ["layer 2", 200],
      ["layer 2", 300],
      ["layer 3", 100],
      ["up-down", 3],
    ]);
    const exact: number[] = [];
    for (const { report, machine } of told) {
      const stack = upTo(machine, Math.min(3, (report.stage?.index as number) + 1));
      const value = report.logLikelihood as number;
      const likelihoods = exactDbnLogLikelihoods(stack, bits);
      expect(report.likelihoodIsBound).toBe(true);
      expect(report.logLikelihoodMethod).toBe("exact");
      // the same draws, so the same bound
      expect(report.heldOutLogLikelihood).toBe(value);
      if (stack.directed.length === 0) {
        expect(value).toBeCloseTo(mean(likelihoods), 4);
        exact.push(value);
        continue;
      }
      const bounds = exactBounds(stack);
      // 5 draws for each of the cases: five standard errors, from the spread of more draws
      const { cases: more } = await dbnBound(stack, bars, { draws: 1, seed: 9 });
      const spread = mean(more.variational.map((x, b) => (x - (bounds[b] as number)) ** 2));
      expect(Math.abs(value - mean(bounds))).toBeLessThan(5 * Math.sqrt(spread / (5 * cases)) + 1e-4);
      expect(mean(bounds)).toBeLessThan(mean(likelihoods));
      exact.push(mean(bounds));
    }
    // a transposed start is as good as the RBM below it, and learning does not make it worse
    const [, , first, , , second] = exact as [number, number, number, number, number, number];
    expect(second).toBeGreaterThan(first);
  });

  test("does not change what is learnt", async () => {
    const { monitor: _, heldOut: __, ...plain } = options;
    const [watched, unwatched] = [await epochsOf(start, bars, options), await epochsOf(start, bars, plain)];
    expect(watched.at(-1)?.machine).toEqual(unwatched.at(-1)?.machine);
  });

  test("with label units: of v, labels summed out", async () => {
    const begun = initializeDbn([9, 6, 5], { classes: 2, seed: 4, data: bars, weightScale: 0.5 });
    const asked = { layers: [layer, layer], monitor: 6, seed: 1 };
    const { report, machine } = (await epochsOf(begun, labelled, asked)).at(-1) as {
      report: TrainingReport<Dbn>;
      machine: Dbn;
    };
    const bounds = exactBounds(machine);
    expect(mean(bounds)).toBeLessThan(mean(exactDbnLogLikelihoods(machine, bits)));
    expect(Math.abs((report.logLikelihood as number) - mean(bounds))).toBeLessThan(0.2);
  });

  test("is refused for data that have no likelihood", async () => {
    const asked = { ...options, layers: options.layers.map((one) => ({ ...one, clamp: "probability" as const })) };
    await expect(epochsOf(start, bars, asked)).rejects.toThrow("zeros and ones");
    const upDown = { epochs: 1, clamp: "probability" as const };
    await expect(epochsOf(start, bars, { layers: [], upDown, monitor: 1 })).rejects.toThrow("zeros and ones");
  });
});
