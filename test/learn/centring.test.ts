import { describe, expect, test } from "vitest";
import { barsAndStripes } from "#src/data/bars-and-stripes.js";
import type { Dataset } from "#src/data/dataset.js";
import { parametersSha256 } from "#src/io/hash.js";
import { adam, type GradientConfig, sgd } from "#src/learn/optimizer.js";
import type { TrainOptions } from "#src/learn/rbm/options.js";
import { initializeRbm } from "#src/machines/initialize.js";
import { hiddenMean, type Rbm } from "#src/machines/rbm.js";
import { exactLogLikelihood, exactNegative, momentsOf } from "../oracles/exact-rbm.js";
import { inTwoParts, last } from "./last-report.js";

const names = ["weights", "visibleBias", "hiddenBias"] as const;
const largestGap = (a: Rbm, b: Rbm) =>
  Math.max(...names.flatMap((name) => Array.from(a[name], (x, i) => Math.abs(x - (b[name][i] as number)))));

/** Five of the eight bits are mostly on: where centring matters. */
const data = ((): Dataset => {
  const rows = [0b11111000, 0b11110001, 0b11111010, 0b11011100, 0b11101000, 0b01111011];
  const levels = Uint8Array.from(rows.flatMap((row) => Array.from({ length: 8 }, (_, i) => 255 * ((row >> i) & 1))));
  return { name: "cases", cases: rows.length, units: 8, levels };
})();
const [V, H] = [8, 4];
const start = initializeRbm(data, { hidden: H, seed: 5, weightScale: 0.4 });
/** Full batches and exact moments: no chance in it. */
const exact = { clamp: "threshold", negative: exactNegative(), batchSize: data.cases } as const;
const cases = Array.from({ length: data.cases }, (_, b) =>
  Array.from(data.levels.subarray(b * V, (b + 1) * V), (level) => level / 255),
);
const meanOf = (rows: ArrayLike<number>[]) =>
  Array.from(
    rows[0] as ArrayLike<number>,
    (_, i) => rows.reduce((sum, row) => sum + (row[i] as number), 0) / rows.length,
  );

/**
 * The centred machine, written out in float64: parameters W, a, c of E = −(v − μ)ᵀ W (h − λ) − a·(v − μ) − c·(h − λ). Moving λ is followed by
 * a, so that the law stays; the gradient is that of the centred variables. Returns the plain machine after so many updates.
 */
function centredAgain(
  updates: number,
  rate: number,
  step: (slope: number, value: number, memory: [number, number], t: number, isWeight: boolean) => number,
): Rbm {
  const W = Float64Array.from(start.weights);
  const mu = meanOf(cases);
  let lambda = new Array<number>(H).fill(0);
  const a = Float64Array.from(start.visibleBias);
  const c = Float64Array.from(
    start.hiddenBias,
    (bias, j) => bias + mu.reduce((sum, m, i) => sum + (W[i * H + j] as number) * m, 0),
  );
  const memory = [W, a, c].map((of) => Array.from(of, (): [number, number] => [0, 0]));
  const plain = (): Rbm => ({
    ...start,
    weights: W.slice() as unknown as Float32Array,
    visibleBias: a.map(
      (x, i) => x - lambda.reduce((sum, l, j) => sum + (W[i * H + j] as number) * l, 0),
    ) as unknown as Float32Array,
    hiddenBias: c.map(
      (x, j) => x - mu.reduce((sum, m, i) => sum + (W[i * H + j] as number) * m, 0),
    ) as unknown as Float32Array,
  });
  for (let t = 1; t <= updates; t++) {
    const hidden = cases.map((v) => hiddenMean(plain(), v));
    // Σ_k (1 − rate)^(t − k) x_k over its weights
    const share = rate / (1 - (1 - rate) ** t);
    const next = lambda.map((l, j) => (1 - share) * l + share * (meanOf(hidden)[j] as number));
    for (let i = 0; i < V; i++)
      for (let j = 0; j < H; j++) a[i] += (W[i * H + j] as number) * ((next[j] as number) - (lambda[j] as number));
    lambda = next;
    const free = momentsOf(plain());
    const slopes = [new Float64Array(V * H), new Float64Array(V), new Float64Array(H)] as const;
    for (let i = 0; i < V; i++) {
      slopes[1][i] = (mu[i] as number) - (free.visible[i] as number);
      for (let j = 0; j < H; j++) {
        const [m, l] = [mu[i] as number, lambda[j] as number];
        const wake = meanOf(
          cases.map((v, b) => [((v[i] as number) - m) * ((hidden[b]?.[j] as number) - l)]),
        )[0] as number;
        const dream =
          (free.weights[i * H + j] as number) -
          m * (free.hidden[j] as number) -
          l * (free.visible[i] as number) +
          m * l;
        slopes[0][i * H + j] = wake - dream;
      }
    }
    for (let j = 0; j < H; j++) slopes[2][j] = (meanOf(hidden)[j] as number) - (free.hidden[j] as number);
    [W, a, c].forEach((values, n) => {
      slopes[n]?.forEach((slope, i) => {
        values[i] += step(slope, values[i] as number, memory[n]?.[i] as [number, number], t, n === 0);
      });
    });
  }
  return plain();
}

