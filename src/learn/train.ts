/** The one training loop. It neither prints nor writes: it yields reports, and others watch. */

import type { Dataset } from "../data/dataset.js";
import { refuse } from "../errors.js";
import { breathe } from "../kernels/breathe.js";
import type { Kernels } from "../kernels/kernels.js";
import { createKernels, type KernelOptions } from "../kernels/threads.js";
import type { Boltzmann } from "../machines/boltzmann.js";
import type { Classifier } from "../machines/classifier.js";
import type { Rbm } from "../machines/rbm.js";
import { checkWidth } from "../machines/resident.js";
import { randomStream, shuffledOrder } from "../random/stream.js";
import { logLikelihoodsTold, startBoltzmannLearner } from "./boltzmann/learner.js";
import { type BoltzmannTrainOptions, checkBoltzmannResume, completeBoltzmannOptions } from "./boltzmann/options.js";
import type { Progress, Trainable } from "./checkpoint.js";
import { classifierFigures, startClassifierLearner } from "./classifier/learner.js";
import { type ClassifierTrainOptions, checkClassifierResume, completeClassifierOptions } from "./classifier/options.js";
import { checkTold, type StopConfig, type Stopping, startStopping } from "./early-stopping.js";
import type { EpochFigures, Learner } from "./learner.js";
import type { OptimizerConfig } from "./optimizer.js";
import type { RunOptions } from "./options.js";
import { checkMonitor, rbmFigures } from "./rbm/figures.js";
import { startRbmLearner } from "./rbm/learner.js";
import { checkResume, completeOptions, type TrainOptions } from "./rbm/options.js";
import type { TrainingReport } from "./report.js";
import { valueAt } from "./schedule.js";

/** Beyond this a weight or bias means nothing: P(h | v) is 0 or 1 to the last bit. */
const absurd = 500;
/** How long the loop may keep other work (signals, sockets, the page) waiting, milliseconds. */
const breathEvery = 25;

/**
 * Trains a copy of the machine on `data`; the result is `report.machine()` of the last report.
 *
 * The parameters after n updates are a function of the machine, the data, the learning options and n: not of threads, time,
 * reports, or interruptions. Throws "option" and "shape" before the first update, and "divergence" when a weight or a bias is not
 * finite or beyond ±500, within one report of its happening.
 */
export function train(rbm: Rbm, data: Dataset, options: TrainOptions): Training<Rbm>;
export function train(machine: Boltzmann, data: Dataset, options: BoltzmannTrainOptions): Training<Boltzmann>;
export function train(classifier: Classifier, data: Dataset, options: ClassifierTrainOptions): Training<Classifier>;
export function train(
  machine: Trainable,
  data: Dataset,
  options: TrainOptions | BoltzmannTrainOptions | ClassifierTrainOptions,
): Training<Rbm> | Training<Boltzmann> | Training<Classifier> {
  if (machine.kind === "rbm") return trainRbm(machine, data, options as TrainOptions);
  if (machine.kind === "classifier") return trainClassifier(machine, data, options as ClassifierTrainOptions);
  return trainBoltzmann(machine, data, options as BoltzmannTrainOptions);
}

export type Training<Machine extends Trainable> = AsyncGenerator<TrainingReport<Machine>, void, void>;

async function* trainRbm(rbm: Rbm, data: Dataset, options: TrainOptions): Training<Rbm> {
  const learning = completeOptions(rbm, data, options);
  const { heldOut, resume, monitor = 0 } = options;
  if (heldOut) checkWidth("train: held-out data", heldOut, rbm.visible);
  if (monitor > 0) checkMonitor(rbm, learning);
  checkTold(learning.stopWhen, rbmFigures({ heldOut, monitor }, learning));
  if (resume) checkResume(resume, rbm, data, learning);
  yield* withKernels(options, (kernels) => {
    const watched = { heldOut, monitor };
    const learner = startRbmLearner(kernels, resume?.machine ?? rbm, data, learning, watched, resume?.state);
    return loop(learner, data, learning, options);
  });
}

async function* trainBoltzmann(machine: Boltzmann, data: Dataset, options: BoltzmannTrainOptions): Training<Boltzmann> {
  const learning = completeBoltzmannOptions(machine, data, options);
  const { heldOut, resume, monitor = 0 } = options;
  if (heldOut) checkWidth("train: held-out data", heldOut, machine.visible.length);
  checkTold(learning.stopWhen, logLikelihoodsTold(heldOut, monitor));
  if (resume) checkBoltzmannResume(resume, machine, data, learning);
  yield* withKernels(options, (kernels) => {
    const watched = monitor > 0 ? { every: monitor, data, heldOut } : undefined;
    const learner = startBoltzmannLearner(kernels, resume?.machine ?? machine, learning, watched, resume?.state);
    return loop(learner, data, learning, options);
  });
}

async function* trainClassifier(
  classifier: Classifier,
  data: Dataset,
  options: ClassifierTrainOptions,
): Training<Classifier> {
  const learning = completeClassifierOptions(classifier, data, options);
  const { heldOut, resume } = options;
  checkTold(learning.stopWhen, classifierFigures(heldOut));
  if (resume) checkClassifierResume(resume, classifier, data, learning);
  yield* withKernels(options, (kernels) => {
    const initial = resume?.machine ?? classifier;
    const learner = startClassifierLearner(kernels, initial, data, learning, heldOut, resume?.state);
    return loop(learner, data, learning, options);
  });
}

/** Uses the given kernels, or makes some and frees them whatever happens. */
async function* withKernels<Report>(
  options: KernelOptions & { readonly kernels?: Kernels },
  work: (kernels: Kernels) => AsyncGenerator<Report, void, void>,
): AsyncGenerator<Report, void, void> {
  const kernels = options.kernels ?? (await createKernels(options));
  try {
    yield* work(kernels);
  } finally {
    if (!options.kernels) kernels.dispose();
  }
}

/** What the loop itself needs of the learning options. */
interface LoopOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly optimizer: OptimizerConfig;
  readonly stopWhen?: StopConfig;
}

async function* loop<Machine extends Trainable>(
  learner: Learner<Machine>,
  data: Dataset,
  learning: LoopOptions,
  { signal, resume, reportEvery = 100 }: RunOptions<Machine>,
): AsyncGenerator<TrainingReport<Machine>, void, void> {
  const { batchSize, seed } = learning;
  const updatesAnEpoch = Math.ceil(data.cases / batchSize);
  const stopping = learning.stopWhen && startStopping(learning.stopWhen, learner.parameters(), resume?.state);
  const clock = startClock(resume?.progress, updatesAnEpoch, learning, data.cases);
  let order: Uint32Array | undefined;
  let lastBreath = performance.now();
  let lastReport = lastBreath;
  async function breatheInTime(): Promise<void> {
    if (performance.now() - lastBreath < breathEvery) return;
    await breathe();
    lastBreath = performance.now();
  }

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
      const figures = learner.figures?.(epoch) ?? {};
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
    if (signal?.aborted) return;
    await breatheInTime();
  }
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
