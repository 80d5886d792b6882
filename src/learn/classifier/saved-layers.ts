/** Arrays of the shape of layers that learn, in saved states: `NAME.N.weights`, `NAME.N.bias`, N from 0 for the lowest of them. */

import type { LayerParameters } from "../../kernels/kernels.js";
import type { SavedArray, SavedShapes, SavedState } from "../checkpoint.js";

export const averageName = "average";
export const averageCounter = "average.updates";
export const updateCounter = "optimizer.updates";

/** `layers`: units from the input of the lowest layer up. */
export function layerShapes(name: string, layers: readonly number[]): SavedShapes {
  const entries = layers.slice(1).flatMap((size, l): [string, number[]][] => [
    [`${name}.${l}.weights`, [layers[l] as number, size]],
    [`${name}.${l}.bias`, [size]],
  ]);
  return Object.fromEntries(entries);
}

export function saveLayers(name: string, layers: readonly LayerParameters[]): SavedState {
  const entries = layers.flatMap(({ weights, hiddenBias }, l): [string, SavedArray][] => [
    [`${name}.${l}.weights`, { shape: [weights.rows, weights.columns], data: weights.read() }],
    [`${name}.${l}.bias`, { shape: [hiddenBias.size], data: hiddenBias.read() }],
  ]);
  return Object.fromEntries(entries);
}

/** Nothing where there is no state to go on from. */
export function restoreLayers(name: string, layers: readonly LayerParameters[], from: SavedState | undefined): void {
  if (!from) return;
  layers.forEach(({ weights, hiddenBias }, l) => {
    weights.write(from[`${name}.${l}.weights`].data as Float32Array);
    hiddenBias.write(from[`${name}.${l}.bias`].data as Float32Array);
  });
}
