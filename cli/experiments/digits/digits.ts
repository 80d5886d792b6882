/** What the experiments with MNIST's digits share: data, training that is watched, the error on the test part, figures, and a model to go on with. */

import { join } from "node:path";
import { Command } from "commander";
import {
  type Classifying,
  classificationFit,
  classify,
  type Dataset,
  type Schedule,
  serializeModel,
  type Trainable,
  type Training,
  takeCases,
} from "../../../src/index.js";
import { loadMnist } from "../../../src/node/index.js";
import { addFolderOptions, addMachineOptions, type MachineOptions } from "../../arguments.js";
import { classFacts, confusionTable, drawFit, fitRows } from "../../classification.js";
import { INTERRUPTED, interruptible } from "../../interrupts.js";
import { plural, print, talk } from "../../output.js";
import { clock, progressView } from "../../progress.js";
import { quote } from "../../quote.js";
import type { Drawn } from "../../run-figures.js";
import { carryOut, type Findings } from "../findings.js";

export interface DigitsOptions extends MachineOptions {
  readonly run?: string;
  readonly force?: true;
  readonly quick?: true;
}

/** What there is to learn with. */
export interface Lesson {
  readonly data: Dataset;
  readonly test: Dataset;
  readonly seed: number;
  readonly threads: number;
  /** A sketch in seconds, which shows that all works: few cases, small layers, an epoch or two. */
  readonly quick: boolean;
  /** Trains to the end and shows how it goes; nothing where Ctrl+C has stopped it. */
  teach<Machine extends Trainable>(training: Teaching<Machine>): Promise<Machine | undefined>;
}

/** A training of the machine, run as it is told. */
type Teaching<Machine extends Trainable> = (options: {
  readonly signal: AbortSignal;
  readonly threads: number;
  readonly reportEvery: number;
}) => Training<Machine>;

export interface DigitsExperiment<Machine extends Classifying> {
  /** As in harmonium experiment NAME. */
  readonly name: string;
  readonly description: string;
  /** What it says before it begins. */
  readonly tells: string;
  /** The error rate that is published, and of what. */
  readonly published: { readonly errorRate: number; readonly of: string };
  /** Nothing where it was stopped. */
  learn(lesson: Lesson): Promise<Machine | undefined>;
  draw(machine: Machine, lesson: Lesson): Promise<Drawn[]>;
  /** Commands to try with the model file, in backticks. */
  next(model: string): string[];
}

/** Momentum 0.5, then 0.9 [Hinton 2010, section 9]; soon, as there are few epochs. */
export const risingMomentum: Schedule = {
  kind: "steps",
  steps: [
    [0, 0.5],
    [1, 0.9],
  ],
};

const quickCases = { train: 2000, test: 1000 } as const;

/** The experiment as a command. */
export function digitsCommand<Machine extends Classifying>(
  experiment: DigitsExperiment<Machine>,
  version: string,
): Command {
  const { name, description } = experiment;
  const command = new Command(name)
    .description(description)
    .addHelpText(
      "before",
      `Examples:\n  harmonium experiment ${name}\n  harmonium experiment ${name} --seed 7 --run runs/mine\n  harmonium experiment ${name} --quick      a sketch in seconds\n`,
    )
    .option("--quick", `a sketch: ${quickCases.train.toLocaleString("en")} cases, small layers, few epochs`);
  addFolderOptions(command, `runs/${name}`);
  return addMachineOptions(command).action((options: DigitsOptions) => run(experiment, options, version));
}

async function run<Machine extends Classifying>(
  experiment: DigitsExperiment<Machine>,
  options: DigitsOptions,
  version: string,
): Promise<void> {
  const { name, tells } = experiment;
  const { seed, threads, quick = false, json } = options;
  const [data, test] = [await digits("train", quick), await digits("test", quick)];
  const command = `npx harmonium experiment ${name}${quick ? " --quick" : ""} --seed ${seed}`;
  await carryOut(options, `runs/${name}`, { experiment: name, version, command }, async (folder) => {
    talk(`${tells} ${data.name}, ${plural(data.cases, "case")}.`);
    const started = performance.now();
    const found = await interruptible(async (signal) => {
      const lesson: Lesson = { data, test, seed, threads, quick, teach: (training) => watched(training, signal) };
      const machine = await experiment.learn(lesson);
      if (!machine || signal.aborted) return undefined;
      return findingsOf(experiment, machine, lesson, folder, (performance.now() - started) / 1000, json === true);
    }, "Stopping; nothing is kept. Once more stops at once.");
    if (!found) process.exitCode = INTERRUPTED;
    return found;
  });

  async function watched<Taught extends Trainable>(
    training: Teaching<Taught>,
    signal: AbortSignal,
  ): Promise<Taught | undefined> {
    const view = progressView(process.stderr, { plain: json === true && process.stdout.isTTY });
    let machine: Taught | undefined;
    try {
      for await (const report of training({ threads, signal, reportEvery: 200 })) {
        view.show(report);
        if (report.done) machine = report.machine();
      }
    } finally {
      view.end();
    }
    return machine;
  }
}

async function digits(part: "train" | "test", quick: boolean): Promise<Dataset> {
  const all = await loadMnist(part);
  return quick ? takeCases(all, quickCases[part]) : all;
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

async function findingsOf<Machine extends Classifying>(
  experiment: DigitsExperiment<Machine>,
  machine: Machine,
  lesson: Lesson,
  folder: string,
  seconds: number,
  json: boolean,
): Promise<Findings> {
  const { name, description, published, next } = experiment;
  const { data, test, seed, threads } = lesson;
  const told = await classify(machine, test, { threads });
  const fit = classificationFit(told, test);
  const { user, system } = process.cpuUsage();
  const processor = (user + system) / 1e6;
  const error = Math.sqrt((fit.errorRate * (1 - fit.errorRate)) / test.cases);
  const rows = [
    ["", lesson.quick ? "here, a sketch" : "here", "published"],
    ["test error", `${percent(fit.errorRate)} ± ${percent(error)}`, percent(published.errorRate)],
    ["", plural(test.cases, "case"), published.of],
    ["time", `${clock(seconds)}, ${processor.toFixed(0)} CPU seconds`, ""],
  ];
  if (!json) print(`\n${fitRows(fit, test.cases)}\n\n${confusionTable(fit)}\n`);
  const model = join(folder, "model.safetensors");
  return {
    title: `${name}: ${description}`,
    rows,
    summary: [
      ["test error", `${percent(fit.errorRate)} of ${plural(test.cases, "case")}`],
      ["published", `${percent(published.errorRate)}, ${published.of}`],
      ["training data", `${data.name}, ${plural(data.cases, "case")}`],
      ["time", `${clock(seconds)}, ${processor.toFixed(0)} CPU seconds`],
      ["seed", String(seed)],
    ],
    pictures: [...(await experiment.draw(machine, lesson)), ...(await drawFit(told, fit, test))],
    files: new Map([["model.safetensors", serializeModel(machine, { seed: String(seed) })]]),
    next: next(quote(model)),
    results: {
      seed,
      cases: data.cases,
      publishedErrorRate: published.errorRate,
      test: classFacts(told, fit),
      seconds,
      processorSeconds: processor,
    },
  };
}
