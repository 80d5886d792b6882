/** harmonium experiment gradients: what contrastive divergence follows, shown against exact sums. */

import { Command, InvalidArgumentError } from "commander";
import type { Agreement } from "../../../src/index.js";
import { number } from "../../arguments.js";
import { plural, talk } from "../../output.js";
import { type Asked, addExperimentOptions, carryOut, type ExperimentOptions, type Findings } from "../findings.js";
import { toldOf, watchRuns } from "../watch.js";
import { drawGradients, workText } from "./figures.js";
import { type Loop, largerLoop, smallestLoop, type Work } from "./loop.js";
import { bound, chains, type RuleName, ruleNames, ruleTexts } from "./rules.js";
import type { Expected, RunProgress, RunResult, RunTask, Stretch } from "./run.js";

const examples = `Examples:
  harmonium experiment gradients
  harmonium experiment gradients --seed 7 --run runs/gradients-7 --json
  harmonium experiment gradients --rules exact,cd-1,cd-10       sooner done
`;

interface GradientOptions extends ExperimentOptions {
  readonly rules: readonly RuleName[];
  readonly updates: number;
  readonly hidden: number;
  readonly rate: number;
}

/** "exact,cd-1" → in the order of ruleNames. */
function rules(text: string): RuleName[] {
  const words = text.split(",").map((word) => word.trim());
  const chosen = ruleNames.filter((name) => words.includes(name));
  if (chosen.length === words.length) return chosen;
  throw new InvalidArgumentError(`Expected some of ${ruleNames.join(", ")}, with commas between them.`);
}

export function gradientsCommand(version: string): Command {
  const gradients = new Command("gradients")
    .description("what contrastive divergence learns: CD-k, PCD and tempering against exact likelihoods and gradients")
    .addHelpText("before", examples)
    .option("--rules <list>", `some of ${ruleNames.join(",")}`, rules, [...ruleNames])
    .option("--updates <n>", "of each rule", number({ min: 40, max: 1e6, whole: true }), 5000)
    .option("--hidden <n>", "H: hidden units", number({ min: 1, max: 10, whole: true }), 8)
    .option("--rate <x>", "η: learning rate", number({ min: 1e-4, max: 1 }), 0.2);
  return addExperimentOptions(gradients, "runs/gradients").action((options: GradientOptions) => run(options, version));
}

const longestFirst: readonly RuleName[] = ["ptt", "pt", "exact", "cd-10", "pcd", "cd-1"];

async function run(options: GradientOptions, version: string): Promise<void> {
  const { updates, hidden, rate, seed } = options;
  await carryOut(options, "runs/gradients", askedFor(options, version), async () => {
    const told = `${plural(options.rules.length, "rule")}, ${plural(updates, "update")} each, ${plural(chains, "chain")}`;
    talk(`Bars and stripes, 16 × ${hidden} units: ${told}.`);
    const order = longestFirst.filter((rule) => options.rules.includes(rule));
    const tasks = order.map((rule): RunTask => ({ run: ruleNames.indexOf(rule), hidden, rate, updates, seed }));
    const results = await watchRuns<RunTask, RunProgress, RunResult>(new URL("./worker.js", import.meta.url), tasks, {
      ...options,
      told: (done) => (done.length === 0 ? [] : [`${ruleTexts[(done.at(-1) as RunResult).rule]} done`]),
      values: (done) => done.map(({ end }) => end),
    });
    return results.length > 0 ? findingsOf(results, [smallestLoop(), largerLoop(seed)], options) : undefined;
  });
}

function askedFor({ rules: chosen, updates, hidden, rate, seed }: GradientOptions, version: string): Asked {
  const given = chosen.length < ruleNames.length ? ` --rules ${chosen.join(",")}` : "";
  const numbers = `--updates ${updates} --hidden ${hidden} --rate ${rate} --seed ${seed}`;
  return { experiment: "gradients", version, command: `npx harmonium experiment gradients${given} ${numbers}` };
}

const minus = (text: string): string => text.replace("-", "−");
const nats = (value: number): string => minus(value.toFixed(3));
const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

