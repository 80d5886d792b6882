import { describe, expect, test } from "vitest";
import { barsAndStripes } from "#src/data/bars-and-stripes.js";
import { exactDbmLogLikelihoods } from "#src/evaluate/dbm-bound.js";
import { parseCheckpoint, serializeCheckpoint } from "#src/io/checkpoint-file.js";
import { parametersSha256 } from "#src/io/hash.js";
import { createKernels } from "#src/kernels/threads.js";
import type { Checkpoint } from "#src/learn/checkpoint.js";
import { startDbmChains } from "#src/learn/dbm/chains.js";
import type { DbmTrainOptions } from "#src/learn/dbm/options.js";
import { adam, type GradientConfig, sgd } from "#src/learn/optimizer.js";
import { contrastiveDivergence } from "#src/learn/rbm/contrastive.js";
import type { LearningOptions } from "#src/learn/rbm/options.js";
import { persistentContrastiveDivergence } from "#src/learn/rbm/persistent.js";
import type { TrainingReport } from "#src/learn/report.js";
import { train } from "#src/learn/train.js";
import { type Dbm, dbmAsRbm } from "#src/machines/dbm.js";
import { initializeRbm } from "#src/machines/initialize.js";
import { initializeDbm } from "#src/machines/initialize-dbm.js";
import { residentDbm } from "#src/machines/resident-dbm.js";
import { randomStream } from "#src/random/stream.js";
import { codeOf } from "../oracles/enumerate.js";
import { binaryData, dbmLaw, dbmMoments, naiveLog, settledMeans, splitState, strongDbm } from "../oracles/exact-dbm.js";

const bars = barsAndStripes(3);

async function last(initial: Dbm, data: typeof bars, options: DbmTrainOptions): Promise<TrainingReport<Dbm>> {
  let report: TrainingReport<Dbm> | undefined;
  for await (const next of train(initial, data, options)) report = next;
  if (!report) throw new Error("no report");
  return report;
}

const momentum = sgd({ rate: 0.05, momentum: 0.9, weightDecay: 0.01 });

describe("with one hidden layer it learns as an RBM by PCD does, bit for bit", () => {
  const choices: [string, Partial<LearningOptions>][] = [
    ["plain", {}],
    ["momentum and decay", { optimizer: momentum }],
    ["Adam", { optimizer: adam() }],
    ["centred, with Nesterov's momentum", { optimizer: sgd({ momentum: 0.5, nesterov: true }), centring: true }],
    ["averaged, sparse, thresholded", { average: { from: 0.5 }, sparsity: { target: 0.1 }, clamp: "threshold" }],
    ["levels as probabilities", { clamp: "probability" }],
  ];
  test.each(choices)("%s", async (_, choice) => {
    const learning = { epochs: 5, batchSize: 5, seed: 3, ...choice };
    const chains = { k: 2, chains: 7 };
    const rbm = initializeRbm(bars, { hidden: 6, seed: 1 });
    let learnt = rbm;
    const negative = persistentContrastiveDivergence(chains);
    for await (const report of train(rbm, bars, { ...learning, negative })) if (report.done) learnt = report.machine();
    const dbm = initializeDbm(bars, { layers: [9, 6], seed: 1 });
    const report = await last(dbm, bars, { ...learning, negative });
    expect(dbmAsRbm(report.machine())).toEqual(learnt);
  });
});

