/** harmonium experiment shifter: which way was a row of bits shifted? [Hinton and Sejnowski 1986] */

import { join } from "node:path";
import { Command, Option } from "commander";
import { createBoltzmann, serializeModel } from "../../../src/index.js";
import { number } from "../../arguments.js";
import { plural, talk } from "../../output.js";
import { quote } from "../../quote.js";
import { type Asked, addExperimentOptions, carryOut, type ExperimentOptions, type Findings } from "../findings.js";
import { MOST_RUNS } from "../seeds.js";
import { toldOf, watchRuns } from "../watch.js";
import { drawShifter } from "./figures.js";
import { type ByActivity, slower } from "./recognition.js";
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
  const { rule, runs, seed } = options;
  const { cycles = cyclesOf(rule) } = options;
  await carryOut(options, "runs/shifter", askedFor(options, version), async (folder) => {
    talk(`Shifter, ${ruleTexts[rule]}: ${plural(runs, "run")} of ${plural(cycles, "cycle")}.`);
    const tasks = Array.from({ length: runs }, (_, n): RunTask => ({ rule, cycles, seed, run: n }));
    const results = await watchRuns<RunTask, RunProgress, RunResult>(new URL("./worker.js", import.meta.url), tasks, {
      ...options,
      told: (done) => (done.length === 0 ? [] : [`${percent(mean(done, (one) => one.annealed))} right`]),
      values: (done) => done.map(({ annealed }) => annealed),
    });
    return results.length > 0 ? findingsOf(results, options, folder) : undefined;
  });
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
  const share = (value: (result: RunResult) => number): string => percent(mean(results, value));
  const range = (value: (result: RunResult) => number): string => {
    const values = results.map(value);
    return `${percent(Math.min(...values))} – ${percent(Math.max(...values))}`;
  };
  const rows = [
    [
      "bits of V1 on",
      "right, annealed",
      "runs from – to",
      `${slower} times as long`,
      "P(right) exactly",
      "likeliest is right",
      "at best",
    ],
    ...first.byActivity.map(({ on, best }, k) => {
      const of = (value: (one: ByActivity) => number) => (result: RunResult) =>
        value(result.byActivity[k] as ByActivity);
      return [
        String(on),
        share(of(({ annealed }) => annealed)),
        range(of(({ annealed }) => annealed)),
        share(of(({ slowly }) => slowly)),
        share(of(({ exact }) => exact)),
        share(of(({ likeliest }) => likeliest)),
        percent(best),
      ];
    }),
    [
      "all cases",
      share(({ annealed }) => annealed),
      range(({ annealed }) => annealed),
      share(({ slowly }) => slowly),
      share(({ exact }) => exact),
    ],
    ["reported in 1986", "", reported],
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
        `${rows[k + 1]?.[1]} right, exactly ${rows[k + 1]?.[4]}`,
      ]),
      ["reported in 1986", reported],
      ["KL to the data", `${mean(results, ({ kl }) => kl).toFixed(2)} nats`],
      ["seed", String(seed)],
    ],
    pictures: await drawShifter(results, theme),
    next: [
      ...(rule === "1986" ? ["`npx harmonium experiment shifter --rule tempered`"] : []),
      `\`npx harmonium simulate ${quote(join(folder, "model.safetensors"))} --figures dreams\``,
    ],
    results: { rule, seed, runs: results.map(toldOf) },
    files: new Map([["model.safetensors", model]]),
  };
}
