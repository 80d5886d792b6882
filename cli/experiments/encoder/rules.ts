/** The rules that encoders are taught by: that of 1985, and two with gradients that are exact or nearly so. */

import {
  type AnnealingSchedule,
  type BoltzmannLearningOptions,
  clampedChains,
  exactFree,
  exactHidden,
  fromScratch,
  sgd,
  signSteps,
  temperedChains,
} from "../../../src/index.js";
import type { Problem } from "./problems.js";

export const ruleNames = ["1985", "exact", "tempered"] as const;
export type RuleName = (typeof ruleNames)[number];

export const ruleTexts: Readonly<Record<RuleName, string>> = {
  "1985": "the protocol of 1985",
  exact: "exact gradients",
  tempered: "gradients from tempered chains",
};

/** Annealing as published: units of time at temperatures; statistics are read in 10 more at the last one. */
export const annealing: AnnealingSchedule = [
  { steps: 2, temperature: 20 },
  { steps: 2, temperature: 15 },
  { steps: 2, temperature: 12 },
  { steps: 4, temperature: 10 },
];

/** The temperature of the statistics. */
export const temperatureOf = (rule: RuleName): number => (rule === "1985" ? 10 : 1);

/** Standard deviation of the weights with which exact and tempered learning begin. */
export const initialScale = 0.1;

/** The most cycles where nobody asks for a number. */
export function cyclesOf(rule: RuleName, { cycles }: Problem): number {
  return rule === "1985" ? cycles : 2000;
}

/** What `train` is told, but for epochs, connections and seeds. */
export type Learning = Omit<BoltzmannLearningOptions, "epochs" | "connections" | "seed">;

export function learningOf(rule: RuleName, { size, settlings }: Problem): Learning {
  const temperature = temperatureOf(rule);
  if (rule === "1985") {
    const settling = { anneal: annealing, readings: 10, dynamics: "glauber" } as const;
    return {
      temperature,
      positive: clampedChains({ ...settling, chainsPerCase: settlings }),
      negative: fromScratch({ ...settling, chains: settlings * size }),
      optimizer: signSteps({ rate: 2 }),
    };
  }
  return {
    temperature,
    positive: exactHidden(),
    negative: rule === "exact" ? exactFree() : temperedChains({ chains: 100 }),
    optimizer: sgd({ rate: 1, momentum: 0.9 }),
  };
}

/**
 * The schedule of the completion tests: twice as long at each temperature, and on to half the last one. `speed` divides the time at each.
 */
export function testSchedule(rule: RuleName, speed = 1): AnnealingSchedule {
  const scale = temperatureOf(rule) / 10;
  const slow = [...annealing, { steps: 4, temperature: 5 }];
  return slow.map(({ steps, temperature }) => ({
    steps: Math.max(1, Math.round((2 * steps) / speed)),
    temperature: scale * temperature,
  }));
}
