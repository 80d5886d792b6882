/** What the kernels do for networks that are fed forward, besides the products: read-out, derivatives, dropout. */

import type { Draw } from "../random/draw.js";
import type { Field } from "./arrays.js";

/** The read-out of a classifier: mean = softmax(input) = e^{x_k} / Σ_l e^{x_l}, a unit for each class. */
export interface ReadOut {
  readonly cases: number;
  /** x */
  readonly input: Field;
  /** It may be the input itself. */
  readonly mean: Field;
  /** The classes of the cases, each below the number of units. */
  readonly labels?: Uint32Array;
  /** With labels: [k is the label] − mean_k, the derivative of ln mean_label by x_k. */
  readonly error?: Field;
}

/** How a read-out with labels fits them: sums over its cases. */
export interface Fit {
  /** Σ −ln mean_label, nats. */
  readonly crossEntropy: number;
  /** Cases whose first largest mean is not the label's. */
  readonly wrong: number;
}

export interface Derivative {
  readonly cases: number;
  /** By the output; becomes that by the input. */
  readonly delta: Field;
  /** a, the output. */
  readonly output: Field;
  /** Of dropout, 1 without: a is σ(x) / keep, or 0 where the unit was dropped. */
  readonly keep?: number;
}

export interface Dropout {
  readonly cases: number;
  readonly field: Field;
  /** In (0, 1]. */
  readonly keep: number;
  /** What values become that do not stay; the others are not divided then. */
  readonly off?: number;
  readonly draw: Draw;
}

export interface FeedForwardKernels {
  /** Throws "shape" where arrays do not fit, "data" for a label that is no unit. Without labels the fit is of nothing. */
  readOut(task: ReadOut): Fit;
  /** delta ← delta · a (1 − keep · a), the derivative of the logistic function where it put out a. */
  throughLogistic(task: Derivative): void;
  /** Each value stays, divided by `keep`, where its uniform is below `keep`, and is 0 (or `off`) elsewhere. */
  dropOut(task: Dropout): void;
}
