/** The learning rule of a general machine: from options to plain data, with defaults that fit the machine. */

import {
  type BoltzmannNegativeConfig,
  boltzmannContrastive,
  type ChainDynamics,
  type Connections,
  checkTemperature,
  clampedChains,
  dataMoments,
  exactFree,
  exactHidden,
  exactTerms,
  fromScratch,
  meanField,
  type OptimizerConfig,
  type PositiveConfig,
  persistentChains,
  pseudoLikelihood,
  refuse,
  type Schedule,
  type Settling,
  sgd,
  signSteps,
  temperedChains,
} from "../../src/index.js";
import { negativeText, optimizerText, positiveText, termsText } from "./boltzmann-texts.js";

export interface RuleOptions {
  readonly positive?: PositiveConfig["phase"];
  readonly negative?: BoltzmannNegativeConfig["rule"];
  readonly chains?: number;
  readonly chainsPerCase?: number;
  readonly sweeps?: number;
  readonly anneal?: Settling["anneal"];
  readonly readings?: number;
  readonly dynamics?: ChainDynamics;
  readonly ladder?: readonly number[];
  readonly k?: number;
  readonly temperature: number;
  readonly optimizer: OptimizerConfig["optimizer"];
  readonly rate?: Schedule;
  readonly momentum?: Schedule;
  readonly weightDecay?: number;
}

/** The machine that a rule is for, and the most cases that an update will see. */
export interface RulePlace {
  readonly connections: Connections;
  readonly visible: number;
  readonly batchSize: number;
}

export interface ChosenRule {
  readonly positive: PositiveConfig;
  readonly negative: BoltzmannNegativeConfig;
  readonly optimizer: OptimizerConfig;
  /** What was chosen, and why: a line each. */
  readonly choices: readonly string[];
}

/** Terms of an exact negative phase up to which it takes about a millisecond: less than chains that are as good. */
const cheapTerms = 2 ** 16;
/** Terms and units of an exact positive phase, over all cases of an update, up to which it takes some milliseconds. */
const cheapCases = 2 ** 18;

/** The rule that the options ask for, the rest of it as fits the machine. Throws "option" for options of other rules, or outside their domains. */
export function chooseRule(options: RuleOptions, place: RulePlace): ChosenRule {
  const { connections, visible, batchSize } = place;
  checkTemperature(options.temperature);
  const shown = Array.from({ length: visible }, (_, i) => i);
  const hidden = connections.units - visible;
  const clamped = hidden === 0 ? 0 : exactTerms(connections, shown, "hidden");
  const free = exactTerms(connections, shown, "all");
  const isCheap = (clamped + connections.units) * batchSize <= cheapCases;
  const phase = options.positive ?? (hidden === 0 ? "data" : isCheap ? "exact" : "chains");
  const rule = options.negative ?? (free <= cheapTerms ? "exact" : "persistent");
  demandOwners(options, { positive: phase, negative: rule, optimizer: options.optimizer });
  const positive = positiveOf(phase, options);
  const negative = negativeOf(rule, options);
  const optimizer = optimizerOf(options, phase === "chains" || (rule !== "exact" && rule !== "pseudo-likelihood"));
  const because = (given: string | undefined, reason: string) => (given === undefined ? `; chosen, as ${reason}` : "");
  const reason = hidden === 0 ? "there are no hidden units" : `the exact sum of a case has ${termsText(clamped)}`;
  return {
    positive,
    negative,
    optimizer,
    choices: [
      `Positive phase: ${positiveText(positive)}${because(options.positive, reason)}.`,
      `Negative phase: ${negativeText(negative)}${because(options.negative, `the exact sum has ${termsText(free)}`)}.`,
      `Optimizer: ${optimizerText(optimizer)}.`,
    ],
  };
}

type Choice = { readonly positive: string; readonly negative: string; readonly optimizer: string };

