/** Small networks, exactly: transition matrices of the dynamics, stationary laws, the Boltzmann–Gibbs distribution. */

import { refuse } from "../errors.js";
import { type Boltzmann, stateEnergy } from "../machines/boltzmann.js";
import { checkTemperature, type Network, unitInput } from "../machines/network.js";
import { logistic, softplus } from "../math/logistic.js";
import { checkEnumerable, logSumExp, stateOf } from "../math/states.js";

/**
 * One step of a network. "parallel": all units at once. "glauber": one unit, drawn at random. "sequential": a sweep, unit after unit in
 * order. Blocks: a sweep over blocks of units in order, all units of a block at once, from the state that the blocks before it left.
 */
export type Dynamics =
  | "parallel"
  | "glauber"
  | "sequential"
  | { readonly blocks: readonly (readonly number[] | Uint32Array)[] };

const mostForMatrix = 12;
const mostForLaw = 20;
const instead = "Sample instead: networkSampler.";

/**
 * T(s′ | s) of a dynamics, as [2^N, 2^N] row-major with T[s, s′] = P(s′ after a step | s); rows sum to 1.
 *
 * Parallel: Π_j P(s′_j | s). Glauber: (1/N) P(s′_j | s) for the flip of unit j, and the rest stays. Sweeps: the product of the matrices of
 * their units or blocks. With symmetric weights Gibbs sampling by blocks needs blocks inside which no units are joined, such as those of
 * `colouring`; joined units of one block see each other's old states, as in parallel dynamics.
 *
 * Throws "size" above 12 units, "option" unless every unit is in a block, and in none twice.
 */
export function transitionMatrix(network: Network, dynamics: Dynamics, temperature = 1): Float64Array {
  const { units } = network;
  checkTemperature(temperature);
  checkEnumerable("transitionMatrix", units, mostForMatrix, instead);
  const firing = firingTable(network, temperature);
  return dynamics === "glauber" ? glauberMatrix(firing, units) : sweepMatrix(firing, blocksOf(dynamics, units), units);
}

/** P(s′_j = 0 | s) and P(s′_j = 1 | s) at [s, j, 0] and [s, j, 1]; neither by subtraction, so that small ones keep their digits. */
function firingTable(network: Network, temperature: number): Float64Array {
  const { units } = network;
  const table = new Float64Array(2 ** units * units * 2);
  for (let code = 0, at = 0; code < 2 ** units; code++) {
    const s = stateOf(code, units);
    for (let j = 0; j < units; j++) {
      const x = unitInput(network, s, j) / temperature;
      table[at++] = logistic(-x);
      table[at++] = logistic(x);
    }
  }
  return table;
}

function glauberMatrix(firing: Float64Array, units: number): Float64Array {
  const states = 2 ** units;
  const T = new Float64Array(states * states);
  for (let from = 0; from < states; from++) {
    for (let j = 0; j < units; j++) {
      const at = 2 * (from * units + j);
      const on = (from >> j) & 1;
      T[from * states + (from ^ (1 << j))] = firing[at + 1 - on] / units;
      T[from * states + from] += firing[at + on] / units;
    }
  }
  return T;
}

function sweepMatrix(firing: Float64Array, blocks: readonly ArrayLike<number>[], units: number): Float64Array {
  const states = 2 ** units;
  const T = new Float64Array(states * states);
  for (let from = 0; from < states; from++) {
    let row = new Float64Array(states);
    row[from] = 1;
    for (const block of blocks) row = afterBlock(row, firing, block, units);
    T.set(row, from * states);
  }
  return T;
}

/** The law of the state after the units of a block were drawn, each given the state before. */
function afterBlock(
  law: Float64Array,
  firing: Float64Array,
  block: ArrayLike<number>,
  units: number,
): Float64Array<ArrayBuffer> {
  const next = new Float64Array(law.length);
  const codes = new Uint32Array(2 ** block.length);
  const p = new Float64Array(codes.length);
  for (let s = 0; s < law.length; s++) {
    if (law[s] === 0) continue;
    codes[0] = s;
    p[0] = law[s];
    for (let n = 0; n < block.length; n++) {
      const j = block[n];
      const at = 2 * (s * units + j);
      for (let c = 0; c < 1 << n; c++) {
        codes[(1 << n) + c] = codes[c] | (1 << j);
        p[(1 << n) + c] = p[c] * firing[at + 1];
        codes[c] &= ~(1 << j);
        p[c] *= firing[at];
      }
    }
    for (let c = 0; c < codes.length; c++) next[codes[c]] += p[c];
  }
  return next;
}