/** The mean over the second half of the training, where the weights are large. */
function late({ stretches }: RunResult, value: (stretch: Stretch) => number): number {
  const half = stretches.slice(Math.floor(stretches.length / 2));
  return half.reduce((sum, stretch) => sum + value(stretch), 0) / half.length;
}

function agreementCells({ cosine, equalSigns, relativeBias }: Agreement): string[] {
  return [minus(cosine.toFixed(2)), percent(equalSigns), relativeBias.toFixed(2)];
}

/** What each rule made of the likelihood, and how its steps agreed with the gradient in the second half. */
function ruleRows(results: readonly RunResult[]): string[][] {
  return [
    [
      "own training",
      "best log P(v)",
      "at update",
      "at the end",
      "cosine",
      "equal signs",
      "relative bias",
      "gradient left",
    ],
    ...results.map((result) => [
      ruleTexts[result.rule],
      nats(result.best.logLikelihood),
      result.best.update.toLocaleString("en"),
      nats(result.end),
      ...agreementCells({
        cosine: late(result, ({ cosine }) => cosine),
        equalSigns: late(result, ({ equalSigns }) => equalSigns),
        relativeBias: late(result, ({ relativeBias }) => relativeBias),
      }),
      (result.stretches.at(-1) as Stretch).gradient.toFixed(3),
    ]),
    ["bound (−entropy)", nats(bound)],
  ];
}

/** The exact mean of CD-k at the last machine of the exact way. */
function expectedRows({ expected }: RunResult): string[][] {
  const { update: last } = expected.at(-1) as Expected;
  const there = expected.filter(({ update }) => update === last);
  const heading = [
    `mean step, exact way, update ${last.toLocaleString("en")}`,
    "cosine",
    "equal signs",
    "relative bias",
  ];
  return [heading, ...there.map((one) => [`CD-${one.k}`, ...agreementCells(one)])];
}

function workRows(loops: readonly Loop[]): string[][] {
  const [first] = loops as [Loop];
  return [
    ["round a rectangle", ...first.works.map(({ k }) => (k === undefined ? "gradient" : `CD-${k}`))],
    ...loops.map(({ visible, hidden, names, works }) => [
      `${visible} × ${hidden} units, ${names.join(" and ")}`,
      ...works.map(({ value }) => workText(value)),
    ]),
  ];
}

async function findingsOf(
  results: readonly RunResult[],
  loops: readonly Loop[],
  { updates, hidden, rate, seed, theme }: GradientOptions,
): Promise<Findings> {
  const exact = results.find(({ rule }) => rule === "exact");
  const cd = results.find(({ rule }) => rule === "cd-1");
  const [smallest] = loops as [Loop];
  const [gradientWork, cdWork] = smallest.works as [Work, Work];
  return {
    title: "What contrastive divergence learns",
    rows: [...ruleRows(results), [], ...(exact ? [...expectedRows(exact), []] : []), ...workRows(loops)],
    summary: [
      ...results.map(({ rule, best, end }): [string, string] => [
        ruleTexts[rule],
        `best ${nats(best.logLikelihood)} nats a draw, at the end ${nats(end)}`,
      ]),
      ["bound", `${nats(bound)} nats a draw`],
      ...(cd ? [["CD-1's cosine, second half", minus(late(cd, ({ cosine }) => cosine).toFixed(2))] as const] : []),
      ["round a rectangle", `gradient ${workText(gradientWork.value)}, CD-1 ${workText(cdWork.value)}`],
      ["seed", String(seed)],
    ],
    pictures: await drawGradients(results, smallest, theme),
    next: [
      "`npx harmonium experiment parity` (the same exact numbers, of machines that learn parity)",
      "`npx harmonium train rbm --data bars-and-stripes:4 --hidden 16`",
    ],
    results: { seed, hidden, rate, updates, chains, bound, rules: results.map(toldOf), loops: loops.map(toldOfLoop) },
  };
}

/** A loop without its points. */
function toldOfLoop({ centre, works, ...told }: Loop) {
  return { ...told, centre: [...centre], works: works.map(({ along: _, ...work }) => work) };
}
