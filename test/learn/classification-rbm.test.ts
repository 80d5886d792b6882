import { describe, expect, test } from "vitest";
import type { Dataset } from "#src/data/dataset.js";
import { labelFirst } from "#src/data/labels.js";
import { takeCases } from "#src/data/select.js";
import { errorRate } from "#src/evaluate/classification.js";
import { labelProbabilities } from "#src/evaluate/dbn/features.js";
import { parseCheckpoint, serializeCheckpoint } from "#src/io/checkpoint-file.js";
import { parametersSha256 } from "#src/io/hash.js";
import { createKernels } from "#src/kernels/threads.js";
import type { Checkpoint } from "#src/learn/checkpoint.js";
import type { ClassificationRbmTrainOptions } from "#src/learn/classification-rbm/options.js";
import { adam, sgd } from "#src/learn/optimizer.js";
import { contrastiveDivergence } from "#src/learn/rbm/contrastive.js";
import { persistentContrastiveDivergence } from "#src/learn/rbm/persistent.js";
import type { TrainingReport } from "#src/learn/report.js";
import { train } from "#src/learn/train.js";
import { initializeClassificationRbm } from "#src/machines/classification-rbm.js";
import { createDbn, type Dbn } from "#src/machines/dbn.js";
import { randomStream, shuffledOrder } from "#src/random/stream.js";
import { uniformOf } from "#src/random/uniform.js";
import { refusal } from "../data/refusal.js";
import {
  differences,
  flatten,
  logSumExp,
  meanDiscriminative,
  meanGenerative,
  meanUnnormalized,
  negativeFreeEnergies,
  oneSweepMoments,
  randomClassificationRbm,
} from "../oracles/classification-rbm.js";
import { allStates, naiveEnergy } from "../oracles/enumerate.js";
import { labelledCases } from "../oracles/feed-forward.js";

const [V, H, K] = [7, 5, 3];
const cases = labelledCases(21, V, K);
const start = randomClassificationRbm(V, H, K, 4);
const discriminative = { discriminative: 1 };

async function reportsOf(
  options: ClassificationRbmTrainOptions,
  data: Dataset = cases,
  initial: Dbn = start,
): Promise<TrainingReport<Dbn>[]> {
  const reports: TrainingReport<Dbn>[] = [];
  for await (const next of train(initial, data, options)) reports.push(next);
  return reports;
}

const last = async (...given: Parameters<typeof reportsOf>) =>
  (await reportsOf(...given)).at(-1) as TrainingReport<Dbn>;
const sha = async (...given: Parameters<typeof reportsOf>) => parametersSha256((await last(...given)).machine());

/** What one update at rate 1 moves. */
async function moveOf(
  options: Partial<ClassificationRbmTrainOptions> & Pick<ClassificationRbmTrainOptions, "objective">,
  data: Dataset = cases,
  initial: Dbn = start,
): Promise<Float64Array> {
  const whole = { epochs: 1, batchSize: data.cases, seed: 9, optimizer: sgd({ rate: 1 }), ...options };
  const before = flatten(initial);
  return flatten((await last(whole, data, initial)).machine()).map((x, i) => x - (before[i] as number));
}

const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((most, x, i) => Math.max(most, Math.abs(x - (b[i] as number))), 0);

const order = shuffledOrder(randomStream(9, "shuffle", 0), cases.cases);
const slopeOf = (mask?: Parameters<typeof meanDiscriminative>[4]) =>
  differences((at) => meanDiscriminative(at, start, cases, order, mask), flatten(start));

