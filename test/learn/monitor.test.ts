import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { barsAndStripes } from "#src/data/bars-and-stripes.js";
import { exactLogPartition } from "#src/evaluate/log-partition.js";
import { parametersSha256 } from "#src/io/hash.js";
import type { Kernels } from "#src/kernels/kernels.js";
import { createKernels } from "#src/kernels/threads.js";
import { persistentChains } from "#src/learn/boltzmann/negative.js";
import { exactHidden } from "#src/learn/boltzmann/positive.js";
import { type KnownPartition, likelihoodFigures } from "#src/learn/likelihood-figures.js";
import { monitorBoltzmann, monitorRbm } from "#src/learn/monitor.js";
import { sgd } from "#src/learn/optimizer.js";
import type { TrainOptions } from "#src/learn/rbm/options.js";
import { persistentContrastiveDivergence } from "#src/learn/rbm/persistent.js";
import { trajectoryTempering } from "#src/learn/rbm/trajectory.js";
import { train } from "#src/learn/train.js";
import { createBoltzmann } from "#src/machines/boltzmann.js";
import { fullConnections } from "#src/machines/connections.js";
import { initializeBoltzmann, initializeRbm } from "#src/machines/initialize.js";
import { createRbm, type Rbm } from "#src/machines/rbm.js";
import { randomStream } from "#src/random/stream.js";
import { strongRbm } from "../oracles/enumerate.js";
import { last, reportsOf } from "./last-report.js";

let kernels: Kernels;
beforeAll(async () => {
  kernels = await createKernels({ threads: 1 });
});
afterAll(() => kernels.dispose());

function finished<T>(work: Generator<unknown, T, void>): T {
  for (let next = work.next(); ; next = work.next()) if (next.done) return next.value;
}

/** As many copies of an RBM as make its smaller layer `copies` times as wide: log Z is as many times as large. */
function copiesOf(rbm: Rbm, copies: number): Rbm {
  const { visible, hidden } = rbm;
  const wide = createRbm(copies * visible, copies * hidden);
  for (let n = 0; n < copies; n++) {
    for (let i = 0; i < visible; i++) {
      wide.visibleBias[n * visible + i] = rbm.visibleBias[i] as number;
      for (let j = 0; j < hidden; j++) {
        wide.weights[(n * visible + i) * wide.hidden + n * hidden + j] = rbm.weights[i * hidden + j] as number;
      }
    }
    for (let j = 0; j < hidden; j++) wide.hiddenBias[n * hidden + j] = rbm.hiddenBias[j] as number;
  }
  return wide;
}

const noData = (units: number) => ({ name: "half", cases: 2, units, levels: new Uint8Array(2 * units).fill(128) });

describe("where log Z cannot be summed, the bracket holds it", () => {
  test("10 RBMs of 40 × 35 units, each five independent ones of 8 × 7, of which log Z is known", () => {
    const monitor = monitorRbm(kernels, createRbm(40, 35), new Float64Array(40).fill(0.5), 1);
    for (let n = 0; n < 10; n++) {
      const small = strongRbm(8, 7, n, 0.3 + 0.1 * n);
      const truth = 5 * exactLogPartition(small);
      const { method, value, estimate } = finished(monitor(copiesOf(small, 5)));
      const { lower = Number.NaN, upper = Number.NaN } = estimate ?? {};
      expect(method).toBe("estimated");
      // each side is three standard errors away: ten brackets all hold it 97 times in 100; these do
      expect(lower).toBeLessThan(truth);
      expect(upper).toBeGreaterThan(truth);
      expect(upper - lower).toBeLessThan(1);
      expect(value).toBeGreaterThanOrEqual(lower);
      expect(value).toBeLessThanOrEqual(upper);
    }
  });

  test("planted: the memory of one machine tells the log Z of another, once it has been loaded", () => {
    const monitor = monitorRbm(kernels, createRbm(40, 35), new Float64Array(40).fill(0.5), 1);
    const [one, two] = [strongRbm(8, 7, 1, 0.5), strongRbm(8, 7, 2, 1)].map((rbm) => copiesOf(rbm, 5)) as [Rbm, Rbm];
    const first = finished(monitor(one));
    const second = finished(monitor(two));
    expect(Math.abs(first.value - second.value)).toBeGreaterThan(1);
    expect(finished(monitor(one))).toEqual(first);
  });

  test("a general machine of 32 units at T = 2, four independent ones of 8", () => {
    const random = randomStream(5, "data");
    const units = 32;
    const weights = new Float64Array(units * units);
    const bias = Float64Array.from({ length: units }, (_, i) => (i < 8 ? random.normal() : 0));
    for (let i = 0; i < 8; i++)
      for (let j = 0; j < i; j++) weights[i * units + j] = weights[j * units + i] = random.normal();
    for (let at = 8; at < units; at++) {
      bias[at] = bias[at % 8] as number;
      for (let j = 0; j < 8; j++) {
        const w = weights[(at % 8) * units + j] as number;
        weights[at * units + 8 * Math.floor(at / 8) + j] = w;
      }
    }
    const eight = Float64Array.from(
      { length: 64 },
      (_, at) => weights[Math.floor(at / 8) * units + (at % 8)] as number,
    );
    const small = createBoltzmann(eight, bias.slice(0, 8));
    const machine = createBoltzmann(weights, bias);
    const told = (of: typeof machine, connections = fullConnections(of.units)): KnownPartition =>
      finished(monitorBoltzmann(kernels, of, connections, noData(of.visible.length), { seed: 1, temperature: 2 })(of));
    // as if all pairs were joined, the sum is too long
    const estimated = told(machine);
    const exact = told(small);
    expect(exact.method).toBe("exact");
    expect(estimated.method).toBe("estimated");
    expect(estimated.estimate?.lower).toBeLessThan(4 * exact.value);
    expect(estimated.estimate?.upper).toBeGreaterThan(4 * exact.value);
  });
});

