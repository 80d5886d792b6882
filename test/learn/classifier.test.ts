import { describe, expect, test } from "vitest";
import type { Dataset } from "#src/data/dataset.js";
import { takeCases } from "#src/data/select.js";
import { errorRate } from "#src/evaluate/classification.js";
import { hiddenFeatures } from "#src/evaluate/features.js";
import { parseCheckpoint, serializeCheckpoint } from "#src/io/checkpoint-file.js";
import { parametersSha256 } from "#src/io/hash.js";
import type { Kernels } from "#src/kernels/kernels.js";
import { createKernels } from "#src/kernels/threads.js";
import type { Checkpoint } from "#src/learn/checkpoint.js";
import { inputsThrough } from "#src/learn/classifier/frozen.js";
import type { ClassifierTrainOptions } from "#src/learn/classifier/options.js";
import { adam, sgd } from "#src/learn/optimizer.js";
import type { TrainingReport } from "#src/learn/report.js";
import { train } from "#src/learn/train.js";
import { type Classifier, classifierFrom, initializeClassifier } from "#src/machines/classifier.js";
import { initializeRbm } from "#src/machines/initialize.js";
import { residentClassifier } from "#src/machines/resident-classifier.js";
import { loadMnist } from "#src/node/mnist.js";
import { randomStream, shuffledOrder } from "#src/random/stream.js";
import { uniformOf } from "#src/random/uniform.js";
import {
  flatten,
  gradientByDifferences,
  labelledCases,
  type Mask,
  meanLogProbability,
  noMask,
} from "../oracles/feed-forward.js";

const layers = [7, 6, 5, 3];
const cases = labelledCases(21, 7, 3);
const start = initializeClassifier(layers, { seed: 3, weightScale: 1, readOutScale: 0.7 });

async function reportsOf(
  options: ClassifierTrainOptions,
  data: Dataset = cases,
  initial: Classifier = start,
): Promise<TrainingReport<Classifier>[]> {
  const reports: TrainingReport<Classifier>[] = [];
  for await (const next of train(initial, data, options)) reports.push(next);
  return reports;
}

const last = async (...given: Parameters<typeof reportsOf>) =>
  (await reportsOf(...given)).at(-1) as TrainingReport<Classifier>;

const sha = async (...given: Parameters<typeof reportsOf>) => parametersSha256((await last(...given)).machine());

/** The largest difference of what one update at rate 1 does from the gradient by differences. */
async function gradientError(options: Partial<ClassifierTrainOptions>, mask: Mask, kernels?: Kernels): Promise<number> {
  const whole = { epochs: 1, batchSize: cases.cases, seed: 9, optimizer: sgd({ rate: 1 }), ...options };
  const machine = (await last({ ...whole, ...(kernels && { kernels }) })).machine();
  const before = flatten(start);
  const moved = flatten(machine).map((x, i) => x - (before[i] as number));
  const order = shuffledOrder(randomStream(9, "shuffle", 0), cases.cases);
  const slope = gradientByDifferences((at) => meanLogProbability(at, layers, cases, order, mask), before);
  return moved.reduce((most, x, i) => Math.max(most, Math.abs(x - (slope[i] as number))), 0);
}

/** As dropout draws: of inputs with probability 0.25, of hidden units 0.5. */
const dropoutMask: Mask = (layer, at, unit) => {
  const keep = layer === 0 ? 0.75 : 0.5;
  return uniformOf({ seed: 9, purpose: "dropout", step: 0, sweep: layer }, at, unit) < keep ? 1 / keep : 0;
};

describe("one update goes up the gradient of the mean ln P(label | case), by central differences in float64", () => {
  const dropout = { input: 0.25, hidden: 0.5 };

  test.each(["wasm", "reference"] as const)(
    "within 5e-7, float32's rounding of parameters near 1: %s",
    async (which) => {
      const kernels = await createKernels({ implementation: which });
      expect(await gradientError({}, noMask, kernels)).toBeLessThan(5e-7);
      expect(await gradientError({ dropout }, dropoutMask, kernels)).toBeLessThan(5e-7);
      kernels.dispose();
    },
  );

  test("and the check sees a derivative that is left out, and a dropout that is not", async () => {
    const kernels = await createKernels();
    const lame = { ...kernels, throughLogistic: () => {} };
    expect(await gradientError({}, noMask, lame)).toBeGreaterThan(0.01);
    expect(await gradientError({ dropout }, noMask, kernels)).toBeGreaterThan(0.01);
    kernels.dispose();
  });

  test("lower layers at their own rates, and none for layers that do not learn", async () => {
    const one = { epochs: 1, batchSize: 21, optimizer: sgd({ rate: 1 }) } as const;
    const [plain, slower, readOut] = await Promise.all([
      last(one),
      last({ ...one, lowerRate: 0.5 }),
      last({ ...one, learns: "read-out" }),
    ]);
    const step = (report: TrainingReport<Classifier>, l: number) =>
      report.machine().weights[l]?.map((w, i) => w - (start.weights[l] as Float32Array)[i]) as Float32Array;
    for (const l of [0, 1, 2]) {
      const factor = 0.5 ** (2 - l);
      step(plain, l).forEach((x, i) => {
        expect(Math.abs(step(slower, l)[i] - factor * x)).toBeLessThan(5e-7);
      });
    }
    expect(step(readOut, 2)).toEqual(step(plain, 2));
    expect(readOut.machine().weights.slice(0, 2)).toEqual(start.weights.slice(0, 2));
    expect(readOut.machine().biases.slice(0, 2)).toEqual(start.biases.slice(0, 2));
  });
});

