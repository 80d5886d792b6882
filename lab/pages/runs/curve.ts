/** Curves of a run's table: a metric over epochs, seconds or updates, with its bracket; smoothed; and its value at a place. */

import type { RunTable } from "./table.js";

export interface Curve {
  /** Ascending. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Of the bracket, NaN where a record has none; undefined where no record has one. */
  readonly lower?: readonly number[] | undefined;
  readonly upper?: readonly number[] | undefined;
}

const known = new WeakMap<RunTable, Map<string, { readonly length: number; readonly curve: Curve }>>();

/** The curve of a metric; records without it are left out. The same object until the table has grown. */
export function curveOf(table: RunTable, metric: string, over: string): Curve {
  let curves = known.get(table);
  if (!curves) {
    curves = new Map();
    known.set(table, curves);
  }
  const key = `${over} ${metric}`;
  const found = curves.get(key);
  if (found?.length === table.length) return found.curve;
  const curve = makeCurve(table, metric, over);
  curves.set(key, { length: table.length, curve });
  return curve;
}

function makeCurve({ columns, length }: RunTable, metric: string, over: string): Curve {
  const [xs, ys] = [columns.get(over), columns.get(metric)];
  if (!xs || !ys) return { x: [], y: [] };
  let rows: number[] = [];
  let ascends = true;
  for (let row = 0; row < length; row++) {
    const [x, y] = [xs[row] ?? Number.NaN, ys[row] ?? Number.NaN];
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    if (rows.length > 0 && x < (xs[rows[rows.length - 1] as number] as number)) ascends = false;
    rows.push(row);
  }
  if (!ascends) rows = rows.sort((a, b) => (xs[a] as number) - (xs[b] as number));
  const of = (column: readonly number[]) => rows.map((row) => column[row] ?? Number.NaN);
  const [lower, upper] = [columns.get(`${metric}Lower`), columns.get(`${metric}Upper`)];
  return { x: of(xs), y: of(ys), ...(lower && upper && { lower: of(lower), upper: of(upper) }) };
}

/** An exponential moving average that does not lean to its first value [Kingma and Ba 2015]; 0 leaves the values as they are. */
export function smoothed(values: readonly number[], factor: number): readonly number[] {
  if (factor === 0) return values;
  let [sum, weight] = [0, 0];
  return values.map((value) => {
    sum = factor * sum + (1 - factor) * value;
    weight = factor * weight + (1 - factor);
    return sum / weight;
  });
}

/** The first index whose x is not below; x.length where none is. */
export function indexFrom(x: readonly number[], at: number): number {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((x[middle] as number) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index of the point that is nearest; −1 where there is none. */
export function nearest(x: readonly number[], at: number): number {
  const above = indexFrom(x, at);
  if (above === x.length) return x.length - 1;
  return above > 0 && at - (x[above - 1] as number) <= (x[above] as number) - at ? above - 1 : above;
}
