/** harmonium experiment encoder: two groups of units agree on a code, by the protocol of 1985 and by rules of today. */

import { join } from "node:path";
import { Command, Option } from "commander";
import { createBoltzmann, formatAnnealing, refuse, serializeModel } from "../../../src/index.js";
import { number } from "../../arguments.js";
import { plural, talk } from "../../output.js";
import { quote } from "../../quote.js";
import { type Asked, addExperimentOptions, carryOut, type ExperimentOptions, type Findings } from "../findings.js";
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
        "sign steps from annealed samples, in two readings of the paper; or gradients, exact or from tempered chains",
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
  const { rule, seed } = options;
  checkRule(problem, rule);
  const { runs = problem.runs, cycles = cyclesOf(rule, problem) } = options;
  const { name } = problem;
  await carryOut(options, "runs/encoder", askedFor(problem, options, version), async (folder) => {
    talk(`${name}, ${ruleTexts[rule]}: ${plural(runs, "run")} of at most ${plural(cycles, "cycle")}.`);
    const tasks = Array.from({ length: runs }, (_, n): RunTask => ({ problem: name, rule, cycles, seed, run: n }));
    const solved = (done: readonly RunResult[]) => done.map((one) => one.solved).filter((at) => at !== undefined);
    const results = await watchRuns<RunTask, RunProgress, RunResult>(new URL("./worker.js", import.meta.url), tasks, {
      ...options,
      told: (done) => [`${solved(done).length} solved`],
      values: solved,
    });
    return results.length > 0 ? findingsOf(results, problem, options, folder) : undefined;
  });
}

/** Throws "size" where the sums of exact gradients would never end. */
function checkRule({ name, size }: Problem, rule: RuleName): void {
  if (rule !== "exact" || size <= 8) return;
  const expected = "an encoder with groups of at most 8 units";
  const wayOut = "Use --rule tempered.";
  throw refuse("size", { who: "--rule exact", got: name, expected, wayOut });
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
  const rows = outcomeRows(outcome, problem, rule);
  const { weights, bias } = shownRun(results).machine;
  const visible = Array.from({ length: 2 * problem.size }, (_, i) => i);
  const model = serializeModel(createBoltzmann(weights, bias, { visible }));
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
    pictures: await drawEncoder(results, problem, rule, theme),
    next: nextSteps(problem, rule, folder),
    results: { problem: name, rule, seed, outcome, runs: results.map(toldOf) },
    files: new Map([["model.safetensors", model]]),
  };
}

/** Commands to try next, in backticks. */
function nextSteps({ name, size }: Problem, rule: RuleName, folder: string): string[] {
  const steps: string[] = [];
  if (rule === "1985")
    steps.push(`\`npx harmonium experiment encoder ${name} --rule ${size > 8 ? "tempered" : "exact"}\``);
  // to clamp more units by name fills no line
  if (size > 8) return steps;
  const model = quote(join(folder, "model.safetensors"));
  const first = Array.from({ length: size }, (_, i) => `${i}=${i === 0 ? 1 : 0}`).join(",");
  const anneal = temperatureOf(rule) > 1 ? ` --anneal "${formatAnnealing(annealing)}"` : "";
  const complete = `npx harmonium simulate ${model}${anneal} --clamp ${first} --chains 100 --steps 10`;
  return [`\`${complete} --figures completion\``, ...steps];
}
