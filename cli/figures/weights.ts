/** Reading a weight matrix column by column: one hidden unit's weights, their common scale, the order of the units. */
import { demandFinite, demandLength, demandWhole } from "./checks.js";

/** W of a restricted Boltzmann machine. */
export interface WeightMatrix {
  /** [visible, hidden], row-major. */
  readonly weights: Float32Array;
  readonly visible: number;
  readonly hidden: number;
}

/** Refuses a matrix whose size is wrong or that holds anything but finite numbers. */
export function demandWeights(who: string, { weights, visible, hidden }: WeightMatrix): void {
  demandWhole(`${who}: visible`, visible, 1, 2 ** 24);
  demandWhole(`${who}: hidden`, hidden, 1, 2 ** 24);
  demandLength(`${who}: weights`, weights, visible * hidden, `${visible} visible × ${hidden} hidden units`);
  demandFinite(
    `${who}: weights`,
    weights,
    (i) => `between visible unit ${Math.floor(i / hidden)} and hidden unit ${i % hidden}`,
  );
}

/** The weights of one hidden unit, [visible]. */
export function column({ weights, visible, hidden }: WeightMatrix, unit: number): Float32Array {
  return Float32Array.from({ length: visible }, (_, i) => weights[i * hidden + unit] as number);
}

/** Hidden units from the largest Euclidean norm of their weights to the smallest; equal norms stay in order. */
export function unitsByNorm({ weights, hidden }: WeightMatrix): number[] {
  const squares = new Float64Array(hidden);
  weights.forEach((weight, i) => {
    squares[i % hidden] = (squares[i % hidden] as number) + weight * weight;
  });
  return [...squares.keys()].sort((a, b) => (squares[b] as number) - (squares[a] as number));
}

/** A symmetric colour scale, −limit … +limit. */
export interface SignedScale {
  readonly limit: number;
  /** Whether some weights lie beyond the ends and share their colours. */
  readonly clipped: boolean;
}

/** The scale that ends at the 99.5th percentile of |weight|, so that a few extreme weights do not pale the rest. */
export function robustScale(groups: readonly Float32Array[]): SignedScale {
  const sizes = new Float32Array(groups.reduce((sum, group) => sum + group.length, 0));
  let at = 0;
  for (const group of groups) for (const weight of group) sizes[at++] = Math.abs(weight);
  sizes.sort();
  const largest = sizes.at(-1) || 1;
  const limit = sizes[Math.round(0.995 * (sizes.length - 1))] || largest;
  return { limit, clipped: limit < largest };
}

/** The filters of the chosen units, [units, visible] row-major: a snapshot for `filtersOverEpochs`. */
export function filtersOf(matrix: WeightMatrix, units: readonly number[]): Float32Array {
  const filters = new Float32Array(units.length * matrix.visible);
  units.forEach((unit, row) => {
    demandWhole("filtersOf: unit", unit, 0, matrix.hidden - 1);
    filters.set(column(matrix, unit), row * matrix.visible);
  });
  return filters;
}
