/**
 * What the kernels do for label units of an RBM whose hidden units are summed out [Larochelle and Bengio 2008]: with x the input that hidden
 * units have from the others, class k adds its row of weights, o_kj = x_j + W_kj, and
 *
 *   ln P(k | v) = b_k + Σ_j softplus(o_kj) + what is the same for every class.
 */

import type { Field, Matrix, Vector } from "./arrays.js";

export interface LabelScores {
  readonly cases: number;
  /** x */
  readonly input: Field;
  /** W; class k is its row `first` + k. */
  readonly weights: Matrix;
  /** b; class k is its element `first` + k. */
  readonly bias: Vector;
  readonly first: number;
  /** Of the sum over hidden units; 1 by default. */
  readonly scale?: number;
  /** As many units as classes: b_k + scale · Σ_j softplus(o_kj), minus the largest of the case. */
  readonly out: Field;
}

/** The gradient of Σ_k a_k Σ_j softplus(o_kj), a case's weights a_k being given. */
export interface LabelGradient {
  readonly cases: number;
  readonly input: Field;
  readonly weights: Matrix;
  readonly first: number;
  /** a, as many units as classes. */
  readonly shares: Field;
  /** Σ_k a_k σ(o_kj), the derivative by x_j; it may not be `input` itself. */
  readonly hidden: Field;
  /** To its rows from `first` on `factor` · Σ a_k σ(o_kj) over the cases is added. */
  readonly gradient: Matrix;
  readonly factor: number;
}

export interface LabelKernels {
  /** Bits do not depend on threads, and are those of the reference. Throws "shape" where arrays do not fit. */
  labelScores(task: LabelScores): void;
  /** The same. */
  labelGradient(task: LabelGradient): void;
}
