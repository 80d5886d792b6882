/**
 * Hidden units that are seldom on [Hinton 2010, section 11]: the penalty is `cost` times the cross entropy of the target p with q_j, a moving
 * average of how often unit j is on. Its derivative by the unit's input is q_j − p, and goes to the bias and to the incoming weights alike:
 *
 *   ∇c_j −= cost (q_j − p),   ∇W_ij −= cost (q_j − p) ⟨v_i⟩data.
 *
 * To the bias alone, weights would grow against it. Both come of one change: the hidden statistics of the positive phase are shifted
 * by −cost (q_j − p), so that this works with every optimizer and with centring.
 */

import { refuse } from "../../errors.js";
import type { Field } from "../../kernels/kernels.js";
import type { SavedShapes, SavedState } from "../checkpoint.js";
import { checkMovingRate } from "../moving-average.js";
import { movingMeanSaves, startMovingMean } from "./moving-mean.js";
import type { LearningContext } from "./phase.js";

export interface SparsityOptions {
  /** p in (0, 1); 0.01 to 0.1 is usual. */
  readonly target: number;
  /** Positive; 0.1 by default. */
  readonly cost?: number;
  /** Of the moving average q; 0.05 by default. */
  readonly rate?: number;
}

export type SparsityConfig = Required<SparsityOptions>;

/** Throws "option" for a target outside (0, 1), a cost ≤ 0, a rate outside (0, 1]. */
export function completeSparsity({ target, cost = 0.1, rate = 0.05 }: SparsityOptions): SparsityConfig {
  if (!(target > 0 && target < 1)) {
    const expected = "a number in (0, 1); 0.01 to 0.1 is usual";
    throw refuse("option", { who: "sparsity target", got: String(target), expected });
  }
  if (!(cost > 0 && Number.isFinite(cost))) {
    throw refuse("option", { who: "sparsity cost", got: String(cost), expected: "a positive number; 0.1 is usual" });
  }
  checkMovingRate("rate of sparsity", rate);
  return { target, cost, rate };
}

const name = "sparsity";

export function sparsitySaves(hidden: number): SavedShapes {
  return movingMeanSaves(name, hidden);
}

export interface Sparsity {
  /** Shifts the hidden statistics of the positive phase. */
  shift(hidden: Field, cases: number): void;
  state(): SavedState;
}

export function startSparsity(context: LearningContext, { target, cost, rate }: SparsityConfig): Sparsity {
  const { kernels, parameters } = context;
  const { mean, follow, state } = startMovingMean(context, name, rate);
  const by = kernels.vector(parameters.hiddenBias.size);
  return {
    shift(hidden, cases) {
      follow(hidden, cases);
      by.write(mean.read().map((q) => -cost * (q - target)));
      kernels.shift(hidden, cases, by);
    },
    state,
  };
}