/** The rules that an option belongs to, by the options that choose them. */
const owners: readonly {
  readonly name: keyof RuleOptions;
  readonly flag: string;
  readonly of: Partial<Record<keyof Choice, readonly string[]>>;
}[] = [
  { name: "chains", flag: "--chains", of: { negative: ["scratch", "persistent", "tempered"] } },
  { name: "chainsPerCase", flag: "--chains-per-case", of: { positive: ["chains"] } },
  { name: "sweeps", flag: "--sweeps", of: { negative: ["persistent", "tempered"] } },
  { name: "anneal", flag: "--anneal", of: { positive: ["chains"], negative: ["scratch"] } },
  { name: "readings", flag: "--readings", of: { positive: ["chains"], negative: ["scratch"] } },
  { name: "dynamics", flag: "--dynamics", of: { positive: ["chains"], negative: ["scratch"] } },
  { name: "ladder", flag: "--ladder", of: { negative: ["tempered"] } },
  { name: "k", flag: "--k", of: { negative: ["cd"] } },
  { name: "momentum", flag: "--momentum", of: { optimizer: ["sgd"] } },
  { name: "weightDecay", flag: "--weight-decay", of: { optimizer: ["sgd"] } },
];

/** Throws "option" for an option that none of the chosen rules has. */
function demandOwners(options: RuleOptions, choice: Choice): void {
  for (const { name, flag, of } of owners) {
    const places = Object.entries(of) as [keyof Choice, readonly string[]][];
    if (options[name] === undefined || places.some(([part, names]) => names.includes(choice[part]))) continue;
    const got = places.map(([part]) => {
      const chosen = options[part] === undefined ? " (chosen for this machine)" : "";
      return `--${part} ${choice[part]}${chosen}`;
    });
    const expected = `${places.map(([part, names]) => `--${part} ${anyOf(names)}`).join(" or ")} with this option`;
    const wayOut = `Choose ${places.flatMap(([, names]) => names).length > 1 ? "one of these" : "that"}, or leave ${flag} out.`;
    throw refuse("option", { who: flag, got: got.join(" and "), expected, wayOut });
  }
}

/** "a", "a or b", "a, b or c". */
function anyOf(names: readonly string[]): string {
  return [names.slice(0, -1).join(", "), names.at(-1)].filter(Boolean).join(" or ");
}

function positiveOf(phase: PositiveConfig["phase"], options: RuleOptions): PositiveConfig {
  if (phase === "data") return dataMoments().config;
  if (phase === "exact") return exactHidden().config;
  if (phase === "mean-field") return meanField().config;
  return clampedChains({ chainsPerCase: options.chainsPerCase ?? 1, ...settlingOf(options, 10) }).config;
}

function negativeOf(rule: BoltzmannNegativeConfig["rule"], options: RuleOptions): BoltzmannNegativeConfig {
  const { chains, sweeps, ladder, k } = options;
  const counts = { ...(chains !== undefined && { chains }), ...(sweeps !== undefined && { sweeps }) };
  switch (rule) {
    case "exact":
      return exactFree().config;
    case "scratch":
      return fromScratch({ ...counts, ...settlingOf(options, 50) }).config;
    case "persistent":
      return persistentChains(counts).config;
    case "tempered":
      return temperedChains({ ...counts, ...(ladder && { ladder }) }).config;
    case "cd":
      return boltzmannContrastive(k === undefined ? {} : { k }).config;
    case "pseudo-likelihood":
      return pseudoLikelihood().config;
  }
}

/** Without an annealing schedule so many units of time at the rule's temperature. */
function settlingOf({ anneal, readings, dynamics, temperature }: RuleOptions, steps: number): Settling {
  return {
    anneal: anneal ?? [{ steps, temperature }],
    readings: readings ?? 1,
    dynamics: dynamics ?? "sequential",
  };
}

/** Steps of the weights in units of T, which is what firing probabilities see. */
const usualRates = { sgd: 0.1, last: 0.01, sign: 0.2 } as const;
/** Where nothing is sampled; with chains it would add their noise up. */
const usualMomentum = 0.9;

/** `sampled`: whether statistics come from chains; their noise is averaged out by a rate that falls. */
function optimizerOf(options: RuleOptions, sampled: boolean): OptimizerConfig {
  const { optimizer, temperature: T, weightDecay = 0 } = options;
  if (optimizer === "sign") return signSteps({ rate: options.rate ?? usualRates.sign * T });
  const falling = { kind: "linear", from: usualRates.sgd * T, to: usualRates.last * T } as const;
  const rate = options.rate ?? (sampled ? falling : usualRates.sgd * T);
  return sgd({ rate, momentum: options.momentum ?? (sampled ? 0 : usualMomentum), weightDecay });
}
