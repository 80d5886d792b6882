/** How a classifier's parameters follow the gradient, as options of the command line. */

import { type Command, Option } from "commander";
import { adam, type CompleteClassifierOptions, formatSchedule, refuse, type Schedule, sgd } from "../../src/index.js";
import { number, scheduleOption } from "../arguments.js";
import { addAverages, addStopping } from "./averages-and-stopping.js";

export interface ClassifierRuleOptions {
  readonly learns: "all" | "read-out";
  readonly optimizer: "adam" | "sgd";
  readonly rate?: Schedule;
  readonly momentum?: Schedule;
  readonly nesterov?: true;
  readonly weightDecay: number;
  readonly l1: number;
  readonly lowerRate: number;
  readonly dropout: number;
  readonly inputDropout: number;
  readonly average?: number;
  readonly averageOver?: number;
  readonly patience?: number;
  readonly stopWhen?: keyof typeof metrics;
  readonly tolerance?: number;
}

type Rule = Omit<CompleteClassifierOptions, "epochs" | "batchSize" | "seed">;

/** Figures of held-out cases, by what one types. */
const metrics = { "error-rate": "heldOutErrorRate", "cross-entropy": "heldOutCrossEntropy" } as const;

const usualRates = { sgd: 0.1, adam: 0.001 } as const;

export function addClassifierRuleOptions(command: Command): Command {
  const rate = `η: learning rate (default: adam: ${usualRates.adam}, sgd: ${usualRates.sgd}); a number, a line 0.001..0, or steps 0.1@0,0.01@10 (value@epoch)`;
  const learns = "all layers, by back-propagation; or the read-out alone, on features that stay as they are";
  command
    .addOption(new Option("--learns <what>", learns).choices(["all", "read-out"]).default("all"))
    .addOption(
      new Option("--optimizer <which>", "adam: by moving moments of the gradient; sgd: by the gradient, with momentum")
        .choices(["adam", "sgd"])
        .default("adam"),
    )
    .addOption(scheduleOption("--rate <η>", rate))
    .addOption(
      scheduleOption("--momentum <α>", "α: momentum in [0, 1) of sgd (default: 0); a number, a line, or steps"),
    )
    .option("--nesterov", "Nesterov's momentum: the gradient is taken where momentum will have led")
    .option("--weight-decay <λ>", "λ: penalty ½ λ Σ W² (L2)", number(), 0)
    .option("--l1 <λ₁>", "λ₁: penalty λ₁ Σ |W|, which makes weights 0", number(), 0)
    .option("--lower-rate <f>", "each layer learns at f times the rate of the one above it", number(), 1)
    .option("--dropout <p>", "p: hidden units left out of an update, e.g. 0.5", number(), 0)
    .option("--input-dropout <p>", "p: inputs left out of an update, e.g. 0.2", number(), 0);
  return addStopping(addAverages(command), Object.keys(metrics), "error-rate");
}

/** Throws "option" for values outside their domain, and options without the one that they belong to. */
export function classifierRule(options: ClassifierRuleOptions, heldOut: boolean): Rule {
  demandOwners(options, heldOut);
  const { learns, optimizer, weightDecay, l1, lowerRate, average, averageOver, patience } = options;
  const { rate = usualRates[optimizer], momentum = 0, nesterov = false } = options;
  const { stopWhen = "error-rate", tolerance = 0 } = options;
  const penalties = { weightDecay, l1 };
  const dropout = { input: options.inputDropout, hidden: options.dropout };
  return {
    learns,
    optimizer: optimizer === "adam" ? adam({ rate, ...penalties }) : sgd({ rate, momentum, nesterov, ...penalties }),
    lowerRate,
    ...(dropout.input + dropout.hidden !== 0 && { dropout }),
    ...(average !== undefined && { average: { from: average } }),
    ...(averageOver !== undefined && { average: { over: averageOver } }),
    ...(patience !== undefined && { stopWhen: { metric: metrics[stopWhen], patience, tolerance } }),
  };
}

function demandOwners(options: ClassifierRuleOptions, heldOut: boolean): void {
  const orphan = (who: string, got: string, expected: string, wayOut = `Choose that, or leave ${who} out.`) =>
    refuse("option", { who, got, expected, wayOut });
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

/** "back-propagation, Adam, rate 0.001, …" */
export function classifierRuleText({ learns, optimizer, lowerRate, dropout, average, stopWhen }: Rule): string {
  const { weightDecay, l1, rate } = optimizer;
  const name = optimizer.optimizer === "adam" ? "Adam" : optimizer.nesterov ? "SGD with Nesterov's momentum" : "SGD";
  const parts = [
    learns === "all" ? "back-propagation" : "the read-out alone",
    `${name}, rate ${formatSchedule(rate)}`,
    weightDecay > 0 && `L2 ${weightDecay}`,
    l1 > 0 && `L1 ${l1}`,
    lowerRate !== 1 && `lower layers at ${lowerRate} of the rate`,
    dropout && `dropout ${dropout.input} of inputs and ${dropout.hidden} of hidden units`,
    average && ("from" in average ? `averaged from ${average.from} on` : `averaged over ${average.over} epochs`),
    stopWhen && `patience ${stopWhen.patience}`,
  ];
  return parts.filter((part) => part).join(", ");
}
