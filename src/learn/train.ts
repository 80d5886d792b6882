/** The one training loop. It neither prints nor writes: it yields reports, and others watch. */

import type { Dataset } from "../data/dataset.js";
import { takeCases } from "../data/select.js";
import { refuse } from "../errors.js";
import { freeEnergiesOf } from "../evaluate/free-energy.js";
import { reconstructionErrorOf } from "../evaluate/reconstruction.js";
import { breathe } from "../kernels/breathe.js";
import type { Kernels } from "../kernels/kernels.js";
import { createKernels } from "../kernels/threads.js";
import type { Rbm } from "../machines/rbm.js";
import { checkWidth, type ResidentRbm, readRbm, residentRbm, writeParameters } from "../machines/resident.js";
import { randomStream, shuffledOrder } from "../random/stream.js";
import type { Progress } from "./checkpoint.js";
import { type Optimizer, type SgdConfig, startOptimizer } from "./optimizer.js";
import { type CompleteLearningOptions, checkResume, completeOptions, type TrainOptions } from "./options.js";
import { startPositive } from "./phase.js";
import type { TrainingReport } from "./report.js";
import { valueAt } from "./schedule.js";

/** Beyond this a weight or bias means nothing: P(h | v) is 0 or 1 to the last bit. */
const absurd = 500;
/** At most so many held-out cases are looked at after each epoch: enough for two digits, little beside an epoch's work. */
const monitoredCases = 1000;
/** How long the loop may keep other work (signals, sockets, the page) waiting, milliseconds. */
const breathEvery = 25;

/**
 * Trains a copy of `rbm` on `data`; the result is `report.rbm()` of the last report.
 *
 * The parameters after n updates are a function of the RBM, the data, the learning options and n: not of threads, time,
 * reports, or interruptions. Throws "option" and "shape" before the first update, and "divergence" when a weight or a bias is not
 * finite or beyond ±500, within one report of its happening.
 */
export async function* train(
  rbm: Rbm,
  data: Dataset,
  options: TrainOptions,
): AsyncGenerator<TrainingReport, void, void> {
  const learning = completeOptions(rbm, data, options);
  if (options.heldOut) checkWidth("train: held-out data", options.heldOut, rbm.visible);
  if (options.resume) checkResume(options.resume, rbm, data, learning);
  const kernels = options.kernels ?? (await createKernels(options));
  try {
    yield* loop(kernels, rbm, data, learning, options);
  } finally {
    if (!options.kernels) kernels.dispose();
  }
}

