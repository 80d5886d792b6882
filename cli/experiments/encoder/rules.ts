/** The rules that encoders are taught by: the protocol of 1985 in two readings, and two with gradients of today. */

import {
  type AnnealingSchedule,
  type BoltzmannLearningOptions,
  clampedChains,
  type Dataset,
  encoderPatterns,
  exactFree,
  exactHidden,
  fromScratch,
  noisyLevels,
  sgd,
  signSteps,
  temperedChains,
} from "../../../src/index.js";
import { annealing, settling, statisticsAt } from "../protocol-1985.js";
import type { Problem } from "./problems.js";

export const ruleNames = ["1985", "1985-stable", "exact", "tempered"] as const;
export type RuleName = (typeof ruleNames)[number];

export const ruleTexts: Readonly<Record<RuleName, string>> = {
  "1985": "the protocol of 1985",
  "1985-stable": "the protocol of 1985 without hidden biases, noise drawn anew",
  exact: "exact gradients",
  tempered: "gradients from tempered chains",
};

const isOf1985 = (rule: RuleName): boolean => rule === "1985" || rule === "1985-stable";

/** The temperature of the statistics. */
export const temperatureOf = (rule: RuleName): number => (isOf1985(rule) ? statisticsAt : 1);

/** Standard deviation of the weights at the start: 0 in 1985; else small, for gradients have no noise that would tell hidden units apart. */
export const initialScale = (rule: RuleName): number => (isOf1985(rule) ? 0 : 0.1);

/** The most cycles where nobody asks for a number. */
export const cyclesOf = (rule: RuleName, { cycles }: Problem): number => (isOf1985(rule) ? cycles : 6000);

/** A part of a run. */
export interface Leg {
  readonly cases: Dataset;
  /** Whether the hidden units take part. */
  readonly hidden: boolean;
  /** At most so many, and no more than the run has left. */
  readonly cycles: number;
  /** What `train` is told, but for epochs, connections and seeds. */
  readonly learning: Omit<BoltzmannLearningOptions, "epochs" | "connections" | "seed">;
  /** Whether it is over, `since` cycles after it began; for the last `found` cycles all codes have been there. */
  readonly isOver?: (since: number, found: number) => boolean;
}

/** The parts of a run, one after the other, until it has no cycles left. */
export function* legsOf(rule: RuleName, problem: Problem): Generator<Leg, void, void> {
  if (isOf1985(rule)) yield* legsOf1985(rule, problem);
  else if (problem.size > 8) yield* slowLegs(problem);
  else yield* searchAndSettle(rule, problem);
}

function* legsOf1985(rule: RuleName, { size, hidden, settlings, stages }: Problem): Generator<Leg, void, void> {
  const stable = rule === "1985-stable";
  for (const stage of stages) {
    const clean = encoderPatterns(size);
    const biased = 2 * size + (stage.hidden && !stable ? hidden : 0);
    yield {
      cases: stage.noise ? noisyLevels(clean, stage.noise) : clean,
      hidden: stage.hidden,
      cycles: stage.cycles,
      learning: {
        temperature: statisticsAt,
        biased: firstUnits(biased),
        positive: clampedChains({ ...settling, chainsPerCase: settlings, redraw: stable }),
        negative: fromScratch({ ...settling, chains: settlings * size }),
        optimizer: signSteps({ rate: 2 }),
      },
    };
  }
}

/**
 * Gradients without noise stay at local maxima where two vectors have one code. So the first part learns from few samples an update, and
 * with a weight decay that keeps codes from freezing; once all codes are there the second one climbs to the maximum that is near. Should
 * it lose a code, the search goes on.
 */
function* searchAndSettle(rule: RuleName, { size }: Problem): Generator<Leg, void, void> {
  const common = { temperature: 1, biased: firstUnits(2 * size), positive: exactHidden() };
  const part = { cases: encoderPatterns(size), hidden: true, cycles: Number.POSITIVE_INFINITY };
  for (;;) {
    yield {
      ...part,
      learning: { ...common, negative: temperedChains({ chains: 16 }), optimizer: sgd({ rate: 3, weightDecay: 0.02 }) },
      isOver: (_, found) => found >= 10,
    };
    yield {
      ...part,
      learning: {
        ...common,
        negative: rule === "exact" ? exactFree() : temperedChains({ chains: 100 }),
        optimizer: climbing,
      },
      isOver: (since, found) => since < 400 && found === 0,
    };
  }
}

/** Steps that get smaller until the last cycle, so that the noise of few chains is averaged out. */
const climbing = sgd({ rate: { kind: "linear", from: 3, to: 0.1 }, momentum: 0.5 });

function* slowLegs({ size }: Problem): Generator<Leg, void, void> {
  yield {
    cases: encoderPatterns(size),
    hidden: true,
    cycles: Number.POSITIVE_INFINITY,
    learning: {
      temperature: 1,
      biased: firstUnits(2 * size),
      positive: exactHidden(),
      negative: temperedChains({ chains: 100 }),
      optimizer: climbing,
    },
  };
}

function firstUnits(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** The schedule of the completion tests: twice as long at each temperature, and on to half the last one; then `speed` times as fast. */
export function testSchedule(rule: RuleName, speed = 1): AnnealingSchedule {
  const slow = [...annealing, { steps: 4, temperature: 5 }];
  return slow.map(({ steps, temperature }) => ({
    steps: Math.max(1, Math.round((2 * steps) / speed)),
    temperature: (temperature * temperatureOf(rule)) / statisticsAt,
  }));
}