/** Everything that a checkpoint must carry; 21 = 4 · 5 + 1: a short last batch. */
const full: ClassifierTrainOptions = {
  epochs: 40,
  batchSize: 5,
  seed: 4,
  optimizer: adam({ rate: { kind: "linear", from: 0.02, to: 0 }, weightDecay: 0.01, l1: 0.001 }),
  lowerRate: 0.5,
  dropout: { input: 0.1, hidden: 0.2 },
  average: { from: 0.5 },
  heldOut: labelledCases(30, 7, 3, 2),
  stopWhen: { metric: "heldOutCrossEntropy", patience: 30 },
};

describe("the same seed gives the same bits", () => {
  test("on 1, 2, 3 and 4 threads, all layers and the read-out alone", async () => {
    for (const learns of ["all", "read-out"] as const) {
      const hashes = await Promise.all([1, 2, 3, 4].map((threads) => sha({ ...full, learns, threads })));
      expect(new Set(hashes).size).toBe(1);
      expect(await sha({ ...full, learns, seed: 5 })).not.toBe(hashes[0]);
    }
  });

  test("stopped and resumed from the checkpoint's bytes, at several places", async () => {
    for (const [learns, optimizer] of [
      ["all", full.optimizer],
      ["read-out", full.optimizer],
      ["all", sgd({ rate: 0.1, momentum: 0.9, nesterov: true })],
    ] as const) {
      const options = { ...full, learns, ...(optimizer && { optimizer }) };
      const whole = await last(options);
      for (const stopAt of [1, 7, 120]) {
        const controller = new AbortController();
        let checkpoint: Checkpoint | undefined;
        const first = train(start, cases, { ...options, signal: controller.signal, reportEvery: 0 });
        for await (const report of first) {
          if (report.update !== stopAt) continue;
          controller.abort();
          checkpoint = parseCheckpoint(serializeCheckpoint(report.checkpoint()), "checkpoint");
        }
        const rest = await last({ ...options, resume: checkpoint as Checkpoint<Classifier> });
        expect(rest.machine()).toEqual(whole.machine());
        expect(rest.checkpoint().state).toEqual(whole.checkpoint().state);
        expect(rest.crossEntropy).toBe(whole.crossEntropy);
      }
    }
  });

  test("features that are kept are those that are made anew", async () => {
    const kernels = await createKernels();
    const frozen = residentClassifier(kernels, start).slice(0, 2);
    const [kept, anew] = [inputsThrough(kernels, frozen, cases), inputsThrough(kernels, frozen, cases, 0)];
    for (const inputs of [kept, anew]) for (const _ of inputs.prepare()) expect(_).toBeUndefined();
    const out = kernels.field(9, 5);
    const rows = Uint32Array.of(20, 3, 3, 0, 11);
    const made = [kept, anew].map((inputs) => {
      inputs.fill(rows, out);
      return out.read(rows.length);
    });
    expect(made[0]).toEqual(made[1]);
    kernels.dispose();
  });

  test("a read-out on an RBM's features learns as one on the features as data", async () => {
    const rbm = initializeRbm(cases, { hidden: 40, seed: 1, weightScale: 1 });
    const whole = classifierFrom(rbm, 3, { seed: 2 });
    const features = { ...cases, units: 40, levels: await hiddenFeatures(rbm, cases) };
    const alone = initializeClassifier([40, 3], { seed: 2 });
    alone.weights[0]?.set(whole.weights[1] as Float32Array);
    const options = { epochs: 20, batchSize: 4, learns: "read-out" as const };
    const [a, b] = [await last(options, cases, whole), await last(options, features, alone)];
    expect(a.machine().weights[1]).toEqual(b.machine().weights[0]);
    expect(a.machine().weights[0]).toEqual(rbm.weights);
  });
});

