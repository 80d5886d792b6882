/** Hidden representations of data, for classifiers and for looking. */

import type { Dataset } from "../data/dataset.js";
import { refuse } from "../errors.js";
import type { Field } from "../kernels/kernels.js";
import type { KernelOptions } from "../kernels/threads.js";
import type { Classifier } from "../machines/classifier.js";
import type { Rbm } from "../machines/rbm.js";
import { towardsHidden } from "../machines/resident.js";
import { forwardPass, residentClassifier } from "../machines/resident-classifier.js";
import { classifierInputs } from "./classifier-inputs.js";
import { overCases, overChunks } from "./over-cases.js";

/**
 * P(h_j = 1 | v), v the grey levels as they are; of a classifier the outputs of its last hidden layer; [cases, hidden]. Throws "shape"
 * where it has none.
 */
export function hiddenFeatures(
  machine: Rbm | Classifier,
  data: Dataset,
  options: KernelOptions = {},
): Promise<Float32Array> {
  return machine.kind === "rbm" ? rbmFeatures(machine, data, options) : classifierFeatures(machine, data, options);
}

async function classifierFeatures(
  classifier: Classifier,
  data: Dataset,
  options: KernelOptions,
): Promise<Float32Array> {
  if (classifier.layers.length < 3) {
    const expected = "a hidden layer";
    throw refuse("shape", { who: "hiddenFeatures", got: "a classifier of inputs and classes alone", expected });
  }
  const inputs = await classifierInputs("hiddenFeatures", classifier, data, options);
  return overChunks("hiddenFeatures", inputs.units, inputs, options, (kernels, visible) => {
    const pass = forwardPass(kernels, residentClassifier(kernels, classifier), visible.capacity);
    return (cases) => {
      pass.run(cases, visible);
      return pass.hidden.at(-1) as Field;
    };
  });
}

function rbmFeatures(rbm: Rbm, data: Dataset, options: KernelOptions): Promise<Float32Array> {
  return overCases("hiddenFeatures", rbm, data, options, ({ kernels, parameters }, visible) => {
    const mean = kernels.field(visible.capacity, rbm.hidden);
    return (cases) => {
      kernels.conditional({ cases, from: visible, ...towardsHidden(parameters), mean });
      return mean;
    };
  });
}
