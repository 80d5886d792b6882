/** The one training loop. It neither prints nor writes: it yields reports, and others watch. */

import type { Dataset } from "../data/dataset.js";
import { refuse } from "../errors.js";
import { breathe } from "../kernels/breathe.js";
import type { Kernels } from "../kernels/kernels.js";
import { createKernels, type KernelOptions } from "../kernels/threads.js";
import { randomStream, shuffledOrder } from "../random/stream.js";
import type { Progress, SavedState, Trainable } from "./checkpoint.js";
import { type StopConfig, type Stopping, startStopping } from "./early-stopping.js";
import type { EpochFigures, Learner } from "./learner.js";
import type { OptimizerConfig } from "./optimizer.js";
import type { RunOptions } from "./options.js";
import type { TrainingReport } from "./report.js";
import { valueAt } from "./schedule.js";

/** Beyond this a weight or bias means nothing: P(h | v) is 0 or 1 to the last bit. */
const absurd = 500;
/** How long the loop may keep other work (signals, sockets, the page) waiting, milliseconds. */
const breathEvery = 25;

/** Uses the given kernels, or makes some and frees them whatever happens. */
export async function* withKernels<Report, Result>(
  options: KernelOptions & { readonly kernels?: Kernels },
  work: (kernels: Kernels) => AsyncGenerator<Report, Result, void>,
): AsyncGenerator<Report, Result, void> {
  const kernels = options.kernels ?? (await createKernels(options));
  try {
    return yield* work(kernels);
  } finally {
    if (!options.kernels) kernels.dispose();
  }
}

/** What the loop itself needs of the learning options. */
export interface LoopOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly optimizer: OptimizerConfig;
  readonly stopWhen?: StopConfig;
}

/** Where the loop goes on from: so much is done, and that is what the rule had saved. */
export interface From {
  readonly progress: Progress;
  readonly state?: SavedState;
}

/** Teaches to the end, or until the signal: what has been learnt, or nothing where it was stopped. */
export async function* loop<Machine extends Trainable>(
  learner: Learner<Machine>,
  data: Dataset,
  learning: LoopOptions,
  { signal, reportEvery = 100 }: Pick<RunOptions<Machine>, "signal" | "reportEvery">,
  from?: From,
): AsyncGenerator<TrainingReport<Machine>, Machine | undefined, void> {
  const { batchSize, seed } = learning;
  const updatesAnEpoch = Math.ceil(data.cases / batchSize);
  const stopping = learning.stopWhen && startStopping(learning.stopWhen, learner.parameters(), from?.state);
  const clock = startClock(from?.progress, updatesAnEpoch, learning, data.cases);
  let order: Uint32Array | undefined;
  let lastBreath = performance.now();
  let lastReport = lastBreath;
  async function breatheInTime(): Promise<void> {
    if (performance.now() - lastBreath < breathEvery) return;
    await breathe();
    lastBreath = performance.now();
  }

  /** The figures; where training is to stop, those known so far, unless it depends on them when it ends. */
  async function finished(work: Generator<EpochFigures, EpochFigures, void>): Promise<EpochFigures> {
    for (let next = work.next(); ; next = work.next()) {
      if (next.done || (signal?.aborted && !stopping)) return next.value;
      await breatheInTime();
    }
  }

  const result = () => stopping?.best.machine ?? learner.machine();

  while (clock.update < clock.updates && !stopping?.stopped) {
    const epoch = Math.floor(clock.update / updatesAnEpoch);
    const place = clock.update % updatesAnEpoch;
    if (!order || place === 0) order = shuffledOrder(randomStream(seed, "shuffle", epoch), data.cases);
    const rows = order.subarray(place * batchSize, (place + 1) * batchSize);
    for (const _ of learner.prepare?.(clock.update) ?? []) await breatheInTime();
    const error = learner.learn({ data, rows, update: clock.update }, epoch + place / updatesAnEpoch);
    if (error) {
      clock.errorSum += error.sum;
      clock.errorCount += error.count;
    }
    clock.update++;

    const complete = place === updatesAnEpoch - 1;
    const now = performance.now();
    if (complete) {
      const figures = learner.figures ? await finished(learner.figures(epoch)) : {};
      stopping?.look(epoch + 1, figures, () => learner.machine());
      yield report("epoch", epoch, learner, clock, learning, stopping, figures);
      [clock.errorSum, clock.errorCount] = [0, 0];
      lastReport = performance.now();
    } else if (signal?.aborted) {
      yield report("stopped", epoch, learner, clock, learning, stopping);
    } else if (now - lastReport >= reportEvery) {
      yield report("progress", epoch, learner, clock, learning, stopping);
      lastReport = performance.now();
    }
    if (signal?.aborted) return clock.update === clock.updates || stopping?.stopped ? result() : undefined;
    await breatheInTime();
  }
  return result();
}

