/**
 * What is known of log P(v) under a deep Boltzmann machine: the variational lower bound [Salakhutdinov and Hinton 2009],
 *
 *   log P(v) ≥ Σ_l b_l·m_l + Σ_l m_lᵀ W_l m_{l+1} + Σ_{l ≥ 1} H(m_l) − log Z,   m_0 = v,
 *
 * for the means m of any Q(h | v) with independent units, and H their entropy; what is missing is KL(Q ‖ P(h | v)). And where machines
 * are small, log P(v) itself.
 */

import { chunks } from "../data/batches.js";
import type { Dataset } from "../data/dataset.js";
import type { KernelOptions } from "../kernels/threads.js";
import { type Dbm, dbmAsRbm } from "../machines/dbm.js";
import { checkWidth, towardsHidden, towardsVisible } from "../machines/resident.js";
import { type ResidentDbm, withResidentDbm } from "../machines/resident-dbm.js";
import { softplus } from "../math/logistic.js";
import { checkEnumerable, logSumExp } from "../math/states.js";
import { mean, variance } from "../math/statistics.js";
import { dbmLogPartition } from "./dbm-partition.js";
import type { LogPartition, PartitionOptions } from "./estimate-partition.js";
import type { FreeEnergyOptions } from "./free-energy.js";
import { checkCases } from "./hidden-sum.js";
import { layerStates } from "./layer-states.js";
import { exactLogPartition, MOST_EXACT_UNITS } from "./log-partition.js";
import { type Convergence, checkConvergence, startMeanField } from "./mean-field.js";

const chunkSize = 250;

export interface VariationalOptions extends FreeEnergyOptions, Partial<Convergence> {}

export interface VariationalBounds {
  /** The bound on log P(v) + log Z of each case, nats [cases]. */
  readonly unnormalised: Float64Array;
  /** The most passes of mean field that a chunk of cases took, and the largest root mean square change in the last of them. */
  readonly iterations: number;
  readonly change: number;
  /** Mean squared difference of a visible unit and P(v | h_1) with the means of h_1. */
  readonly reconstructionError: number;
}

/**
 * The bound without log Z, by mean field of at most 100 `iterations`, or until means change by no more than `tolerance`, 1e-5 by default.
 * Grey levels are sampled to binary cases first. Any m gives a bound; those that have settled the best.
 *
 * Throws "shape" for data of another width.
 */
export function variationalBounds(
  dbm: Dbm,
  data: Dataset,
  options: VariationalOptions & KernelOptions = {},
): Promise<VariationalBounds> {
  checkWidth("variationalBounds", data, dbm.layers[0]);
  return withResidentDbm(dbm, options, (resident) => variationalBoundsOf(resident, options)(data));
}

/** The same for a machine in the kernels: a function to call as often as one likes, whose memory is reserved once. */
export function variationalBoundsOf(
  resident: ResidentDbm,
  { clamp = "sample", seed = 0, iterations = 100, tolerance = 1e-5 }: VariationalOptions = {},
): (data: Dataset) => VariationalBounds {
  checkConvergence({ iterations, tolerance });
  const { kernels, layers, biases, bonds } = resident;
  const visible = clamp === "probability" ? kernels.field(chunkSize, layers[0]) : kernels.states(chunkSize, layers[0]);
  const rebuilt = kernels.field(chunkSize, layers[0]);
  const inputs = layers.slice(1).map((units) => kernels.field(chunkSize, units));
  const meanField = startMeanField(resident, chunkSize);
  return ({ levels, units, cases: all }) => {
    const bias = biases[0].read();
    const unnormalised = new Float64Array(all);
    let [at, chunk, most, change, squares] = [0, 0, 0, 0, 0];
    for (const rows of chunks(all, chunkSize)) {
      const cases = rows.length;
      const draw = { seed, purpose: "evaluationClamp", step: 0, sweep: chunk++ } as const;
      kernels.clamp({ levels, units, rows, mode: clamp, draw, out: visible });
      const settled = meanField(visible, cases, { iterations, tolerance });
      most = Math.max(most, settled.iterations);
      change = Math.max(change, settled.change);
      kernels.conditional({ cases, from: settled.layers[1], ...towardsVisible(bonds[0]), mean: rebuilt });
      squares += kernels.squaredError(visible, rebuilt, cases);
      const sums = unnormalised.subarray(at, at + cases);
      addDots(sums, visible.read(cases), (i) => bias[i], units);
      for (let l = 1; l < layers.length; l++) {
        // every bond is in the input of its upper layer
        const input = inputs[l - 1];
        kernels.conditional({ cases, from: settled.layers[l - 1], ...towardsHidden(bonds[l - 1]), input });
        const [m, x] = [settled.layers[l].read(cases), input.read(cases)];
        addDots(sums, m, (_, place) => x[place], layers[l]);
        addEntropies(sums, m, layers[l]);
      }
      at += cases;
    }
    return { unnormalised, iterations: most, change, reconstructionError: squares / (all * units) };
  };
}