describe("P(y | v)", () => {
  test("is exact: sums over hidden states, which add up to 1", async () => {
    const data = { ...cases, levels: cases.levels.map((x) => Number(x > 0.5)) };
    const told = await labelProbabilities(start, data, {});
    for (let b = 0; b < data.cases; b++) {
      const weights = Array.from({ length: K }, (_, k) => {
        const v = [
          ...data.levels.subarray(b * V, (b + 1) * V),
          ...Array.from({ length: K }, (_, y) => Number(y === k)),
        ];
        return allStates(H).reduce((sum, h) => sum + Math.exp(-naiveEnergy(start.top, v, h)), 0);
      });
      const all = weights.reduce((x, y) => x + y, 0);
      const told_b = told.subarray(b * K, (b + 1) * K);
      expect(
        largest(
          told_b,
          weights.map((w) => w / all),
        ),
      ).toBeLessThan(2e-6);
      expect(Math.abs(told_b.reduce((x, y) => x + y, 0) - 1)).toBeLessThan(3e-7);
    }
  });

  test("is softmax(d) without weights of label units", async () => {
    const dbn = randomClassificationRbm(V, H, K, 4);
    dbn.top.weights.fill(0, V * H);
    const biases = [...dbn.top.visibleBias.subarray(V)];
    const expected = biases.map((d) => Math.exp(d - logSumExp(biases)));
    const told = await labelProbabilities(dbn, cases, {});
    for (let b = 0; b < cases.cases; b++)
      expect(largest(told.subarray(b * K, (b + 1) * K), expected)).toBeLessThan(1e-6);
  });
});

describe("one update goes up the gradient of the mean ln P(y | v), by central differences in float64", () => {
  const dropoutMask = (at: number, unit: number) =>
    uniformOf({ seed: 9, purpose: "dropout", step: 0 }, at, unit) < 0.75 ? 1 / 0.75 : 0;

  test.each(["wasm", "reference"] as const)("within 1e-6: %s", async (implementation) => {
    const kernels = await createKernels({ implementation });
    const exact = { objective: discriminative, clamp: "probability", kernels } as const;
    expect(largest(await moveOf(exact), slopeOf())).toBeLessThan(1e-6);
    expect(largest(await moveOf({ ...exact, dropout: 0.25 }), slopeOf(dropoutMask))).toBeLessThan(1e-6);
    kernels.dispose();
  });

  test("which the check would tell from a gradient that forgets the other classes, and from another dropout", async () => {
    const forgetful = differences((at) => {
      let sum = 0;
      for (const row of order) {
        const v = cases.levels.subarray(row * V, (row + 1) * V);
        sum += negativeFreeEnergies(at, start, v)[cases.labels?.[row] as number] as number;
      }
      return sum / order.length;
    }, flatten(start));
    expect(largest(slopeOf(), forgetful)).toBeGreaterThan(0.1);
    expect(largest(slopeOf(), slopeOf(dropoutMask))).toBeGreaterThan(0.01);
  });

  test("biases of visible units stay, as P(y | v) does not depend on them", async () => {
    const moved = await moveOf({ objective: discriminative });
    const from = (V + K) * H;
    expect(moved.subarray(from, from + V).every((x) => x === 0)).toBe(true);
    expect(moved.subarray(from + V).every((x) => x !== 0)).toBe(true);
  });
});

describe("generative learning", () => {
  test("is that of a deep belief network of one layer, but for rounding", async () => {
    const options = { epochs: 2, batchSize: 7, seed: 9, optimizer: sgd({ rate: 0.05, momentum: 0.5 }) };
    const negative = contrastiveDivergence({ k: 2 });
    const ours = (await last({ ...options, objective: { generative: 1 }, negative })).machine();
    let theirs = start;
    const { seed, ...layer } = options;
    for await (const report of train(start, cases, { layers: [{ ...layer, negative }], seed }))
      theirs = report.machine();
    expect(largest(flatten(ours), flatten(theirs))).toBeLessThan(1e-6);
    expect(largest(flatten(ours), flatten(start))).toBeGreaterThan(0.01);
  });

  test("a hybrid update is the sum of its parts, each by its weight", async () => {
    const both = await moveOf({ objective: { discriminative: 0.7, generative: 0.3 } });
    const [a, b] = [await moveOf({ objective: discriminative }), await moveOf({ objective: { generative: 1 } })];
    expect(
      largest(
        both,
        a.map((x, i) => 0.7 * x + 0.3 * (b[i] as number)),
      ),
    ).toBeLessThan(1e-6);
  });
});

