/** What a classification RBM learns for, and how its parameters follow the gradient, as options of the command line. */

import { type Command, Option } from "commander";
import { adam, contrastiveDivergence, formatSchedule, refuse, type Schedule, sgd } from "../../src/index.js";
import type { ClassificationRbmRunConfig } from "../../src/node/index.js";
import { number, scheduleOption } from "../arguments.js";
import { addAverages, addStopping } from "./averages-and-stopping.js";

const objectives = ["hybrid", "discriminative", "generative", "semi-supervised"] as const;

export interface ClassificationRbmRuleOptions {
  readonly objective: (typeof objectives)[number];
  readonly generative?: number;
  readonly unlabelled?: number;
  readonly k?: number;
  readonly optimizer: "adam" | "sgd";
  readonly rate?: Schedule;
  readonly momentum?: Schedule;
  readonly nesterov?: true;
  readonly weightDecay: number;
  readonly l1: number;
  readonly dropout: number;
  readonly sparsity: number;
  readonly average?: number;
  readonly averageOver?: number;
  readonly patience?: number;
  readonly stopWhen?: keyof typeof metrics;
  readonly tolerance?: number;
}

type Learning = ClassificationRbmRunConfig["learning"];
type Rule = Omit<Learning, "epochs" | "batchSize" | "seed" | "clamp">;

/** Figures of held-out cases, by what one types. */
const metrics = { "error-rate": "heldOutErrorRate", "cross-entropy": "heldOutCrossEntropy" } as const;

/** They fall to 0, and the parameters come to rest. */
const usualRates = {
  adam: { kind: "linear", from: 0.01, to: 0 },
  sgd: { kind: "linear", from: 0.1, to: 0 },
} as const satisfies Record<string, Schedule>;

export function addClassificationRbmRuleOptions(command: Command): Command {
  const [ofAdam, ofSgd] = [formatSchedule(usualRates.adam), formatSchedule(usualRates.sgd)];
  const rate = `η: learning rate (default: adam: ${ofAdam}, sgd: ${ofSgd}); a number, a line 0.01..0, or steps 0.1@0,0.01@10 (value@epoch)`;
  const what = [
    "what is maximized: hybrid: ln P(y | v) + α ln P(v, y); discriminative: ln P(y | v); generative: ln P(v, y)",
    "semi-supervised: ln P(y | v) + α ln P(v, y) + β ln P(v) of cases without a label",
  ];
  command
    .addOption(new Option("--objective <which>", what.join("; ")).choices(objectives).default("hybrid"))
    .option(
      "--generative <α>",
      "α: weight of ln P(v, y) (default: hybrid: 0.01, semi-supervised: 0)",
      number({ min: 0 }),
    )
    .option("--unlabelled <β>", "β: weight of ln P(v) (default: 0.1)", number({ min: 0 }))
    .option("--k <k>", "k: Gibbs sweeps of the CD-k of generative terms (default: 1)", number({ whole: true }))
    .addOption(
      new Option("--optimizer <which>", "adam: by moving moments of the gradient; sgd: by the gradient, with momentum")
        .choices(["adam", "sgd"])
        .default("adam"),
    )
    .addOption(scheduleOption("--rate <η>", rate))
    .addOption(scheduleOption("--momentum <α>", "momentum in [0, 1) of sgd (default: 0); a number, a line, or steps"))
    .option("--nesterov", "Nesterov's momentum: the gradient is taken where momentum will have led")
    .option("--weight-decay <λ>", "λ: penalty ½ λ Σ W² (L2)", number(), 0)
    .option("--l1 <λ₁>", "λ₁: penalty λ₁ Σ |W|, which makes weights 0", number(), 0)
    .option("--dropout <p>", "p: hidden units left out of an update, e.g. 0.5", number(), 0)
    .option("--sparsity <δ>", "δ: hidden biases fall by η δ at each update", number(), 0);
  return addStopping(addAverages(command), Object.keys(metrics), "error-rate");
}

