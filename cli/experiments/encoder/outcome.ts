/** What many runs of an encoder come to: counts, medians, and how sure these are. */

import { type Interval, median, medianInterval, proportionInterval } from "../../../src/index.js";
import type { Problem } from "./problems.js";
import { type RuleName, temperatureOf } from "./rules.js";
import { holdsFor, type RunResult } from "./run.js";
import { tests } from "./tests.js";

/** A share of runs, with the interval of Clopper and Pearson. */
export interface Share extends Interval {
  readonly count: number;
  readonly of: number;
}

export interface Cycles extends Interval {
  /** Of the runs that got there. */
  readonly median: number;
  readonly longest: number;
}

export interface Outcome {
  readonly runs: number;
  readonly solved: Share;
  readonly solvedButOne: Share;
  readonly cycles: Cycles | undefined;
  readonly cyclesButOne: Cycles | undefined;
  /** Until they were there for good. */
  readonly cyclesSettled: Cycles | undefined;
  /** Of those that went on for `holdsFor` cycles after they found their codes. */
  readonly held: Share;
  readonly atEnd: Share;
  /** Of all completions of all runs. */
  readonly completion: Share;
  /** P(V2 right | V1) exactly: the mean over vectors and runs, and the worst of all; where it can be had. */
  readonly exactCompletion: { readonly mean: number; readonly worst: number } | undefined;
  /** Of each run, at its end: bits that the nearest codes differ in, cosine of the nearest weights. */
  readonly codes: { readonly distance: readonly number[]; readonly cosine: readonly number[] };
  /** Over the runs. */
  readonly largestWeight: { readonly median: number; readonly most: number };
}

export function outcomeOf(results: readonly RunResult[], { size }: Problem): Outcome {
  const reached = (cycle: (result: RunResult) => number | undefined) =>
    results.map(cycle).filter((value) => value !== undefined);
  const solved = reached((result) => result.solved);
  const butOne = reached((result) => result.solvedButOne);
  const went = results.filter((result) => result.held !== undefined);
  const completions = tests * size;
  const right = results.reduce((sum, { completion }) => sum + Math.round(completion * completions), 0);
  const weights = results.map((result) => result.largestWeight);
  return {
    runs: results.length,
    solved: share(solved.length, results.length),
    solvedButOne: share(butOne.length, results.length),
    cycles: cyclesOf(solved),
    cyclesButOne: cyclesOf(butOne),
    cyclesSettled: cyclesOf(reached((result) => result.settled)),
    held: share(went.filter(({ held }) => held).length, went.length),
    atEnd: share(results.filter(({ atEnd }) => atEnd).length, results.length),
    completion: share(right, completions * results.length),
    exactCompletion: exactOf(results.flatMap(({ exactCompletion }) => exactCompletion ?? [])),
    codes: {
      distance: results.map(({ leastDistance }) => leastDistance),
      cosine: results.map(({ largestCosine }) => largestCosine),
    },
    largestWeight: { median: median(weights), most: Math.max(...weights) },
  };
}

function share(count: number, of: number): Share {
  return { count, of, ...proportionInterval(count, of) };
}

function exactOf(completions: readonly number[]): Outcome["exactCompletion"] {
  if (completions.length === 0) return undefined;
  return { mean: completions.reduce((a, b) => a + b, 0) / completions.length, worst: Math.min(...completions) };
}

function cyclesOf(reached: readonly number[]): Cycles | undefined {
  if (reached.length === 0) return undefined;
  return { median: median(reached), longest: Math.max(...reached), ...medianInterval(reached) };
}

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
const shareText = ({ count, of }: Share): string =>
  of === 0 ? "–" : `${count} of ${of}${of >= 100 ? ` (${percent(count / of)})` : ""}`;
const shareRange = ({ low, high, of }: Share): string => (of === 0 ? "" : `${percent(low)} – ${percent(high)}`);
const whole = (value: number): string => Math.round(value).toLocaleString("en");
const cyclesRange = ({ low, high }: Interval): string =>
  Number.isFinite(low) && Number.isFinite(high) ? `${whole(low)} – ${whole(high)}` : "too few runs";

/** Rows [measure, here, 95 % interval, published]; the first one are headings. */
export function outcomeRows(outcome: Outcome, problem: Problem, rule: RuleName): string[][] {
  const isOfToday = temperatureOf(rule) === 1;
  const { solved, cycles, cyclesButOne, cyclesSettled, held, atEnd, completion, exactCompletion, largestWeight } =
    outcome;
  const { published, completion: asked, size, spacing, endsSolved } = problem;
  const codes = spacing > 1 ? `all ${size} codes, ${spacing} or more bits apart` : `all ${size} codes`;
  const rows = [
    ["", "here", "95 % interval", "published"],
    [`runs that found ${codes}`, shareText(solved), shareRange(solved), countText(published?.solved, published?.runs)],
  ];
  if (cycles) {
    rows.push(["cycles until then, median", whole(cycles.median), cyclesRange(cycles), numberText(published?.median)]);
    rows.push(["  longest", whole(cycles.longest), "", numberText(published?.longest)]);
  }
  if (cyclesButOne && published?.medianButOne !== undefined) {
    const name = `cycles until ${size - 1} codes, median`;
    rows.push([name, whole(cyclesButOne.median), cyclesRange(cyclesButOne), numberText(published.medianButOne)]);
  }
  rows.push([`still there ${holdsFor} cycles later`, shareText(held), shareRange(held), ""]);
  if (!endsSolved) rows.push(["there at the end", shareText(atEnd), shareRange(atEnd), ""]);
  if (!endsSolved && cyclesSettled) {
    rows.push(["  cycles until they stayed, median", whole(cyclesSettled.median), cyclesRange(cyclesSettled), ""]);
  }
  if (asked) {
    const here = shareText(completion);
    rows.push(["completions from V1 to V2 that are right", here, shareRange(completion), percent(asked.published)]);
    const { distance, cosine } = outcome.codes;
    const [fewest, most] = [`fewest ${Math.min(...distance)}`, `largest ${Math.max(...cosine).toFixed(2)}`];
    rows.push([
      "bits that the nearest codes differ in, median",
      String(median(distance)),
      fewest,
      String(asked.distance),
    ]);
    rows.push(["cosine of the nearest weights, median", median(cosine).toFixed(2), most, String(asked.cosine)]);
  }
  if (exactCompletion && isOfToday) {
    rows.push([
      "P(V2 right | V1) exactly, mean",
      percent(exactCompletion.mean),
      `worst ${percent(exactCompletion.worst)}`,
      "",
    ]);
  }
  const most = `most ${whole(largestWeight.most)}`;
  rows.push(["largest |weight|, median", whole(largestWeight.median), most, ""]);
  return rows;
}

function countText(count: number | undefined, of: number | undefined): string {
  return count === undefined ? "" : `${count} of ${of}`;
}

function numberText(value: number | undefined): string {
  return value === undefined ? "" : whole(value);
}
