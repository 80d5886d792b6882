/** The reference kernels' arrays: each is one plain row-major array. */

import type { Field, Matrix, States, Vector } from "./kernels.js";

export interface Plain<T> {
  readonly values: T;
}
export type PlainStates = States & Plain<Uint8Array>;
export type PlainField = Field & Plain<Float32Array>;
export type PlainMatrix = Matrix & Plain<Float32Array>;
export type PlainVector = Vector & Plain<Float32Array>;

/** The numbers of any of them. */
export function at(of: States | Field | Matrix | Vector): Float32Array {
  return (of as unknown as Plain<Float32Array>).values;
}
