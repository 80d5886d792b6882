/** Training as a command: data in, a live line, a run folder, figures, and what to do next. Used by train, resume and experiment. */

import { type Checkpoint, completeOptions, type Dataset, initializeRbm, parametersSha256, type Rbm, type TrainingReport, train } from "../src/index.js";
import { epochMetrics, learningFrom, loadConfigured, type Run, recordRun } from "../src/node/index.js";
import { INTERRUPTED, interruptible } from "./interrupts.js";
import { print, printJson, table, talk } from "./output.js";
import { clock, progressView } from "./progress.js";
import { drawRun } from "./run-figures.js";

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

/** Loads what the configuration names and makes the initial machine; throws before anything is written. */
export async function loadMaterial({ config }: Pick<Run, "config">): Promise<Material> {
  const data = await loadConfigured(config.data);
  const heldOut = config.heldOut && (await loadConfigured(config.heldOut));
  const initial = initializeRbm(data, { ...config.model, seed: config.learning.seed });
  completeOptions(initial, data, learningFrom(config));
  return { data, heldOut, initial };
}

/** Trains to the end or to an interruption, then sets the exit code. */
export async function trainRun(run: Run, material: Material, options: TrainingOptions, resumed?: Checkpoint): Promise<void> {
  const { data, heldOut, initial } = material;
  const { config } = run;
  const { hidden } = initial;
  const still = resumed ? `, from update ${resumed.progress.update}` : "";
  talk(`Training an RBM of ${initial.visible} visible and ${hidden} hidden units on ${data.name} (${data.cases.toLocaleString("en")} cases)${still}.`);
  const view = progressView(process.stderr);
  const last = await interruptible(async (signal) => {
    const reports = train(initial, data, {
      ...learningFrom(config),
      threads: options.threads,
      ...(heldOut && { heldOut }),
      signal,
      ...(resumed && { resume: resumed }),
      reportEvery: options.json ? 1000 : 100,
    });
    let latest: TrainingReport | undefined;
    try {
      for await (const report of recordRun(run, initial, reports, { resumed, checkpointEvery: options.checkpointEvery })) {
        latest = report;
        view.show(report);
        if (options.json) printJson({ kind: report.kind, ...epochMetrics(report) });
      }
    } finally {
      view.end();
    }
    return latest;
  });
  const rbm = last?.rbm() ?? resumed?.rbm ?? initial;
  const sha256 = await parametersSha256(rbm);
  if (last && last.update < last.updates) {
    const resume = `npx harmonium resume ${quote(run.folder)}`;
    talk(`Stopped after update ${last.update} of ${last.updates}; nothing is lost. Go on with:\n  ${resume}`);
    if (options.json) printJson({ run: run.folder, stopped: true, update: last.update, parametersSha256: sha256, resume });
    process.exitCode = INTERRUPTED;
    return;
  }
  await finish(run, material, rbm, sha256, options, last);
}

async function finish(run: Run, material: Material, rbm: Rbm, sha256: string, options: TrainingOptions, last?: TrainingReport) {
  const { data, heldOut } = material;
  const next = nextSteps(run, data);
  const summary = summaryOf(run, data, heldOut, sha256, last);
  if (options.figures) talk("Drawing figures.");
  const { threads } = options;
  const drawn = options.figures ? await drawRun({ run, rbm, data, heldOut, threads, summary, next }) : undefined;
  if (options.json) {
    const figures = drawn?.figures.map(({ file }) => `${drawn.folder}/${file}`) ?? [];
    printJson({ run: run.folder, stopped: false, parametersSha256: sha256, ...(drawn && { report: drawn.report, figures }) });
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

function summaryOf(run: Run, data: Dataset, heldOut: Dataset | undefined, sha256: string, last?: TrainingReport): [string, string][] {
  const { learning, model } = run.config;
  const error = (value: number | undefined) => (value === undefined ? [] : [value.toFixed(4)]);
  return [
    ["run", run.folder],
    ["machine", `RBM, ${data.units} visible × ${model.hidden} hidden units`],
    ["training data", `${data.name}, ${data.cases.toLocaleString("en")} cases`],
    ...(heldOut ? [["held-out data", `${heldOut.name}, ${heldOut.cases.toLocaleString("en")} cases`] as [string, string]] : []),
    ["rule", `CD-${learning.negative.k}, ${learning.epochs} epochs of batches of ${learning.batchSize}, seed ${learning.seed}`],
    ...(last ? ([["time", `${clock(last.seconds)} (${Math.round(last.casesPerSecond).toLocaleString("en")} images/s)`]] as [string, string][]) : []),
    ...error(last?.reconstructionError).map((value): [string, string] => ["reconstruction error", `${value} per unit, training (a proxy, not the likelihood)`]),
    ...error(last?.heldOutReconstructionError).map((value): [string, string] => ["", `${value} per unit, held-out`]),
    ["parameters' SHA-256", sha256],
  ];
}

function nextSteps(run: Run, data: Dataset): string[] {
  const folder = quote(run.folder);
  const { spec } = run.config.heldOut ?? run.config.data;
  const more = data.name.startsWith("mnist:") ? ["`npx harmonium train rbm --data mnist:train --hidden 500` (all ten digits)"] : [];
  return [
    `\`npx harmonium sample ${folder} --chains 64 --sweeps 1000 --out dreams.png\``,
    `\`npx harmonium reconstruct ${folder} --data ${quote(spec)} --limit 40 --out reconstructions.png\``,
    `\`npx harmonium evaluate ${folder} --data ${quote(spec)}\``,
    ...more,
  ];
}

/** A path as a shell takes it. */
export function quote(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
