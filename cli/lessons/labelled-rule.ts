/** What the rules of machines that are taught labels have in common, as options of the command line: optimizer, averages, an early end. */

import { type Command, Option } from "commander";
import { adam, type CompleteClassifierOptions, formatSchedule, refuse, type Schedule, sgd } from "../../src/index.js";
import { number, scheduleOption } from "../arguments.js";
import { addAverages, addStopping } from "./averages-and-stopping.js";

export interface LabelledRuleOptions {
  readonly optimizer: "adam" | "sgd";
  readonly rate?: Schedule;
  readonly momentum?: Schedule;
  readonly nesterov?: true;
  readonly weightDecay: number;
  readonly l1: number;
  readonly average?: number;
  readonly averageOver?: number;
  readonly patience?: number;
  readonly stopWhen?: keyof typeof metrics;
  readonly tolerance?: number;
}

type LabelledRule = Pick<CompleteClassifierOptions, "optimizer" | "average" | "stopWhen">;

/** Figures of held-out cases, by what one types. */
const metrics = { "error-rate": "heldOutErrorRate", "cross-entropy": "heldOutCrossEntropy" } as const;

/** `rate` and `momentum` say what these are, in the machine's own symbols. */
export function addLabelledOptimizer(command: Command, rate: string, momentum: string): Command {
  return command
    .addOption(
      new Option("--optimizer <which>", "adam: by moving moments of the gradient; sgd: by the gradient, with momentum")
        .choices(["adam", "sgd"])
        .default("adam"),
    )
    .addOption(scheduleOption("--rate <η>", rate))
    .addOption(
      scheduleOption("--momentum <α>", `${momentum} in [0, 1) of sgd (default: 0); a number, a line, or steps`),
    )
    .option("--nesterov", "Nesterov's momentum: the gradient is taken where momentum will have led")
    .option("--weight-decay <λ>", "λ: penalty ½ λ Σ W² (L2)", number(), 0)
    .option("--l1 <λ₁>", "λ₁: penalty λ₁ Σ |W|, which makes weights 0", number(), 0);
}

export function addLabelledStopping(command: Command): Command {
  return addStopping(addAverages(command), Object.keys(metrics), "error-rate");
}

/** Throws "option" for values outside their domain. */
export function labelledRule(
  options: LabelledRuleOptions,
  usualRates: Readonly<Record<"adam" | "sgd", Schedule>>,
): LabelledRule {
  const { optimizer, weightDecay, l1, average, averageOver, patience } = options;
  const { rate = usualRates[optimizer], momentum = 0, nesterov = false } = options;
  const { stopWhen = "error-rate", tolerance = 0 } = options;
  const penalties = { weightDecay, l1 };
  return {
    optimizer: optimizer === "adam" ? adam({ rate, ...penalties }) : sgd({ rate, momentum, nesterov, ...penalties }),
    ...(average !== undefined && { average: { from: average } }),
    ...(averageOver !== undefined && { average: { over: averageOver } }),
    ...(patience !== undefined && { stopWhen: { metric: metrics[stopWhen], patience, tolerance } }),
  };
}

/** The refusal of an option that says nothing without another one. */
export const orphan = (who: string, got: string, expected: string, wayOut = `Choose that, or leave ${who} out.`) =>
  refuse("option", { who, got, expected, wayOut });

/** Throws "option" for options without the one that they belong to. */
export function demandLabelledOwners(options: LabelledRuleOptions, heldOut: boolean): void {
  if (options.optimizer === "adam") {
    for (const name of ["momentum", "nesterov"] as const) {
      if (options[name] !== undefined)
        throw orphan(`--${name}`, "--optimizer adam", "--optimizer sgd with this option");
    }
  }
  for (const [name, flag] of [
    ["stopWhen", "--stop-when"],
    ["tolerance", "--tolerance"],
  ] as const) {
    if (options[name] !== undefined && options.patience === undefined)
      throw orphan(flag, "it without --patience", "--patience with this option");
  }
  if (options.patience !== undefined && !heldOut) {
    throw orphan("--patience", "no held-out cases", "some to watch", "Name them with --held-out.");
  }
  if (options.average === undefined || options.averageOver === undefined) return;
  throw orphan("--average", "it with --average-over", "one average", "Choose one of them.");
}

/** "Adam, rate 0.001", "L2 0.1", … */
export function optimizerWords({ optimizer }: LabelledRule): string[] {
  const { weightDecay, l1, rate } = optimizer;
  const name = optimizer.optimizer === "adam" ? "Adam" : optimizer.nesterov ? "SGD with Nesterov's momentum" : "SGD";
  return [
    `${name}, rate ${formatSchedule(rate)}`,
    ...(weightDecay > 0 ? [`L2 ${weightDecay}`] : []),
    ...(l1 > 0 ? [`L1 ${l1}`] : []),
  ];
}

/** "averaged from 0.5 on", "patience 5" */
export function stoppingWords({ average, stopWhen }: LabelledRule): string[] {
  return [
    ...(average
      ? ["from" in average ? `averaged from ${average.from} on` : `averaged over ${average.over} epochs`]
      : []),
    ...(stopWhen ? [`patience ${stopWhen.patience}`] : []),
  ];
}
