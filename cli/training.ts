/** Training as a command: data in, a live line, a run folder, figures, and what to do next. Used by train, resume and experiment. */

import {
  type Checkpoint,
  completeOptions,
  type Dataset,
  HarmoniumError,
  initializeRbm,
  parametersSha256,
  type Rbm,
  refuse,
  type TrainingReport,
  train,
} from "../src/index.js";
import {
  discardRun,
  epochMetrics,
  learningFrom,
  loadConfigured,
  type Run,
  readMetrics,
  recordRun,
} from "../src/node/index.js";
import { INTERRUPTED, interruptible } from "./interrupts.js";
import { plural, print, printJson, table, talk } from "./output.js";
import { progressView } from "./progress.js";
import { quote } from "./quote.js";
import { drawRun } from "./run-figures.js";
import { nextSteps, summaryOf } from "./run-summary.js";

export interface TrainingOptions {
  readonly threads: number;
  readonly json?: true;
  readonly figures: boolean;
  readonly checkpointEvery: number;
}

export interface Material {
  readonly data: Dataset;
  readonly heldOut: Dataset | undefined;
  readonly initial: Rbm;
}

/** Weights beyond which an RBM, its steps and their copies would not fit into the kernels' memory. */
const mostWeights = 2 ** 27;

/**
 * Loads what the configuration names and makes the initial machine; throws before anything is written.
 *
 * @param data the configuration's data, where they are loaded already
 */
export async function loadMaterial({ config }: Pick<Run, "config">, data?: Dataset): Promise<Material> {
  const cases = data ?? (await loadConfigured(config.data));
  const heldOut = config.heldOut && (await loadConfigured(config.heldOut));
  demandFit(cases, heldOut, config.model.hidden);
  const initial = initializeRbm(cases, { ...config.model, seed: config.learning.seed });
  completeOptions(initial, cases, learningFrom(config));
  return { data: cases, heldOut, initial };
}

function demandFit({ units, name }: Dataset, heldOut: Dataset | undefined, hidden: number): void {
  if (heldOut && heldOut.units !== units) {
    const got = `${heldOut.name} with ${plural(heldOut.units, "unit")} a case`;
    const wayOut = "Name data of the same kind, or none.";
    throw refuse("shape", { who: "--held-out", got, expected: `${units}, as in ${name}`, wayOut });
  }
  if (units * hidden > mostWeights) {
    const got = `${hidden}, which makes ${plural(units * hidden, "weight")}`;
    const wayOut = `With ${units} visible units use at most ${Math.floor(mostWeights / units)}.`;
    throw refuse("size", { who: "hidden units", got, expected: `at most ${plural(mostWeights, "weight")}`, wayOut });
  }
}

/** Trains to the end or to an interruption, then sets the exit code. */
export async function trainRun(
  run: Run,
  material: Material,
  options: TrainingOptions,
  resumed?: Checkpoint<Rbm>,
): Promise<void> {
  const { initial } = material;
  const last = await interruptible((signal) => watchTraining(run, material, options, resumed, signal));
  const rbm = last?.machine() ?? resumed?.machine ?? initial;
  const sha256 = await parametersSha256(rbm);
  if (!last || last.update === last.updates) return finish(run, material, rbm, sha256, options);
  const { update, updates } = last;
  const resume = resumeCommandOf(run);
  talk(`Stopped after update ${update} of ${updates}; nothing is lost. Go on with:\n  ${resume}`);
  if (options.json) printJson({ run: run.folder, stopped: true, update, parametersSha256: sha256, resume });
  process.exitCode = INTERRUPTED;
}

/** Says what is about to happen. */
function announce(run: Run, { data, initial }: Material, resumed: Checkpoint | undefined): void {
  if (resumed && isComplete(run, data, resumed)) {
    talk(`${run.folder} is complete: all of its ${plural(run.config.learning.epochs, "epoch")} are done.`);
    return;
  }
  const units = `${initial.visible} visible and ${initial.hidden} hidden units`;
  const from = resumed ? `, after ${plural(resumed.progress.update, "update")}` : "";
  talk(`Training an RBM of ${units} on ${data.name} (${plural(data.cases, "case")})${from}.`);
}

function isComplete({ config }: Run, data: Dataset, { progress }: Checkpoint): boolean {
  const { epochs, batchSize } = config.learning;
  return progress.update === Math.ceil(data.cases / batchSize) * epochs;
}

/** The last report; none for a run that was complete. */
async function watchTraining(
  run: Run,
  material: Material,
  { threads, json, checkpointEvery }: TrainingOptions,
  resumed: Checkpoint<Rbm> | undefined,
  signal: AbortSignal,
): Promise<TrainingReport<Rbm> | undefined> {
  const { data, heldOut, initial } = material;
  announce(run, material, resumed);
  const reports = train(initial, data, {
    ...learningFrom(run.config),
    threads,
    ...(heldOut && { heldOut }),
    signal,
    ...(resumed && { resume: resumed }),
    reportEvery: json ? 1000 : 100,
  });
  // JSON lines and a living line would write over each other
  const view = progressView(process.stderr, { plain: json === true && process.stdout.isTTY });
  let latest: TrainingReport<Rbm> | undefined;
  try {
    for await (const report of recordRun(run, initial, reports, { resumed, checkpointEvery })) {
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
  { data, heldOut }: Material,
  rbm: Rbm,
  sha256: string,
  { figures, threads, json }: TrainingOptions,
): Promise<void> {
  const next = nextSteps(run, data);
  const summary = summaryOf(run, data, heldOut, sha256, (await readMetrics(run)).at(-1));
  if (figures) talk("Drawing figures.");
  const drawn = figures ? await drawRun({ run, rbm, data, heldOut, threads, summary, next }) : undefined;
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
