/**
 * A lower bound on log P(v) of a deep belief network [Hinton, Osindero and Teh 2006]: with h drawn from the pass up, Q(h | v),
 *
 *   log P(v) ≥ E_Q[log P(v | h₁) + … + log P*(h_{n−1})] + entropy of Q − log Z,
 *
 * P* of the top pair with its upper layer and its labels summed out. The mean of the sampled ratios P(v, h) / Q(h | v) gives a tighter one
 * [Burda, Grosse and Salakhutdinov 2016]. Either is a bound for the true log Z only: a forward estimate of log Z is too low rather than too
 * high, and flatters.
 */

import { chunks } from "../../data/batches.js";
import type { Dataset } from "../../data/dataset.js";
import { refuse } from "../../errors.js";
import { breathe } from "../../kernels/breathe.js";
import type { ClampMode, Field, States } from "../../kernels/kernels.js";
import type { Dbn } from "../../machines/dbn.js";
import { towardsHidden, towardsVisible } from "../../machines/resident.js";
import { checkVisible, type ResidentDbn, withResidentDbn } from "../../machines/resident-dbn.js";
import { logistic, softplus } from "../../math/logistic.js";
import { mean, variance } from "../../math/statistics.js";
import { checkSeed } from "../../random/draw.js";
import { type LogPartition, logPartition, type PartitionOptions } from "../estimate-partition.js";
import { logMeanExp } from "../log-weights.js";
import { labelScores } from "./label-scores.js";
import { chunkSize } from "./layer-means.js";

const breathEvery = 25;

export interface BoundOptions extends Omit<PartitionOptions, "data" | "classes"> {
  /** log Z of the top pair, where it is known already. */
  readonly logPartition?: LogPartition;
  /** Passes up for each case; 20 by default. */
  readonly draws?: number;
  /** How grey levels become the binary v that is meant; "sample" by default. */
  readonly clamp?: Exclude<ClampMode, "probability">;
}

/** A mean over cases, nats a case. */
export interface MeanBound {
  readonly mean: number;
  /** Of the mean, over cases; NaN for a single case. */
  readonly standardError: number;
  /** The mean with log Z at the two ends of its bracket: a log Z that is too low flatters. */
  readonly lower: number;
  readonly upper: number;
}

export interface DbnBound {
  /** The variational bound. Its mean over draws has no bias. */
  readonly variational: MeanBound;
  /** log of the mean ratio: in expectation between the variational bound and log P(v), higher with more draws. */
  readonly weighted: MeanBound;
  /** Of the top pair. */
  readonly logPartition: LogPartition;
  /** Of each case [cases]. */
  readonly cases: { readonly variational: Float64Array; readonly weighted: Float64Array };
}

/**
 * The bound for all cases; grey levels are sampled to binary cases first. Exact log Z of the top pair where its smaller layer has at most 25
 * units. The same bits for any number of threads. Throws "shape" for data of another width, "option" for less than one draw, and as
 * `logPartition`.
 */
export async function dbnBound(dbn: Dbn, data: Dataset, options: BoundOptions = {}): Promise<DbnBound> {
  const { draws = 20, seed = 0, clamp = "sample" } = options;
  checkVisible("dbnBound", data, dbn);
  checkSeed(seed);
  if (!Number.isInteger(draws) || draws < 1 || draws > 2 ** 20) {
    throw refuse("option", { who: "draws", got: String(draws), expected: "a whole number, at least 1" });
  }
  const partition = options.logPartition ?? (await logPartition(dbn.top, { ...options, classes: dbn.classes }));
  const { variational, weighted } = await withResidentDbn(dbn, options, (resident) =>
    finished(startDbnBounds(resident, { draws, seed, clamp })(data)),
  );
  for (const values of [variational, weighted]) {
    for (let b = 0; b < values.length; b++) values[b] -= partition.value;
  }
  return {
    variational: meanBound(variational, partition),
    weighted: meanBound(weighted, partition),
    logPartition: partition,
    cases: { variational, weighted },
  };
}

function meanBound(values: Float64Array, { value, lower, upper }: LogPartition): MeanBound {
  const middle = mean(values);
  return {
    mean: middle,
    standardError: values.length > 1 ? Math.sqrt(variance(values) / values.length) : Number.NaN,
    lower: middle + value - upper,
    upper: middle + value - lower,
  };
}

/** What the bounds of cases are drawn with. */
export interface BoundDraws {
  readonly draws: number;
  readonly seed: number;
  readonly clamp: ClampMode;
}

