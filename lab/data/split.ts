/** Which cases of a data set are learnt, and which are held out. */

import { type Dataset, selectClasses, sliceCases, takeCases } from "#src/index.js";

/** Classes that can be chosen: two or more, all of them digits. */
export function classesOf({ labels }: Dataset): readonly number[] | undefined {
  const classes = [...new Set(labels)].filter((label) => label >= 0).sort((a, b) => a - b);
  return classes.length > 1 && (classes.at(-1) as number) < 10 ? classes : undefined;
}

/** Cases from which on the last tenth is held out. */
export const LEAST_TO_HOLD_OUT = 20;

export interface Split {
  /** What is learnt: the first cases, as the command line's --limit takes them. */
  readonly training: Dataset;
  /** The last tenth; undefined where there are too few cases. */
  readonly heldOut: Dataset | undefined;
}

/** `chosen`: only the cases of these classes. */
export function splitCases(dataset: Dataset, chosen?: readonly number[]): Split {
  const all = chosen ? selectClasses(dataset, chosen) : dataset;
  if (all.cases < LEAST_TO_HOLD_OUT) return { training: all, heldOut: undefined };
  const from = all.cases - Math.floor(all.cases / 10);
  return { training: takeCases(all, from), heldOut: sliceCases(all, from, all.cases) };
}