describe.each([[[4, 3, 3]], [[3, 3, 2, 2]]])("layers %j", (layers) => {
  const start = strongDbm(layers, 7, 0.7);
  const cases = [0b0011, 0b0101, 0b1110, 0b0111].map((code) =>
    Uint8Array.from({ length: layers[0] as number }, (_, i) => (code >> i) & 1),
  );
  const data = binaryData(cases);
  const chains = 20_000;
  const cache: { plain?: Promise<TrainingReport<Dbm>> } = {};
  // large, as float32 adds tens of thousands of small shares to the parameters
  const rate = 1;
  const options: DbmTrainOptions = {
    epochs: 1,
    batchSize: cases.length,
    clamp: "threshold",
    negative: persistentContrastiveDivergence({ k: 30, chains }),
    meanField: { iterations: 1000, tolerance: 1e-7 },
    optimizer: sgd({ rate }),
  };
  /** What the update did, over the rate: a bias between two bonds takes a step for each. */
  const gradientOf = (learnt: Dbm) => ({
    weights: learnt.weights.map((W, l) => W.map((w, at) => (w - (start.weights[l]?.[at] as number)) / rate)),
    biases: learnt.biases.map((b, l) => {
      const steps = l === 0 || l === layers.length - 1 ? 1 : 2;
      return b.map((x, i) => (x - (start.biases[l]?.[i] as number)) / rate / steps);
    }),
  });

  const plainUpdate = () => {
    cache.plain ??= last(start, data, options);
    return cache.plain;
  };

  test("the update is the gradient of the bound, by finite differences of sums over all states", async () => {
    const { weights, biases } = gradientOf((await plainUpdate()).machine());
    const meanBound = (dbm: Dbm) =>
      cases.reduce((sum, v) => sum + settledMeans(dbm, v).bound, 0) / cases.length - dbmLaw(dbm).logZ;
    const slope = (of: "weights" | "biases", l: number, at: number) => {
      const moved = (by: number): Dbm => {
        const arrays = start[of].map((array, m) => {
          const copy = Float64Array.from(array);
          if (m === l) copy[at] = (copy[at] as number) + by;
          return copy as unknown as Float32Array;
        });
        return { ...start, [of]: arrays };
      };
      return (meanBound(moved(1e-4)) - meanBound(moved(-1e-4))) / 2e-4;
    };
    // six standard errors of a mean of so many chains, each at most ½, and a little for float32
    const tolerance = (6 * 0.5) / Math.sqrt(chains) + 2e-3;
    let largest = 0;
    for (const [of, gradient] of [
      ["weights", weights],
      ["biases", biases],
    ] as const) {
      gradient.forEach((values, l) => {
        values.forEach((value, at) => {
          const expected = slope(of, l, at);
          largest = Math.max(largest, Math.abs(expected));
          expect(Math.abs(value - expected)).toBeLessThan(tolerance);
        });
      });
    }
    // the tolerance is far below what is measured
    expect(largest).toBeGreaterThan(8 * tolerance);
  });

  test("centred: the gradient and the biases of the centred machine, from the same statistics", async () => {
    const plain = gradientOf((await plainUpdate()).machine());
    const centred = (await last(start, data, { ...options, centring: true })).machine();
    // offsets: the data's means, and at the first update the means of the batch
    const settled = cases.map((v) => settledMeans(start, v).means);
    const offsets = layers.map((units, l) =>
      Array.from(
        { length: units },
        (_, i) => settled.reduce((sum, m) => sum + (m[l]?.[i] as number), 0) / cases.length,
      ),
    );
    const shifts = layers.map((units) => new Float64Array(units));
    centred.weights.forEach((W, l) => {
      const [lower, upper] = [layers[l] as number, layers[l + 1] as number];
      for (let i = 0; i < lower; i++) {
        for (let j = 0; j < upper; j++) {
          const at = i * upper + j;
          const moved = (W[at] as number) - (start.weights[l]?.[at] as number);
          const [mu, lambda] = [offsets[l]?.[i] as number, offsets[l + 1]?.[j] as number];
          const [below, above] = [plain.biases[l]?.[i] as number, plain.biases[l + 1]?.[j] as number];
          const slope = (plain.weights[l]?.[at] as number) - mu * above - below * lambda;
          // sums of 20,000 shares in float32
          expect(Math.abs(moved / rate - slope)).toBeLessThan(3e-4);
          (shifts[l] as Float64Array)[i] -= moved * lambda;
          (shifts[l + 1] as Float64Array)[j] -= moved * mu;
        }
      }
    });
    centred.biases.forEach((b, l) => {
      const steps = l === 0 || l === layers.length - 1 ? 1 : 2;
      b.forEach((x, i) => {
        const expected = steps * rate * (plain.biases[l]?.[i] as number) + (shifts[l]?.[i] as number);
        expect(Math.abs(x - (start.biases[l]?.[i] as number) - expected)).toBeLessThan(3e-4);
      });
    });
  });

  /** Total variation that N exact draws keep below but for one run in a million (bounded differences). */
  const mostVariation = (law: ArrayLike<number>, count: number) =>
    Array.from(law).reduce((sum, p) => sum + 0.5 * Math.sqrt((p * (1 - p)) / count), 0) +
    Math.sqrt(Math.log(1e6) / (2 * count));

  const strong = strongDbm(layers, 7, 1.2);

  /** Exact draws of `strong`, moved on by the chains of another machine: how far the law of the odd layers went. */
  async function drift(mover: Dbm, sweeps: number) {
    const { states, law } = dbmLaw(strong);
    const random = randomStream(11, "data");
    const oddOf = (flat: Uint8Array) => splitState(strong, flat).filter((_, l) => l % 2 === 1);
    const odd = layers.filter((_, l) => l % 2 === 1);
    const bits = odd.map((units) => new Uint8Array(chains * units));
    const cumulative = law.map(
      (
        (sum) => (p: number) =>
          (sum += p)
      )(0),
    );
    for (let c = 0; c < chains; c++) {
      const u = random.uniform();
      const drawn = states[
        Math.min(
          cumulative.findIndex((sum) => u < sum),
          states.length - 1,
        )
      ] as Uint8Array;
      oddOf(drawn).forEach((x, n) => {
        bits[n]?.set(x, c * x.length);
      });
    }
    const saved = Object.fromEntries(
      odd.map((units, n) => [`chains.layer.${2 * n + 1}`, { shape: [chains, units], data: bits[n] as Uint8Array }]),
    );
    const resident = residentDbm(await createKernels(), mover);
    const dream = startDbmChains(resident, { chains, k: sweeps, dream: "probability" }, 5, saved);
    dream.sweep(0);
    const after = Object.values(dream.state());
    const width = odd.reduce((a, b) => a + b, 0);
    const [exact, seen] = [new Float64Array(2 ** width), new Float64Array(2 ** width)];
    states.forEach((flat, n) => {
      exact[codeOf(oddOf(flat).flatMap((x) => [...x]))] += law[n] as number;
    });
    for (let c = 0; c < chains; c++) {
      const state = after.flatMap(({ shape, data }) => {
        const units = shape[1] as number;
        return [...data.subarray(c * units, (c + 1) * units)];
      });
      seen[codeOf(state)] += 1 / chains;
    }
    return { variation: seen.reduce((sum, p, s) => sum + Math.abs(p - (exact[s] as number)) / 2, 0), exact };
  }

  test("chains from exact draws stay where they are, and a machine without one bond leaves", async () => {
    for (const sweeps of [1, 4]) {
      const { variation, exact } = await drift(strong, sweeps);
      expect(variation).toBeLessThan(mostVariation(exact, chains));
      const weights = strong.weights.map((W, l) => (l === 1 ? W.map(() => 0) : W));
      expect((await drift({ ...strong, weights }, sweeps)).variation).toBeGreaterThan(mostVariation(exact, chains));
    }
  });

  test("the statistics of chains are the moments of the machine", async () => {
    const resident = residentDbm(await createKernels(), start);
    const dream = startDbmChains(resident, { chains, k: 50, dream: "probability" }, 5);
    const { states, law } = dbmLaw(start);
    const exact = dbmMoments(start, states, law);
    dream.sweep(0).forEach(({ visible, hidden }, l) => {
      const [x, y] = [visible.read(chains), hidden.read(chains)];
      const [lower, upper] = [layers[l] as number, layers[l + 1] as number];
      for (let i = 0; i < lower; i++) {
        for (let j = 0; j < upper; j++) {
          let sum = 0;
          for (let c = 0; c < chains; c++) sum += (x[c * lower + i] as number) * (y[c * upper + j] as number);
          const expected = exact.weights[l]?.[i * upper + j] as number;
          expect(Math.abs(sum / chains - expected)).toBeLessThan((6 * 0.5) / Math.sqrt(chains));
        }
      }
    });
  });
});

