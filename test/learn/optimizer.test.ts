import { describe, expect, test } from "vitest";
import { barsAndStripes } from "#src/data/bars-and-stripes.js";
import { parametersSha256 } from "#src/io/hash.js";
import type { Phase } from "#src/kernels/kernels.js";
import { createKernels } from "#src/kernels/threads.js";
import { exactFree } from "#src/learn/boltzmann/negative.js";
import { exactHidden } from "#src/learn/boltzmann/positive.js";
import { adam, type GradientConfig, type OptimizerConfig, sgd, signSteps } from "#src/learn/optimizer.js";
import { startOptimizer } from "#src/learn/rbm/optimizer.js";
import type { TrainOptions } from "#src/learn/rbm/options.js";
import type { NegativeMoments } from "#src/learn/rbm/phase.js";
import type { TrainingReport } from "#src/learn/report.js";
import { train } from "#src/learn/train.js";
import type { Boltzmann } from "#src/machines/boltzmann.js";
import { initializeBoltzmann, initializeRbm } from "#src/machines/initialize.js";
import { hiddenMean, type Rbm } from "#src/machines/rbm.js";
import { readRbm, residentRbm } from "#src/machines/resident.js";
import { allStates, strongRbm } from "../oracles/enumerate.js";
import { exactLogLikelihood, exactNegative, momentsOf, type RbmMoments } from "../oracles/exact-rbm.js";
import { inTwoParts, last } from "./last-report.js";

const names = ["weights", "visibleBias", "hiddenBias"] as const;
const largestGap = (a: Rbm, b: Rbm) =>
  Math.max(...names.flatMap((name) => Array.from(a[name], (x, i) => Math.abs(x - (b[name][i] as number)))));

describe("two ways, one result", () => {
  const rbm = strongRbm(37, 29, 3, 0.1);
  const cases = 23;

  /** The machine after ten updates on cases drawn anew for each. */
  async function stepped(config: GradientConfig, way: "fused" | "gradient" | "moments"): Promise<Rbm> {
    const kernels = await createKernels({ threads: 2 });
    const { parameters } = residentRbm(kernels, rbm);
    // offsets of 0 change nothing, but need the gradient by itself
    const offsets = { visible: kernels.vector(37), hidden: kernels.vector(29) };
    const optimizer = startOptimizer({ kernels, parameters }, config, way === "gradient" ? offsets : undefined);
    const phases = [0, 1].map((): Phase & { visible: { kind: "states" } } => ({
      cases,
      visible: kernels.states(cases, 37),
      hidden: kernels.field(cases, 29),
    })) as [Phase, Phase];
    for (let update = 0; update < 10; update++) {
      const bits = phases.map((_, p) =>
        Uint8Array.from({ length: cases * 37 }, (_, i) => ((i * 7919 + update * 31 + p * 17) >> 3) & 1),
      );
      const means = phases.map((_, p) =>
        Float32Array.from({ length: cases * 29 }, (_, i) => ((i * 613 + update * 7 + p * 97) % 1009) / 1009),
      );
      phases.forEach(({ visible, hidden }, p) => {
        (visible as { write(bits: Uint8Array): void }).write(bits[p] as Uint8Array);
        hidden.write(means[p] as Float32Array);
      });
      const moments: NegativeMoments = {
        weights: kernels.matrix(37, 29),
        visible: kernels.vector(37),
        hidden: kernels.vector(29),
      };
      if (way === "moments") writeMoments(moments, bits[1] as Uint8Array, means[1] as Float32Array);
      optimizer.apply(phases[0], way === "moments" ? moments : phases[1], update, 10);
    }
    return readRbm(parameters);
  }

  function writeMoments(to: NegativeMoments, v: Uint8Array, h: Float32Array): void {
    const [V, H] = [37, 29];
    const mean = (f: (b: number) => number) =>
      Array.from({ length: cases }, (_, b) => f(b)).reduce((x, y) => x + y, 0) / cases;
    to.visible.write(Float32Array.from({ length: V }, (_, i) => mean((b) => v[b * V + i] as number)));
    to.hidden.write(Float32Array.from({ length: H }, (_, j) => mean((b) => h[b * H + j] as number)));
    to.weights.write(
      Float32Array.from({ length: V * H }, (_, ij) =>
        mean((b) => (v[b * V + Math.floor(ij / H)] as number) * (h[b * H + (ij % H)] as number)),
      ),
    );
  }

  const steps: [string, GradientConfig][] = [
    ["plain", sgd({ rate: 0.1 })],
    ["momentum, decay", sgd({ rate: { kind: "linear", from: 0.1, to: 0 }, momentum: 0.9, weightDecay: 0.01 })],
  ];
  test.each(steps)("%s SGD fused, by its gradient, and with moments for cases: within 2e-6", async (_, config) => {
    const fused = await stepped(config, "fused");
    expect(largestGap(fused, rbm)).toBeGreaterThan(0.01);
    expect(largestGap(await stepped(config, "gradient"), fused)).toBeLessThan(2e-6);
    expect(largestGap(await stepped(config, "moments"), fused)).toBeLessThan(2e-6);
  });

  test("moments for cases with Adam: within 1e-5 after ten steps of 0.01", async () => {
    const config = adam({ rate: 0.01 });
    expect(largestGap(await stepped(config, "moments"), await stepped(config, "fused"))).toBeLessThan(1e-5);
  });
});