/** sums[c] += Σ_i values[c, i] factor(i, place) */
function addDots(
  sums: Float64Array,
  values: ArrayLike<number>,
  factor: (i: number, place: number) => number,
  units: number,
): void {
  for (let c = 0, place = 0; c < sums.length; c++) {
    let sum = 0;
    for (let i = 0; i < units; i++, place++) sum += values[place] * factor(i, place);
    sums[c] += sum;
  }
}

/** sums[c] += Σ_i −m ln m − (1 − m) ln(1 − m) */
function addEntropies(sums: Float64Array, means: ArrayLike<number>, units: number): void {
  for (let c = 0, place = 0; c < sums.length; c++) {
    let sum = 0;
    for (let i = 0; i < units; i++, place++) {
      const m = means[place];
      if (m > 0 && m < 1) sum -= m * Math.log(m) + (1 - m) * Math.log1p(-m);
    }
    sums[c] += sum;
  }
}

export interface DbmBound {
  /** Mean over the cases of the bound on log P(v), nats a case; below the mean of log P(v) itself where log Z is exact. */
  readonly mean: number;
  /** Of the mean, over cases; NaN for a single case. */
  readonly standardError: number;
  /** The mean with log Z at the two ends of its bracket. A log Z that is too low flatters: `upper` is no bound, `lower` errs to the safe side. */
  readonly lower: number;
  readonly upper: number;
  readonly logPartition: LogPartition;
  readonly iterations: number;
  readonly change: number;
}

export interface DbmBoundOptions extends Omit<PartitionOptions, "data">, Omit<VariationalOptions, "seed"> {
  /** log Z, where it is known already. */
  readonly logPartition?: LogPartition;
  /** The base of the annealed chains has the means of these data; without them, those of a short run of the machine. */
  readonly baseData?: Dataset;
}

/** The mean variational bound on log P(v) of the cases. Throws "shape", and as `logPartition`. */
export async function dbmBound(dbm: Dbm, data: Dataset, options: DbmBoundOptions = {}): Promise<DbmBound> {
  checkWidth("dbmBound", data, dbm.layers[0]);
  const { baseData, ...rest } = options;
  const partition =
    options.logPartition ?? (await dbmLogPartition(dbm, { ...rest, ...(baseData && { data: baseData }) }));
  const { unnormalised, iterations, change } = await variationalBounds(dbm, data, rest);
  const all = mean(unnormalised);
  return {
    mean: all - partition.value,
    standardError: data.cases > 1 ? Math.sqrt(variance(unnormalised) / data.cases) : Number.NaN,
    lower: all - partition.upper,
    upper: all - partition.lower,
    logPartition: partition,
    iterations,
    change,
  };
}

/**
 * log P(v) of each case [cases, layers[0]] in {0, 1}, nats [cases], exactly: with v clamped the hidden layers are a deep machine of their
 * own, whose states of the smaller side (odd or even layers) are summed one by one.
 *
 * Throws "size" above 25 units of the smaller side, "shape" and "data" for cases that are not whole or not binary.
 */
export function exactDbmLogLikelihoods(dbm: Dbm, cases: ArrayLike<number>): Float64Array {
  const { layers, weights, biases } = dbm;
  const who = "exactDbmLogLikelihoods";
  const [visible, first] = layers;
  const count = checkCases(who, cases, visible);
  const logPartition = exactLogPartition(dbmAsRbm(dbm));
  const hidden =
    layers.length > 2
      ? dbmAsRbm({ kind: "dbm", layers: layers.slice(1), weights: weights.slice(1), biases: biases.slice(1) })
      : undefined;
  if (hidden) {
    checkEnumerable(who, Math.min(hidden.visible, hidden.hidden), MOST_EXACT_UNITS, "Take the bound: dbmBound.");
  }
  return Float64Array.from({ length: count }, (_, c) => {
    let linear = 0;
    const input = Float64Array.from(biases[1]);
    for (let i = 0; i < visible; i++) {
      if (cases[c * visible + i] === 0) continue;
      linear += biases[0][i];
      for (let j = 0; j < first; j++) input[j] += weights[0][i * first + j];
    }
    if (!hidden) return linear + input.reduce((sum, x) => sum + softplus(x), 0) - logPartition;
    const visibleBias = Float64Array.from(hidden.visibleBias);
    visibleBias.set(input);
    const sum = logSumExp();
    layerStates({ ...hidden, visibleBias }).visit((_, log) => sum.add(log));
    return linear + sum.value() - logPartition;
  });
}
