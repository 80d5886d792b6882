/**
 * What of curves is drawn: all points where there is room for them, else the least and the greatest of each pixel's width, in their order, so that no
 * peak is lost. All curves share the places, as uPlot wants them.
 */

import { indexFrom } from "./curve.js";
import type { Range } from "./zoom.js";

export interface ThinColumn {
  readonly values: readonly number[];
  /** Of many points in a pixel: both ends, or the one that an edge of a band has. */
  readonly keep: "both" | "least" | "greatest";
}

export interface ThinLine {
  /** Ascending. */
  readonly x: readonly number[];
  readonly columns: readonly ThinColumn[];
}

type Cells = (number | null)[];

/** [x, column, column, …] of all lines in a range of x, and the next points outside of it, which lines lead to. */
export function thinned(lines: readonly ThinLine[], [from, to]: Range, pixels: number, log = false): Cells[] {
  const parts = lines.map(({ x }) => ({ first: indexFrom(x, from), end: endAt(x, to) }));
  const points = parts.reduce((sum, { first, end }) => sum + end - first, 0);
  if (points <= 3 * pixels) return exact(lines, parts);
  const scale = log ? Math.log : (x: number) => x;
  const [low, high] = [scale(from), scale(to)];
  const bucketOf = (x: number) => Math.min(pixels - 1, Math.floor((pixels * (scale(x) - low)) / (high - low)));
  const placeOf = (bucket: number) => {
    const place = low + ((high - low) * bucket) / pixels;
    return log ? Math.exp(place) : place;
  };
  const outside = (side: "left" | "right") =>
    lines.flatMap(({ x }, i) => {
      const { first, end } = parts[i] as (typeof parts)[number];
      const value = side === "left" ? x[first - 1] : x[end];
      return value === undefined ? [] : [value];
    });
  const ascending = (values: readonly number[]) => [...new Set(values)].sort((a, b) => a - b);
  const [left, right] = [ascending(outside("left")), ascending(outside("right"))];
  const grid = Array.from({ length: 2 * pixels }, (_, i) => placeOf(i / 2 + 0.25));
  const xs = [...left, ...grid, ...right];
  const out: Cells[] = [xs];
  lines.forEach(({ x, columns }, i) => {
    const { first, end } = parts[i] as (typeof parts)[number];
    const buckets = new Int32Array(Math.max(0, end - first));
    for (let n = first; n < end; n++) buckets[n - first] = Math.max(0, bucketOf(x[n] as number));
    for (const { values, keep } of columns) {
      const cells: Cells = Array(xs.length).fill(null);
      const put = (place: number, value: number | undefined) => {
        if (value !== undefined && Number.isFinite(value)) cells[place] = value;
      };
      if (first > 0) put(left.indexOf(x[first - 1] as number), values[first - 1]);
      if (end < x.length) put(left.length + grid.length + right.indexOf(x[end] as number), values[end]);
      for (let n = first; n < end; ) {
        const bucket = buckets[n - first] as number;
        let [least, greatest] = [-1, -1];
        for (; n < end && buckets[n - first] === bucket; n++) {
          const value = values[n] as number;
          if (!Number.isFinite(value)) continue;
          if (least < 0 || value < (values[least] as number)) least = n;
          if (greatest < 0 || value > (values[greatest] as number)) greatest = n;
        }
        if (least < 0) continue;
        const place = left.length + 2 * bucket;
        const pair =
          keep === "least"
            ? [least, least]
            : keep === "greatest"
              ? [greatest, greatest]
              : [Math.min(least, greatest), Math.max(least, greatest)];
        pair.forEach((at, k) => {
          put(place + k, values[at]);
        });
      }
      out.push(cells);
    }
  });
  return out;
}

/** The first index whose x is above. */
function endAt(x: readonly number[], to: number): number {
  let end = indexFrom(x, to);
  while (end < x.length && x[end] === to) end++;
  return end;
}

function exact(lines: readonly ThinLine[], parts: readonly { first: number; end: number }[]): Cells[] {
  const shown = lines.map(({ x }, i) => {
    const { first, end } = parts[i] as (typeof parts)[number];
    return { from: Math.max(0, first - 1), to: Math.min(x.length, end + 1) };
  });
  const xs = [...new Set(lines.flatMap(({ x }, i) => x.slice(shown[i]?.from, shown[i]?.to)))].sort((a, b) => a - b);
  const at = new Map(xs.map((x, i) => [x, i]));
  const columns = lines.flatMap(({ x, columns }, i) =>
    columns.map(({ values }) => {
      const cells: Cells = Array(xs.length).fill(null);
      for (let n = shown[i]?.from ?? 0; n < (shown[i]?.to ?? 0); n++) {
        const value = values[n] as number;
        if (Number.isFinite(value)) cells[at.get(x[n] as number) as number] = value;
      }
      return cells;
    }),
  );
  return [xs, ...columns];
}
