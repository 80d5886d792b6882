/**
 * All states of the smaller layer of an RBM, one flip from each to the next (Gray's code), with what each gives: the log of its weight
 * in Z, and e^x of the units of the larger layer.
 *
 * A flip multiplies e^x by e^±w: no exponential in the inner loop, and a logarithm only where a product of factors has grown large.
 * Float64 and basic operations only, so that learning by exact sums has the same bits everywhere.
 */

import { exp } from "../math/exp.js";
import { log } from "../math/log.js";

/** Weights so large that e^x may leave the floating-point numbers. */
const largestInput = 400;
/** How many flips until rounding is wiped out by computing afresh. */
const refreshEvery = 4096;

/** An RBM, or one whose biases are of a higher precision. */
export interface TwoLayers {
  readonly visible: number;
  readonly hidden: number;
  readonly weights: ArrayLike<number>;
  readonly visibleBias: ArrayLike<number>;
  readonly hiddenBias: ArrayLike<number>;
}

export interface LayerStates {
  /** Units of the smaller layer, and of the other. */
  readonly units: number;
  readonly others: number;
  /** Is the hidden layer the smaller one? */
  readonly hiddenIsSmaller: boolean;
  /**
   * Calls `visit` for each of the 2^units states in order, from all units off: n is its number, log its weight
   * e^{few · s} Π_m (1 + e^{x_m(s)}) in nats, and odds e^x [others], finite, good until it returns. Unit u is on where bits
   * u and u + 1 of n differ.
   */
  visit(visit: Visit): void;
  /** The same, with a pause after each few thousand states. */
  steps(visit: Visit): Generator<void, void, void>;
}

type Visit = (n: number, log: number, odds: Float64Array) => void;

export function layerStates({ visible, hidden, weights, visibleBias, hiddenBias }: TwoLayers): LayerStates {
  const hiddenIsSmaller = hidden <= visible;
  const units = Math.min(visible, hidden);
  const [few, many] = hiddenIsSmaller ? [hiddenBias, visibleBias] : [visibleBias, hiddenBias];
  const others = Float64Array.from(many);
  // row u: the weights of unit u of the smaller layer to the larger one
  const rows = Array.from({ length: units }, (_, u) =>
    Float64Array.from(many, (_, m) => weights[hiddenIsSmaller ? m * hidden + u : u * hidden + m]),
  );
  const steps = (visit: Visit) => walk(rows, Float64Array.from(few), others, visit);
  return {
    units,
    others: others.length,
    hiddenIsSmaller,
    visit(visit) {
      for (const _ of steps(visit));
    },
    steps,
  };
}

function* walk(
  rows: readonly Float64Array[],
  few: Float64Array,
  many: Float64Array,
  visit: Visit,
): Generator<void, void, void> {
  const factors = { on: rows.map((row) => row.map(exp)), off: rows.map((row) => row.map((w) => exp(-w))) };
  const extreme = many.reduce((most, b, m) => {
    return Math.max(
      most,
      rows.reduce((sum, row) => sum + Math.abs(row[m]), Math.abs(b)),
    );
  }, 0);
  const on = new Uint8Array(rows.length);
  const inputs = (): Float64Array => {
    const x = many.slice();
    rows.forEach((row, u) => {
      if (on[u]) for (let m = 0; m < x.length; m++) x[m] += row[m];
    });
    return x;
  };
  let bias = 0;
  let odds = many.map((value) => exp(Math.min(value, largestInput)));
  visit(0, sumOfSoftplus(many), odds);
  for (let n = 1; n < 2 ** rows.length; n++) {
    const u = 31 - Math.clz32(n & -n);
    bias += on[u] ? -few[u] : few[u];
    on[u] ^= 1;
    if (n % refreshEvery === 0) yield;
    if (extreme > largestInput || n % refreshEvery === 0) {
      const x = inputs();
      odds = x.map((value) => exp(Math.min(value, largestInput)));
      visit(n, bias + sumOfSoftplus(x), odds);
    } else {
      visit(n, bias + logOfFlipped(odds, on[u] ? factors.on[u] : factors.off[u]), odds);
    }
  }
}

/** Multiplies e by the flip's factors in place; returns Σ log(1 + e). */
function logOfFlipped(e: Float64Array, factor: Float64Array): number {
  let sum = 0;
  let product = 1;
  for (let m = 0; m < e.length; m++) {
    const next = e[m] * factor[m];
    e[m] = next;
    product *= 1 + next;
    // one more factor is at most e^400
    if (product > 1e100) {
      sum += log(product);
      product = 1;
    }
  }
  return sum + logOf(product);
}

/** Σ log(1 + e^x) for any x: logarithms of products of many factors, each in (1, 2], in place of one each. */
function sumOfSoftplus(x: Float64Array): number {
  let sum = 0;
  let product = 1;
  for (let m = 0; m < x.length; m++) {
    if (x[m] > 0) sum += x[m];
    product *= 1 + exp(-Math.abs(x[m]));
    // 2^512 is far from overflow
    if ((m & 511) === 511) {
      sum += log(product);
      product = 1;
    }
  }
  return sum + logOf(product);
}

/** The logarithm of a product of factors above 1, or NaN. */
function logOf(product: number): number {
  return product >= 1 ? log(product) : Number.NaN;
}
