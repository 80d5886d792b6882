/** harmonium experiment encoder: two groups of units agree on a code, by the protocol of 1985 and by rules of today. */

import { Command, Option } from "commander";
import { createBoltzmann, formatAnnealing, serializeModel } from "../../../src/index.js";
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
import { annealing } from "../protocol-1985.js";
import { MOST_RUNS } from "../seeds.js";
import { toldOf, watchRuns } from "../watch.js";
import { drawEncoder, shownRun } from "./figures.js";
import { outcomeOf, outcomeRows } from "./outcome.js";
import { type Problem, problemNames, problemOf } from "./problems.js";
import { cyclesOf, type RuleName, ruleNames, ruleTexts, temperatureOf } from "./rules.js";
import type { RunProgress, RunResult, RunTask } from "./run.js";

const examples = `Examples:
  harmonium experiment encoder 4-2-4                       250 machines, as in 1985
  harmonium experiment encoder 8-3-8 --run runs/eight
  harmonium experiment encoder 8-3-8 --rule exact          exact gradients on the same graph
  harmonium experiment encoder 40-10-40 --rule tempered --runs 3 --json
`;

interface EncoderOptions extends ExperimentOptions {
  readonly runs?: number;
  readonly cycles?: number;
  readonly rule: RuleName;
}

export function encoderCommand(version: string): Command {
  const encoder = new Command("encoder")
    .description("the encoders of Ackley, Hinton and Sejnowski (1985): few hidden units find codes for many cases")
    .argument("<problem>", `V1-H-V2: ${problemNames.join(", ")}`)
    .addHelpText("before", examples)
    .addOption(
      new Option(
        "--rule <which>",
        "sign steps from annealed samples; exact gradients; or gradients from tempered chains",
      )
        .choices(ruleNames)
        .default("1985"),
    )
    .option(
      "--runs <n>",
      "machines that learn (default: as many as published)",
      number({ min: 1, max: MOST_RUNS, whole: true }),
    )
    .option(
      "--cycles <n>",
      "the most cycles of each, a cycle being an update",
      number({ min: 1, max: 1e7, whole: true }),
    );
  return addExperimentOptions(encoder, "runs/encoder").action((name: string, options: EncoderOptions) =>
    run(problemOf(name), options, version),
  );
}

async function run(problem: Problem, options: EncoderOptions, version: string): Promise<void> {
  const { rule, seed, json } = options;
  const { runs = problem.runs, cycles = cyclesOf(rule, problem) } = options;
  const asked = askedFor(problem, options, version);
  const folder = await beginFolder(options, "runs/encoder", asked);
  talk(`${problem.name}, ${ruleTexts[rule]}: ${plural(runs, "run")} of at most ${plural(cycles, "cycle")}.`);
  const tasks = Array.from(
    { length: runs },
    (_, n): RunTask => ({ problem: problem.name, rule, cycles, seed, run: n }),
  );
  const solved = (done: readonly RunResult[]) => done.map((one) => one.solved).filter((cycle) => cycle !== undefined);
  const results = await watchRuns<RunTask, RunProgress, RunResult>(new URL("./worker.js", import.meta.url), tasks, {
    ...options,
    told: (done) => [`${solved(done).length} solved`],
    values: solved,
  });
  if (results.length === 0) return;
  const findings = await findingsOf(results, problem, options, folder);
  await leaveFindings(folder, asked, findings, json === true);
}

function askedFor({ name }: Problem, { runs, cycles, rule, seed }: EncoderOptions, version: string): Asked {
  const given = { rule: rule === "1985" ? undefined : rule, runs, cycles, seed };
  const words = Object.entries(given).flatMap(([option, value]) =>
    value === undefined ? [] : [`--${option} ${value}`],
  );
  const experiment = `encoder ${name}`;
  return { experiment, version, command: ["npx harmonium experiment", experiment, ...words].join(" ") };
}

async function findingsOf(
  results: readonly RunResult[],
  problem: Problem,
  { rule, seed, theme }: EncoderOptions,
  folder: string,
): Promise<Findings> {
  const { name } = problem;
  const outcome = outcomeOf(results, problem);
  const rows = outcomeRows(outcome, problem);
  const { weights, bias } = shownRun(results).machine;
  const visible = Array.from({ length: 2 * problem.size }, (_, i) => i);
  const model = serializeModel(createBoltzmann(weights, bias, { visible }));
  const clamped = Array.from({ length: problem.size }, (_, i) => `${i}=${i === 0 ? 1 : 0}`).join(",");
  const anneal = temperatureOf(rule) > 1 ? ` --anneal "${formatAnnealing(annealing)}"` : "";
  const next = [
    `\`npx harmonium simulate ${folder}/model.safetensors${anneal} --clamp ${clamped} --chains 100 --steps 10 --figures completion\``,
  ];
  if (rule === "1985")
    next.push(`\`npx harmonium experiment encoder ${name} --rule ${problem.size > 8 ? "tempered" : "exact"}\``);
  return {
    title: `The ${name} encoder, ${ruleTexts[rule]}`,
    rows,
    summary: [
      ...rows
        .slice(1)
        .map(([label = "", here = "", range = "", published = ""]): [string, string] => [
          label.trim(),
          [here, range && `(${range})`, published && `published ${published}`].filter(Boolean).join(" "),
        ]),
      ["seed", String(seed)],
    ],
    pictures: await drawEncoder(results, problem, theme),
    next,
    results: { problem: name, rule, seed, outcome, runs: results.map(toldOf) },
    files: new Map([["model.safetensors", model]]),
  };
}
