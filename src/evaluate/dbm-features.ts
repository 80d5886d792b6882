/** What a deep Boltzmann machine makes of data without randomness: the means of mean field, and back down. */

import { chunks } from "../data/batches.js";
import type { Dataset } from "../data/dataset.js";
import { refuse } from "../errors.js";
import type { KernelOptions } from "../kernels/threads.js";
import type { Dbm } from "../machines/dbm.js";
import { checkWidth, towardsVisible } from "../machines/resident.js";
import { type Layer, type ResidentDbm, withResidentDbm } from "../machines/resident-dbm.js";
import { type Convergence, checkConvergence, startMeanField } from "./mean-field.js";

const chunkSize = 250;
const usual: Convergence = { iterations: 50, tolerance: 1e-4 };

export interface DbmFeatureOptions extends KernelOptions, Partial<Convergence> {
  /** Which layer, 1 for the one above the data; the top one by default. */
  readonly layer?: number;
}

/**
 * The means of a hidden layer given v [cases, its units], by mean field, v the grey levels as they are; at most 50 passes, or until means
 * change by no more than 1e-4. Throws "shape" for data of another width, "option" for a layer that is not there.
 */
export function dbmFeatures(dbm: Dbm, data: Dataset, options: DbmFeatureOptions = {}): Promise<Float32Array> {
  const top = dbm.layers.length - 1;
  const { layer = top } = options;
  if (!Number.isInteger(layer) || layer < 1 || layer > top) {
    throw refuse("option", { who: "layer", got: String(layer), expected: `a layer from 1 to ${top}` });
  }
  return overMeans("dbmFeatures", dbm, data, options, () => (means) => means[layer]);
}

/**
 * The cases with what the machine's second layer thinks of them beside: [v, m_2], the means by mean field, as inputs of a classifier
 * with the layers featureLayers(dbm, { augmented: true }) [Salakhutdinov and Hinton 2009]. Labels stay; an image shape does not. Options
 * and errors as dbmFeatures.
 */
export async function dbmAugmented(
  dbm: Dbm,
  data: Dataset,
  options: Omit<DbmFeatureOptions, "layer"> = {},
): Promise<Dataset> {
  const means = await dbmFeatures(dbm, data, { ...options, layer: 2 });
  const { imageShape: _, ...rest } = data;
  const { cases, units, levels } = data;
  const [more, full] = [dbm.layers[2], levels instanceof Uint8Array ? 255 : 1];
  const width = units + more;
  const joined = new Float32Array(cases * width);
  for (let b = 0; b < cases; b++) {
    for (let i = 0; i < units; i++) joined[b * width + i] = levels[b * units + i] / full;
    joined.set(means.subarray(b * more, (b + 1) * more), b * width + units);
  }
  return { ...rest, name: `${data.name}, augmented`, units: width, levels: joined };
}

/** P(v | h_1) with the means of h_1 given v: no randomness; [cases, units] in [0, 1]. Options as dbmFeatures; throws "shape" as it does. */
export function dbmReconstruct(
  dbm: Dbm,
  data: Dataset,
  options: Omit<DbmFeatureOptions, "layer"> = {},
): Promise<Float32Array> {
  return overMeans("dbmReconstruct", dbm, data, options, ({ kernels, layers, bonds }) => {
    const mean = kernels.field(chunkSize, layers[0]);
    return (means, cases) => {
      kernels.conditional({ cases, from: means[1], ...towardsVisible(bonds[0]), mean });
      return mean;
    };
  });
}

/** Resolves to what `start` makes of the means of each chunk of cases, one after the other. */
function overMeans(
  who: string,
  dbm: Dbm,
  data: Dataset,
  options: DbmFeatureOptions,
  start: (resident: ResidentDbm) => (means: readonly Layer[], cases: number) => Layer,
): Promise<Float32Array> {
  checkWidth(who, data, dbm.layers[0]);
  const { iterations = usual.iterations, tolerance = usual.tolerance } = options;
  checkConvergence({ iterations, tolerance });
  const { levels, units } = data;
  return withResidentDbm(dbm, options, (resident) => {
    const { kernels } = resident;
    const visible = kernels.field(chunkSize, units);
    const meanField = startMeanField(resident, chunkSize);
    const made = start(resident);
    let all: Float32Array | undefined;
    for (const rows of chunks(data.cases, chunkSize)) {
      // levels as they are need no draw
      const draw = { seed: 0, purpose: "evaluationClamp", step: 0 } as const;
      kernels.clamp({ levels, units, rows, mode: "probability", draw, out: visible });
      const { layers } = meanField(visible, rows.length, { iterations, tolerance });
      const part = made(layers, rows.length);
      all ??= new Float32Array(data.cases * part.units);
      all.set(part.read(rows.length), rows[0] * part.units);
    }
    return all ?? new Float32Array();
  });
}
