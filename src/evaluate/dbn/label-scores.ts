/**
 * P(y | h) of the label units of an RBM given its other visible units, exactly [Larochelle and Bengio 2008]: the hidden units are summed out,
 *
 *   P(y | h) ∝ exp(b_y + Σ_j softplus(x_j(h) + W_yj)),   x(h) = c + Wᵀ h of the other units.
 */

import type { BondParameters, Field, Kernels, States } from "../../kernels/kernels.js";
import { towardsHidden } from "../../machines/resident.js";
import { softplus } from "../../math/logistic.js";

/** The largest |x| and |W| for which a product of two factors 1 + e^x e^W, one of them a product up to e^345, is finite. */
const largestFactor = 170;
const largestProduct = 1e150;

export interface LabelScores {
  /** b_y + Σ_j softplus(x_j + W_yj) for the first cases, nats [cases, classes]. */
  logs(layer: States | Field, cases: number): Float64Array;
  /** P(y | h) [cases, classes]. */
  probabilities(layer: States | Field, cases: number): Float64Array;
  /** x(h) of the last call [cases, hidden]. */
  readonly input: Field;
  /** Takes weights and biases anew, once they have changed. */
  reread(): void;
}

/** For layers of up to `capacity` cases of the visible units before the group of `parameters`. */
export function labelScores(kernels: Kernels, parameters: BondParameters, capacity: number): LabelScores {
  const { visibleBias, hiddenBias, group } = parameters;
  if (!group) throw new Error("labelScores: an RBM without label units");
  const { first, size: classes } = group;
  const H = hiddenBias.size;
  let [W, bias, powers, plainWeights] = taken();
  const joined = { states: kernels.states(capacity, first + classes), field: kernels.field(capacity, first + classes) };
  const input = kernels.field(capacity, H);
  const odds = new Float64Array(H);

  function taken(): [Float32Array, Float32Array, Float64Array, boolean] {
    const rows = parameters.weights.read().subarray(first * H);
    const plain = rows.every((w) => Math.abs(w) < largestFactor);
    return [rows, visibleBias.read().subarray(first), Float64Array.from(rows, Math.exp), plain];
  }

  function score(x: Float32Array, y: number, plain: boolean): number {
    let [sum, product] = [bias[y], 1];
    for (let j = 0; j < H; j++) {
      if (!plain) {
        sum += softplus(x[j] + W[y * H + j]);
        continue;
      }
      product *= 1 + odds[j] * powers[y * H + j];
      if (product > largestProduct) {
        sum += Math.log(product);
        product = 1;
      }
    }
    return sum + Math.log(product);
  }

  function logs(layer: States | Field, cases: number): Float64Array {
    const from = joined[layer.kind];
    kernels.copyUnits({ cases, from: layer, to: from, units: first });
    kernels.conditional({ cases, from, ...towardsHidden(parameters), input });
    const inputs = input.read(cases);
    const scores = new Float64Array(cases * classes);
    for (let b = 0; b < cases; b++) {
      const x = inputs.subarray(b * H, (b + 1) * H);
      const plain = plainWeights && x.every((value) => Math.abs(value) < largestFactor);
      if (plain) for (let j = 0; j < H; j++) odds[j] = Math.exp(x[j]);
      for (let y = 0; y < classes; y++) scores[b * classes + y] = score(x, y, plain);
    }
    return scores;
  }

  return {
    input,
    logs,
    reread() {
      [W, bias, powers, plainWeights] = taken();
    },
    probabilities(layer, cases) {
      const scores = logs(layer, cases);
      for (let b = 0; b < cases; b++) normalize(scores.subarray(b * classes, (b + 1) * classes));
      return scores;
    },
  };
}

/** Logs to probabilities, in place. */
function normalize(logs: Float64Array): void {
  const most = logs.reduce((a, b) => Math.max(a, b));
  let sum = 0;
  for (let y = 0; y < logs.length; y++) {
    logs[y] = Math.exp(logs[y] - most);
    sum += logs[y];
  }
  for (let y = 0; y < logs.length; y++) logs[y] /= sum;
}
