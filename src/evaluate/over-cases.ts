/** Passes over all cases of a data set, a chunk at a time, without randomness. */

import { chunks } from "../data/batches.js";
import type { Dataset } from "../data/dataset.js";
import type { Field, Kernels } from "../kernels/kernels.js";
import { createKernels, type KernelOptions } from "../kernels/threads.js";
import type { Rbm } from "../machines/rbm.js";
import { checkWidth, type ResidentRbm, residentRbm } from "../machines/resident.js";

const chunkSize = 256;

/** What is done with a chunk: from a field with its cases to a field of results. */
export type Pass = (cases: number) => Field;

/**
 * Gives `start` kernels and a field with the grey levels of a chunk as they are, and calls what it returns for each chunk with the
 * number of its cases. Resolves to the fields that come back, one after the other [cases, their units].
 *
 * Throws "shape", in the name of `who`, for data of another width than the machine's inputs.
 */
export async function overChunks(
  who: string,
  inputs: number,
  data: Dataset,
  options: KernelOptions,
  start: (kernels: Kernels, visible: Field) => Pass,
): Promise<Float32Array> {
  checkWidth(who, data, inputs);
  const kernels = await createKernels(options);
  try {
    const visible = kernels.field(chunkSize, inputs);
    return passOver(kernels, data, visible, start(kernels, visible));
  } finally {
    kernels.dispose();
  }
}

/** The same with kernels that are there: all cases through `visible`, as many at a time as it holds. */
export function passOver(
  kernels: Kernels,
  { levels, units, cases }: Dataset,
  visible: Field,
  pass: Pass,
): Float32Array {
  const parts: Float32Array[] = [];
  for (const rows of chunks(cases, visible.capacity)) {
    // levels as they are need no draw
    const draw = { seed: 0, purpose: "clamp", step: 0 } as const;
    kernels.clamp({ levels, units, rows, mode: "probability", draw, out: visible });
    parts.push(pass(rows.length).read(rows.length));
  }
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** overChunks with an RBM in the kernels. */
export function overCases(
  who: string,
  rbm: Rbm,
  data: Dataset,
  options: KernelOptions,
  start: (resident: ResidentRbm, visible: Field) => Pass,
): Promise<Float32Array> {
  return overChunks(who, rbm.visible, data, options, (kernels, visible) => start(residentRbm(kernels, rbm), visible));
}