describe("with labels of some cases", () => {
  const [v, h] = [4, 3];
  const machine = randomClassificationRbm(v, h, 2, 8, 0.7);
  const random = randomStream(2, "data");
  /** 60 cases, of which 20 have a label. */
  const some: Dataset & { readonly labels: Int32Array } = {
    name: "some",
    cases: 60,
    units: v,
    levels: Float32Array.from({ length: 60 * v }, () => Number(random.uniform() < 0.4)),
    labels: Int32Array.from({ length: 60 }, (_, b) => (b % 3 === 0 ? Number(random.uniform() < 0.3) : -1)),
  };
  const [known, unknown] = [0, 1].map((which) =>
    [...some.labels.keys()].filter((b) => Number(some.labels[b] === -1) === which),
  ) as [number[], number[]];

  /** The mean of what updates of so many seeds move, and how many standard errors it is from what is expected, at worst. */
  async function meanMove(options: Parameters<typeof moveOf>[0], draws: number, of = machine) {
    const moves: Float64Array[] = [];
    for (let seed = 0; seed < draws; seed++) moves.push(await moveOf({ ...options, seed }, some, of));
    const over = (value: (move: Float64Array, i: number) => number) =>
      (moves[0] as Float64Array).map((_, i) => moves.reduce((sum, move) => sum + value(move, i), 0) / draws);
    const means = over((move, i) => move[i] as number);
    const variances = over((move, i) => ((move[i] as number) - (means[i] as number)) ** 2);
    return (expected: ArrayLike<number>) =>
      means.reduce((most, mean, i) => {
        const error = Math.sqrt((variances[i] as number) / (draws - 1));
        return Math.max(most, Math.abs(mean - (expected[i] as number)) / error);
      }, 0);
  }

  test("the mean update is the gradient of ln P(v, y) and of ln P(v) with their weights, within 5 standard errors", async () => {
    // chains of 40 sweeps on a machine of small weights have forgotten where they began
    const negative = contrastiveDivergence({ k: 40 });
    const objective = { discriminative: 0.5, generative: 0.25, unlabelled: 2 };
    const worst = await meanMove({ objective, negative }, 300);
    const slope = (unlabelled: number) =>
      differences(
        (at) =>
          0.5 * meanDiscriminative(at, machine, some, known) +
          0.25 * meanGenerative(at, machine, some, known) +
          unlabelled * meanGenerative(at, machine, some, unknown),
        flatten(machine),
      );
    expect(worst(slope(2))).toBeLessThan(5);
    // and it sees a weight that is a tenth off
    expect(worst(slope(1.8))).toBeGreaterThan(7);
  }, 20_000);

  test("chains of unlabelled cases begin with labels drawn from P(y | v): CD-1 by enumeration, within 5 standard errors", async () => {
    // labels say much of hidden units
    const strong = createDbn([v, h], { classes: 2 });
    strong.top.weights.set([1.5, 1.5, 1.5, -1.5, 3, -3].flatMap((w) => [w, 0.9 * w, 0.8 * w]));
    const worst = await meanMove({ objective: { discriminative: 1, unlabelled: 1 } }, 600, strong);
    const slope = differences(
      (at) => meanDiscriminative(at, strong, some, known) + meanUnnormalized(at, strong, some, unknown),
      flatten(strong),
    );
    const expected = (law: Parameters<typeof oneSweepMoments>[3]) => {
      const dreamt = oneSweepMoments(strong, some, unknown, law);
      return slope.map((x, i) => x - (dreamt[i] as number));
    };
    const posterior = (v: ArrayLike<number>) => {
      const energies = negativeFreeEnergies(flatten(strong), strong, v);
      return energies.map((x) => Math.exp(x - logSumExp(energies)));
    };
    expect(worst(expected(posterior))).toBeLessThan(5);
    // and it sees labels that do not depend on the case
    expect(worst(expected(() => [0.5, 0.5]))).toBeGreaterThan(8);
  }, 20_000);

  test("few labels and many cases without do better than the labels alone", async () => {
    const { data, test: unseen } = noisyPrototypes(400, 3);
    const few = labelFirst(data, 6);
    const alone = takeCases(data, 6);
    const options = { epochs: 60, batchSize: 20, seed: 1, optimizer: adam({ rate: 0.01 }) };
    const initial = initializeClassificationRbm(few, { hidden: 20, seed: 1 });
    const semi = await last({ ...options, objective: { discriminative: 1, unlabelled: 1 } }, few, initial);
    const supervised = await last({ ...options, epochs: 300, batchSize: 6, objective: discriminative }, alone, initial);
    const [better, worse] = [await errorRate(semi.machine(), unseen), await errorRate(supervised.machine(), unseen)];
    expect(better).toBeLessThan(0.08);
    expect(worse).toBeGreaterThan(better + 0.1);
  });

  test("an epoch goes through those without a label, as they are more; the others come in turns", async () => {
    const reports = await reportsOf(
      { epochs: 2, batchSize: 8, objective: { discriminative: 1, unlabelled: 1 } },
      some,
      machine,
    );
    expect(reports.at(-1)?.updates).toBe(2 * Math.ceil(unknown.length / 8));
  });
});