test("a log Z that is too low flatters: the ends of the range change places", () => {
  const known = { value: 10, method: "estimated", estimate: { value: 10, error: 0.1, lower: 9.5, upper: 11 } } as const;
  expect(likelihoodFigures(known, 4, 3)).toMatchObject({
    logLikelihood: -6,
    logLikelihoodRange: { lower: -7, upper: -5.5 },
    heldOutLogLikelihood: -7,
    heldOutLogLikelihoodRange: { lower: -8, upper: -6.5 },
  });
});

/** Bars and stripes on 36 pixels: 40 hidden units are too many to sum over. */
const data = barsAndStripes(6);
const initial = initializeRbm(data, { hidden: 40, weightScale: 0.1, seed: 1 });
const common: TrainOptions = {
  epochs: 6,
  batchSize: 32,
  clamp: "threshold",
  optimizer: sgd({ rate: 0.1 }),
  negative: persistentContrastiveDivergence({ chains: 20 }),
  heldOut: data,
  seed: 2,
};

describe("training with a monitor that estimates", () => {
  test("has the bits of training without it, on one thread and two; figures are told where they were asked for", async () => {
    const without = await parametersSha256((await last(initial, data, common)).machine());
    const reports = await reportsOf(initial, data, { ...common, monitor: 3, reportEvery: 1e9 });
    expect(await parametersSha256((reports.at(-1) as (typeof reports)[0]).machine())).toBe(without);
    expect(reports.map(({ logLikelihoodMethod: method }) => method ?? "")).toEqual([
      "",
      "",
      "estimated",
      "",
      "",
      "estimated",
    ]);
    const told = reports[2] as (typeof reports)[0];
    const { lower, upper } = told.logLikelihoodRange as { lower: number; upper: number };
    expect(lower).toBeLessThan(told.logLikelihood as number);
    expect(upper).toBeGreaterThan(told.logLikelihood as number);
    expect(told.heldOutLogLikelihoodRange).toEqual({ lower, upper });
    const onTwo = await reportsOf(initial, data, { ...common, monitor: 3, reportEvery: 1e9, threads: 2 });
    expect(onTwo.map(({ logPartition }) => logPartition)).toEqual(reports.map(({ logPartition }) => logPartition));
  });

  test("the abort signal ends it in the middle of an estimate, after a complete epoch", async () => {
    const controller = new AbortController();
    const reports = [];
    setTimeout(() => controller.abort(), 1);
    // one update an epoch, so that nearly all of the time goes into estimates
    const options = { ...common, batchSize: data.cases, epochs: 1000, monitor: 1, signal: controller.signal };
    const started = performance.now();
    for await (const report of train(initial, data, options)) {
      reports.push(report);
      if (report.epoch === 1) setTimeout(() => controller.abort(), 1);
    }
    expect(performance.now() - started).toBeLessThan(2000);
    const end = reports.at(-1);
    expect(end?.done).toBe(false);
    expect(end?.epoch).toBeLessThan(20);
    const resumed = await last(initial, data, {
      ...common,
      batchSize: data.cases,
      epochs: 30,
      resume: end?.checkpoint() as never,
    });
    const whole = await last(initial, data, { ...common, batchSize: data.cases, epochs: 30 });
    expect(await parametersSha256(resumed.machine())).toBe(await parametersSha256(whole.machine()));
  });

  test("early stopping may go by it", async () => {
    const report = await last(initial, data, {
      ...common,
      epochs: 200,
      monitor: 1,
      optimizer: sgd({ rate: 1 }),
      stopWhen: { metric: "heldOutLogLikelihood", patience: 2 },
    });
    expect(report.stoppedEarly).toBe(true);
  });

  test("trajectory tempering has its own log Z between looks; a look is from both sides", async () => {
    const negative = trajectoryTempering({ chains: 20, annealing: 10 });
    const reports = await reportsOf(initial, data, { ...common, negative, epochs: 2, monitor: 2, reportEvery: 1e9 });
    expect(reports.map(({ logLikelihoodMethod: method }) => method)).toEqual(["rule", "estimated"]);
    expect(reports.map(({ logLikelihoodRange: range }) => range !== undefined)).toEqual([false, true]);
  });

  test("a general machine without hidden units", async () => {
    const machine = initializeBoltzmann(data, { seed: 1 });
    const options = {
      epochs: 2,
      batchSize: data.cases,
      clamp: "threshold",
      positive: exactHidden(),
      negative: persistentChains({ chains: 20 }),
      optimizer: sgd({ rate: 0.01 }),
    } as const;
    const machines = [];
    let method: string | undefined;
    for (const monitor of [0, 1]) {
      for await (const report of train(machine, data, { ...options, monitor })) {
        if (!report.done) continue;
        machines.push(report.machine());
        method = report.logLikelihoodMethod;
        if (monitor > 0) expect(report.logLikelihoodRange?.upper).toBeGreaterThan(report.logLikelihood as number);
      }
    }
    expect(machines[0]).toEqual(machines[1]);
    expect(method).toBe("estimated");
  });
});
