import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { barsAndStripes } from "#src/data/bars-and-stripes.js";
import type { Dataset } from "#src/data/dataset.js";
import { exactLogPartition } from "#src/evaluate/log-partition.js";
import { parametersSha256 } from "#src/io/hash.js";
import type { Kernels, Phase } from "#src/kernels/kernels.js";
import { createKernels } from "#src/kernels/threads.js";
import { sgd } from "#src/learn/optimizer.js";
import { exactGradient } from "#src/learn/rbm/exact.js";
import { fastPersistent } from "#src/learn/rbm/fast-persistent.js";
import { persistentContrastiveDivergence } from "#src/learn/rbm/persistent.js";
import { type NegativeRule, startPositive } from "#src/learn/rbm/phase.js";
import { scikitPreset } from "#src/learn/rbm/scikit.js";
import { type GibbsFromScratchOptions, gibbsFromScratch } from "#src/learn/rbm/scratch.js";
import type { TrainingReport } from "#src/learn/report.js";
import { train } from "#src/learn/train.js";
import { initializeRbm } from "#src/machines/initialize.js";
import { createRbm, freeEnergy, type Rbm } from "#src/machines/rbm.js";
import { residentRbm } from "#src/machines/resident.js";
import { logistic } from "#src/math/logistic.js";
import { randomStream, shuffledOrder } from "#src/random/stream.js";
import { uniformOf } from "#src/random/uniform.js";
import { strongRbm, visibleDistribution } from "../oracles/enumerate.js";

const bars = barsAndStripes(3);
const small = initializeRbm(bars, { hidden: 6, weightScale: 0.3, seed: 1 });
const rows = Uint32Array.from({ length: bars.cases }, (_, b) => b);

let kernels: Kernels;
beforeAll(async () => {
  kernels = await createKernels();
});
afterAll(() => kernels.dispose());

async function last(negative: NegativeRule, rbm = small, epochs = 30): Promise<TrainingReport<Rbm>> {
  let report: TrainingReport<Rbm> | undefined;
  const options = { epochs, batchSize: 16, seed: 2, negative, optimizer: sgd({ rate: 0.1 }) };
  for await (const next of train(rbm, bars, options)) report = next;
  return report as TrainingReport<Rbm>;
}

/** The rule by itself. */
function ruleOn(rbm: Rbm, rule: NegativeRule, data: Dataset = bars) {
  const { parameters } = residentRbm(kernels, rbm);
  const context = { kernels, parameters, data, seed: 3, batchSize: data.cases };
  const wake = startPositive(context, { clamp: "sample", wake: "probability" });
  const dream = rule.start(context);
  let update = 0;
  return {
    dream,
    next() {
      for (const _ of dream.prepare?.(update) ?? []);
      const batch = { data, rows: rows.subarray(0, data.cases), update: update++ };
      const positive = wake(batch);
      return { positive, negative: dream.expect(batch, positive) as Phase };
    },
  };
}

/** ⟨v hᵀ⟩ [visible, hidden] in float64. */
function correlations({ cases, visible, hidden }: Phase): Float64Array {
  const [v, h] = [visible.read(cases), hidden.read(cases)];
  const sums = new Float64Array(visible.units * hidden.units);
  for (let b = 0; b < cases; b++) {
    for (let i = 0; i < visible.units; i++) {
      for (let j = 0; j < hidden.units; j++) {
        sums[i * hidden.units + j] += (v[b * visible.units + i] * h[b * hidden.units + j]) / cases;
      }
    }
  }
  return sums;
}

