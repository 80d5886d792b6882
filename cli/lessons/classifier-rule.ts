/** How a classifier's parameters follow the gradient, as options of the command line. */

import { type Command, Option } from "commander";
import type { CompleteClassifierOptions } from "../../src/index.js";
import { number } from "../arguments.js";
import {
  addLabelledOptimizer,
  addLabelledStopping,
  demandLabelledOwners,
  type LabelledRuleOptions,
  labelledRule,
  optimizerWords,
  stoppingWords,
} from "./labelled-rule.js";

export interface ClassifierRuleOptions extends LabelledRuleOptions {
  readonly learns: "all" | "read-out";
  readonly lowerRate: number;
  readonly dropout: number;
  readonly inputDropout: number;
}

type Rule = Omit<CompleteClassifierOptions, "epochs" | "batchSize" | "seed">;

const usualRates = { sgd: 0.1, adam: 0.001 } as const;

export function addClassifierRuleOptions(command: Command): Command {
  const rate = `η: learning rate (default: adam: ${usualRates.adam}, sgd: ${usualRates.sgd}); a number, a line 0.001..0, or steps 0.1@0,0.01@10 (value@epoch)`;
  const learns = "all layers, by back-propagation; or the read-out alone, on features that stay as they are";
  command.addOption(new Option("--learns <what>", learns).choices(["all", "read-out"]).default("all"));
  addLabelledOptimizer(command, rate, "α: momentum")
    .option("--lower-rate <f>", "each layer learns at f times the rate of the one above it", number(), 1)
    .option("--dropout <p>", "p: hidden units left out of an update, e.g. 0.5", number(), 0)
    .option("--input-dropout <p>", "p: inputs left out of an update, e.g. 0.2", number(), 0);
  return addLabelledStopping(command);
}

/** Throws "option" for values outside their domain, and options without the one that they belong to. */
export function classifierRule(options: ClassifierRuleOptions, heldOut: boolean): Rule {
  demandLabelledOwners(options, heldOut);
  const { learns, lowerRate } = options;
  const dropout = { input: options.inputDropout, hidden: options.dropout };
  return {
    learns,
    lowerRate,
    ...(dropout.input + dropout.hidden !== 0 && { dropout }),
    ...labelledRule(options, usualRates),
  };
}

/** "back-propagation, Adam, rate 0.001, …" */
export function classifierRuleText(rule: Rule): string {
  const { learns, lowerRate, dropout } = rule;
  const parts = [
    learns === "all" ? "back-propagation" : "the read-out alone",
    ...optimizerWords(rule),
    lowerRate !== 1 && `lower layers at ${lowerRate} of the rate`,
    dropout && `dropout ${dropout.input} of inputs and ${dropout.hidden} of hidden units`,
    ...stoppingWords(rule),
  ];
  return parts.filter((part) => part).join(", ");
}