test("with exact moments the step is the gradient of the log-likelihood: finite differences, relative error below 2e-6", async () => {
  const rbm = strongRbm(6, 4, 5);
  const rows = [3, 17, 17, 40, 63, 5, 6].map((code) => allStates(6)[code] as Uint8Array);
  const levels = Uint8Array.from(
    rows.flatMap((row) => [...row]),
    (bit) => 255 * bit,
  );
  const data = { name: "cases", cases: 7, units: 6, levels };
  const kernels = await createKernels();
  const { parameters } = residentRbm(kernels, rbm);
  const context = { kernels, parameters, data, seed: 1, batchSize: 7 };
  const visible = kernels.states(7, 6);
  visible.write(levels.map((level) => level / 255));
  const hidden = kernels.field(7, 4);
  hidden.write(Float32Array.from(rows.flatMap((row) => [...hiddenMean(rbm, row)])));
  const positive = { cases: 7, visible, hidden, hiddenSample: kernels.states(7, 4) };
  const negative = exactNegative()
    .start(context)
    .expect({ data, rows: new Uint32Array(7), update: 0 }, positive);
  startOptimizer(context, sgd({ rate: 1 })).apply(positive, negative, 0, 1);
  const moved = readRbm(parameters);
  const copy = {
    ...rbm,
    weights: [...rbm.weights],
    visibleBias: [...rbm.visibleBias],
    hiddenBias: [...rbm.hiddenBias],
  };
  const h = 1e-5;
  const [found, expected] = [[] as number[], [] as number[]];
  for (const name of names) {
    for (let i = 0; i < copy[name].length; i++) {
      const value = copy[name][i] as number;
      const at = (x: number) => {
        copy[name][i] = x;
        return exactLogLikelihood(copy as unknown as Rbm, data);
      };
      expected.push((at(value + h) - at(value - h)) / (2 * h));
      copy[name][i] = value;
      found.push((moved[name][i] as number) - value);
    }
  }
  const size = Math.hypot(...expected);
  expect(Math.hypot(...found.map((x, i) => x - (expected[i] as number))) / size).toBeLessThan(2e-6);
});

const bars = barsAndStripes(3);
const start = initializeRbm(bars, { hidden: 4, seed: 5, weightScale: 0.3 });

/** Full batches and exact moments: no chance in it. */
const exact = { clamp: "threshold", negative: exactNegative(), batchSize: bars.cases } as const;

/** ∇W, ∇b, ∇c of the log-likelihood, float64. */
function slopes(rbm: Rbm): RbmMoments {
  const { visible: V, hidden: H } = rbm;
  const free = momentsOf(rbm);
  const found = {
    weights: free.weights.map((x) => -x),
    visible: free.visible.map((x) => -x),
    hidden: free.hidden.map((x) => -x),
  };
  for (let b = 0; b < bars.cases; b++) {
    const v = Array.from(bars.levels.subarray(b * V, (b + 1) * V), (level) => level / 255);
    const h = hiddenMean(rbm, v);
    for (let i = 0; i < V; i++) found.visible[i] += (v[i] as number) / bars.cases;
    for (let j = 0; j < H; j++) found.hidden[j] += (h[j] as number) / bars.cases;
    for (let ij = 0; ij < V * H; ij++)
      found.weights[ij] += ((v[Math.floor(ij / H)] as number) * (h[ij % H] as number)) / bars.cases;
  }
  return found;
}