async function* loop(
  kernels: Kernels,
  rbm: Rbm,
  data: Dataset,
  learning: CompleteLearningOptions,
  { heldOut, signal, resume, reportEvery = 100 }: TrainOptions,
): AsyncGenerator<TrainingReport, void, void> {
  const { epochs, batchSize, seed, negative } = learning;
  const resident = residentRbm(kernels, resume?.rbm ?? rbm);
  const { parameters } = resident;
  const context = { kernels, parameters, seed, batchSize };
  const wake = startPositive(context, learning);
  const dream = negative.start(context);
  const optimizer = startOptimizer(kernels, parameters, learning.optimizer);
  if (resume?.step && optimizer.step) writeParameters(optimizer.step, resume.step);
  const updatesAnEpoch = Math.ceil(data.cases / batchSize);
  const clock = startClock(resume?.progress, updatesAnEpoch, learning, data.cases);
  const monitor = heldOut && startMonitor(resident, data, heldOut, learning);
  let order: Uint32Array | undefined;
  let lastBreath = performance.now();
  let lastReport = lastBreath;

  while (clock.update < clock.updates) {
    const epoch = Math.floor(clock.update / updatesAnEpoch);
    const place = clock.update % updatesAnEpoch;
    if (!order || place === 0) order = shuffledOrder(randomStream(seed, "shuffle", epoch), data.cases);
    const rows = order.subarray(place * batchSize, (place + 1) * batchSize);
    const batch = { data, rows, update: clock.update };
    const positive = wake(batch);
    const result = dream.expect(batch, positive);
    if (result.reconstruction) {
      clock.errorSum += kernels.squaredError(positive.visible, result.reconstruction, rows.length);
      clock.errorCount += rows.length * data.units;
    }
    optimizer.apply(positive, result, epoch + place / updatesAnEpoch, epochs);
    clock.update++;

    const complete = place === updatesAnEpoch - 1;
    const now = performance.now();
    if (complete) {
      yield report("epoch", epoch, resident, optimizer, clock, learning, monitor?.(epoch));
      [clock.errorSum, clock.errorCount] = [0, 0];
      lastReport = performance.now();
    } else if (signal?.aborted) {
      yield report("stopped", epoch, resident, optimizer, clock, learning);
    } else if (now - lastReport >= reportEvery) {
      yield report("progress", epoch, resident, optimizer, clock, learning);
      lastReport = performance.now();
    }
    if (signal?.aborted) return;
    if (performance.now() - lastBreath >= breathEvery) {
      await breathe();
      lastBreath = performance.now();
    }
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
function startClock(
  from: Progress | undefined,
  updatesAnEpoch: number,
  learning: CompleteLearningOptions,
  cases: number,
): Clock {
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

/** Errors and free energies on (at most `monitoredCases`) held-out cases, after a complete epoch. */
function startMonitor(
  resident: ResidentRbm,
  data: Dataset,
  heldOut: Dataset,
  { clamp, seed, negative }: CompleteLearningOptions,
) {
  const unseen = takeCases(heldOut, monitoredCases);
  const seen = takeCases(data, unseen.cases);
  // rebuilt as in training, so that the two errors can be compared
  const { reconstruction } = negative.config;
  const error = reconstructionErrorOf(resident, { clamp, reconstruction, seed });
  const energies = freeEnergiesOf(resident, { clamp, seed });
  const meanFreeEnergy = (of: Dataset) => energies(of).reduce((a, b) => a + b, 0) / of.cases;
  return (epoch: number) => ({
    heldOutReconstructionError: error(unseen, epoch),
    freeEnergyGap: meanFreeEnergy(unseen) - meanFreeEnergy(seen),
  });
}

function report(
  kind: TrainingReport["kind"],
  epoch: number,
  { kernels, parameters }: ResidentRbm,
  optimizer: Optimizer,
  clock: Clock,
  learning: CompleteLearningOptions,
  heldOut?: { heldOutReconstructionError: number; freeEnergyGap: number },
): TrainingReport {
  const { epochs } = learning;
  const { update, updates, errorSum, errorCount } = clock;
  const largestWeight = kernels.largest(parameters.weights);
  const rate = valueAt(learning.optimizer.rate, (update - 1) / (updates / epochs), epochs);
  const largestBias = Math.max(kernels.largest(parameters.visibleBias), kernels.largest(parameters.hiddenBias));
  if (!(largestWeight < absurd)) throw diverged("weight", largestWeight, update, learning.optimizer, rate);
  if (!(largestBias < absurd)) throw diverged("bias", largestBias, update, learning.optimizer, rate);
  const seconds = clock.secondsNow();
  const casesPerSecond = clock.casesPerSecond();
  return {
    kind,
    epoch: epoch + 1,
    epochs,
    update,
    updates,
    casesPerSecond,
    seconds,
    secondsLeft:
      casesPerSecond > 0 ? ((updates - update) * learning.batchSize) / casesPerSecond : Number.POSITIVE_INFINITY,
    reconstructionError: errorCount > 0 ? errorSum / errorCount : Number.NaN,
    ...heldOut,
    rate,
    momentum: valueAt(learning.optimizer.momentum, (update - 1) / (updates / epochs), epochs),
    largestWeight,
    largestBias,
    rbm: () => readRbm(parameters),
    checkpoint() {
      const progress = {
        update,
        errorSum: kind === "epoch" ? 0 : errorSum,
        errorCount: kind === "epoch" ? 0 : errorCount,
        seconds,
      };
      return { rbm: readRbm(parameters), ...(optimizer.step && { step: readRbm(optimizer.step) }), progress };
    },
  };
}

function diverged(what: "weight" | "bias", size: number, update: number, { weightDecay }: SgdConfig, rate: number) {
  // where rate · decay is beyond 1, a step of decay overshoots; usual decays are far below 1
  const wayOut =
    rate * weightDecay > 1 && weightDecay >= 1
      ? `Lower the weight decay (it was ${weightDecay}) or the learning rate (${rate}).`
      : `Lower the learning rate (it was ${rate}) or the momentum, or raise the weight decay.`;
  const got = Number.isFinite(size) ? `a ${what} of ±${size.toPrecision(4)}` : `a ${what} that is not a number`;
  const expected = `parameters within ±${absurd}`;
  return refuse("divergence", { who: `training, update ${update}`, got, expected, wayOut });
}
