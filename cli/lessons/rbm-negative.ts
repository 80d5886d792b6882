/** The negative phase of an RBM: as options of the command line, as plain data, in words. */

import { type Command, InvalidArgumentError, Option } from "commander";
import {
  contrastiveDivergence,
  exactGradient,
  fastPersistent,
  gibbsFromScratch,
  type HiddenStatistics,
  type NegativeConfig,
  type NegativeRule,
  persistentContrastiveDivergence,
  refuse,
  temperedGibbs,
  trajectoryTempering,
} from "../../src/index.js";
import { number } from "../arguments.js";
import { plural } from "../output.js";

const rules = ["cd", "pcd", "fpcd", "pt", "ptt", "scratch", "exact"] as const;

export interface RbmNegativeOptions {
  readonly rule: (typeof rules)[number];
  readonly k?: number;
  readonly chains?: number;
  readonly sweeps?: number;
  readonly ladder?: number[];
  readonly fastRate?: number;
  readonly reservoir?: number;
  readonly dream?: HiddenStatistics;
  readonly reconstruction?: "sample" | "probability";
}

/** The rules that an option belongs to. */
const owners = {
  k: ["cd", "pcd", "fpcd", "ptt"],
  chains: ["pcd", "fpcd", "pt", "ptt", "scratch"],
  sweeps: ["pt", "scratch"],
  ladder: ["pt"],
  fastRate: ["fpcd"],
  reservoir: ["ptt"],
  dream: ["cd", "pcd", "fpcd"],
  reconstruction: ["cd"],
} as const satisfies Partial<Record<keyof RbmNegativeOptions, readonly string[]>>;

/** Whether an option says something of the rule. */
export function saysOf(rule: RbmNegativeOptions["rule"], option: string): boolean {
  return (owners as Readonly<Record<string, readonly string[]>>)[option]?.includes(rule) ?? true;
}

export function addRbmNegativeOptions(command: Command): Command {
  const count = number({ whole: true });
  const which = [
    "where ⟨v h⟩ of the dream comes from",
    "cd: chains from the data; pcd: chains that go on; fpcd: the same with fast weights",
    "pt: tempered chains; ptt: chains that exchange with earlier machines, and know log Z",
    "scratch: chains from random bits in every update; exact: sums, for at most 20 hidden (or visible) units",
  ];
  const choice = (text: string, flags: string, ...choices: string[]) => new Option(flags, text).choices(choices);
  return command
    .addOption(choice(which.join("; "), "--rule <which>", ...rules).default("cd"))
    .option("--k <k>", "k: Gibbs sweeps of CD-k, PCD-k, FPCD-k, and after each exchange of ptt (default: 1)", count)
    .option("--chains <n>", "chains of all rules but cd and exact (default: 100, pt: 20 on every rung)", count)
    .option(
      "--sweeps <n>",
      "pt: sweeps an update (default: 1); scratch: from random bits (default: until mixed)",
      count,
    )
    .option("--ladder <βs>", "pt: inverse temperatures, falling from 1 (default: 1,0.8,0.6,0.4,0.2,0)", numbers)
    .option("--fast-rate <ε>", "fpcd: learning rate of the fast weights (default: 0.05)", number())
    .option("--reservoir <n>", "ptt: samples of the earlier machine (default: ten times the chains)", count)
    .addOption(
      choice(
        "⟨v h⟩ₖ of cd, pcd and fpcd with P(h | v), or with samples (default: probability)",
        "--dream <what>",
        "probability",
        "sample",
      ),
    )
    .addOption(
      choice(
        "vₖ of cd as a sample or as P(v | h) (default: sample)",
        "--reconstruction <what>",
        "sample",
        "probability",
      ),
    );
}

export function numbers(text: string): number[] {
  const values = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (values.every(Number.isFinite)) return values;
  throw new InvalidArgumentError("Expected numbers such as 1,0.8,0.6.");
}

/**
 * The rule that the options ask for, one of the `known` ones. Throws "option" for options of other rules, and outside their domains.
 */
export function rbmNegative(
  options: RbmNegativeOptions,
  known: readonly RbmNegativeOptions["rule"][] = rules,
): NegativeConfig {
  const { rule } = options;
  for (const [name, all] of Object.entries(owners) as [keyof typeof owners, readonly (typeof rules)[number][]][]) {
    if (options[name] === undefined || all.includes(rule)) continue;
    const of = all.filter((other) => known.includes(other));
    const flag = name === "fastRate" ? "--fast-rate" : `--${name}`;
    const expected = `--rule ${of.join(", ").replace(/, ([^,]*)$/, " or $1")} with this option`;
    const wayOut = `Choose ${of.length > 1 ? "one of these" : "that"}, or leave ${flag} out.`;
    throw refuse("option", { who: flag, got: `--rule ${rule}`, expected, wayOut });
  }
  // what is not given is as the library has it
  const given = Object.fromEntries(Object.keys(owners).flatMap((name) => entryOf(name, options)));
  const makers: Record<RbmNegativeOptions["rule"], (given: object) => NegativeRule> = {
    cd: contrastiveDivergence,
    pcd: persistentContrastiveDivergence,
    fpcd: fastPersistent,
    pt: temperedGibbs,
    ptt: trajectoryTempering,
    scratch: gibbsFromScratch,
    exact: exactGradient,
  };
  return makers[rule](given).config;
}

function entryOf(name: string, options: RbmNegativeOptions): [string, unknown][] {
  const value = options[name as keyof RbmNegativeOptions];
  return value === undefined ? [] : [[name, value]];
}

/** The negative phase in few words. */
export function rbmNegativeText(negative: NegativeConfig): string {
  switch (negative.rule) {
    case "cd":
      return `CD-${negative.k}`;
    case "pcd":
      return `PCD-${negative.k}, ${plural(negative.chains, "chain")}`;
    case "fpcd":
      return `FPCD-${negative.k}, ${plural(negative.chains, "chain")}`;
    case "tempered":
      return `parallel tempering, ${negative.ladder.length} temperatures × ${plural(negative.chains, "chain")}`;
    case "ptt":
      return `trajectory tempering, ${plural(negative.chains, "chain")} and ${plural(negative.reservoir, "sample")}`;
    case "scratch": {
      const { sweeps, chains } = negative;
      const long = sweeps === "mixed" ? "until they mix" : plural(sweeps, "sweep");
      return `Gibbs sampling from scratch, ${plural(chains, "chain")}, ${long}`;
    }
    case "exact":
      return "the exact gradient";
  }
}