/** All that a checkpoint must carry; 14 cases = 2 · 5 + 4. */
const full: DbmTrainOptions = {
  epochs: 12,
  batchSize: 5,
  seed: 4,
  negative: persistentContrastiveDivergence({ k: 2, chains: 9 }),
  optimizer: sgd({ rate: 0.1, momentum: 0.5, weightDecay: 0.001 }),
  centring: true,
  sparsity: { target: 0.2 },
  average: { from: 0.5 },
};
const deep = initializeDbm(bars, { layers: [9, 7, 5, 6], seed: 2, weightScale: 0.3 });
const sha = async (options: DbmTrainOptions) => parametersSha256((await last(deep, bars, options)).machine());

describe("the same seed gives the same bits", () => {
  const optimizers: [string, GradientConfig][] = [
    ["SGD", full.optimizer as GradientConfig],
    ["Adam", adam({ rate: 0.01 })],
  ];
  test.each(optimizers)("%s, on 1, 2, 3 and 4 threads", async (_, optimizer) => {
    const hashes = await Promise.all([1, 2, 3, 4].map((threads) => sha({ ...full, optimizer, threads })));
    expect(new Set(hashes).size).toBe(1);
    expect(await sha({ ...full, optimizer, seed: 5 })).not.toBe(hashes[0]);
  });

  test.each(optimizers)("%s, stopped after any update and resumed from the file", async (_, optimizer) => {
    const options = { ...full, optimizer };
    const whole = await sha(options);
    for (const stopAt of [1, 3, 17, 24]) {
      const controller = new AbortController();
      let checkpoint: Checkpoint | undefined;
      for await (const report of train(deep, bars, { ...options, signal: controller.signal, reportEvery: 0 })) {
        if (report.update !== stopAt) continue;
        controller.abort();
        checkpoint = parseCheckpoint(serializeCheckpoint(report.checkpoint()), "checkpoint");
      }
      expect(await sha({ ...options, threads: 2, resume: checkpoint as Checkpoint<Dbm> })).toBe(whole);
    }
  });

  test("early stopping by the bound, stopped and resumed", async () => {
    const options: DbmTrainOptions = {
      ...full,
      epochs: 60,
      heldOut: bars,
      monitor: 1,
      stopWhen: { metric: "heldOutLogLikelihood", patience: 3 },
      optimizer: sgd({ rate: 0.5 }),
    };
    const whole = await last(deep, bars, options);
    expect(whole.stoppedEarly).toBe(true);
    expect(whole.bestEpoch).toBe(whole.epoch - 3);
    const controller = new AbortController();
    let checkpoint: Checkpoint | undefined;
    for await (const report of train(deep, bars, { ...options, signal: controller.signal, reportEvery: 0 })) {
      if (report.update !== 4) continue;
      controller.abort();
      checkpoint = parseCheckpoint(serializeCheckpoint(report.checkpoint()), "checkpoint");
    }
    const resumed = await last(deep, bars, { ...options, resume: checkpoint as Checkpoint<Dbm> });
    expect(resumed.bestEpoch).toBe(whole.bestEpoch);
    expect(await parametersSha256(resumed.machine())).toBe(await parametersSha256(whole.machine()));
  });

  test("how often one looks, held-out data and bounds change nothing", async () => {
    const plain = await sha(full);
    expect(await sha({ ...full, reportEvery: 0 })).toBe(plain);
    expect(await sha({ ...full, heldOut: bars, monitor: 3 })).toBe(plain);
  });
});

