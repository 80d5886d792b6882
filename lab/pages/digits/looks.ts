/** What the page looks at in a machine: its filters, its weights as a histogram, how its hidden units answer. */

import type { Dataset, Rbm } from "#src/index.js";

/** Filters that are shown, of how many there may be. */
export const MOST_FILTERS = 100;

/** So many cases, of all classes in turn, or from beginning to end where there are no labels [count, units]. */
export function spread(dataset: Dataset, count: number): Float32Array {
  const { cases, labels } = dataset;
  const classes = [...new Set(labels)].sort((a, b) => a - b);
  const taken = Array.from({ length: count }, (_, i) => {
    if (classes.length === 0) return Math.floor((i * cases) / count);
    const wanted = classes[i % classes.length];
    const nth = Math.floor(i / classes.length);
    const members = Array.from({ length: cases }, (_, b) => b).filter((b) => labels?.[b] === wanted);
    return members[nth % members.length] as number;
  });
  return imagesOf(dataset, taken);
}

/** Rows as levels in [0, 1] [rows, units]. */
export function imagesOf({ levels, units }: Dataset, rows: readonly number[]): Float32Array {
  const most = levels instanceof Uint8Array ? 255 : 1;
  const images = new Float32Array(rows.length * units);
  rows.forEach((row, n) => {
    for (let i = 0; i < units; i++) images[n * units + i] = (levels[row * units + i] as number) / most;
  });
  return images;
}

/** [count, visible] of W [visible, hidden]. */
export function filtersOf({ weights, visible, hidden }: Rbm, count: number): Float32Array {
  const filters = new Float32Array(count * visible);
  for (let i = 0; i < visible; i++)
    for (let j = 0; j < count; j++) filters[j * visible + i] = weights[i * hidden + j] as number;
  return filters;
}

/** Column j of W [visible]. */
export const filterOf = ({ weights, visible, hidden }: Rbm, j: number): Float32Array =>
  Float32Array.from({ length: visible }, (_, i) => weights[i * hidden + j] as number);

const BINS = 41;

/** Counts of weights in equal bins round 0, up to the largest size. */
export function histogramOf(weights: Float32Array): Histogram {
  const stride = Math.max(1, Math.floor(weights.length / 50_000));
  let end = 0;
  for (let i = 0; i < weights.length; i += stride) end = Math.max(end, Math.abs(weights[i] as number));
  end ||= 1;
  const counts = new Array<number>(BINS).fill(0);
  for (let i = 0; i < weights.length; i += stride) {
    const bin = Math.min(BINS - 1, Math.floor((((weights[i] as number) / end + 1) / 2) * BINS));
    counts[bin] = (counts[bin] as number) + 1;
  }
  return { counts, end };
}

export interface Histogram {
  readonly counts: readonly number[];
  /** Bins go from −end to it. */
  readonly end: number;
}

export interface Activity {
  /** Hidden units by their mean P(h_j = 1 | v), in tenths [10]. */
  readonly counts: readonly number[];
  readonly dead: number;
  readonly saturated: number;
}

/** How hidden units answer, from their means [cases, hidden]; as `hiddenActivity` of the library has it, at the same threshold. */
export function activityOf(means: Float32Array, cases: number, hidden: number): Activity {
  const threshold = 0.01;
  const mean = new Float32Array(hidden);
  const highest = new Float32Array(hidden);
  const lowest = new Float32Array(hidden).fill(1);
  for (let b = 0; b < cases; b++) {
    for (let j = 0; j < hidden; j++) {
      const p = means[b * hidden + j] as number;
      mean[j] = (mean[j] as number) + p / cases;
      if (p > (highest[j] as number)) highest[j] = p;
      if (p < (lowest[j] as number)) lowest[j] = p;
    }
  }
  const counts = new Array<number>(10).fill(0);
  for (const p of mean)
    counts[Math.min(9, Math.floor(10 * p))] = (counts[Math.min(9, Math.floor(10 * p))] as number) + 1;
  return {
    counts,
    dead: highest.filter((p) => p < threshold).length,
    saturated: lowest.filter((p) => p > 1 - threshold).length,
  };
}
