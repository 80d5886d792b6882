/** harmonium experiment shifter: which way was a row of bits shifted? [Hinton and Sejnowski 1986] */

import { Command, Option } from "commander";
import { createBoltzmann, serializeModel } from "../../../src/index.js";
import { number } from "../../arguments.js";
import { plural, talk } from "../../output.js";
import {
  type Asked,
  addExperimentOptions,
  beginFolder,
  type ExperimentOptions,
  type Findings,
  leaveFindings,
} from "../findings.js";
import { MOST_RUNS } from "../seeds.js";
import { toldOf, watchRuns } from "../watch.js";
import { drawShifter } from "./figures.js";
import { cyclesOf, type RuleName, ruleNames, ruleTexts, shape } from "./rules.js";
import type { RunProgress, RunResult, RunTask } from "./run.js";

const examples = `Examples:
  harmonium experiment shifter                             as in 1986, as far as it is known
  harmonium experiment shifter --rule tempered --runs 3
  harmonium experiment shifter --cycles 2000 --run runs/shifts --json
`;

interface ShifterOptions extends ExperimentOptions {
  readonly runs: number;
  readonly cycles?: number;
  readonly rule: RuleName;
}

export function shifterCommand(version: string): Command {
  const whole = (max: number) => number({ min: 1, max, whole: true });
  const shifter = new Command("shifter")
    .description(
      "the shifter of Hinton and Sejnowski (1986): 24 hidden units learn which way a row of bits was shifted",
    )
    .addHelpText("before", examples)
    .addOption(
      new Option("--rule <which>", "steps from annealed samples, or from tempered chains")
        .choices(ruleNames)
        .default("1986"),
    )
    .option("--runs <n>", "machines that learn", whole(MOST_RUNS), 5)
    .option("--cycles <n>", "updates of each (default: 9000; 10000 with --rule tempered)", whole(1e7));
  return addExperimentOptions(shifter, "runs/shifter").action((options: ShifterOptions) => run(options, version));
}

async function run(options: ShifterOptions, version: string): Promise<void> {
  const { rule, runs, seed, json } = options;
  const { cycles = cyclesOf(rule) } = options;
  const asked = askedFor(options, version);
  const folder = await beginFolder(options, "runs/shifter", asked);
  talk(`Shifter, ${ruleTexts[rule]}: ${plural(runs, "run")} of ${plural(cycles, "cycle")}.`);
  const tasks = Array.from({ length: runs }, (_, n): RunTask => ({ rule, cycles, seed, run: n }));
  const results = await watchRuns<RunTask, RunProgress, RunResult>(new URL("./worker.js", import.meta.url), tasks, {
    ...options,
    told: (done) => (done.length === 0 ? [] : [`${percent(mean(done, (one) => one.annealed))} right`]),
    values: (done) => done.map(({ annealed }) => annealed),
  });
  if (results.length === 0) return;
  await leaveFindings(folder, asked, await findingsOf(results, options, folder), json === true);
}

function askedFor({ rule, runs, cycles, seed }: ShifterOptions, version: string): Asked {
  const given = { rule, runs, cycles, seed };
  const words = Object.entries(given).flatMap(([option, value]) =>
    value === undefined ? [] : [`--${option} ${value}`],
  );
  return { experiment: "shifter", version, command: ["npx harmonium experiment shifter", ...words].join(" ") };
}

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;

function mean<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0) / items.length;
}

/** What was reported: from the fewest to the most, by the number of bits of V1 that are on. */
const reported = "50 – 89 %";

async function findingsOf(
  results: readonly RunResult[],
  { rule, seed, theme }: ShifterOptions,
  folder: string,
): Promise<Findings> {
  const [first] = results as [RunResult];
  const range = (value: (result: RunResult) => number): string => {
    const values = results.map(value);
    return `${percent(mean(values, (one) => one))} (${percent(Math.min(...values))} – ${percent(Math.max(...values))})`;
  };
  const rows = [
    ["bits of V1 on", "right, annealed", "P(right) exactly", "likeliest is right", "at best"],
    ...first.byActivity.map(({ on, best }, k) => [
      String(on),
      range((result) => result.byActivity[k]?.annealed ?? 0),
      range((result) => result.byActivity[k]?.exact ?? 0),
      range((result) => result.byActivity[k]?.likeliest ?? 0),
      percent(best),
    ]),
    ["all cases", range((result) => result.annealed), range((result) => result.exact), "", ""],
    ["reported in 1986", reported, "", "", ""],
  ];
  const { weights, bias } = first.machine;
  const visible = Array.from({ length: shape.visible }, (_, i) => i);
  const model = serializeModel(createBoltzmann(weights, bias, { visible }));
  return {
    title: `The shifter, ${ruleTexts[rule]}`,
    rows,
    summary: [
      ...first.byActivity.map(({ on }, k): [string, string] => [
        `${on} of ${shape.bits} bits on`,
        `${range((result) => result.byActivity[k]?.annealed ?? 0)} right`,
      ]),
      ["reported in 1986", reported],
      ["KL to the data", `${mean(results, ({ kl }) => kl).toFixed(2)} nats`],
      ["seed", String(seed)],
    ],
    pictures: await drawShifter(results, theme),
    next: [
      ...(rule === "1986" ? ["`npx harmonium experiment shifter --rule tempered`"] : []),
      `\`npx harmonium simulate ${folder}/model.safetensors --figures dreams\``,
    ],
    results: { rule, seed, runs: results.map(toldOf) },
    files: new Map([["model.safetensors", model]]),
  };
}