test("lower bonds at a lower rate: the first update of each is its own, times the factor for each bond above", async () => {
  const { average: _, ...rest } = full;
  const options = { ...rest, epochs: 1, batchSize: bars.cases, optimizer: sgd({ rate: 0.5 }) };
  const plain = (await last(deep, bars, options)).machine();
  const lower = (await last(deep, bars, { ...options, lowerRate: 0.25 })).machine();
  deep.weights.forEach((W, l) => {
    const factor = 0.25 ** (deep.weights.length - 1 - l);
    W.forEach((w, at) => {
      const [own, scaled] = [plain, lower].map(({ weights }) => (weights[l]?.[at] as number) - w) as [number, number];
      expect(Math.abs(scaled - factor * own)).toBeLessThan(1e-6);
    });
  });
  expect(plain.weights[0]).not.toEqual(deep.weights[0]);
  await expect(last(deep, bars, { ...options, lowerRate: -1 })).rejects.toThrow("lower rate: got -1");
});

test("the fast kernels learn what the reference does", async () => {
  const options = { ...full, epochs: 2 };
  const [fast, slow] = await Promise.all(
    (["wasm", "reference"] as const).map(async (implementation) => {
      return (await last(deep, bars, { ...options, implementation })).machine();
    }),
  );
  for (const of of ["weights", "biases"] as const) {
    fast?.[of].forEach((array, l) => {
      array.forEach((x, at) => {
        expect(Math.abs(x - (slow?.[of][l]?.[at] as number))).toBeLessThan(1e-5);
      });
    });
  }
});