describe("what training tells and keeps", () => {
  test("cross entropy falls; held-out figures are those of the machine", async () => {
    const reports = (await reportsOf({ ...full, average: { over: 3 } })).filter(({ kind }) => kind === "epoch");
    const [first, final] = [reports[0], reports.at(-1)] as TrainingReport<Classifier>[];
    expect(final?.crossEntropy).toBeLessThan(first?.crossEntropy as number);
    expect(first?.reconstructionError).toBeUndefined();
    const heldOut = full.heldOut as Dataset;
    const told = await reportsOf({ ...full, stopWhen: undefined as never });
    const end = told.at(-1) as TrainingReport<Classifier>;
    expect(end.heldOutErrorRate).toBe(await errorRate(end.machine(), heldOut));
    const order = Uint32Array.from({ length: 30 }, (_, b) => b);
    const exact = -meanLogProbability(flatten(end.machine()), layers, heldOut, order);
    expect(end.heldOutCrossEntropy).toBeCloseTo(exact, 5);
  });

  test("early stopping keeps the epoch with the fewest held-out errors", async () => {
    const options = {
      ...full,
      average: undefined as never,
      stopWhen: { metric: "heldOutErrorRate", patience: 10 } as const,
    };
    const reports = (await reportsOf(options)).filter(({ kind }) => kind === "epoch");
    const rates = reports.map(({ heldOutErrorRate }) => heldOutErrorRate as number);
    const final = reports.at(-1) as TrainingReport<Classifier>;
    expect(rates.lastIndexOf(Math.min(...rates)) + 1).toBe(final.bestEpoch);
    expect(await errorRate(final.machine(), full.heldOut as Dataset)).toBe(Math.min(...rates));
  });

  test("an average is the mean of the parameters of the updates that it takes", async () => {
    const options = { ...full, epochs: 4, stopWhen: undefined as never, optimizer: sgd({ rate: 0.3 }) };
    const seen: Float64Array[] = [];
    // five updates an epoch: every one is taken, from the third epoch on
    for await (const report of train(start, cases, { ...options, reportEvery: 0 })) {
      if (report.update > 10) seen.push(flatten(report.checkpoint().machine as Classifier));
      if (!report.done) continue;
      const mean = flatten(report.machine()).map(
        (x, i) => x - seen.reduce((sum, at) => sum + (at[i] as number), 0) / 10,
      );
      expect(Math.max(...mean.map(Math.abs))).toBeLessThan(1e-6);
    }
    expect(seen.length).toBe(10);
  });

  test("a batch of one case, and a data set of one case", async () => {
    const one = takeCases(cases, 1);
    expect((await last({ epochs: 30, batchSize: 1, optimizer: sgd({ rate: 0.5 }) }, one)).crossEntropy).toBeLessThan(
      0.1,
    );
    expect((await last({ epochs: 3, batchSize: 1 })).updates).toBe(63);
  });

  test("2,000 digits: a hidden layer of 60 learns most of 500 others, in seconds", async () => {
    const digits = takeCases(await loadMnist("train"), 2000);
    const heldOut = takeCases(await loadMnist("test"), 500);
    const initial = initializeClassifier([784, 60, 10], { seed: 1 });
    const { heldOutErrorRate } = await last(
      { epochs: 12, batchSize: 50, heldOut, optimizer: adam({ rate: 0.003 }) },
      digits,
      initial,
    );
    // about 12 % there, of which the standard error is 1.5 %
    expect(heldOutErrorRate).toBeLessThan(0.18);
  });
});

describe("refused before anything is learned", () => {
  const with0 = (labels: number[]): Dataset => ({
    ...takeCases(cases, labels.length),
    labels: Int32Array.from(labels),
  });
  test.each<[string, Partial<ClassifierTrainOptions>, Dataset, RegExp]>([
    [
      "no labels",
      {},
      { ...cases, labels: undefined as never },
      /train: got 21 cases of 7 without labels; expected one label a case/,
    ],
    ["a negative label", {}, with0([0, -1, 2]), /got the label -1 at case 1/],
    ["more labels than classes", {}, with0([0, 1, 3]), /got the label 3 at case 2 .* expected labels from 0 to 2/],
    ["another width", {}, { ...cases, units: 3, cases: 49 }, /with 3 units a case; expected 7/],
    [
      "held-out cases without labels",
      { heldOut: { ...cases, labels: undefined as never } },
      cases,
      /held-out data: got .* without labels/,
    ],
    [
      "held-out cases of another width",
      { heldOut: { ...cases, units: 3 } },
      cases,
      /held-out data: got .* with 3 units/,
    ],
    ["dropout of everything", { dropout: { hidden: 1 } }, cases, /dropout: hidden: got 1/],
    ["a rate below 0", { lowerRate: -1 }, cases, /lower rate: got -1/],
    ["an unknown part", { learns: "some" as "all" }, cases, /learns: got some/],
    [
      "a figure that is not told",
      { stopWhen: { metric: "heldOutErrorRate", patience: 1 } },
      cases,
      /stopWhen: got heldOutErrorRate/,
    ],
    ["a batch beyond the data", { batchSize: 22 }, cases, /batch size: got 22/],
  ])("%s", async (_, options, data, message) => {
    await expect(last({ epochs: 1, ...options }, data)).rejects.toThrow(message);
  });

  test("a checkpoint of other layers, of another rule", async () => {
    const { machine, state, progress } = (await last({ ...full, epochs: 1 })).checkpoint();
    const other = initializeClassifier([7, 4, 3], { seed: 1 });
    const resume = { machine, state, progress } as Checkpoint<Classifier>;
    await expect(last({ ...full, resume }, cases, other)).rejects.toThrow("got a classifier of 7-6-5-3 units");
    await expect(last({ ...full, learns: "read-out", resume })).rejects.toThrow("as this rule keeps");
  });
});