interface Clock {
  update: number;
  errorSum: number;
  errorCount: number;
  readonly updates: number;
  readonly casesPerSecond: () => number;
  readonly secondsNow: () => number;
}

/** Counts updates, errors and time, from a checkpoint's on. */
function startClock(from: Progress | undefined, updatesAnEpoch: number, learning: LoopOptions, cases: number): Clock {
  const started = performance.now();
  const { update, errorSum, errorCount, seconds } = from ?? { update: 0, errorSum: 0, errorCount: 0, seconds: 0 };
  const here = () => (performance.now() - started) / 1000;
  const casesDone = (updates: number) =>
    Math.floor(updates / updatesAnEpoch) * cases + (updates % updatesAnEpoch) * learning.batchSize;
  return {
    update,
    errorSum,
    errorCount,
    updates: updatesAnEpoch * learning.epochs,
    casesPerSecond() {
      return (casesDone(this.update) - casesDone(update)) / Math.max(here(), 1e-9);
    },
    secondsNow: () => seconds + here(),
  };
}

function report<Machine extends Trainable>(
  kind: TrainingReport["kind"],
  epoch: number,
  learner: Learner<Machine>,
  clock: Clock,
  learning: LoopOptions,
  stopping: Stopping<Machine> | undefined,
  figures: EpochFigures = {},
): TrainingReport<Machine> {
  const { epochs } = learning;
  const { update, updates, errorSum, errorCount } = clock;
  const largest = learner.largest();
  const scheduled = valueAt(learning.optimizer.rate, (update - 1) / (updates / epochs), epochs);
  const rate = scheduled * (learner.rateFactor?.() ?? 1);
  const rule = learner.ruleFigures?.();
  for (const what of ["weight", "bias"] as const) {
    if (!(largest[what] < absurd)) throw diverged(what, largest[what], update, learning.optimizer, rate);
  }
  const seconds = clock.secondsNow();
  const casesPerSecond = clock.casesPerSecond();
  const stoppedEarly = stopping?.stopped === true && update < updates;
  const done = stoppedEarly || update === updates;
  const left = done ? 0 : updates - update;
  // of this moment, as a later look may find a better one
  const best = stopping?.best;
  return {
    kind,
    epoch: epoch + 1,
    epochs,
    update,
    updates,
    casesPerSecond,
    seconds,
    secondsLeft: casesPerSecond > 0 ? (left * learning.batchSize) / casesPerSecond : Number.POSITIVE_INFINITY,
    ...(errorCount > 0 && { [learner.measure ?? "reconstructionError"]: errorSum / errorCount }),
    ...figures,
    ...(rule && { rule }),
    rate,
    momentum: momentumAt(learning.optimizer, (update - 1) / (updates / epochs), epochs),
    largestWeight: largest.weight,
    largestBias: largest.bias,
    ...(best && { bestEpoch: best.epoch }),
    ...(stoppedEarly && { stoppedEarly }),
    done,
    machine: () => (done && best ? best.machine : learner.machine()),
    checkpoint() {
      const progress = {
        update,
        errorSum: kind === "epoch" ? 0 : errorSum,
        errorCount: kind === "epoch" ? 0 : errorCount,
        seconds,
      };
      const state = { ...learner.state(), ...stopping?.state() };
      return { machine: learner.parameters(), state, progress };
    },
  };
}

function momentumAt(optimizer: OptimizerConfig, epoch: number, epochs: number): number {
  return optimizer.optimizer === "sgd" ? valueAt(optimizer.momentum, epoch, epochs) : 0;
}

function diverged(what: "weight" | "bias", size: number, update: number, optimizer: OptimizerConfig, rate: number) {
  const weightDecay = optimizer.optimizer === "sign" ? 0 : optimizer.weightDecay;
  // where rate · decay is beyond 1, a step of decay overshoots; usual decays are far below 1
  const wayOut =
    rate * weightDecay > 1 && weightDecay >= 1
      ? `Lower the weight decay (it was ${weightDecay}) or the learning rate (${rate}).`
      : `Lower the learning rate (it was ${rate}) or the momentum, or raise the weight decay.`;
  const got = Number.isFinite(size) ? `a ${what} of ±${size.toPrecision(4)}` : `a ${what} that is not a number`;
  const expected = `parameters within ±${absurd}`;
  return refuse("divergence", { who: `training, update ${update}`, got, expected, wayOut });
}