describe("FPCD", () => {
  test("with a fast rate of 0 is PCD, to the bit", async () => {
    const [fast, plain] = [
      await last(fastPersistent({ k: 2, chains: 20, fastRate: 0 })),
      await last(persistentContrastiveDivergence({ k: 2, chains: 20 })),
    ];
    expect(await parametersSha256(fast.machine())).toBe(await parametersSha256(plain.machine()));
    const other = await last(fastPersistent({ k: 2, chains: 20, fastRate: 0.1 }));
    expect(await parametersSha256(other.machine())).not.toBe(await parametersSha256(plain.machine()));
  });

  test("the fast weights decay once an update, and learn from the same statistics: to 1e-6 by hand", () => {
    const { dream, next } = ruleOn(small, fastPersistent({ chains: 30, fastRate: 0.3 }));
    let expected = new Float64Array(small.weights.length);
    for (let update = 0; update < 5; update++) {
      const { positive, negative } = next();
      const [wake, sleep] = [correlations(positive), correlations(negative)];
      expected = expected.map((w, at) => (19 / 20) * w + 0.3 * (wake[at] - sleep[at]));
      const found = dream.state?.()["fast.weights"].data as Float32Array;
      expect(Math.max(...expected.map((w, at) => Math.abs(w - found[at])))).toBeLessThan(1e-6);
    }
    expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(0.05);
  });

  test("chains are of both weights together: ⟨v h⟩ of 20,000 within 4.5 standard errors, and not of the model's", () => {
    const chains = 20_000;
    const fast = strongRbm(9, 6, 7, 0.4);
    const rule = fastPersistent({ chains, k: 30, fastRate: 0 });
    const { parameters } = residentRbm(kernels, small);
    const saved = {
      "chains.hidden": { shape: [chains, 6], data: new Uint8Array(chains * 6) },
      "fast.weights": { shape: [9, 6], data: fast.weights },
      "fast.visible.bias": { shape: [9], data: fast.visibleBias },
      "fast.hidden.bias": { shape: [6], data: fast.hiddenBias },
    };
    const context = { kernels, parameters, data: bars, seed: 3, batchSize: 16, saved };
    const batch = { data: bars, rows, update: 0 };
    const positive = startPositive(context, { clamp: "sample", wake: "probability" })(batch);
    const found = rule.start(context).expect(batch, positive) as Phase;
    const mean = (bits: Uint8Array, i: number) => {
      let sum = 0;
      for (let b = 0; b < chains; b++) sum += bits[b * 9 + i];
      return sum / chains;
    };
    const bits = (found.visible as { read(cases: number): Uint8Array }).read(chains);
    const largestZ = (rbm: Rbm) => {
      const law = visibleDistribution(rbm);
      const z = Array.from({ length: 9 }, (_, i) => {
        const p = law.reduce((sum, q, code) => sum + ((code >> i) & 1 ? q : 0), 0);
        return Math.abs(mean(bits, i) - p) / Math.sqrt((p * (1 - p)) / chains);
      });
      return Math.max(...z);
    };
    const add = (a: Float32Array, b: Float32Array) => a.map((x, at) => x + b[at]);
    const both = {
      ...small,
      weights: add(small.weights, fast.weights),
      visibleBias: add(small.visibleBias, fast.visibleBias),
      hiddenBias: add(small.hiddenBias, fast.hiddenBias),
    };
    expect(largestZ(both)).toBeLessThan(4.5);
    expect(largestZ(small)).toBeGreaterThan(9);
  });
});

describe("from scratch", () => {
  const dark: Dataset = { name: "dark", cases: 1, units: 9, levels: new Uint8Array(9) };

  /** All units on or all off, symmetric but for a hidden bias; the larger w, the seldomer a sweep leads from one to the other. */
  function twoModes(w: number): Rbm {
    const rbm = createRbm(9, 6);
    rbm.weights.fill(w);
    rbm.visibleBias.fill(-3 * w);
    rbm.hiddenBias.fill(-4.5 * w + 0.5);
    return rbm;
  }

  /** What is told after one update, with data that are all off. */
  function taken(rbm: Rbm, options: GibbsFromScratchOptions) {
    const { dream, next } = ruleOn(rbm, gibbsFromScratch(options), dark);
    next();
    return dream.figures?.() as { sweeps: number; mixed: number };
  }

  test("the slower a machine mixes, the more sweeps it takes", () => {
    const mixing = [0, 0.9, 1.1].map((w) => taken(twoModes(w), { chains: 400 }));
    expect(mixing.map(({ mixed }) => mixed)).toEqual([1, 1, 1]);
    const [none, some, most] = mixing.map(({ sweeps }) => sweeps) as [number, number, number];
    expect(none).toBe(16);
    expect(some).toBeGreaterThan(none);
    expect(most).toBeGreaterThan(some);
  });

  test("populations that stay apart are said to", () => {
    expect(taken(twoModes(4), { chains: 100, mostSweeps: 100 })).toEqual({ sweeps: 100, mixed: 0 });
  });

  test("a number of sweeps is just that", () => {
    const { dream, next } = ruleOn(small, gibbsFromScratch({ chains: 10, sweeps: 7 }));
    const { negative } = next();
    expect(dream.figures?.()).toEqual({ sweeps: 7 });
    expect(negative.cases).toBe(10);
  });

  test("training tells how long it took", async () => {
    const report = await last(gibbsFromScratch({ chains: 50, sweeps: 3 }), small, 2);
    expect(report.rule).toEqual({ sweeps: 3 });
  });
});

