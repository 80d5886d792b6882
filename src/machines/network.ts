/**
 * The general sigmoidal stochastic binary network: N neurons with states in {0, 1}, any weights M and biases b.
 *
 *   x_j = Σ_i M_ij s_i + b_j,   P(s_j = 1) = σ(x_j / T).
 *
 * M may be asymmetric and may have a diagonal. A Boltzmann machine (boltzmann.ts) is a network with symmetric M and none.
 */

import { refuse } from "../errors.js";
import { logistic } from "../math/logistic.js";

export interface Network {
  readonly kind: "network" | "boltzmann";
  /** N */
  readonly units: number;
  /** M [N, N], row-major: M_ij is the weight from unit i to unit j. */
  readonly weights: Float64Array;
  /** b [N] */
  readonly bias: Float64Array;
}

/**
 * A network of the given weights [N, N] and biases [N] (0 by default), copied.
 *
 * Throws "shape" unless the weights are square and the biases as many, "data" where a number is not finite.
 */
export function createNetwork(weights: ArrayLike<number>, bias?: ArrayLike<number>): Network {
  const units = Math.round(Math.sqrt(weights.length));
  if (units < 1 || units * units !== weights.length) {
    throw refuse("shape", { who: "network: weights", got: `${weights.length} numbers`, expected: "N × N of them" });
  }
  if (bias && bias.length !== units) {
    throw refuse("shape", { who: "network: bias", got: `${bias.length} numbers`, expected: `${units}, one a unit` });
  }
  const M = Float64Array.from(weights);
  const b = Float64Array.from(bias ?? { length: units }, (value) => value ?? 0);
  const bad = M.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const who = `network: weight from unit ${Math.floor(bad / units)} to unit ${bad % units}`;
    throw refuse("data", { who, got: String(M[bad]), expected: "a finite number" });
  }
  const badBias = b.findIndex((value) => !Number.isFinite(value));
  if (badBias >= 0) {
    throw refuse("data", {
      who: `network: bias of unit ${badBias}`,
      got: String(b[badBias]),
      expected: "a finite number",
    });
  }
  return { kind: "network", units, weights: M, bias: b };
}

/** x_j = Σ_i M_ij s_i + b_j for the state s [N]. */
export function unitInput({ units, weights: M, bias: b }: Network, s: ArrayLike<number>, j: number): number {
  let x = b[j];
  for (let i = 0; i < units; i++) if (s[i]) x += M[i * units + j];
  return x;
}

/** P(s_j = 1 at the next moment | s) = σ(x_j / T). */
export function firingProbability(network: Network, s: ArrayLike<number>, j: number, temperature = 1): number {
  return logistic(unitInput(network, s, j) / temperature);
}

/** Throws "option" unless T is positive and finite. */
export function checkTemperature(temperature: number, who = "temperature"): void {
  if (temperature > 0 && Number.isFinite(temperature)) return;
  const wayOut = "For the limit of no noise use a small temperature, such as 0.001.";
  throw refuse("option", { who, got: String(temperature), expected: "a positive number", wayOut });
}

/**
 * The network with its biases as the weights of one more unit that is always on (the lecture's "bias absorbed"): unit N, to be
 * clamped to 1. For s with s_N = 1 the inputs of units 0 … N − 1 are the same.
 */
export function absorbBias({ units, weights: M, bias: b }: Network): Network {
  const more = units + 1;
  const weights = new Float64Array(more * more);
  for (let i = 0; i < units; i++) {
    for (let j = 0; j < units; j++) weights[i * more + j] = M[i * units + j];
    weights[units * more + i] = b[i];
  }
  return createNetwork(weights);
}

/** Takes the last unit, which is always on, out again: its weights become biases. */
export function extractBias({ units, weights: M, bias: b }: Network): Network {
  const fewer = units - 1;
  const weights = Float64Array.from({ length: fewer * fewer }, (_, at) => {
    return M[Math.floor(at / fewer) * units + (at % fewer)];
  });
  return createNetwork(
    weights,
    Float64Array.from({ length: fewer }, (_, j) => b[j] + M[fewer * units + j]),
  );
}
