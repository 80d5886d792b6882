/** One rule teaches a machine, and at every update its step is compared with the exact gradient. */

import {
  type Agreement,
  agreement,
  bipartiteConnections,
  boltzmannFromRbm,
  contrastiveField,
  createKernels,
  exactFree,
  exactHidden,
  exactLikelihood,
  initializeRbm,
  type Kernels,
  parameterVector,
  type Rbm,
  sgd,
  train,
} from "../../../src/index.js";
import { copies, data, draws, negatives, type RuleName, ruleNames } from "./rules.js";

/** What decides a run. */
export interface RunTask {
  /** The place of its rule among ruleNames. */
  readonly run: number;
  readonly hidden: number;
  readonly rate: number;
  readonly updates: number;
  readonly seed: number;
}

export interface RunProgress {
  readonly run: number;
  readonly share: number;
}

/** Some updates one after the other: the mean of the steps that were made, over the rate, against the mean of the exact gradients there. */
export interface Stretch extends Agreement {
  /** Updates done at its end. */
  readonly update: number;
  /** The length of the mean exact gradient. */
  readonly gradient: number;
}

/** The exact mean of a step of CD-k at a machine, against the exact gradient. */
export interface Expected extends Agreement {
  readonly update: number;
  /** The largest |W_ij| there. */
  readonly largestWeight: number;
  readonly k: number;
}

export interface RunResult {
  readonly run: number;
  readonly rule: RuleName;
  /** (update, mean log P(v) of a draw in nats), exact. */
  readonly curve: readonly (readonly [number, number])[];
  readonly best: { readonly update: number; readonly logLikelihood: number };
  readonly end: number;
  readonly stretches: readonly Stretch[];
  /** On the way of the exact gradient only. */
  readonly expected: readonly Expected[];
  readonly largestWeight: number;
  readonly seconds: number;
  /** All parameters at the end. */
  readonly machine: Float64Array;
}

/** Standard deviation of the initial weights. */
const weightScale = 0.1;
const stretches = 20;
/** Points of the curve. */
const looks = 100;
export const sweeps = [1, 3, 10] as const;
/** How often CD-k is looked at on the way of the exact gradient, at updates that grow by a factor. */
const expectations = 12;

export async function runRule(task: RunTask, watch: (progress: RunProgress) => void): Promise<RunResult> {
  const { run, hidden, updates } = task;
  const rule = ruleNames[run] as RuleName;
  const started = performance.now();
  const shape = { visible: data.units, hidden };
  const likelihood = exactLikelihood(shape, draws);
  const initial = initializeRbm(data, { hidden, weightScale, seed: task.seed });
  const kernels = await createKernels({ threads: 1 });
  const curve: [number, number][] = [];
  const measured: Stretch[] = [];
  const expected: Expected[] = [];
  const fields = rule === "exact" ? sweeps.map((k) => [k, contrastiveField(shape, draws, k)] as const) : [];
  const isLooked = every(updates, looks);
  const endsStretch = every(updates, stretches);
  const isExpected = growing(updates, expectations);
  let point = parameterVector(initial);
  let sums = emptySums(point.length);
  let largestWeight = initial.weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
  try {
    for await (const { update, rate, largest, isTakenBack, next } of steps(rule, initial, task, kernels)) {
      const { logLikelihood, gradient } = likelihood(point);
      const before = update - 1;
      if (isLooked(before)) curve.push([before, logLikelihood]);
      if (isExpected(before)) {
        for (const [k, field] of fields) {
          expected.push({ update: before, largestWeight, k, ...agreement(field(point), gradient) });
        }
      }
      // a rule that took updates back made its last step elsewhere
      for (let n = 0; n < point.length && !isTakenBack; n++) {
        sums.step[n] = (sums.step[n] as number) + ((next[n] as number) - (point[n] as number)) / rate;
        sums.gradient[n] = (sums.gradient[n] as number) + (gradient[n] as number);
      }
      if (!isTakenBack) sums.updates++;
      if (endsStretch(update)) {
        measured.push({
          update,
          ...agreement(sums.step, sums.gradient),
          gradient: Math.hypot(...sums.gradient) / sums.updates,
        });
        sums = emptySums(point.length);
      }
      point = next;
      largestWeight = largest;
      watch({ run, share: update / updates });
    }
  } finally {
    kernels.dispose();
  }
  const { logLikelihood: end } = likelihood(point);
  curve.push([updates, end]);
  const best = curve.reduce((most, one) => (one[1] > most[1] ? one : most));
  return {
    run,
    rule,
    curve,
    best: { update: best[0], logLikelihood: best[1] },
    end,
    stretches: measured,
    expected,
    largestWeight,
    seconds: (performance.now() - started) / 1000,
    machine: point,
  };
}

interface Step {
  /** Done so far, from 1. */
  readonly update: number;
  readonly rate: number;
  /** The largest |W_ij|. */
  readonly largest: number;
  /** Whether the rule went back to an earlier machine before it. */
  readonly isTakenBack: boolean;
  /** The parameters after it. */
  readonly next: Float64Array;
}

/** All updates of a training; every draw is in each. */
async function* steps(
  rule: RuleName,
  initial: Rbm,
  { hidden, rate, updates, seed }: RunTask,
  kernels: Kernels,
): AsyncGenerator<Step, void, void> {
  const common = { epochs: updates, clamp: "threshold", optimizer: sgd({ rate }), seed, kernels } as const;
  if (rule !== "exact") {
    const cases = copies();
    const options = { ...common, negative: negatives[rule], batchSize: cases.cases };
    let takenBack = 0;
    for await (const report of train(initial, cases, options)) {
      const { update, rate, largestWeight, machine, rule: { rejections = 0 } = {} } = report;
      const isTakenBack = rejections > takenBack;
      takenBack = rejections;
      yield { update, rate, largest: largestWeight, isTakenBack, next: parameterVector(machine()) };
    }
    return;
  }
  const connections = bipartiteConnections(data.units, hidden);
  const phases = { positive: exactHidden(), negative: exactFree() };
  const options = { ...common, ...phases, connections, batchSize: data.cases };
  for await (const { update, rate, largestWeight, machine } of train(boltzmannFromRbm(initial), data, options)) {
    const { units, weights, bias } = machine();
    const between = Float64Array.from({ length: data.units * hidden }, (_, n) => {
      return weights[Math.floor(n / hidden) * units + data.units + (n % hidden)] as number;
    });
    yield { update, rate, largest: largestWeight, isTakenBack: false, next: Float64Array.of(...between, ...bias) };
  }
}

function emptySums(parameters: number) {
  return { step: new Float64Array(parameters), gradient: new Float64Array(parameters), updates: 0 };
}

/** Whether an update is one of about `count` equally far from each other, the last among them. */
function every(updates: number, count: number): (update: number) => boolean {
  const apart = Math.max(1, Math.ceil(updates / count));
  return (update) => update % apart === 0 || update === updates;
}

/** Whether an update is one of about `count`, the first being 0, that grow by a factor from 1% of the updates on. */
function growing(updates: number, count: number): (update: number) => boolean {
  const chosen = new Set([0]);
  for (let n = 0; n < count - 1; n++)
    chosen.add(Math.min(updates - 1, Math.round((updates / 100) * 100 ** (n / (count - 2)))));
  return (update) => chosen.has(update);
}
