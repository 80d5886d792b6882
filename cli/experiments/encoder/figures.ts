/** The figures of the encoders: which pictures, of what, with which words. */

import { type CurveLine, hintonDiagram, learningCurves, type Reference, type Theme } from "../../figures/index.js";
import type { Picture } from "../findings.js";
import type { Problem } from "./problems.js";
import { type RuleName, temperatureOf } from "./rules.js";
import type { RunResult } from "./run.js";

export async function drawEncoder(
  results: readonly RunResult[],
  problem: Problem,
  rule: RuleName,
  theme: Theme,
): Promise<Picture[]> {
  const pictures: Picture[] = [];
  if (results.some(({ solved }) => solved !== undefined)) pictures.push(await drawCycles(results, problem, theme));
  const { completion } = problem;
  if (completion) {
    if (results.every(({ completionByCycle }) => completionByCycle.length > 1)) {
      pictures.push(await drawCompletions(results, problem, completion.published, rule, theme));
    }
    pictures.push(await drawSpeeds(results, problem, completion.published, theme));
  }
  pictures.push(await drawWeights(results, problem, theme));
  return pictures;
}

/** The share of all runs that have got there by each cycle, as steps. */
function stepsOf(name: string, reached: readonly (number | undefined)[], end: number): CurveLine | undefined {
  const cycles = reached.filter((cycle) => cycle !== undefined).sort((a, b) => a - b);
  if (cycles.length === 0) return undefined;
  const points = cycles.flatMap((cycle, i): [number, number][] => [
    [cycle, i / reached.length],
    [cycle, (i + 1) / reached.length],
  ]);
  return { name, points: [...points, [Math.max(end, cycles.at(-1) as number), cycles.length / reached.length]] };
}

async function drawCycles(results: readonly RunResult[], problem: Problem, theme: Theme): Promise<Picture> {
  const { name, size, published } = problem;
  const end = Math.max(...results.map(({ cycles }) => cycles));
  const moments: Reference[] = [];
  if (published) moments.push({ name: `published median ${published.median}`, value: published.median });
  const all = stepsOf(
    `${size} codes`,
    results.map(({ solved }) => solved),
    end,
  );
  const butOne = stepsOf(
    `${size - 1} codes`,
    results.map(({ solvedButOne }) => solvedButOne),
    end,
  );
  const lines = [all, published?.medianButOne === undefined ? undefined : butOne].filter((line) => line !== undefined);
  const sentence = `How many of ${results.length} runs have found the codes by each cycle.`;
  const png = await learningCurves({
    title: `${name}: cycles until the codes are found`,
    caption: sentence,
    xName: "cycles",
    logX: true,
    theme,
    series: [
      {
        title: "Runs that have found them",
        unit: "share of all runs",
        lines,
        references: [{ name: "half", value: 0.5 }],
        moments,
      },
    ],
  });
  return { file: "cycles.png", title: "Cycles until the codes are found", sentence, png };
}

/** How often completions are right while it learns, mean over the runs. */
async function drawCompletions(
  results: readonly RunResult[],
  { name, stages }: Problem,
  published: number,
  rule: RuleName,
  theme: Theme,
): Promise<Picture> {
  const [first] = results as [RunResult];
  const points = first.completionByCycle.map(([cycle], i): [number, number] => {
    const sum = results.reduce((total, { completionByCycle }) => total + (completionByCycle[i]?.[1] ?? 0), 0);
    return [cycle, sum / results.length];
  });
  const [alone = 0, noisy = 0] = stages.map(({ cycles }) => cycles);
  const moments = temperatureOf(rule) === 1 ? [] : [{ name: "without noise from here", value: alone + noisy }];
  const sentence = "Completions from V1 to V2 that are right, tested while it learns.";
  const png = await learningCurves({
    title: `${name}: completion`,
    caption: sentence,
    xName: "cycles",
    theme,
    series: [
      {
        title: "Completions that are right",
        unit: `share, mean of ${results.length} machines`,
        lines: [{ name: "here", points }],
        references: [{ name: "published", value: published }],
        moments,
      },
    ],
  });
  return { file: "completion.png", title: "Completion while it learns", sentence, png };
}

/** Mean over the runs. */
async function drawSpeeds(
  results: readonly RunResult[],
  { name }: Problem,
  published: number,
  theme: Theme,
): Promise<Picture> {
  const [first] = results as [RunResult];
  const points = first.completionBySpeed.map(([speed], i): [number, number] => {
    const sum = results.reduce((total, { completionBySpeed }) => total + (completionBySpeed[i]?.[1] ?? 0), 0);
    return [1 / speed, sum / results.length];
  });
  const sentence =
    "Completions from V1 to V2 that are right, against the time that annealing takes; 1 is the schedule of the test.";
  const png = await learningCurves({
    title: `${name}: speed against accuracy`,
    caption: sentence,
    xName: "time of annealing",
    logX: true,
    theme,
    series: [
      {
        title: "Completions that are right",
        unit: `share, mean of ${results.length} machines`,
        lines: [{ name: "here", points }],
        references: [{ name: "published", value: published }],
      },
    ],
  });
  return { file: "speed.png", title: "Speed against accuracy", sentence, png };
}

/** The first run that has its codes in the end, or the first of all. */
export function shownRun(results: readonly RunResult[]): RunResult {
  return results.find(({ atEnd }) => atEnd) ?? (results[0] as RunResult);
}

/** Places in a panel for a group, as many a row. */
const widest = 10;

async function drawWeights(results: readonly RunResult[], problem: Problem, theme: Theme): Promise<Picture> {
  const { name, size, hidden } = problem;
  const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
  const groups = { V1: range(0, size), H: range(2 * size, hidden), V2: range(size, size) };
  const rowsOf = (units: readonly number[]): number[][] =>
    units.length <= widest ? [[...units]] : [units.slice(0, widest), ...rowsOf(units.slice(widest))];
  const large = size > widest;
  // of many units only the hidden ones are drawn, five a row
  const panels = large
    ? rowsOf(groups.H).flatMap((row) => [{ units: row.slice(0, 5) }, { units: row.slice(5) }])
    : Object.entries(groups).map(([label, units]) => ({ label, units }));
  const cells = [...rowsOf(groups.V1), ...(large ? [["bias" as const]] : rowsOf(groups.H)), ...rowsOf(groups.V2)];
  const place = large ? "V1 above, the bias, V2 below" : "V1 above, H, V2 below";
  const sentence = `One panel ${large ? "a hidden unit" : "a unit"}; a square is the weight to the unit in that place (${place}), its area the size: orange excites, blue inhibits.`;
  const { machine, run } = shownRun(results);
  const png = await hintonDiagram({
    title: `${name}: the weights of run ${run + 1}`,
    caption: sentence,
    ...machine,
    panels,
    cells,
    theme,
  });
  return { file: "weights.png", title: "The weights of one machine", sentence, png };
}
