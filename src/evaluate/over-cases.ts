/** Passes over all cases of a data set, a chunk at a time, without randomness. */

import { chunks } from "../data/batches.js";
import type { Dataset } from "../data/dataset.js";
import type { Field } from "../kernels/kernels.js";
import type { KernelOptions } from "../kernels/threads.js";
import type { Rbm } from "../machines/rbm.js";
import { checkWidth, type ResidentRbm, withResident } from "../machines/resident.js";

const chunkSize = 256;

/**
 * Gives `start` the RBM in the kernels and a field with the grey levels of a chunk as they are, and calls what it returns for each
 * chunk with the number of its cases. Resolves to the fields that come back, one after the other [cases, their units].
 *
 * Throws "shape", in the name of `who`, for data of another width than the machine's.
 */
export function overCases(
  who: string,
  rbm: Rbm,
  data: Dataset,
  options: KernelOptions,
  start: (resident: ResidentRbm, visible: Field) => (cases: number) => Field,
): Promise<Float32Array> {
  checkWidth(who, data, rbm.visible);
  const { levels, units } = data;
  return withResident(rbm, options, (resident) => {
    const visible = resident.kernels.field(chunkSize, units);
    const pass = start(resident, visible);
    const parts: Float32Array[] = [];
    for (const rows of chunks(data.cases, chunkSize)) {
      // levels as they are need no draw
      const draw = { seed: 0, purpose: "clamp", step: 0 } as const;
      resident.kernels.clamp({ levels, units, rows, mode: "probability", draw, out: visible });
      parts.push(pass(rows.length).read(rows.length));
    }
    const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  });
}
