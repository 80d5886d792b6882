/** The learning rule of a general machine in words. */

import {
  type BoltzmannNegativeConfig,
  formatAnnealing,
  formatSchedule,
  MOST_TERMS,
  type OptimizerConfig,
  type PositiveConfig,
  type Settling,
} from "../../src/index.js";
import { plural } from "../output.js";

/** "about 4,096 terms", "more than 2^25 terms". */
export function termsText(terms: number, most: number = MOST_TERMS): string {
  if (terms > most) return `more than 2^${Math.log2(most)} terms`;
  return terms < 1e6 ? `about ${plural(Math.round(terms), "term")}` : `about 2^${Math.log2(terms).toFixed(1)} terms`;
}

/** "sgd, rate 0.1, momentum 0.9". */
export function optimizerText(config: OptimizerConfig): string {
  const names = { sgd: "sgd, rate", adam: "adam, rate", sign: "steps of fixed size," };
  const rate = `${names[config.optimizer]} ${formatSchedule(config.rate)}`;
  if (config.optimizer === "sign") return rate;
  const { weightDecay, l1 } = config;
  const momentum = config.optimizer === "sgd" ? config.momentum : 0;
  const parts = [
    rate,
    momentum !== 0 && `momentum ${formatSchedule(momentum)}`,
    weightDecay > 0 && `decay ${weightDecay}`,
    l1 > 0 && `L1 ${l1}`,
  ];
  return parts.filter(Boolean).join(", ");
}

export function positiveText(config: PositiveConfig): string {
  switch (config.phase) {
    case "data":
      return "moments of the data";
    case "exact":
      return "exact, over all states of the hidden units";
    case "mean-field":
      return "mean field";
    case "chains":
      return `${plural(config.chainsPerCase, "chain")} a case, ${settlingText(config)}`;
  }
}

export function negativeText(config: BoltzmannNegativeConfig): string {
  switch (config.rule) {
    case "exact":
      return "exact";
    case "scratch":
      return `${plural(config.chains, "chain")} from random bits, ${settlingText(config)}`;
    case "persistent":
      return `${plural(config.chains, "persistent chain")}, ${plural(config.sweeps, "sweep")} an update`;
    case "tempered":
      return `${plural(config.chains, "chain")} on ${config.ladder.length} temperatures, ${plural(config.sweeps, "sweep")} an update`;
    case "cd":
      return `CD-${config.k}`;
    case "pseudo-likelihood":
      return "pseudo-likelihood";
  }
}

function settlingText({ anneal, readings, dynamics }: Settling): string {
  const stages = anneal.length > 0 ? `${dynamics} ${formatAnnealing(anneal)}` : dynamics;
  return `${stages}, ${plural(readings, "reading")}`;
}
