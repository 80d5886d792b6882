import { describe, expect, test } from "vitest";
import { barsAndStripes } from "#src/data/bars-and-stripes.js";
import type { Dataset } from "#src/data/dataset.js";
import { parametersSha256 } from "#src/io/hash.js";
import { exactFree } from "#src/learn/boltzmann/negative.js";
import { exactHidden } from "#src/learn/boltzmann/positive.js";
import { completeStopWhen, type StopWhen, startStopping } from "#src/learn/early-stopping.js";
import { sgd } from "#src/learn/optimizer.js";
import type { TrainOptions } from "#src/learn/rbm/options.js";
import { train } from "#src/learn/train.js";
import { initializeBoltzmann, initializeRbm } from "#src/machines/initialize.js";
import { createRbm, type Rbm } from "#src/machines/rbm.js";
import { randomStream } from "#src/random/stream.js";
import { exactLogLikelihood } from "../oracles/exact-rbm.js";
import { inTwoParts, last, reportsOf } from "./last-report.js";

describe("the rule, on figures as given", () => {
  /** The epochs that were kept, and the one after which it stopped. */
  function look(when: StopWhen, figures: (number | undefined)[]) {
    const stopping = startStopping(completeStopWhen(when), createRbm(1, 1));
    const kept: number[] = [];
    for (const [n, figure] of figures.entries()) {
      const stop = stopping.look(n + 1, figure === undefined ? {} : { [when.metric]: figure }, () =>
        createRbm(1, n + 1),
      );
      expect(stopping.best.machine.hidden).toBe(Math.max(1, stopping.best.epoch));
      kept.push(stopping.best.epoch);
      if (stop) return { kept, stopped: n + 1 };
    }
    return { kept, stopped: undefined };
  }

  test("higher log-likelihoods are better, lower errors; equal ones are good", () => {
    expect(look({ metric: "heldOutLogLikelihood", patience: 2 }, [-9, -8, -8, -8.5, -8.1, -7])).toEqual({
      kept: [1, 2, 3, 3, 3],
      stopped: 5,
    });
    expect(look({ metric: "heldOutReconstructionError", patience: 2 }, [0.9, 0.8, 0.85, 0.7, 0.75, 0.7])).toEqual({
      kept: [1, 2, 2, 4, 4, 6],
      stopped: undefined,
    });
  });

  test("with a tolerance the last epoch near enough to the best is kept", () => {
    expect(look({ metric: "freeEnergyGap", patience: 2, tolerance: 1 }, [0, 0.4, 0.9, 1.1, 0.8, 1.2, 1.3])).toEqual({
      kept: [1, 2, 3, 3, 5, 5, 5],
      stopped: 7,
    });
  });

  test("epochs without the figure, and figures that are no number, are not judged", () => {
    const figures = [undefined, undefined, undefined, -5, undefined, undefined, Number.NaN, -6];
    expect(look({ metric: "logLikelihood", patience: 2 }, figures)).toEqual({
      kept: [0, 0, 0, 4, 4, 4, 4, 4],
      stopped: 8,
    });
  });
});

/** Few training cases with noise, so that a large machine overfits soon. */
const noisy = (seed: number, cases: number): Dataset => {
  const bars = barsAndStripes(3);
  const random = randomStream(seed, "data");
  const levels = new Uint8Array(cases * 9);
  for (let b = 0; b < cases; b++) {
    const from = 9 * random.index(bars.cases);
    for (let i = 0; i < 9; i++) {
      const level = bars.levels[from + i] as number;
      levels[b * 9 + i] = random.uniform() < 0.15 ? 255 - level : level;
    }
  }
  return { name: `noisy ${seed}`, cases, units: 9, levels };
};
const [data, heldOut] = [noisy(1, 24), noisy(2, 200)];
const start = initializeRbm(data, { hidden: 10, seed: 1 });
const options: TrainOptions = {
  epochs: 400,
  batchSize: 8,
  seed: 1,
  clamp: "threshold",
  optimizer: sgd({ rate: 0.2 }),
  heldOut,
  monitor: 1,
};

test("log-likelihoods told are those by enumeration, within 1e-5 nats", async () => {
  const report = await last(start, data, { ...options, epochs: 30 });
  expect(report.logLikelihood).toBeCloseTo(exactLogLikelihood(report.machine(), data), 5);
  expect(report.heldOutLogLikelihood).toBeCloseTo(exactLogLikelihood(report.machine(), heldOut), 5);
});