/** The new value of one parameter at update t, from 1. */
type Step = (value: number, slope: number, memory: [number, number], t: number, isWeight: boolean) => number;

/** Training again in float64: the machine after so many updates, and one update before. */
function again(updates: number, step: Step): { readonly end: Rbm; readonly before: Rbm } {
  const float64 = {
    ...start,
    weights: Float64Array.from(start.weights),
    visibleBias: Float64Array.from(start.visibleBias),
    hiddenBias: Float64Array.from(start.hiddenBias),
  };
  const rbm = float64 as unknown as Rbm;
  const memory = names.map((name) => Array.from(rbm[name], (): [number, number] => [0, 0]));
  let before = rbm;
  for (let t = 1; t <= updates; t++) {
    before = { ...rbm, weights: rbm.weights.slice(), visibleBias: rbm.visibleBias.slice() };
    const { weights, visible, hidden } = slopes(rbm);
    [weights, visible, hidden].forEach((slope, n) => {
      const values = rbm[names[n] as (typeof names)[number]];
      slope.forEach((g, i) => {
        values[i] = step(values[i] as number, g, memory[n]?.[i] as [number, number], t, n === 0);
      });
    });
  }
  return { end: rbm, before };
}

const soft = (x: number, by: number) => (x > by ? x - by : x < -by ? x + by : 0);

describe("a whole run against the same in float64, written out", () => {
  const updates = 30;
  const runs: [string, GradientConfig, Step][] = [
    [
      "Nesterov's momentum, L2",
      sgd({ rate: 0.2, momentum: 0.8, nesterov: true, weightDecay: 0.01 }),
      (value, slope, memory, _, isWeight) => {
        const change = 0.2 * slope - (isWeight ? 0.2 * 0.01 * value : 0);
        memory[0] = 0.8 * memory[0] + change;
        return value + 0.8 * memory[0] + change;
      },
    ],
    [
      "L1",
      sgd({ rate: 0.2, l1: 0.05 }),
      (value, slope, _, __, isWeight) => soft(value + 0.2 * slope, isWeight ? 0.2 * 0.05 : 0),
    ],
    [
      "Adam, L1 and L2",
      adam({ rate: 0.05, beta2: 0.99, l1: 0.01, weightDecay: 0.1 }),
      (value, slope, memory, t, isWeight) => {
        memory[0] = 0.9 * memory[0] + 0.1 * slope;
        memory[1] = 0.99 * memory[1] + 0.01 * slope * slope;
        const [m, v] = [memory[0] / (1 - 0.9 ** t), memory[1] / (1 - 0.99 ** t)];
        const moved = value + (0.05 * m) / (Math.sqrt(v) + 1e-8) - (isWeight ? 0.05 * 0.1 * value : 0);
        return soft(moved, isWeight ? 0.05 * 0.01 : 0);
      },
    ],
  ];
  test.each(runs)("%s: within 2e-5 after 30 updates; one update less is far off", async (_, optimizer, step) => {
    const found = (await last(start, bars, { ...exact, epochs: updates, optimizer })).machine();
    const { end, before } = again(updates, step);
    expect(largestGap(found, end)).toBeLessThan(2e-5);
    expect(largestGap(found, before)).toBeGreaterThan(1e-3);
  });
});

