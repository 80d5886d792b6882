/** log Z of a deep Boltzmann machine: it is that of an RBM of the even layers against the odd ones. */

import type { Dataset } from "../data/dataset.js";
import { takeCases } from "../data/select.js";
import { type Dbm, dbmAsRbm, sidesOf } from "../machines/dbm.js";
import { checkWidth } from "../machines/resident.js";
import { type ResidentDbm, withResidentDbm } from "../machines/resident-dbm.js";
import { type LogPartition, logPartition, type PartitionOptions } from "./estimate-partition.js";
import { startMeanField } from "./mean-field.js";

/** Enough for means of a base, which need not be good ones. */
const baseCases = 250;
const baseConvergence = { iterations: 30, tolerance: 1e-3 };

/**
 * log Z, nats: exact where odd or even layers have at most 25 units in all, else between a forward and a reverse estimate, whose annealed
 * chains are over the even layers, the odd ones summed out. With `data` (as wide as the visible layer) these start from units with the
 * means that the even layers have given the data. Throws as `logPartition`, and "shape" for data of another width.
 */
export async function dbmLogPartition(
  dbm: Dbm,
  { data, ...options }: Omit<PartitionOptions, "classes"> = {},
): Promise<LogPartition> {
  if (data) checkWidth("dbmLogPartition: data", data, dbm.layers[0]);
  const { threads = 1 } = options;
  const means = data && (await withResidentDbm(dbm, { threads }, (resident) => startEvenMeans(resident)(data)));
  // the base has the means of one case with these levels
  const base = means && {
    name: data.name,
    cases: 1,
    units: means.length,
    levels: Float32Array.from(means, (p) => Math.min(p, 1)),
  };
  return logPartition(dbmAsRbm(dbm), { ...options, ...(base && { data: base }) });
}

/** A function for the means of all units of the even layers over the first cases of data: the data's, and by mean field given these. */
export function startEvenMeans(resident: ResidentDbm): (data: Dataset) => Float64Array {
  const { kernels, layers } = resident;
  const visible = kernels.field(baseCases, layers[0]);
  const meanField = startMeanField(resident, baseCases);
  return (data) => {
    const { levels, units, cases } = takeCases(data, baseCases);
    const rows = Uint32Array.from({ length: cases }, (_, b) => b);
    // levels as they are need no draw
    const draw = { seed: 0, purpose: "evaluationClamp", step: 0 } as const;
    kernels.clamp({ levels, units, rows, mode: "probability", draw, out: visible });
    const settled = meanField(visible, cases, baseConvergence);
    const means = new Float64Array(sidesOf({ layers }).even);
    let start = 0;
    settled.layers.forEach((layer, l) => {
      if (l % 2 === 1) return;
      layer.read(cases).forEach((value, at) => {
        means[start + (at % layer.units)] += value / cases;
      });
      start += layer.units;
    });
    return means;
  };
}