describe("a whole run against the centred machine in float64, offsets and all", () => {
  const updates = 40;
  const runs: [string, GradientConfig, Parameters<typeof centredAgain>[2]][] = [
    ["plain", sgd({ rate: 0.3 }), (slope) => 0.3 * slope],
    [
      "momentum and decay",
      sgd({ rate: 0.2, momentum: 0.7, weightDecay: 0.05 }),
      (slope, value, memory, _, isWeight) => {
        memory[0] = 0.7 * memory[0] + 0.2 * slope - (isWeight ? 0.2 * 0.05 * value : 0);
        return memory[0];
      },
    ],
    [
      "Adam with L1",
      // slopes of nearly 0 are rounding: a large ε keeps Adam from steps along that
      adam({ rate: 0.02, l1: 0.1, epsilon: 1e-3 }),
      (slope, value, memory, t, isWeight) => {
        memory[0] = 0.9 * memory[0] + 0.1 * slope;
        memory[1] = 0.999 * memory[1] + 0.001 * slope * slope;
        const step = (0.02 * memory[0]) / (1 - 0.9 ** t) / (Math.sqrt(memory[1] / (1 - 0.999 ** t)) + 1e-3);
        const [moved, by] = [value + step, isWeight ? 0.02 * 0.1 : 0];
        return (Math.abs(moved) > by ? moved - Math.sign(moved) * by : 0) - value;
      },
    ],
  ];
  test.each(runs)(
    "%s: within 5e-5 after 40 updates; without centring, or with another rate of λ, it is not",
    async (_, optimizer, step) => {
      const expected = centredAgain(updates, 0.2, step);
      const run = async (centring: TrainOptions["centring"]) =>
        (await last(start, data, { ...exact, epochs: updates, optimizer, ...(centring && { centring }) })).machine();
      expect(largestGap(await run({ rate: 0.2 }), expected)).toBeLessThan(5e-5);
      expect(largestGap(await run({ rate: 0.25 }), expected)).toBeGreaterThan(2e-4);
      expect(largestGap(await run(false), expected)).toBeGreaterThan(0.05);
    },
  );
});

test("moving offsets alone changes no bit of the machine", async () => {
  const still = sgd({ rate: { kind: "linear", from: 0, to: 0 } });
  const report = await last(start, data, { ...exact, epochs: 5, centring: true, optimizer: still });
  expect(await parametersSha256(report.machine())).toBe(await parametersSha256(start));
  const { state } = report.checkpoint();
  const lambda = state["centring.hidden"]?.data as Float32Array;
  // five times the same means
  meanOf(cases.map((v) => hiddenMean(start, v))).forEach((mean, j) => {
    expect(lambda[j]).toBeCloseTo(mean, 5);
  });
  expect(state["centring.updates"]?.data[0]).toBe(5);
});

describe("which state of a visible unit is called 1", () => {
  const flippedData: Dataset = { ...data, levels: data.levels.map((level) => 255 - level) };
  // the same law of 1 − v
  const flippedStart: Rbm = {
    ...start,
    weights: start.weights.map((w) => -w),
    visibleBias: start.visibleBias.map((b) => -b),
    hiddenBias: start.hiddenBias.map((c, j) => {
      for (let i = 0; i < V; i++) c += start.weights[i * H + j] as number;
      return c;
    }),
  };

  async function likelihoods(options: Partial<TrainOptions>): Promise<[number, number]> {
    const common = {
      ...exact,
      epochs: 60,
      optimizer: sgd({ rate: 0.3, momentum: 0.5, weightDecay: 0.01 }),
      ...options,
    };
    const plain = (await last(start, data, common)).machine();
    const flipped = (await last(flippedStart, flippedData, common)).machine();
    return [exactLogLikelihood(plain, data), exactLogLikelihood(flipped, flippedData)];
  }

  test("makes no difference when centred: equal log-likelihoods, within 1e-5 nats", async () => {
    for (const optimizer of [sgd({ rate: 0.3, momentum: 0.5, weightDecay: 0.01 }), adam({ rate: 0.02 })]) {
      const [plain, flipped] = await likelihoods({ centring: true, optimizer });
      expect(Math.abs(plain - flipped)).toBeLessThan(1e-5);
      expect(plain).toBeGreaterThan(exactLogLikelihood(start, data) + 0.3);
    }
  });

  test("does when not, by more than 0.02 nats", async () => {
    const [plain, flipped] = await likelihoods({});
    expect(Math.abs(plain - flipped)).toBeGreaterThan(0.02);
  });
});

describe("the same bits", () => {
  const bars = barsAndStripes(4);
  const initial = initializeRbm(bars, { hidden: 40, seed: 2 });
  test.each<[string, Partial<TrainOptions>]>([
    ["momentum", { optimizer: sgd({ rate: 0.1, momentum: 0.9, weightDecay: 0.001 }) }],
    ["Adam, thresholded", { optimizer: adam({ rate: 0.01 }), clamp: "threshold" }],
    ["with sparsity", { optimizer: sgd({ rate: 0.1 }), sparsity: { target: 0.1, cost: 0.5 } }],
  ])("%s: on 1 to 4 threads, stopped and resumed", async (_, given) => {
    const options: TrainOptions = { epochs: 12, batchSize: 10, seed: 5, centring: { rate: 0.05 }, ...given };
    const whole = await parametersSha256((await last(initial, bars, options)).machine());
    expect(await parametersSha256((await last(initial, bars, { ...options, centring: false })).machine())).not.toBe(
      whole,
    );
    for (const threads of [2, 3, 4]) {
      expect(await parametersSha256((await last(initial, bars, { ...options, threads })).machine())).toBe(whole);
    }
    for (const stopAt of [1, 7, 30]) {
      const resumed = await inTwoParts(initial, bars, options, stopAt);
      expect(await parametersSha256(resumed.machine())).toBe(whole);
    }
  });
});

test.each([0, -0.1, 1.5, Number.NaN])("refused: a rate of %f", async (rate) => {
  await expect(last(start, data, { epochs: 1, centring: { rate } })).rejects.toThrow(
    `rate of centring: got ${rate}; expected a number in (0, 1]; 0.01 is usual`,
  );
});
