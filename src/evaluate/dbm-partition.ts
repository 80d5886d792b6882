/** log Z of a deep Boltzmann machine: it is that of an RBM of the even layers against the odd ones. */

import type { Dataset } from "../data/dataset.js";
import { takeCases } from "../data/select.js";
import type { KernelOptions } from "../kernels/threads.js";
import { type Dbm, dbmAsRbm, sidesOf } from "../machines/dbm.js";
import { checkWidth } from "../machines/resident.js";
import { withResidentDbm } from "../machines/resident-dbm.js";
import { annealedImportanceSampling } from "./ais.js";
import type { AnnealingOptions } from "./annealing.js";
import { type LogPartition, logPartition, type PartitionOptions } from "./estimate-partition.js";
import { exactLogPartition } from "./log-partition.js";
import { startMeanField } from "./mean-field.js";

/** Enough for means of a base, which need not be good ones. */
const baseCases = 250;
const baseConvergence = { iterations: 30, tolerance: 1e-3 };

/**
 * log Z, nats: exact where odd or even layers have at most 25 units in all, else between a forward and a reverse estimate, whose annealed
 * chains are over the even layers, the odd ones summed out. With `data` (as wide as the visible layer) these start from units with the
 * means that the even layers have given the data. Throws as `logPartition`, and "shape" for data of another width.
 */
export async function dbmLogPartition(dbm: Dbm, { data, ...options }: PartitionOptions = {}): Promise<LogPartition> {
  if (data) checkWidth("dbmLogPartition: data", data, dbm.layers[0]);
  const base = data && (await evenCases(dbm, takeCases(data, baseCases), options));
  return logPartition(dbmAsRbm(dbm), { ...options, ...(base && { data: base }) });
}

/**
 * log Z in one direction, with its standard error: half the work, and on average too low, which flatters bounds. Exact where odd or even
 * layers have at most 16 units, which takes milliseconds. Throws as dbmLogPartition.
 */
export async function dbmForwardEstimate(
  dbm: Dbm,
  { data, ...options }: AnnealingOptions = {},
): Promise<{ readonly value: number; readonly error: number }> {
  const rbm = dbmAsRbm(dbm);
  if (Math.min(rbm.visible, rbm.hidden) <= fewUnits) return { value: exactLogPartition(rbm), error: 0 };
  const base = data && (await evenCases(dbm, takeCases(data, baseCases), options));
  const { value, error } = await annealedImportanceSampling(rbm, { ...options, ...(base && { data: base }) });
  return { value, error };
}

const fewUnits = 16;

/** Levels of all units of the even layers: the data's, and the means of mean field given these. */
function evenCases(dbm: Dbm, data: Dataset, { threads = 1 }: KernelOptions): Promise<Dataset> {
  const { cases } = data;
  return withResidentDbm(dbm, { threads }, (resident) => {
    const { kernels } = resident;
    const visible = kernels.field(cases, data.units);
    const rows = Uint32Array.from({ length: cases }, (_, b) => b);
    const { levels, units } = data;
    // levels as they are need no draw
    const draw = { seed: 0, purpose: "evaluationClamp", step: 0 } as const;
    kernels.clamp({ levels, units, rows, mode: "probability", draw, out: visible });
    const settled = startMeanField(resident, cases)(visible, cases, baseConvergence);
    const even = settled.layers.filter((_, l) => l % 2 === 0).map((layer) => layer.read(cases));
    const width = sidesOf(dbm).even;
    const all = new Float32Array(cases * width);
    let start = 0;
    for (const values of even) {
      const each = values.length / cases;
      for (let b = 0; b < cases; b++) all.set(values.subarray(b * each, (b + 1) * each), b * width + start);
      start += each;
    }
    return { name: data.name, cases, units: width, levels: all };
  });
}
