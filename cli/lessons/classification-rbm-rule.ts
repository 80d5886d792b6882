/** What a classification RBM learns for, and how its parameters follow the gradient, as options of the command line. */

import { type Command, Option } from "commander";
import { contrastiveDivergence, formatSchedule, type Schedule } from "../../src/index.js";
import type { ClassificationRbmRunConfig } from "../../src/node/index.js";
import { number } from "../arguments.js";
import {
  addLabelledOptimizer,
  addLabelledStopping,
  demandLabelledOwners,
  type LabelledRuleOptions,
  labelledRule,
  optimizerWords,
  orphan,
  stoppingWords,
} from "./labelled-rule.js";

const objectives = ["hybrid", "discriminative", "generative", "semi-supervised"] as const;

export interface ClassificationRbmRuleOptions extends LabelledRuleOptions {
  readonly objective: (typeof objectives)[number];
  readonly generative?: number;
  readonly unlabelled?: number;
  readonly k?: number;
  readonly dropout: number;
  readonly sparsity: number;
}

type Learning = ClassificationRbmRunConfig["learning"];
type Rule = Omit<Learning, "epochs" | "batchSize" | "seed" | "clamp">;

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
    .option("--k <k>", "k: Gibbs sweeps of the CD-k of generative terms (default: 1)", number({ whole: true }));
  addLabelledOptimizer(command, rate, "momentum")
    .option("--dropout <p>", "p: hidden units left out of an update, e.g. 0.5", number(), 0)
    .option("--sparsity <δ>", "δ: hidden biases fall by η δ at each update", number(), 0);
  return addLabelledStopping(command);
}

/** Throws "option" for values outside their domain, and options without the one that they belong to. */
export function classificationRbmRule(options: ClassificationRbmRuleOptions, heldOut: boolean): Rule {
  demandOwners(options);
  demandLabelledOwners(options, heldOut);
  const { dropout, sparsity, k = 1 } = options;
  const { config: negative } = contrastiveDivergence({ k });
  return {
    objective: objectiveOf(options),
    negative,
    dropout,
    sparsity,
    ...labelledRule(options, usualRates),
  };
}

function objectiveOf({ objective, generative, unlabelled }: ClassificationRbmRuleOptions): Rule["objective"] {
  const only = { discriminative: 0, generative: 0, unlabelled: 0 };
  if (objective === "discriminative") return { ...only, discriminative: 1 };
  if (objective === "generative") return { ...only, generative: 1 };
  if (objective === "hybrid") return { ...only, discriminative: 1, generative: generative ?? 0.01 };
  return { discriminative: 1, generative: generative ?? 0, unlabelled: unlabelled ?? 0.1 };
}

function demandOwners(options: ClassificationRbmRuleOptions): void {
  const { objective } = options;
  const demand = (name: "generative" | "unlabelled" | "k", holds: boolean, got: string, expected: string) => {
    if (!holds && options[name] !== undefined) throw orphan(`--${name}`, got, `${expected} with this option`);
  };
  const mixed = objective === "hybrid" || objective === "semi-supervised";
  demand("generative", mixed, `--objective ${objective}`, "--objective hybrid or semi-supervised");
  demand("unlabelled", objective === "semi-supervised", `--objective ${objective}`, "--objective semi-supervised");
  demand("k", objective !== "discriminative", "--objective discriminative", "an objective with a generative term");
}

/** "ln P(y | v) + 0.01 ln P(v, y) by CD-1, Adam, rate 0.01..0, …" */
export function classificationRbmRuleText(rule: Rule): string {
  const { objective, negative, dropout, sparsity } = rule;
  const { discriminative, generative, unlabelled } = objective;
  const term = (weight: number, what: string) => (weight > 0 ? [`${weight === 1 ? "" : `${weight} `}${what}`] : []);
  const terms = [
    ...term(discriminative, "ln P(y | v)"),
    ...term(generative, "ln P(v, y)"),
    ...term(unlabelled, "ln P(v) of unlabelled cases"),
  ];
  const hasDreams = generative + unlabelled > 0 && negative.rule === "cd";
  const parts = [
    `${terms.join(" + ")}${hasDreams ? ` by CD-${negative.k}` : ""}`,
    ...optimizerWords(rule),
    dropout > 0 && `dropout ${dropout} of hidden units`,
    sparsity > 0 && `sparsity ${sparsity}`,
    ...stoppingWords(rule),
  ];
  return parts.filter((part) => part).join(", ");
}
