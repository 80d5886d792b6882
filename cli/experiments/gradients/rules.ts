/** The rules whose training is compared, and what all of them share. */

import {
  barsAndStripes,
  contrastiveDivergence,
  type Dataset,
  type NegativeRule,
  persistentContrastiveDivergence,
  temperedGibbs,
  trajectoryTempering,
} from "../../../src/index.js";

/** Bars and stripes of four by four: 32 equally likely draws, 30 of them different. */
export const data = barsAndStripes(4);

/** The draws as bits [cases, units]. */
export const draws = Array.from(data.levels, (level) => level / 255);

/** The most that any machine can have: minus the entropy of a draw, nats. */
export const bound = (28 * Math.log(1 / 32) + 4 * Math.log(2 / 32)) / 32;

/** As many chains for every rule, so many that their noise is small beside what is looked at. */
export const chains = 1024;

/** Every draw as often as there are chains for it: all that CD-k sees in an update. */
export function copies(): Dataset {
  const { levels, cases, units } = data;
  return {
    ...data,
    cases: chains,
    levels: Uint8Array.from({ length: chains * units }, (_, n) => levels[n % (cases * units)] as number),
  };
}

export const ruleNames = ["exact", "cd-1", "cd-10", "pcd", "pt", "ptt"] as const;

export type RuleName = (typeof ruleNames)[number];

export const ruleTexts: Readonly<Record<RuleName, string>> = {
  exact: "exact gradient",
  "cd-1": "CD-1",
  "cd-10": "CD-10",
  pcd: "PCD-1",
  pt: "PT",
  ptt: "PTT",
};

/** In place of the exact gradient. */
export const negatives: Readonly<Record<Exclude<RuleName, "exact">, NegativeRule>> = {
  "cd-1": contrastiveDivergence({ k: 1 }),
  "cd-10": contrastiveDivergence({ k: 10 }),
  pcd: persistentContrastiveDivergence({ chains }),
  pt: temperedGibbs({ chains }),
  ptt: trajectoryTempering({ chains }),
};
