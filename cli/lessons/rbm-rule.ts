/** How an RBM's parameters follow the gradient, as options of the command line: optimizer, penalties, averages, when to stop. */

import { type Command, Option } from "commander";
import { adam, formatSchedule, refuse, type Schedule, type StopMetric, sgd } from "../../src/index.js";
import type { RbmRunConfig } from "../../src/node/index.js";
import { number, scheduleOption } from "../arguments.js";
import { addAverages, addStopping } from "./averages-and-stopping.js";

export interface RbmRuleOptions {
  readonly optimizer: "sgd" | "adam";
  readonly rate?: Schedule;
  readonly momentum?: Schedule;
  readonly nesterov?: true;
  readonly weightDecay: number;
  readonly l1: number;
  readonly centre?: true;
  readonly sparsity?: number;
  readonly sparsityCost?: number;
  readonly average?: number;
  readonly averageOver?: number;
  readonly patience?: number;
  readonly stopWhen?: keyof typeof metrics;
  readonly tolerance?: number;
  readonly monitor: number;
}

type Learning = RbmRunConfig["learning"];
type Rule = Pick<Learning, "optimizer" | "centring" | "sparsity" | "average" | "stopWhen">;

/** Figures of held-out cases, by what one types. */
const metrics = {
  "reconstruction-error": "heldOutReconstructionError",
  "free-energy-gap": "freeEnergyGap",
  "log-likelihood": "heldOutLogLikelihood",
} as const satisfies Record<string, StopMetric>;

const usualRates = { sgd: 0.05, adam: 0.001, ptt: 0.01 } as const;
const usualCost = 0.1;

export function addRbmRuleOptions(command: Command): Command {
  const rate = `η: learning rate (default: ${usualRates.sgd}, --rule ptt: ${usualRates.ptt}, adam: ${usualRates.adam}); a number, a line 0.1..0.01, or steps 0.1@0,0.01@10 (value@epoch)`;
  const momentum = "α: momentum in [0, 1) of sgd (default: 0); a number, a line, or steps";
  const which = "sgd: by the gradient, with momentum; adam: by its moving moments";
  const usual = "log-likelihood where it is monitored, else reconstruction-error";
  command
    .addOption(new Option("--optimizer <which>", which).choices(["sgd", "adam"]).default("sgd"))
    .addOption(scheduleOption("--rate <η>", rate))
    .addOption(scheduleOption("--momentum <α>", momentum))
    .option("--nesterov", "Nesterov's momentum: the gradient is taken where momentum will have led")
    .option("--weight-decay <λ>", "λ: penalty ½ λ Σ W²", number(), 0.0002)
    .option("--l1 <λ₁>", "λ₁: penalty λ₁ Σ |W|, which makes weights 0", number(), 0)
    .option("--centre", "centre units: the gradient of (v − μ)ᵀ W (h − λ), with their means as offsets")
    .option("--sparsity <p>", "p: how often hidden units should be on", number())
    .option(
      "--sparsity-cost <c>",
      `c: the penalty is c times the cross entropy with p (default: ${usualCost})`,
      number(),
    );
  return addStopping(addAverages(command), Object.keys(metrics), usual).option(
    "--monitor <n>",
    "log-likelihood every n epochs, exact where that takes seconds, else estimated from both sides; 0 for never",
    number({ min: 0, whole: true }),
    0,
  );
}

/**
 * `trajectory`: the negative phase is ptt, which needs a low rate and tells log-likelihoods. Throws "option" for values outside their
 * domain, and options without the one that they belong to.
 */
export function rbmRule(options: RbmRuleOptions, heldOut: boolean, trajectory = false): Rule {
  demandOwners(options);
  const { optimizer, weightDecay, l1, sparsity, average, averageOver, patience } = options;
  const usual = usualRates[optimizer === "sgd" && trajectory ? "ptt" : optimizer];
  const { rate = usual, momentum = 0, nesterov = false } = options;
  const penalties = { weightDecay, l1 };
  if (patience !== undefined && !heldOut) {
    throw refuse("option", {
      who: "--patience",
      got: "no held-out cases",
      expected: "some to watch",
      wayOut: "Name them with --held-out.",
    });
  }
  return {
    optimizer: optimizer === "adam" ? adam({ rate, ...penalties }) : sgd({ rate, momentum, nesterov, ...penalties }),
    ...(options.centre && { centring: { rate: 0.01 } }),
    ...(sparsity !== undefined && {
      sparsity: { target: sparsity, cost: options.sparsityCost ?? usualCost, rate: 0.05 },
    }),
    ...(average !== undefined && { average: { from: average } }),
    ...(averageOver !== undefined && { average: { over: averageOver } }),
    ...(patience !== undefined && { stopWhen: stopWhenOf(options, patience, trajectory) }),
  };
}

function stopWhenOf({ stopWhen, tolerance = 0, monitor }: RbmRuleOptions, patience: number, trajectory: boolean) {
  const metric = stopWhen ?? (monitor > 0 ? "log-likelihood" : "reconstruction-error");
  if (metric === "log-likelihood" && monitor === 0 && !trajectory) {
    const wayOut = "Monitor it with --monitor, or watch another metric.";
    throw refuse("option", {
      who: "--stop-when",
      got: "log-likelihood without --monitor",
      expected: "one told",
      wayOut,
    });
  }
  return { metric: metrics[metric], patience, tolerance };
}

/** Throws "option" for options that say nothing without another. */
function demandOwners(options: RbmRuleOptions): void {
  const orphan = (who: string, got: string, expected: string) =>
    refuse("option", { who, got, expected, wayOut: `Choose that, or leave ${who} out.` });
  if (options.optimizer === "adam") {
    for (const name of ["momentum", "nesterov"] as const) {
      if (options[name] !== undefined)
        throw orphan(`--${name}`, "--optimizer adam", "--optimizer sgd with this option");
    }
  }
  const owned = [
    ["sparsityCost", "--sparsity-cost", "sparsity"],
    ["stopWhen", "--stop-when", "patience"],
    ["tolerance", "--tolerance", "patience"],
  ] as const;
  for (const [name, flag, owner] of owned) {
    if (options[name] === undefined || options[owner] !== undefined) continue;
    throw orphan(flag, `it without --${owner}`, `--${owner} with this option`);
  }
  if (options.average === undefined || options.averageOver === undefined) return;
  const wayOut = "Choose one of them.";
  throw refuse("option", { who: "--average", got: "it with --average-over", expected: "one average", wayOut });
}

/** ", centred, Adam, rate 0.001, …": what is not the plainest rule. */
export function rbmRuleText({ optimizer, centring, sparsity, average, stopWhen }: Rule): string {
  const { l1 } = optimizer;
  const parts = [
    optimizer.optimizer === "adam" && `Adam, rate ${formatSchedule(optimizer.rate)}`,
    optimizer.optimizer === "sgd" && optimizer.nesterov && "Nesterov's momentum",
    l1 > 0 && `L1 ${l1}`,
    centring && "centred",
    sparsity && `sparsity ${sparsity.target}`,
    average && ("from" in average ? `averaged from ${average.from} on` : `averaged over ${average.over} epochs`),
    stopWhen && `patience ${stopWhen.patience}`,
  ];
  return parts.map((part) => (part ? `, ${part}` : "")).join("");
}