describe("a run that overfits", () => {
  const stopWhen = { metric: "heldOutLogLikelihood", patience: 10 } as const;

  /** By the run without stopping: where it should stop, and with which machine. */
  async function expected() {
    const figures: number[] = [];
    const machines: Rbm[] = [];
    for (const report of await reportsOfEpochs()) {
      figures.push(report.figure);
      machines.push(report.machine);
    }
    let best = 0;
    for (const [n, figure] of figures.entries()) {
      if (figure >= (figures[best] as number)) best = n;
      if (n - best >= 10)
        return { best: best + 1, stop: n + 1, machine: machines[best] as Rbm, whole: machines.at(-1) as Rbm };
    }
    throw new Error("does not overfit");
  }

  async function reportsOfEpochs() {
    const found: { figure: number; machine: Rbm }[] = [];
    for await (const report of train(start, data, options)) {
      if (report.kind === "epoch")
        found.push({ figure: report.heldOutLogLikelihood as number, machine: report.machine() });
    }
    return found;
  }

  test("stops by its patience with the machine of its best epoch, which is better than that of the end", async () => {
    const { best, stop, machine, whole } = await expected();
    const report = await last(start, data, { ...options, stopWhen });
    expect(report).toMatchObject({
      kind: "epoch",
      epoch: stop,
      bestEpoch: best,
      stoppedEarly: true,
      done: true,
      secondsLeft: 0,
    });
    expect(stop).toBeLessThan(400);
    expect(await parametersSha256(report.machine())).toBe(await parametersSha256(machine));
    expect(exactLogLikelihood(machine, heldOut)).toBeGreaterThan(exactLogLikelihood(whole, heldOut) + 0.1);
    // earlier reports show the machine as it was
    const reports = await reportsOf(start, data, { ...options, epochs: 2, reportEvery: 0, stopWhen });
    expect(reports.map(({ done }) => done)).toEqual([false, false, false, false, false, true]);
    expect(reports.every(({ stoppedEarly }) => stoppedEarly === undefined)).toBe(true);
  });

  test("stopped and resumed at any moment it ends with the same machine; a finished run has nothing left", async () => {
    const whole = await last(start, data, { ...options, stopWhen });
    for (const stopAt of [1, 3, 3 * (whole.bestEpoch as number), 3 * (whole.bestEpoch as number) + 4]) {
      const resumed = await inTwoParts(start, data, { ...options, stopWhen, threads: 2 }, stopAt);
      expect(resumed.epoch).toBe(whole.epoch);
      expect(await parametersSha256(resumed.machine())).toBe(await parametersSha256(whole.machine()));
    }
    expect(await reportsOf(start, data, { ...options, stopWhen, resume: whole.checkpoint() })).toEqual([]);
    // what training would go on from is not the machine that is kept
    expect(await parametersSha256(whole.checkpoint().machine)).not.toBe(await parametersSha256(whole.machine()));
  });

  test("with averages the best average is kept, and tolerance keeps a later machine", async () => {
    const averaged = await last(start, data, { ...options, average: { over: 3 }, stopWhen });
    const best = averaged.machine();
    expect(averaged.stoppedEarly).toBe(true);
    const figures = await reportsOf(start, data, { ...options, epochs: averaged.epoch, average: { over: 3 } });
    const epochs = figures.filter(({ kind }) => kind === "epoch");
    expect(Math.max(...epochs.map((report) => report.heldOutLogLikelihood as number))).toBeCloseTo(
      exactLogLikelihood(best, heldOut),
      5,
    );
    const lenient = await last(start, data, {
      ...options,
      stopWhen: { metric: "freeEnergyGap", patience: 3, tolerance: 0.5 },
    });
    expect(lenient.stoppedEarly).toBe(true);
    expect(lenient.bestEpoch).toBe(lenient.epoch - 3);
  });
});

test("a general machine stops early too", async () => {
  const initial = initializeBoltzmann(data, { hidden: 3, weightScale: 0.1, seed: 1 });
  const rules = { positive: exactHidden(), negative: exactFree(), clamp: "threshold" } as const;
  const common = { ...rules, epochs: 500, heldOut, monitor: 2, optimizer: sgd({ rate: 0.3, momentum: 0.9 }) };
  const reports = [];
  for await (const report of train(initial, data, {
    ...common,
    stopWhen: { metric: "heldOutLogLikelihood", patience: 20 },
  })) {
    if (report.kind === "epoch") reports.push(report);
  }
  const end = reports.at(-1);
  expect(end?.stoppedEarly).toBe(true);
  const told = reports.flatMap(({ heldOutLogLikelihood: figure, epoch }) =>
    figure === undefined ? [] : [{ figure, epoch }],
  );
  const best = told.reduce((a, b) => (b.figure >= a.figure ? b : a));
  expect(end?.bestEpoch).toBe(best.epoch);
  expect(end?.epoch).toBe(best.epoch + 20);
});

test.each<[string, StopWhen, Partial<TrainOptions>, string]>([
  [
    "no held-out cases",
    { metric: "freeEnergyGap", patience: 1, tolerance: 1 },
    {},
    "stopWhen: got freeEnergyGap; expected a run that tells figures. Give held-out cases",
  ],
  [
    "no monitor",
    { metric: "heldOutLogLikelihood", patience: 1 },
    { heldOut },
    "expected a figure that this run tells: heldOutReconstructionError, freeEnergyGap",
  ],
  [
    "no patience",
    { metric: "logLikelihood", patience: 0 },
    { monitor: 1 },
    "patience: got 0; expected a whole number of epochs, at least 1",
  ],
  [
    "a gap without tolerance",
    { metric: "freeEnergyGap", patience: 1 },
    { heldOut },
    "tolerance: got 0; expected a positive number of nats. The gap grows",
  ],
  [
    "a negative tolerance",
    { metric: "logLikelihood", patience: 1, tolerance: -1 },
    { monitor: 1 },
    "tolerance: got -1; expected a number, 0 or more",
  ],
  [
    "another metric",
    { metric: "luck" as "logLikelihood", patience: 1 },
    {},
    "stopWhen: got luck; expected one of heldOutLogLikelihood, logLikelihood",
  ],
])("refused: %s", async (_, stopWhen, given, message) => {
  await expect(last(start, data, { epochs: 1, stopWhen, ...given })).rejects.toThrow(message);
});

test("monitoring data that are no bits is refused", async () => {
  await expect(last(start, data, { epochs: 1, monitor: 1, clamp: "probability" })).rejects.toThrow(
    "monitor: got data clamped as probabilities",
  );
});
