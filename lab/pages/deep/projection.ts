/** Receptive fields: what a unit of any layer has to do with the pixels, through the generative weights below it, linearly. */

/** Fields that are shown of each layer. */
export const SHOWN_FIELDS = 40;

export interface GenerativeBond {
  /** At least [lower, upper], row-major. */
  readonly weights: Float32Array;
  readonly lower: number;
  readonly upper: number;
}

/** The fields of the first units of layer l, 1 for the one above the pixels [shown, pixels]: columns of W₁ W₂ ⋯ W_l. */
export function receptiveFields(bonds: readonly GenerativeBond[], l: number, most = SHOWN_FIELDS): Float32Array {
  const own = bonds[l - 1] as GenerativeBond;
  const units = Math.min(most, own.upper);
  let fields = transposed(own, units);
  for (let below = l - 2; below >= 0; below--) fields = through(fields, units, bonds[below] as GenerativeBond);
  return fields;
}

/** The first columns of W [lower, upper] as rows [columns, lower]. */
function transposed({ weights, lower, upper }: GenerativeBond, columns: number): Float32Array {
  const out = new Float32Array(columns * lower);
  for (let i = 0; i < lower; i++)
    for (let j = 0; j < columns; j++) out[j * lower + i] = weights[i * upper + j] as number;
  return out;
}

/** fields [count, upper] · Wᵀ with W [lower, upper]: [count, lower]. */
function through(fields: Float32Array, count: number, { weights, lower, upper }: GenerativeBond): Float32Array {
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
