/** Which way was it shifted? V1 and V2 are clamped, and V3 is asked: by annealing, and by exact sums. */

import {
  type AnnealingSchedule,
  type Boltzmann,
  exactLogLikelihoods,
  type Kernels,
  type ShifterEnsemble,
} from "../../../src/index.js";
import { timesOn } from "../completion.js";
import { annealing, statisticsAt } from "../protocol-1985.js";
import { type RuleName, temperatureOf } from "./rules.js";

/** Cases with so many bits of V1 on, all equally likely. */
export interface ByActivity {
  readonly on: number;
  readonly cases: number;
  /** The share of annealings after which the right unit of V3 was on most often; a tie is not right. */
  readonly annealed: number;
  /** The same with annealing `slower` times as long. */
  readonly slowly: number;
  /** Mean of P(V3 right | V1, V2), and the share of cases in which the right V3 is the likeliest of the three. */
  readonly exact: number;
  readonly likeliest: number;
  /** What nobody can pass: V1 and V2 do not always tell. */
  readonly best: number;
}

export interface Recognition {
  readonly byActivity: readonly ByActivity[];
  /** Means over the law of the cases. */
  readonly annealed: number;
  readonly slowly: number;
  readonly exact: number;
  /** KL(cases ‖ machine) over all visible units, nats. */
  readonly kl: number;
}

/** How many times as long the slow annealing takes. */
export const slower = 10;

/** Annealings of each case. */
const tests = 4;
const readings = 10;

export function recognize(
  kernels: Kernels,
  machine: Boltzmann,
  all: ShifterEnsemble,
  rule: RuleName,
  seed: number,
): Recognition {
  const bits = (all.units - 3) / 2;
  const cases = Uint8Array.from(all.levels, (level) => level / 255);
  const shares = (times: number) => {
    const schedule = annealing.map(({ steps, temperature }) => ({
      steps: times * steps,
      temperature: (temperature * temperatureOf(rule)) / statisticsAt,
    }));
    return annealedShares(kernels, machine, cases, all, schedule, seed);
  };
  const [annealed, slowly] = [shares(1), shares(slower)];
  const { right, likeliest, kl } = exactShares(machine, cases, all, temperatureOf(rule));
  const best = bestShares(cases, all);
  const activity = Array.from({ length: all.cases }, (_, c) =>
    cases.subarray(c * all.units, c * all.units + bits).reduce((a, b) => a + b, 0),
  );
  const over = (values: ArrayLike<number>) =>
    all.probabilities.reduce((sum, p, c) => sum + p * (values[c] as number), 0);
  return {
    byActivity: Array.from({ length: bits + 1 }, (_, on) => {
      const which = activity.flatMap((count, c) => (count === on ? [c] : []));
      const mean = (values: ArrayLike<number>) =>
        which.reduce((sum, c) => sum + (values[c] as number), 0) / which.length;
      return {
        on,
        cases: which.length,
        annealed: mean(annealed),
        slowly: mean(slowly),
        exact: mean(right),
        likeliest: mean(likeliest),
        best: mean(best),
      };
    }),
    annealed: over(annealed),
    slowly: over(slowly),
    exact: over(right),
    kl,
  };
}

/** For each case: in how many of its annealings the right unit of V3 was on more often than both others. */
function annealedShares(
  kernels: Kernels,
  machine: Boltzmann,
  cases: Uint8Array,
  { cases: count, units, labels = new Int32Array(0) }: ShifterEnsemble,
  schedule: AnnealingSchedule,
  seed: number,
): Float64Array {
  const asked = units - 3;
  const clamped = Array.from({ length: asked }, (_, i) => i);
  const shares = new Float64Array(count);
  const values = Uint8Array.from({ length: tests * count * asked }, (_, at) => {
    const c = Math.floor(at / asked) % count;
    return cases[c * units + (at % asked)];
  });
  const on = timesOn(kernels, machine, { clamped, values, schedule, seed }, readings);
  for (let test = 0; test < tests * count; test++) {
    const label = labels[test % count];
    const votes = on.subarray(test * machine.units + asked, test * machine.units + units);
    if (votes.every((vote, way) => way === label || vote < votes[label])) shares[test % count] += 1 / tests;
  }
  return shares;
}

/** P(V3 | V1, V2) over all eight states of V3, not only those with one unit on. */
function exactShares(
  machine: Boltzmann,
  cases: Uint8Array,
  { cases: count, units, labels = new Int32Array(0), probabilities }: ShifterEnsemble,
  temperature: number,
) {
  const asked = units - 3;
  const answers = 8;
  const questions = Uint8Array.from({ length: count * answers * units }, (_, at) => {
    const [row, unit] = [Math.floor(at / units), at % units];
    const c = Math.floor(row / answers);
    return unit < asked ? cases[c * units + unit] : ((row % answers) >> (unit - asked)) & 1;
  });
  const logs = exactLogLikelihoods(machine, questions, temperature);
  const right = new Float64Array(count);
  const likeliest = new Float64Array(count);
  let kl = 0;
  for (let c = 0; c < count; c++) {
    const of = (answer: number) => logs[c * answers + answer];
    const answer = 1 << labels[c];
    let sum = 0;
    for (let other = 0; other < answers; other++) sum += Math.exp(of(other) - of(answer));
    right[c] = 1 / sum;
    likeliest[c] = [1, 2, 4].every((other) => other === answer || of(other) < of(answer)) ? 1 : 0;
    const p = probabilities[c];
    if (p > 0) kl += p * (Math.log(p) - of(answer));
  }
  return { right, likeliest, kl };
}

/** The probability of each case's shift given its V1 and V2, by the law of the cases. */
function bestShares(cases: Uint8Array, { cases: count, units, probabilities }: ShifterEnsemble): Float64Array {
  const asked = units - 3;
  const question = (c: number) => cases.subarray(c * units, c * units + asked).join("");
  const total = new Map<string, number>();
  for (let c = 0; c < count; c++) total.set(question(c), (total.get(question(c)) ?? 0) + probabilities[c]);
  return Float64Array.from({ length: count }, (_, c) => probabilities[c] / (total.get(question(c)) as number));
}