describe("the same bits", () => {
  const optimizers: Record<string, GradientConfig> = {
    "Nesterov's momentum, L1": sgd({ rate: 0.1, momentum: 0.9, nesterov: true, l1: 0.001 }),
    "L1 and L2": sgd({ rate: { kind: "linear", from: 0.1, to: 0 }, l1: 0.001, weightDecay: 0.001 }),
    Adam: adam({ rate: 0.01, weightDecay: 0.001 }),
  };
  const initial = initializeRbm(barsAndStripes(4), { hidden: 40, seed: 2 });

  test.each(Object.keys(optimizers))("%s: on 1 to 4 threads, stopped and resumed", async (name) => {
    const data = barsAndStripes(4);
    const options: TrainOptions = { epochs: 12, batchSize: 10, seed: 5, optimizer: optimizers[name] as GradientConfig };
    const whole = await parametersSha256((await last(initial, data, options)).machine());
    for (const threads of [2, 3, 4]) {
      expect(await parametersSha256((await last(initial, data, { ...options, threads })).machine())).toBe(whole);
    }
    for (const stopAt of [1, 7, 30]) {
      const resumed = await inTwoParts(initial, data, options, stopAt);
      expect(await parametersSha256(resumed.machine())).toBe(whole);
    }
  });

  test("a checkpoint of another optimizer is refused", async () => {
    const { checkpoint } = await last(initial, barsAndStripes(4), {
      epochs: 1,
      optimizer: optimizers["Adam"] as GradientConfig,
    });
    const resume = checkpoint();
    expect(resume.state["optimizer.updates"]?.data[0]).toBe(1);
    await expect(last(initial, barsAndStripes(4), { epochs: 2, optimizer: sgd(), resume })).rejects.toThrow(
      "checkpoint: got first.hidden.bias, first.visible.bias, first.weights, optimizer.updates, second.hidden.bias",
    );
  });
});

describe("a general machine takes the same optimizers", () => {
  const data = barsAndStripes(2);
  const rules = { positive: exactHidden(), negative: exactFree(), clamp: "threshold", epochs: 1 } as const;
  const initial = initializeBoltzmann(data, { hidden: 2, weightScale: 0.5, seed: 3 });

  async function updated(optimizer: OptimizerConfig): Promise<Boltzmann> {
    let report: TrainingReport<Boltzmann> | undefined;
    for await (const next of train(initial, data, { ...rules, optimizer })) report = next;
    return (report as TrainingReport<Boltzmann>).machine();
  }

  test("Adam's first step is the rate along the sign of the gradient: as sign steps of that size", async () => {
    const adams = await updated(adam({ rate: 0.01, epsilon: 1e-12 }));
    const signs = await updated(signSteps({ rate: 0.01 }));
    const gap = adams.weights.reduce((most, w, i) => Math.max(most, Math.abs(w - signs.weights[i])), 0);
    expect(gap).toBeLessThan(1e-9);
    expect(adams.weights[5]).not.toBe(initial.weights[5]);
  });

  test("Nesterov's first step is 1 + α plain ones; L1 shrinks to 0", async () => {
    const plain = await updated(sgd({ rate: 0.1 }));
    const nesterov = await updated(sgd({ rate: 0.1, momentum: 0.5, nesterov: true }));
    plain.bias.forEach((b, i) => {
      expect(nesterov.bias[i] - initial.bias[i]).toBeCloseTo(1.5 * (b - initial.bias[i]), 12);
    });
    const shrunk = await updated(sgd({ rate: 0.1, l1: 100 }));
    expect(shrunk.weights.every((w) => w === 0)).toBe(true);
    expect(shrunk.bias).toEqual(plain.bias);
  });
});

test.each<[string, () => unknown, string]>([
  [
    "Nesterov's momentum without any",
    () => sgd({ nesterov: true }),
    "Nesterov's momentum: got a momentum of 0; expected one in (0, 1)",
  ],
  ["negative L1", () => sgd({ l1: -1 }), "L1 penalty: got -1; expected a number, 0 or more"],
  [
    "Adam's rate 0",
    () => adam({ rate: 0 }),
    "learning rate: got 0; expected a positive number; 0.0001 to 0.01 is usual",
  ],
  ["beta of 1", () => adam({ beta2: 1 }), "beta 2: got 1; expected a number in [0, 1)"],
  ["epsilon 0", () => adam({ epsilon: 0 }), "epsilon: got 0; expected a number in [1e-30, 1]"],
  ["Adam's negative decay", () => adam({ weightDecay: -0.1 }), "weight decay: got -0.1"],
])("refused: %s", (_, make, message) => {
  expect(make).toThrow(message);
});