/** Classes of `count` binary prototypes of 30 units with noise: cases to learn from and as many others. */
function noisyPrototypes(cases: number, count: number): { data: Dataset; test: Dataset } {
  const random = randomStream(6, "data");
  const units = 30;
  const prototypes = Array.from({ length: count }, () => Array.from({ length: units }, () => random.uniform() < 0.5));
  const drawn = (name: string): Dataset => {
    const labels = Uint8Array.from({ length: cases }, (_, b) => b % count);
    const levels = Uint8Array.from({ length: cases * units }, (_, at) => {
      const on = prototypes[labels[Math.floor(at / units)] as number]?.[at % units] as boolean;
      return 255 * Number(random.uniform() < 0.25 ? !on : on);
    });
    return { name, cases, units, levels, labels };
  };
  return { data: drawn("prototypes"), test: drawn("others") };
}

test("three hidden units learn to tell classes that they could not model: what labels depend on is little of the data", async () => {
  // y = v₀ xor v₁; the other units are three groups of five that agree, worth much more to a model of the data
  const random = randomStream(3, "data");
  const units = 17;
  const bit = () => Number(random.uniform() < 0.5);
  const rows = Array.from({ length: 400 }, () => {
    const [a, b, ...groups] = [bit(), bit(), bit(), bit(), bit()] as [number, number, ...number[]];
    return { y: a ^ b, v: [a, b, ...groups.flatMap((g) => [g, g, g, g, g])] };
  });
  const data: Dataset = {
    name: "xor beside much else",
    cases: rows.length,
    units,
    levels: Float32Array.from(rows.flatMap(({ v }) => v)),
    labels: Uint8Array.from(rows, ({ y }) => y),
  };
  const initial = initializeClassificationRbm(data, { hidden: 3, seed: 2, weightScale: 0.5 });
  const options = { epochs: 150, batchSize: 20, seed: 1, optimizer: adam({ rate: 0.03 }) };
  const told = await last({ ...options, objective: discriminative }, data, initial);
  const modelled = await last({ ...options, objective: { generative: 1 } }, data, initial);
  expect(await errorRate(told.machine(), data)).toBeLessThan(0.02);
  expect(await errorRate(modelled.machine(), data)).toBeGreaterThan(0.3);
});

describe("the same bits", () => {
  const hybrid = {
    epochs: 3,
    batchSize: 6,
    seed: 5,
    objective: { discriminative: 1, generative: 0.1, unlabelled: 0.5 },
    optimizer: adam({ rate: 0.02, weightDecay: 0.001 }),
    dropout: 0.3,
    sparsity: 0.01,
    average: { from: 0.3 },
    heldOut: cases,
    stopWhen: { metric: "heldOutErrorRate", patience: 3 },
  } as const;
  const data = labelFirst(cases, 9);

  test("on 1 to 4 threads", async () => {
    const first = await sha({ ...hybrid, threads: 1 }, data);
    for (const threads of [2, 3, 4]) expect(await sha({ ...hybrid, threads }, data)).toBe(first);
  });

  test("after an interruption anywhere, from a checkpoint file", async () => {
    const whole = await sha(hybrid, data);
    for (const until of [1, 3, 5]) {
      const abort = new AbortController();
      let checkpoint: Checkpoint | undefined;
      for await (const report of train(start, data, { ...hybrid, signal: abort.signal, reportEvery: 0 })) {
        if (report.update === until) abort.abort();
        checkpoint = report.checkpoint();
      }
      const saved = parseCheckpoint(serializeCheckpoint(checkpoint as Checkpoint), "file");
      expect(saved.progress.update).toBeLessThan(6);
      expect(await sha({ ...hybrid, resume: saved as Checkpoint<Dbn> }, data)).toBe(whole);
    }
  });
});