describe("the exact gradient", () => {
  const logLikelihood = (rbm: Rbm) => {
    const logZ = exactLogPartition(rbm);
    let sum = 0;
    for (let b = 0; b < bars.cases; b++) {
      const v = Array.from(bars.levels.subarray(b * 9, b * 9 + 9), (level) => level / 255);
      sum -= freeEnergy(rbm, v) + logZ;
    }
    return sum / bars.cases;
  };

  test("climbs at every step, and further than any chains", async () => {
    let before = logLikelihood(small);
    const options = { batchSize: 16, seed: 2, negative: exactGradient(), optimizer: sgd({ rate: 0.3 }) };
    for await (const report of train(small, bars, { ...options, epochs: 500 })) {
      const now = logLikelihood(report.machine());
      expect(now).toBeGreaterThan(before);
      before = now;
    }
    const { machine } = await last(persistentContrastiveDivergence(), small, 30);
    expect(before).toBeGreaterThan(logLikelihood(machine()));
  });

  test("refused: more than 20 units in both layers", async () => {
    const data = barsAndStripes(5);
    const rbm = initializeRbm(data, { hidden: 21, seed: 1 });
    await expect(train(rbm, data, { epochs: 1, negative: exactGradient() }).next()).rejects.toThrow(
      "exactGradient: got 21 units, 2^21 states; expected at most 20 units",
    );
  });
});

test("scikit-learn's rule, written out: three updates with the same random numbers, weights to 1e-6", async () => {
  const data = {
    name: "grey",
    cases: 6,
    units: 5,
    levels: Float32Array.from({ length: 30 }, (_, i) => ((i * 7) % 11) / 10),
  };
  const rbm = initializeRbm(data, { hidden: 4, weightScale: 0.5, seed: 3 });
  const [seed, B, rate] = [9, 2, 0.3];
  let report: TrainingReport<Rbm> | undefined;
  for await (report of train(rbm, data, { ...scikitPreset({ rate, batchSize: B, epochs: 1 }), seed }));

  const [W, b, c] = [rbm.weights, rbm.visibleBias, rbm.hiddenBias].map((x) => Float64Array.from(x)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const order = shuffledOrder(randomStream(seed, "shuffle", 0), 6);
  const meanHidden = (v: ArrayLike<number>) =>
    Array.from(c, (bias, j) => logistic(Array.from(b).reduce((sum, _, i) => sum + v[i] * W[i * 4 + j], bias)));
  const draw = (purpose: "visible" | "hidden" | "dreamStart", step: number, sweep: number) => ({
    seed,
    purpose,
    step,
    sweep,
  });
  const chains = Array.from({ length: B }, (_, n) =>
    Array.from(c, (_, j) => (uniformOf(draw("dreamStart", 0, 0), n, j) < 0.5 ? 1 : 0)),
  );
  for (let update = 0; update < 3; update++) {
    const positive = Array.from(order.subarray(update * B, update * B + B), (row) =>
      data.levels.subarray(row * 5, row * 5 + 5),
    );
    const wake = positive.map(meanHidden);
    const negative = chains.map((h, n) =>
      Array.from(b, (bias, i) => {
        const p = logistic(h.reduce((sum, bit, j) => sum + bit * W[i * 4 + j], bias));
        return uniformOf(draw("visible", update, 0), n, i) < p ? 1 : 0;
      }),
    );
    const dream = negative.map(meanHidden);
    chains.splice(
      0,
      B,
      ...dream.map((p, n) => p.map((q, j) => (uniformOf(draw("hidden", update, 1), n, j) < q ? 1 : 0))),
    );
    for (let n = 0; n < B; n++) {
      const [v, h, vn, hn] = [positive[n], wake[n], negative[n], dream[n]] as ArrayLike<number>[];
      for (let i = 0; i < 5; i++) {
        for (let j = 0; j < 4; j++) W[i * 4 + j] += (rate / B) * (v[i] * h[j] - vn[i] * hn[j]);
        b[i] += (rate / B) * (v[i] - vn[i]);
      }
      for (let j = 0; j < 4; j++) c[j] += (rate / B) * (h[j] - hn[j]);
    }
  }
  const { weights, visibleBias, hiddenBias } = (report as TrainingReport<Rbm>).machine();
  const off = (x: Float32Array, y: Float64Array) => Math.max(...x.map((value, at) => Math.abs(value - y[at])));
  expect(Math.max(off(weights, W), off(visibleBias, b), off(hiddenBias, c))).toBeLessThan(1e-6);
});
