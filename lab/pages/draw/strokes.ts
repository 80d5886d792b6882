/** A picture as the sum of strokes: the input of the visible units is their bias and the weights of the hidden units that are on. */

import { logistic, type Rbm } from "#src/index.js";
import { PIXELS } from "./bits.js";

/** Strokes that are shown one by one. */
export const SHOWN_STROKES = 30;

export interface Strokes {
  /** Hidden units that are on. */
  readonly active: number;
  readonly hidden: number;
  /** How many are in the sum. */
  readonly added: number;
  /** b [784]: what the picture is without any. */
  readonly bias: Float32Array;
  /** h_j W_j of the strongest [shown, 784], the strongest first, and which units they are. */
  readonly filters: Float32Array;
  readonly units: readonly number[];
  /** b + Σ h_j W_j over those added [784], and σ of it. */
  readonly sum: Float32Array;
  readonly picture: Float32Array;
}

/** `h` [hidden] in [0, 1]; the first `most` of those above ½, the strongest first. With all of them, and h of a sample, the picture is P(v | h). */
export function sumOfStrokes({ weights, hidden, visibleBias }: Rbm, h: ArrayLike<number>, most: number): Strokes {
  const column = (j: number) =>
    Float32Array.from({ length: PIXELS }, (_, i) => (h[j] as number) * (weights[i * hidden + j] as number));
  const on = Array.from({ length: hidden }, (_, j) => j).filter((j) => (h[j] as number) > 0.5);
  const strokes = on
    .map((unit) => {
      const filter = column(unit);
      return { unit, filter, size: filter.reduce((sum, w) => sum + Math.abs(w), 0) };
    })
    .sort((a, b) => b.size - a.size || a.unit - b.unit);
  const added = Math.min(most, strokes.length);
  const sum = visibleBias.slice();
  for (const { filter } of strokes.slice(0, added))
    filter.forEach((w, i) => {
      sum[i] = (sum[i] as number) + w;
    });
  const shown = strokes.slice(0, SHOWN_STROKES);
  const filters = new Float32Array(shown.length * PIXELS);
  shown.forEach(({ filter }, n) => {
    filters.set(filter, n * PIXELS);
  });
  return {
    active: on.length,
    hidden,
    added,
    bias: visibleBias.slice(),
    filters,
    units: shown.map(({ unit }) => unit),
    sum,
    picture: sum.map(logistic),
  };
}
