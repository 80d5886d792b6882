/**
 * How a parameter moves up a gradient: the formulas of the optimizers, for one number at a time. The reference kernels and the optimizer of
 * general machines call them; assembly/optimize.ts repeats them for four numbers.
 *
 * SGD, with g the gradient, θ the parameter and v what is kept:
 *   v ← momentum · v + (rate · g − decay · θ);   θ ← θ + v,   or with Nesterov's momentum θ + momentum · v + (rate · g − decay · θ),
 * which is his step with g taken where θ already looks ahead [Sutskever et al. 2013].
 *
 * Adam [Kingma and Ba 2015], at its t-th update, with decay apart from the moments [Loshchilov and Hutter 2019]:
 *   m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²,   θ ← θ + rate · m̂ / (√v̂ + ε) − decay · θ,   m̂ = m / (1 − β₁ᵗ),   v̂ = v / (1 − β₂ᵗ).
 *
 * Then θ goes towards 0 by `shrink`, and not beyond: the proximal step of the penalty Σ|θ|.
 */

import { power } from "../math/power.js";

interface Penalties {
  /** rate · L2 coefficient, per update. */
  readonly decay: number;
  /** rate · L1 coefficient, per update. */
  readonly shrink: number;
}

export interface SgdRule extends Penalties {
  readonly kind: "sgd";
  readonly rate: number;
  readonly momentum: number;
  readonly nesterov: boolean;
}

export interface AdamRule extends Penalties {
  readonly kind: "adam";
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** t, from 1. */
  readonly updates: number;
}

export type StepRule = SgdRule | AdamRule;

/** The same for parameters that neither decay nor shrink, as biases. */
export function withoutPenalties(rule: StepRule): StepRule {
  return { ...rule, decay: 0, shrink: 0 };
}

/** 1 − βᵗ of both moments, by multiplications only: the same bits everywhere. */
export function corrections({ beta1, beta2, updates }: AdamRule): { readonly first: number; readonly second: number } {
  return { first: 1 - power(beta1, updates), second: 1 - power(beta2, updates) };
}

type Floats = Float32Array | Float64Array;

/** Moves all `values` by one update, and with them what is kept in `memory`. */
export function stepAll(rule: StepRule, values: Floats, gradient: ArrayLike<number>, memory: readonly Floats[]): void {
  const move = rule.kind === "adam" ? adamStep(rule, memory) : sgdStep(rule, memory[0]);
  for (let i = 0; i < values.length; i++) {
    const next = move(values[i], gradient[i], i);
    values[i] = rule.shrink > 0 ? Math.sign(next) * Math.max(Math.abs(next) - rule.shrink, 0) : next;
  }
}

type Move = (value: number, gradient: number, i: number) => number;

function sgdStep({ rate, momentum, nesterov, decay }: SgdRule, velocity: Floats | undefined): Move {
  return (value, gradient, i) => {
    const change = rate * gradient - decay * value;
    if (!velocity) return value + change;
    const kept = momentum * velocity[i] + change;
    velocity[i] = kept;
    return value + (nesterov ? momentum * kept + change : kept);
  };
}

function adamStep(rule: AdamRule, [first, second]: readonly Floats[]): Move {
  const { rate, beta1, beta2, epsilon, decay } = rule;
  const correction = corrections(rule);
  return (value, gradient, i) => {
    const m = beta1 * first[i] + (1 - beta1) * gradient;
    const v = beta2 * second[i] + (1 - beta2) * gradient * gradient;
    first[i] = m;
    second[i] = v;
    return value + ((rate / correction.first) * m) / (Math.sqrt(v / correction.second) + epsilon) - decay * value;
  };
}