/** Throws "option" for values outside their domain, and options without the one that they belong to. */
export function classificationRbmRule(options: ClassificationRbmRuleOptions, heldOut: boolean): Rule {
  demandOwners(options, heldOut);
  const { optimizer, weightDecay, l1, dropout, sparsity, average, averageOver, patience, k = 1 } = options;
  const { rate = usualRates[optimizer], momentum = 0, nesterov = false } = options;
  const { stopWhen = "error-rate", tolerance = 0 } = options;
  const penalties = { weightDecay, l1 };
  const { config: negative } = contrastiveDivergence({ k });
  return {
    objective: objectiveOf(options),
    negative,
    optimizer: optimizer === "adam" ? adam({ rate, ...penalties }) : sgd({ rate, momentum, nesterov, ...penalties }),
    dropout,
    sparsity,
    ...(average !== undefined && { average: { from: average } }),
    ...(averageOver !== undefined && { average: { over: averageOver } }),
    ...(patience !== undefined && { stopWhen: { metric: metrics[stopWhen], patience, tolerance } }),
  };
}

function objectiveOf({ objective, generative, unlabelled }: ClassificationRbmRuleOptions): Rule["objective"] {
  const only = { discriminative: 0, generative: 0, unlabelled: 0 };
  if (objective === "discriminative") return { ...only, discriminative: 1 };
  if (objective === "generative") return { ...only, generative: 1 };
  if (objective === "hybrid") return { ...only, discriminative: 1, generative: generative ?? 0.01 };
  return { discriminative: 1, generative: generative ?? 0, unlabelled: unlabelled ?? 0.1 };
}

function demandOwners(options: ClassificationRbmRuleOptions, heldOut: boolean): void {
  const { objective, optimizer, patience } = options;
  const orphan = (who: string, got: string, expected: string, wayOut = `Choose that, or leave ${who} out.`) =>
    refuse("option", { who, got, expected, wayOut });
  const given = (name: keyof ClassificationRbmRuleOptions) => options[name] !== undefined;
  const demand = (name: keyof ClassificationRbmRuleOptions, holds: boolean, got: string, expected: string) => {
    if (holds || !given(name)) return;
    throw orphan(
      `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      got,
      `${expected} with this option`,
    );
  };
  const mixed = objective === "hybrid" || objective === "semi-supervised";
  demand("generative", mixed, `--objective ${objective}`, "--objective hybrid or semi-supervised");
  demand("unlabelled", objective === "semi-supervised", `--objective ${objective}`, "--objective semi-supervised");
  demand("k", objective !== "discriminative", "--objective discriminative", "an objective with a generative term");
  for (const name of ["momentum", "nesterov"] as const)
    demand(name, optimizer === "sgd", "--optimizer adam", "--optimizer sgd");
  for (const name of ["stopWhen", "tolerance"] as const)
    demand(name, given("patience"), "it without --patience", "--patience");
  if (patience !== undefined && !heldOut) {
    throw orphan("--patience", "no held-out cases", "some to watch", "Name them with --held-out.");
  }
  if (!given("average") || !given("averageOver")) return;
  throw orphan("--average", "it with --average-over", "one average", "Choose one of them.");
}

/** "ln P(y | v) + 0.01 ln P(v, y) by CD-1, Adam, rate 0.01..0, …" */
export function classificationRbmRuleText(rule: Rule): string {
  const { objective, negative, optimizer, dropout, sparsity, average, stopWhen } = rule;
  const { discriminative, generative, unlabelled } = objective;
  const { weightDecay, l1, rate } = optimizer;
  const term = (weight: number, what: string) => (weight > 0 ? [`${weight === 1 ? "" : `${weight} `}${what}`] : []);
  const terms = [
    ...term(discriminative, "ln P(y | v)"),
    ...term(generative, "ln P(v, y)"),
    ...term(unlabelled, "ln P(v) of unlabelled cases"),
  ];
  const hasDreams = generative + unlabelled > 0 && negative.rule === "cd";
  const name = optimizer.optimizer === "adam" ? "Adam" : optimizer.nesterov ? "SGD with Nesterov's momentum" : "SGD";
  const parts = [
    `${terms.join(" + ")}${hasDreams ? ` by CD-${negative.k}` : ""}`,
    `${name}, rate ${formatSchedule(rate)}`,
    weightDecay > 0 && `L2 ${weightDecay}`,
    l1 > 0 && `L1 ${l1}`,
    dropout > 0 && `dropout ${dropout} of hidden units`,
    sparsity > 0 && `sparsity ${sparsity}`,
    average && ("from" in average ? `averaged from ${average.from} on` : `averaged over ${average.over} epochs`),
    stopWhen && `patience ${stopWhen.patience}`,
  ];
  return parts.filter((part) => part).join(", ");
}