test("each epoch tells how held-out cases are classified, by the machine that is shown", async () => {
  const reports = await reportsOf({
    epochs: 2,
    batchSize: 7,
    objective: discriminative,
    heldOut: cases,
    average: { from: 0 },
  });
  const complete = reports.filter(({ kind }) => kind === "epoch");
  expect(complete).toHaveLength(2);
  const report = complete[1] as TrainingReport<Dbn>;
  expect(report.heldOutErrorRate).toBe(await errorRate(report.machine(), cases));
  const own = meanDiscriminative(flatten(report.machine()), start, cases, [...order.keys()]);
  expect(Math.abs((report.heldOutCrossEntropy as number) + own)).toBeLessThan(1e-5);
});

test("sparsity pulls hidden biases down, by the rate times its size at each update", async () => {
  const [plain, sparse] = [0, 0.25].map((sparsity) => moveOf({ objective: discriminative, sparsity }));
  const [a, b] = [await (plain as Promise<Float64Array>), await (sparse as Promise<Float64Array>)];
  const from = (V + K) * H + V + K;
  expect(largest(a.subarray(0, from), b.subarray(0, from))).toBe(0);
  for (let j = from; j < a.length; j++) expect((a[j] as number) - (b[j] as number)).toBeCloseTo(0.25, 6);
});

describe("what is refused", () => {
  const options = { epochs: 1, objective: discriminative };
  const labels = (change: (label: number, b: number) => number): Dataset => ({
    ...cases,
    labels: Int32Array.from(cases.labels as Uint8Array, change),
  });
  const { labels: _, ...unlabelled } = cases;
  const table: [string, string, Partial<ClassificationRbmTrainOptions>, Dataset?, Dbn?][] = [
    ["no labels", "data", {}, unlabelled],
    ["no label at all", "data", {}, labels(() => -1)],
    ["a label below −1", "data", {}, labels((y, b) => (b === 3 ? -2 : y))],
    ["a label beyond the classes", "data", {}, labels((y, b) => (b === 3 ? K : y))],
    ["unlabelled cases without a weight", "data", {}, labels((y, b) => (b === 3 ? -1 : y))],
    ["a weight without unlabelled cases", "data", { objective: { discriminative: 1, unlabelled: 1 } }],
    ["no weight of labels", "option", { objective: { unlabelled: 1 } }, labels((y, b) => (b === 3 ? -1 : y))],
    ["a negative weight", "option", { objective: { discriminative: -1 } }],
    ["a weight that is no number", "option", { objective: { discriminative: Number.NaN } }],
    ["dropout of all", "option", { dropout: 1 }],
    ["negative sparsity", "option", { sparsity: -1 }],
    ["chains of its own", "option", { negative: persistentContrastiveDivergence({ chains: 3 }) }],
    ["a batch larger than the data", "option", { batchSize: 22 }],
    ["a figure that is not told", "option", { stopWhen: { metric: "heldOutErrorRate", patience: 1 } }],
    ["data of another width", "shape", {}, labelledCases(5, V + 1, K)],
    ["held-out cases without labels", "data", { heldOut: unlabelled }],
    ["a network without label units", "option", {}, cases, createDbn([V, H])],
    ["a deeper network", "option", {}, cases, createDbn([V, H, H], { classes: K })],
  ];
  test.each(table)("%s", async (_, kind, more, data = cases, dbn = start) => {
    expect((await refusal(() => last({ ...options, ...more }, data, dbn))).kind).toBe(kind);
  });
});