test("it learns bars and stripes: the exact log-likelihood, and what it tells of itself", async () => {
  const initial = initializeDbm(bars, { layers: [9, 12, 8], seed: 1, weightScale: 0.1 });
  const cases = Array.from(bars.levels, (level) => level / 255);
  const exact = (dbm: Dbm) => exactDbmLogLikelihoods(dbm, cases).reduce((a, b) => a + b, 0) / bars.cases;
  const before = exact(initial);
  const report = await last(initial, bars, {
    epochs: 1500,
    batchSize: 14,
    optimizer: sgd({ rate: { kind: "linear", from: 0.1, to: 0.01 } }),
    negative: persistentContrastiveDivergence({ k: 5, chains: 100 }),
    centring: true,
    heldOut: bars,
    monitor: 1500,
  });
  const after = exact(report.machine());
  // independent units have −6.24; the entropy of the data is log 14
  expect(before).toBeLessThan(-6);
  expect(after).toBeGreaterThan(-Math.log(14) - 0.6);
  expect(report.logLikelihood as number).toBeLessThan(after + 1e-4);
  expect(report.logLikelihood as number).toBeGreaterThan(after - 1);
  expect(report.heldOutLogLikelihood).toBeCloseTo(report.logLikelihood as number, 6);
  expect(report).toMatchObject({ likelihoodIsBound: true, logLikelihoodMethod: "exact" });
  expect(report.freeEnergyGap).toBeCloseTo(0, 6);
  expect(report.rule?.["meanFieldPasses"]).toBeGreaterThan(0);
  expect(report.rule?.["meanFieldChange"]).toBeLessThanOrEqual(1e-3);
  expect(report.reconstructionError).toBeUndefined();
});

test("one case an update", async () => {
  const report = await last(deep, bars, {
    ...full,
    epochs: 1,
    batchSize: 1,
    negative: persistentContrastiveDivergence({ k: 1, chains: 1 }),
  });
  expect(report.update).toBe(bars.cases);
  expect(
    report
      .machine()
      .weights.flatMap((W) => [...W])
      .every(Number.isFinite),
  ).toBe(true);
});

test("what cannot be trained is refused before the first update", async () => {
  const run = (options: Partial<DbmTrainOptions>, data = bars) => last(deep, data, { ...full, ...options });
  await expect(run({}, barsAndStripes(2))).rejects.toThrow("9, the model's visible units");
  await expect(run({ negative: contrastiveDivergence() })).rejects.toThrow("rule: got cd; expected pcd or tempered");
  await expect(run({ negative: persistentContrastiveDivergence({ k: 70_000 }) })).rejects.toThrow("at most 65535");
  await expect(run({ meanField: { iterations: -1 } })).rejects.toThrow("mean-field iterations: got -1");
  await expect(run({ meanField: { tolerance: Number.NaN } })).rejects.toThrow("mean-field tolerance: got NaN");
  await expect(run({ batchSize: 100 })).rejects.toThrow("batch size: got 100");
  await expect(run({ stopWhen: { metric: "logLikelihood", patience: 1 } })).rejects.toThrow(
    "stopWhen: got logLikelihood",
  );
  await expect(run({ heldOut: barsAndStripes(2) })).rejects.toThrow("held-out");
  const other = initializeDbm(bars, { layers: [9, 7, 5, 5], seed: 2 });
  let checkpoint: Checkpoint | undefined;
  for await (const report of train(other, bars, { ...full, epochs: 1 })) checkpoint = report.checkpoint();
  await expect(run({ resume: checkpoint as Checkpoint<Dbm> })).rejects.toThrow(
    "checkpoint: got a deep Boltzmann machine of 9-7-5-5; expected a deep Boltzmann machine of 9-7-5-6",
  );
});

test("energies of the oracle: −E of all layers", () => {
  expect(
    naiveLog(
      deep,
      deep.layers.map((units) => new Uint8Array(units)),
    ),
  ).toBe(0);
});
