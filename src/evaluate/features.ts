/** Hidden representations of data, for classifiers and for looking. */

import { chunks } from "../data/batches.js";
import type { Dataset } from "../data/dataset.js";
import type { KernelOptions } from "../kernels/threads.js";
import type { Rbm } from "../machines/rbm.js";
import { checkWidth, towardsHidden, withResident } from "../machines/resident.js";

const chunkSize = 256;

/** P(h_j = 1 | v), v the grey levels as they are; [cases, hidden]. */
export function hiddenFeatures(rbm: Rbm, data: Dataset, options: KernelOptions = {}): Promise<Float32Array> {
  checkWidth("hiddenFeatures", data, rbm.visible);
  return withResident(rbm, options, ({ kernels, parameters }) => {
    const visible = kernels.field(chunkSize, rbm.visible);
    const mean = kernels.field(chunkSize, rbm.hidden);
    const all = new Float32Array(data.cases * rbm.hidden);
    let at = 0;
    for (const rows of chunks(data.cases, chunkSize)) {
      const cases = rows.length;
      const draw = { seed: 0, purpose: "clamp", step: 0 } as const;
      kernels.clamp({ levels: data.levels, units: data.units, rows, mode: "probability", draw, out: visible });
      kernels.conditional({ cases, from: visible, ...towardsHidden(parameters), mean });
      all.set(mean.read(cases), at);
      at += cases * rbm.hidden;
    }
    return all;
  });
}
