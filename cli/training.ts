/** Training as a command: data in, a live line, a run folder, figures, and what to do next. Used by train, resume and experiment. */

import {
  type Checkpoint,
  type Dataset,
  HarmoniumError,
  hasStoppedEarly,
  parametersSha256,
  refuse,
  type Trainable,
  type TrainingReport,
} from "../src/index.js";
import {
  createRun,
  discardRun,
  epochMetrics,
  freeRunFolder,
  loadModel,
  type Run,
  type RunConfig,
  readMetrics,
  recordRun,
} from "../src/node/index.js";
import { INTERRUPTED, interruptible } from "./interrupts.js";
import type { Lesson } from "./lessons/index.js";
import { plural, print, printJson, table, talk } from "./output.js";
import { progressView } from "./progress.js";
import { quote } from "./quote.js";
import { writeReport } from "./run-figures.js";
import { summaryOf } from "./run-summary.js";

export interface TrainingOptions {
  readonly threads: number;
  readonly json?: true;
  readonly figures: boolean;
  readonly checkpointEvery: number;
}

export interface Beginning {
  /** Where training goes on from. */
  readonly resumed?: Checkpoint | undefined;
  /** What was chosen for the user, a line each. */
  readonly choices?: readonly string[];
}

/** Makes the folder of a new run, by default the first free one of `base`, `base-2`, …, and trains. */
export async function beginRun(
  config: RunConfig,
  lesson: Lesson,
  base: string,
  { run, force, ...options }: TrainingOptions & { readonly run?: string; readonly force?: true },
  choices: readonly string[] = [],
): Promise<void> {
  const created = await createRun(run ?? freeRunFolder(base), config, { force: force === true });
  await trainRun(created, lesson, options, { choices });
}

/** Trains to the end or to an interruption, then sets the exit code. */
export async function trainRun(
  run: Run,
  lesson: Lesson,
  options: TrainingOptions,
  beginning: Beginning = {},
): Promise<void> {
  const last = await interruptible((signal) => watchTraining(run, lesson, options, beginning, signal));
  const machine = last ? last.machine() : ((await loadModel(run.folder)).machine as Trainable);
  const sha256 = await parametersSha256(machine);
  if (!last || last.done) return finish(run, lesson, machine, sha256, options);
  const { update, updates } = last;
  const resume = resumeCommandOf(run);
  talk(`Stopped after update ${update} of ${updates}; nothing is lost. Go on with:\n  ${resume}`);
  if (options.json) printJson({ run: run.folder, stopped: true, update, parametersSha256: sha256, resume });
  process.exitCode = INTERRUPTED;
}

/** Says what is about to happen. */
function announce(run: Run, { data, subject, warnings }: Lesson, { resumed, choices = [] }: Beginning): void {
  if (resumed && hasStoppedEarly(resumed)) {
    talk(`${run.folder} is complete: it stopped early.`);
    return;
  }
  if (resumed && isComplete(run, data, resumed)) {
    talk(`${run.folder} is complete: all of its ${plural(run.config.learning.epochs, "epoch")} are done.`);
    return;
  }
  const from = resumed ? `, after ${plural(resumed.progress.update, "update")}` : "";
  talk(`Training ${subject} on ${data.name} (${plural(data.cases, "case")})${from}.`);
  for (const line of choices) talk(line);
  if (!resumed) for (const warning of warnings) talk(`Warning: ${warning}`);
}

function isComplete({ config }: Run, data: Dataset, { progress }: Checkpoint): boolean {
  const { learning } = config;
  const stages =
    "layers" in learning ? [...learning.layers, ...(learning.upDown ? [learning.upDown] : [])] : [learning];
  const updates = stages.map(({ epochs, batchSize }) => Math.ceil(data.cases / batchSize) * epochs);
  return progress.update === updates.reduce((sum, count) => sum + count, 0);
}

/** The last report; none for a run that was complete. */
async function watchTraining(
  run: Run,
  lesson: Lesson,
  { threads, json, checkpointEvery }: TrainingOptions,
  beginning: Beginning,
  signal: AbortSignal,
): Promise<TrainingReport | undefined> {
  const { resumed } = beginning;
  announce(run, lesson, beginning);
  const reports = lesson.train({
    threads,
    signal,
    ...(resumed && { resume: resumed }),
    reportEvery: json ? 1000 : 100,
  });
  // JSON lines and a living line would write over each other
  const view = progressView(process.stderr, { plain: json === true && process.stdout.isTTY });
  let latest: TrainingReport | undefined;
  try {
    for await (const report of recordRun(run, lesson.initial, reports, { resumed, checkpointEvery })) {
      latest = report;
      view.show(report);
      if (json) printJson({ kind: report.kind, ...epochMetrics(report) });
    }
  } catch (error) {
    view.end();
    const isKept = resumed !== undefined || latest !== undefined;
    if (!isKept) await discardRun(run);
    throw isKept ? withRemains(error, run) : error;
  }
  view.end();
  return latest;
}

/** The error, and what of the run is still there. */
function withRemains(error: unknown, run: Run): unknown {
  if (!(error instanceof HarmoniumError)) return error;
  const { kind, complaint } = error;
  // to resume what diverged would diverge again: the bits are the same
  const remains =
    kind === "divergence"
      ? `The last good checkpoint stays in ${run.folder}.`
      : `The command ${resumeCommandOf(run)} goes on from the last good checkpoint.`;
  const wayOut = complaint.wayOut === undefined ? remains : `${complaint.wayOut} ${remains}`;
  return refuse(kind, { ...complaint, wayOut }, error);
}

function resumeCommandOf({ folder }: Run): string {
  return `npx harmonium resume ${quote(folder)}`;
}

async function finish(
  run: Run,
  lesson: Lesson,
  machine: Trainable,
  sha256: string,
  { figures, threads, json }: TrainingOptions,
): Promise<void> {
  const next = lesson.nextSteps(run);
  const summary = summaryOf(run, lesson, sha256, (await readMetrics(run)).at(-1));
  if (figures) talk("Drawing figures.");
  const title = `${lesson.name} learns ${lesson.data.name}`;
  const drawn = figures
    ? await writeReport(run, await lesson.draw(run, machine, threads), { title, summary, next })
    : undefined;
  if (json) {
    const files = drawn?.figures.map(({ file }) => `${drawn.folder}/${file}`) ?? [];
    const report = drawn && { report: drawn.report, figures: files };
    printJson({ run: run.folder, stopped: false, parametersSha256: sha256, ...report });
    return;
  }
  print(`\n${table(summary.map(([label, value]) => [`  ${label}`, value]))}`);
  if (drawn) {
    print(`\nFigures in ${drawn.folder}/`);
    print(table(drawn.figures.map(({ file, sentence }) => [`  ${file}`, sentence])));
    print(`\nAll of them on one page: ${drawn.report}`);
  }
  print(`\nTry next:\n${next.map((line) => `  ${line.replaceAll("`", "")}`).join("\n")}`);
}
