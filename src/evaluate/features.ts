/** Hidden representations of data, for classifiers and for looking. */

import type { Dataset } from "../data/dataset.js";
import type { KernelOptions } from "../kernels/threads.js";
import type { Rbm } from "../machines/rbm.js";
import { towardsHidden } from "../machines/resident.js";
import { overCases } from "./over-cases.js";

/** P(h_j = 1 | v), v the grey levels as they are; [cases, hidden]. */
export function hiddenFeatures(rbm: Rbm, data: Dataset, options: KernelOptions = {}): Promise<Float32Array> {
  return overCases("hiddenFeatures", rbm, data, options, ({ kernels, parameters }, visible) => {
    const mean = kernels.field(visible.capacity, rbm.hidden);
    return (cases) => {
      kernels.conditional({ cases, from: visible, ...towardsHidden(parameters), mean });
      return mean;
    };
  });
}
