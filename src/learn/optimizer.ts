/**
 * Optimizers as plain data: stochastic gradient ascent, Adam, and steps of fixed size. Each machine's learner applies them to its arrays,
 * by the formulas of kernels/step-rule.ts. Rates and penalties are per update; penalties are on weights only.
 */

import { refuse } from "../errors.js";
import type { StepRule } from "../kernels/step-rule.js";
import { checkSchedule, type Schedule, valueAt, valuesOf } from "./schedule.js";

interface Penalties {
  /** λ of the penalty ½ λ Σ W² (L2); 0 or more. */
  readonly weightDecay: number;
  /** λ₁ of the penalty λ₁ Σ |W| (L1); 0 or more. Weights become 0, and stay so until their gradient exceeds it. */
  readonly l1: number;
}

/** Stochastic gradient ascent with momentum and weight decay [Hinton 2010, sections 7, 9, 10]. */
export interface SgdConfig extends Penalties {
  readonly optimizer: "sgd";
  /** η; positive. */
  readonly rate: Schedule;
  /** α in [0, 1). */
  readonly momentum: Schedule;
  /** Nesterov's momentum: the gradient is taken where momentum will have led [Sutskever et al. 2013]. */
  readonly nesterov: boolean;
}

export interface SgdOptions extends Partial<Penalties> {
  readonly rate?: Schedule;
  readonly momentum?: Schedule;
  readonly nesterov?: boolean;
}

/**
 * SGD. Throws "option" for a rate ≤ 0 (0 is allowed as the end of a schedule), a momentum outside [0, 1), negative penalties, and Nesterov's
 * momentum without any.
 */
export function sgd(options: SgdOptions = {}): SgdConfig {
  const { rate = 0.05, momentum = 0, nesterov = false, weightDecay = 0, l1 = 0 } = options;
  checkRate(rate, "0.01 to 0.1");
  checkSchedule("momentum", momentum, "a number in [0, 1)", (value) => value >= 0 && value < 1);
  if (nesterov && !hasMomentum({ momentum })) {
    throw refuse("option", {
      who: "Nesterov's momentum",
      got: "a momentum of 0",
      expected: "one in (0, 1), such as 0.9",
    });
  }
  checkPenalties({ weightDecay, l1 });
  return { optimizer: "sgd", rate, momentum, nesterov, weightDecay, l1 };
}

/** Adam [Kingma and Ba 2015], with weight decay apart from the moments [Loshchilov and Hutter 2019]. */
export interface AdamConfig extends Penalties {
  readonly optimizer: "adam";
  /** η; positive: about the size of a step of each parameter. */
  readonly rate: Schedule;
  /** β₁, β₂ in [0, 1): how much of the moving averages of the gradient and of its square stays. */
  readonly beta1: number;
  readonly beta2: number;
  /** ε, beside the root of the mean square. */
  readonly epsilon: number;
}

export interface AdamOptions extends Partial<Penalties> {
  readonly rate?: Schedule;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/** Adam. Throws "option" for a rate as with SGD, β outside [0, 1), ε outside [1e-30, 1], negative penalties. */
export function adam(options: AdamOptions = {}): AdamConfig {
  const { rate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0, l1 = 0 } = options;
  checkRate(rate, "0.0001 to 0.01");
  for (const [who, beta] of Object.entries({ "beta 1": beta1, "beta 2": beta2 })) {
    checkSchedule(who, beta, "a number in [0, 1)", (value) => value >= 0 && value < 1);
  }
  // 0 / 0 where a parameter never had a gradient
  checkSchedule("epsilon", epsilon, "a number in [1e-30, 1]; 1e-8 is usual", (value) => value >= 1e-30 && value <= 1);
  checkPenalties({ weightDecay, l1 });
  return { optimizer: "adam", rate, beta1, beta2, epsilon, weightDecay, l1 };
}

function checkRate(rate: Schedule, usual: string): void {
  const expected = `a positive number; ${usual} is usual`;
  checkSchedule("learning rate", rate, expected, (value) => value > 0 || (typeof rate !== "number" && value === 0));
}

function checkPenalties({ weightDecay, l1 }: Penalties): void {
  checkSchedule("weight decay", weightDecay, "a number, 0 or more; 0.0002 is usual", (value) => value >= 0);
  checkSchedule("L1 penalty", l1, "a number, 0 or more", (value) => value >= 0);
}

export interface SignConfig {
  readonly optimizer: "sign";
  /** The size of a step; positive. */
  readonly rate: Schedule;
}

/**
 * Steps of a fixed size with the sign of the gradient, none where it is 0 [Ackley et al. 1985, where the size is 2]. Throws "option" for a
 * size ≤ 0.
 */
export function signSteps({ rate = 2 }: { readonly rate?: Schedule } = {}): SignConfig {
  checkSchedule("size of steps", rate, "a positive number", (value) => value > 0);
  return { optimizer: "sign", rate };
}

/** Optimizers that follow the gradient. */
export type GradientConfig = SgdConfig | AdamConfig;

export type OptimizerConfig = GradientConfig | SignConfig;

/** The optimizer that a run folder names; what it does not name is as the functions above have it, and they throw as they do. */
export function optimizerFrom<Config extends OptimizerConfig>(config: Config): Config {
  const make = { sgd, adam, sign: signSteps }[config.optimizer] as (config: OptimizerConfig) => OptimizerConfig;
  return make(config) as Config;
}

const hasMomentum = ({ momentum }: Pick<SgdConfig, "momentum">): boolean =>
  valuesOf(momentum).some((value) => value > 0);

/** Names of what the optimizer keeps for each parameter from one update to the next. */
export function memoryNames(config: OptimizerConfig): readonly string[] {
  if (config.optimizer === "adam") return ["first", "second"];
  return config.optimizer === "sgd" && hasMomentum(config) ? ["step"] : [];
}

/**
 * The rule of the update at `epoch` (fractions allowed) of `epochs`, the optimizer's `updates`-th, from 1, at the configured rate times
 * `factor`.
 */
export function ruleAt(config: GradientConfig, epoch: number, epochs: number, updates: number, factor = 1): StepRule {
  const rate = factor * valueAt(config.rate, epoch, epochs);
  const common = { rate, decay: rate * config.weightDecay, shrink: rate * config.l1 };
  if (config.optimizer === "adam") {
    const { beta1, beta2, epsilon } = config;
    return { kind: "adam", ...common, beta1, beta2, epsilon, updates };
  }
  const momentum = valueAt(config.momentum, epoch, epochs);
  return { kind: "sgd", ...common, momentum, nesterov: config.nesterov };
}