function blocksOf(dynamics: Exclude<Dynamics, "glauber">, units: number): readonly ArrayLike<number>[] {
  const all = Array.from({ length: units }, (_, j) => j);
  if (dynamics === "parallel") return [all];
  if (dynamics === "sequential") return all.map((j) => [j]);
  const blocks = dynamics.blocks.map((block) => Array.from(block));
  const bad = blocks.find(
    (block) => new Set(block).size < block.length || block.some((j) => !Number.isInteger(j) || j < 0 || j >= units),
  );
  const missing = all.find((j) => !blocks.some((block) => block.includes(j)));
  if (bad === undefined && missing === undefined) return blocks;
  throw refuse("option", {
    who: "transitionMatrix: blocks",
    got: bad === undefined ? `no block with unit ${missing}` : `the block ${bad.join(", ")}`,
    expected: `every unit from 0 to ${units - 1} in a block, and in none twice`,
  });
}

/** P(s, t + steps) from P(s, t): Σ_s T(s′ | s) P(s), `steps` times. */
export function evolve(T: Float64Array, distribution: ArrayLike<number>, steps = 1): Float64Array {
  const states = distribution.length;
  let p = Float64Array.from(distribution);
  for (let step = 0; step < steps; step++) {
    const next = new Float64Array(states);
    for (let from = 0; from < states; from++) {
      for (let to = 0; to < states; to++) next[to] += p[from] * T[from * states + to];
    }
    p = next;
  }
  return p;
}

/**
 * The law that a transition matrix leaves as it is, by elimination without subtractions [Grassmann et al. 1985], which
 * keeps small probabilities exact to the last digits. All firing probabilities lie inside (0, 1), so the law is unique.
 */
export function stationaryDistribution(T: Float64Array): Float64Array {
  const states = Math.round(Math.sqrt(T.length));
  const A = Float64Array.from(T);
  for (let n = states - 1; n > 0; n--) {
    let leaves = 0;
    for (let j = 0; j < n; j++) leaves += A[n * states + j];
    for (let i = 0; i < n; i++) A[i * states + n] /= leaves;
    for (let i = 0; i < n; i++) {
      const into = A[i * states + n];
      if (into !== 0) for (let j = 0; j < n; j++) A[i * states + j] += into * A[n * states + j];
    }
  }
  const p = new Float64Array(states);
  p[0] = 1;
  for (let n = 1; n < states; n++) for (let i = 0; i < n; i++) p[n] += p[i] * A[i * states + n];
  const total = p.reduce((a, b) => a + b, 0);
  return p.map((x) => x / total);
}

/** max |P(s) T(s′ | s) − P(s′) T(s | s′)|: 0 where detailed balance holds. */
export function detailedBalanceResidual(T: Float64Array, distribution: ArrayLike<number>): number {
  const states = distribution.length;
  let most = 0;
  for (let s = 0; s < states; s++) {
    for (let r = 0; r < s; r++) {
      const flow = distribution[s] * T[s * states + r] - distribution[r] * T[r * states + s];
      most = Math.max(most, Math.abs(flow));
    }
  }
  return most;
}

/** P(s) = e^{−E(s) / T} / Z of every state [2^N], by code. Throws "size" above 20 units. */
export function boltzmannGibbs(machine: Boltzmann, temperature = 1): Float64Array {
  checkEnumerable("boltzmannGibbs", machine.units, mostForLaw, instead);
  checkTemperature(temperature);
  return normalised(2 ** machine.units, (code) => -stateEnergy(machine, stateOf(code, machine.units)) / temperature);
}

/**
 * The stationary law of parallel dynamics with symmetric weights [Peretto 1984, there for ±1 units]; for {0, 1} units
 *
 *   P(s) ∝ e^{bᵀs / T} Π_j (1 + e^{x_j(s) / T}).
 *
 * T(s′ | s) = Π_j e^{s′_j x_j(s) / T} / (1 + e^{x_j(s) / T}), and Σ_j s′_j x_j(s) = s′ᵀMs + bᵀs′ is bᵀs′ plus what is symmetric in s and
 * s′: so P(s) T(s′ | s) is symmetric, and detailed balance holds, for this P and not for e^{−E / T}. A diagonal is allowed.
 */
export function parallelLaw(network: Network, temperature = 1): Float64Array {
  const { units, bias } = network;
  checkEnumerable("parallelLaw", units, mostForLaw, instead);
  checkTemperature(temperature);
  return normalised(2 ** units, (code) => {
    const s = stateOf(code, units);
    let sum = 0;
    for (let j = 0; j < units; j++)
      sum += (s[j] * bias[j]) / temperature + softplus(unitInput(network, s, j) / temperature);
    return sum;
  });
}

/** e^x / Σ e^x of every state. */
function normalised(states: number, logWeight: (code: number) => number): Float64Array {
  const logs = Float64Array.from({ length: states }, (_, code) => logWeight(code));
  const sum = logSumExp();
  for (const x of logs) sum.add(x);
  const logZ = sum.value();
  return logs.map((x) => Math.exp(x - logZ));
}
