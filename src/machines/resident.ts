/** An RBM in the kernels' memory: where its parameters live while it is trained, sampled or evaluated on many cases. */

import type { Dataset } from "../data/dataset.js";
import { refuse } from "../errors.js";
import type { BondParameters, Kernels } from "../kernels/kernels.js";
import { createKernels, type KernelOptions } from "../kernels/threads.js";
import type { Rbm } from "./rbm.js";

export interface ResidentRbm {
  readonly kernels: Kernels;
  readonly parameters: BondParameters;
}

/** Parameters of an RBM's shape, zero. Serves for the parameters and for the optimizer's steps. */
export function allocateParameters(kernels: Kernels, visible: number, hidden: number): BondParameters {
  return {
    weights: kernels.matrix(visible, hidden),
    visibleBias: kernels.vector(visible),
    hiddenBias: kernels.vector(hidden),
  };
}

/** What a conditional needs for P(h | v). */
export function towardsHidden({ weights, hiddenBias, hiddenScale: scale }: BondParameters) {
  return { weights, bias: hiddenBias, ...(scale !== undefined && { scale }) };
}

/** What a conditional needs for P(v | h). */
export function towardsVisible({ weights, visibleBias, visibleScale: scale, group }: BondParameters) {
  return { weights, bias: visibleBias, transposed: true, group, ...(scale !== undefined && { scale }) };
}

/**
 * What conditionals need for P(v | h) when many follow under the same weights: a function that transposes the weights as they are into
 * a matrix of its own. The same bits as `towardsVisible`.
 */
export function startTransposing(kernels: Kernels, visible: number, hidden: number) {
  const weights = kernels.matrix(hidden, visible);
  return (parameters: BondParameters) => {
    kernels.transpose(weights, parameters.weights);
    return { ...towardsVisible(parameters), weights, transposed: false };
  };
}

/** Copies the RBM into the kernels. The last `classes` of its visible units are label units: a softmax group. */
export function residentRbm(kernels: Kernels, rbm: Rbm, classes = 0): ResidentRbm {
  const group = classes > 0 ? { first: rbm.visible - classes, size: classes } : undefined;
  const parameters = { ...allocateParameters(kernels, rbm.visible, rbm.hidden), ...(group && { group }) };
  writeParameters(parameters, rbm);
  return { kernels, parameters };
}

export function writeParameters(parameters: BondParameters, rbm: Omit<Rbm, "kind">): void {
  parameters.weights.write(rbm.weights);
  parameters.visibleBias.write(rbm.visibleBias);
  parameters.hiddenBias.write(rbm.hiddenBias);
}

/** Copies the parameters out again. */
export function readRbm(parameters: BondParameters): Rbm {
  return {
    kind: "rbm",
    visible: parameters.visibleBias.size,
    hidden: parameters.hiddenBias.size,
    weights: parameters.weights.read(),
    visibleBias: parameters.visibleBias.read(),
    hiddenBias: parameters.hiddenBias.read(),
  };
}

/** Makes kernels, copies the RBM in, lets `work` use both, and frees them whatever happens. */
export async function withResident<T>(
  rbm: Rbm,
  options: KernelOptions,
  work: (resident: ResidentRbm) => T | Promise<T>,
): Promise<T> {
  const kernels = await createKernels(options);
  try {
    return await work(residentRbm(kernels, rbm));
  } finally {
    kernels.dispose();
  }
}

/** Throws "shape" unless the data are as wide as the machine. */
export function checkWidth(who: string, data: Dataset, visible: number): void {
  if (data.units === visible) return;
  const wayOut = "Use data of the kind that the model was trained on.";
  const expected = `${visible}, the model's visible units`;
  throw refuse("shape", { who, got: `${data.name} with ${data.units} units a case`, expected, wayOut });
}
