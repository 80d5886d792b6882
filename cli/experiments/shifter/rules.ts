/** The shifter of Hinton and Sejnowski, and the rules that it is taught by. */

import {
  type BoltzmannLearningOptions,
  clampedChains,
  exactHidden,
  fromScratch,
  sgd,
  temperedChains,
} from "../../../src/index.js";
import { settling, statisticsAt } from "../protocol-1985.js";

export const ruleNames = ["1986", "tempered"] as const;
export type RuleName = (typeof ruleNames)[number];

export const ruleTexts: Readonly<Record<RuleName, string>> = {
  "1986": "annealed samples",
  tempered: "gradients from tempered chains",
};

export const shape = { bits: 8, visible: 19, hidden: 24 } as const;

/** Sweeps where nobody asks for a number; 9000 were reported. */
export const cyclesOf = (rule: RuleName): number => (rule === "1986" ? 9000 : 10_000);

export const temperatureOf = (rule: RuleName): number => (rule === "1986" ? statisticsAt : 1);

/**
 * The rule "1986" is that of the encoders, with steps 5 (p − p′) and a decay of 0.0005 a sweep: published are the task, the number of hidden
 * units and of sweeps; what else was done could not be read.
 */
export function learningOf(rule: RuleName): Omit<BoltzmannLearningOptions, "epochs" | "seed" | "connections"> {
  if (rule === "1986") {
    return {
      temperature: statisticsAt,
      batchSize: 20,
      positive: clampedChains(settling),
      negative: fromScratch({ ...settling, chains: 20 }),
      optimizer: sgd({ rate: 5, weightDecay: 0.0001 }),
    };
  }
  return {
    temperature: 1,
    batchSize: 100,
    positive: exactHidden(),
    negative: temperedChains({ chains: 50 }),
    optimizer: sgd({ rate: { kind: "linear", from: 1, to: 0.02 }, momentum: 0.5 }),
  };
}
