/** A count of updates in saved states. */

import type { SavedArray, SavedState } from "./checkpoint.js";

export const COUNTER_SHAPE: readonly number[] = [1];

export function savedCount(updates: number): SavedArray {
  return { shape: COUNTER_SHAPE, data: Uint32Array.of(updates) };
}

export function countFrom(name: string, from: SavedState | undefined): number {
  return from?.[name].data[0] ?? 0;
}