/** Both bounds of each case [cases], but for log Z, as the network is at each call; other work has its turn at each yield. */
export function startDbnBounds(resident: ResidentDbn, { draws, seed, clamp }: BoundDraws) {
  const { kernels, layers } = resident;
  const visible = kernels.states(chunkSize, layers[0]);
  const { reread, oneDraw } = startDraw(resident, visible);
  return function* ({ levels, units, cases: all }: Dataset): Generator<void, CaseBounds, void> {
    reread();
    const [variational, weighted] = [new Float64Array(all), new Float64Array(all)];
    let chunk = 0;
    for (const rows of chunks(all, chunkSize)) {
      const draw = { seed, purpose: "evaluationClamp", step: 0, sweep: chunk++ } as const;
      kernels.clamp({ levels, units, rows, mode: clamp, draw, out: visible });
      const ratios = Array.from(rows, () => new Float64Array(draws));
      for (let n = 0; n < draws; n++) {
        const { bound, ratio } = oneDraw(rows.length, seed, n, rows[0]);
        for (let b = 0; b < rows.length; b++) {
          variational[rows[b]] += bound[b] / draws;
          ratios[b][n] = ratio[b];
        }
        yield;
      }
      rows.forEach((row, b) => {
        weighted[row] = logMeanExp(ratios[b]);
      });
    }
    return { variational, weighted };
  };
}

interface CaseBounds {
  readonly variational: Float64Array;
  readonly weighted: Float64Array;
}

async function finished(work: Generator<void, CaseBounds, void>): Promise<CaseBounds> {
  let breath = performance.now();
  for (let next = work.next(); ; next = work.next()) {
    if (next.done) return next.value;
    if (performance.now() - breath < breathEvery) continue;
    await breathe();
    breath = performance.now();
  }
}

/** A function that passes the visible states up once: what that draw gives for both bounds of each case. */
function startDraw({ kernels, directed, top, classes }: ResidentDbn, visible: States) {
  const states = directed.map(({ recognition }) => kernels.states(chunkSize, recognition.hiddenBias.size));
  const recognized = directed.map(({ recognition }) => kernels.field(chunkSize, recognition.hiddenBias.size));
  const generated = directed.map(({ generative }) => kernels.field(chunkSize, generative.visibleBias.size));
  const logTop = startTop({ kernels, top, classes });
  const oneDraw = (cases: number, seed: number, step: number, firstChain: number) => {
    const bound = new Float64Array(cases);
    const ratio = new Float64Array(cases);
    let below = visible;
    directed.forEach(({ generative, recognition }, l) => {
      const [above, up, down] = [states[l], recognized[l], generated[l]];
      const draw = { seed, purpose: "evaluationRecognition", step, sweep: l, firstChain } as const;
      kernels.conditional({ cases, from: below, ...towardsHidden(recognition), input: up, sample: above, draw });
      kernels.conditional({ cases, from: above, ...towardsVisible(generative), input: down });
      addLogs(below, down, cases, bound, 1);
      addLogs(below, down, cases, ratio, 1);
      addLogs(above, up, cases, ratio, -1);
      addEntropies(up, cases, bound);
      below = above;
    });
    logTop.logs(below, cases).forEach((log, b) => {
      bound[b] += log;
      ratio[b] += log;
    });
    return { bound, ratio };
  };
  return { reread: logTop.reread, oneDraw };
}

/** Adds sign · log P(s) of each case for independent units with these inputs. */
function addLogs(of: States, inputs: Field, cases: number, to: Float64Array, sign: number): void {
  const [s, x] = [of.read(cases), inputs.read(cases)];
  const { units } = of;
  for (let b = 0; b < cases; b++) {
    let sum = 0;
    for (let i = b * units; i < (b + 1) * units; i++) sum += s[i] * x[i] - softplus(x[i]);
    to[b] += sign * sum;
  }
}

/** Adds the entropies of independent units with these inputs. */
function addEntropies(inputs: Field, cases: number, to: Float64Array): void {
  const x = inputs.read(cases);
  const { units } = inputs;
  for (let b = 0; b < cases; b++) {
    for (let i = b * units; i < (b + 1) * units; i++) to[b] += softplus(x[i]) - x[i] * logistic(x[i]);
  }
}

/** log P*(h) of the layer below the top: b · h + Σ_j softplus(x_j), or the log of the sum of that over the labels. */
function startTop({ kernels, top, classes }: Pick<ResidentDbn, "kernels" | "top" | "classes">) {
  let bias = top.visibleBias.read();
  const scores = classes > 0 ? labelScores(kernels, top, chunkSize) : undefined;
  const input = kernels.field(chunkSize, top.hiddenBias.size);
  const logs = (layer: States, cases: number): Float64Array => {
    const h = layer.read(cases);
    const values = new Float64Array(cases);
    if (scores) {
      const all = scores.logs(layer, cases);
      for (let b = 0; b < cases; b++) {
        // a sum, not a mean
        values[b] = logMeanExp(all.subarray(b * classes, (b + 1) * classes)) + Math.log(classes);
      }
    } else {
      kernels.conditional({ cases, from: layer, ...towardsHidden(top), input });
      const x = input.read(cases);
      for (let at = 0; at < x.length; at++) values[Math.floor(at / input.units)] += softplus(x[at]);
    }
    for (let at = 0; at < h.length; at++) if (h[at]) values[Math.floor(at / layer.units)] += bias[at % layer.units];
    return values;
  };
  return {
    logs,
    reread() {
      bias = top.visibleBias.read();
      scores?.reread();
    },
  };
}
