/** Optimizers as plain data: stochastic gradient ascent, and steps of fixed size. Each machine's learner applies them to its arrays. */

import { checkSchedule, type Schedule } from "./schedule.js";

/** Stochastic gradient ascent with momentum and weight decay [Hinton 2010, sections 7, 9, 10]. */
export interface SgdConfig {
  readonly optimizer: "sgd";
  /** η; positive. */
  readonly rate: Schedule;
  /** α in [0, 1). */
  readonly momentum: Schedule;
  /** λ of the penalty ½ λ Σ W², weights only; 0 or more. */
  readonly weightDecay: number;
}

export interface SgdOptions {
  readonly rate?: Schedule;
  readonly momentum?: Schedule;
  readonly weightDecay?: number;
}

/** SGD. Throws "option" for a rate ≤ 0 (0 is allowed as the end of a schedule), a momentum outside [0, 1), a negative decay. */
export function sgd({ rate = 0.05, momentum = 0, weightDecay = 0 }: SgdOptions = {}): SgdConfig {
  const wayOut = "a positive number; 0.01 to 0.1 is usual";
  checkSchedule("learning rate", rate, wayOut, (value) => value > 0 || (typeof rate !== "number" && value === 0));
  checkSchedule("momentum", momentum, "a number in [0, 1)", (value) => value >= 0 && value < 1);
  checkSchedule("weight decay", weightDecay, "a number, 0 or more; 0.0002 is usual", (value) => value >= 0);
  return { optimizer: "sgd", rate, momentum, weightDecay };
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

export type OptimizerConfig = SgdConfig | SignConfig;

/** The optimizer that a run folder names. Throws as sgd and signSteps. */
export function optimizerFrom(config: OptimizerConfig): OptimizerConfig {
  return config.optimizer === "sgd" ? sgd(config) : signSteps(config);
}
