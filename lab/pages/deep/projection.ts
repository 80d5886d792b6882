/** Receptive fields: what a unit of any layer has to do with the pixels, through the generative weights below it, linearly. */

import type { Dbn } from "#src/index.js";

/** Fields that are shown of each layer. */
export const SHOWN_FIELDS = 40;

/** The fields of the first units of layer l, 1 for the one above the pixels [shown, pixels]: columns of G₁ G₂ ⋯ W. */
export function receptiveFields(dbn: Dbn, l: number, most = SHOWN_FIELDS): Float32Array {
  const { layers, directed, top } = dbn;
  const units = Math.min(most, layers[l] as number);
  const isTop = l === directed.length + 1;
  const weights = isTop ? top.weights : (directed[l - 1] as (typeof directed)[number]).generativeWeights;
  // of the top pair only what is not a label unit has pixels below it
  let fields = transposed(weights, layers[l - 1] as number, layers[l] as number, units);
  for (let below = l - 1; below >= 1; below--) {
    const bond = directed[below - 1] as (typeof directed)[number];
    fields = through(fields, units, bond.generativeWeights, bond.lower, bond.upper);
  }
  return fields;
}

/** The first columns of W [rows, width] as rows [columns, rows]. */
function transposed(weights: Float32Array, rows: number, width: number, columns: number): Float32Array {
  const out = new Float32Array(columns * rows);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = weights[i * width + j] as number;
  return out;
}

/** fields [count, upper] · Gᵀ with G [lower, upper]: [count, lower]. */
function through(
  fields: Float32Array,
  count: number,
  weights: Float32Array,
  lower: number,
  upper: number,
): Float32Array {
  const out = new Float32Array(count * lower);
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < lower; i++) {
      let sum = 0;
      for (let j = 0; j < upper; j++) sum += (fields[n * upper + j] as number) * (weights[i * upper + j] as number);
      out[n * lower + i] = sum;
    }
  }
  return out;
}
