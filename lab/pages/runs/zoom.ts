/** Which part of x is shown. Zooms and moves are in equal ways on the axis: on a logarithmic one these are equal factors. */

export type Range = readonly [number, number];

/** The range of all x; undefined where there is none. A logarithm has only what is above 0. */
export function extentOf(all: Iterable<readonly number[]>, log: boolean): Range | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const x of all) {
    // ascending
    const first = log ? x.find((value) => value > 0) : x[0];
    if (first === undefined) continue;
    low = Math.min(low, first);
    high = Math.max(high, x[x.length - 1] as number);
  }
  if (low > high) return undefined;
  if (low < high) return [low, high];
  return log ? [low / 2, low * 2] : [low - 0.5, low + 0.5];
}

/** A part of the range: `factor` 1/2 shows half, 2 twice as much, around a place. All, as undefined, where nothing would be left out. */
export function zoomed(range: Range, full: Range, factor: number, log: boolean, around?: number): Range | undefined {
  const [low, high] = range.map(log ? Math.log : (x) => x) as [number, number];
  const middle = around === undefined ? (low + high) / 2 : log ? Math.log(around) : around;
  const centre = middle >= low && middle <= high ? middle : (low + high) / 2;
  const width = (high - low) * factor;
  const share = (centre - low) / (high - low);
  // so narrow that numbers would not differ
  if (width < 1e-9 * Math.max(Math.abs(low), Math.abs(high), 1e-3)) return range;
  return within([centre - share * width, centre + (1 - share) * width], full, log);
}

/** The range moved by a part of its width, up to the ends of all. */
export function moved(range: Range, full: Range, by: number, log: boolean): Range | undefined {
  const [low, high] = range.map(log ? Math.log : (x) => x) as [number, number];
  const way = by * (high - low);
  return within([low + way, high + way], full, log);
}

function within([low, high]: Range, full: Range, log: boolean): Range | undefined {
  const [least, most] = full.map(log ? Math.log : (x) => x) as [number, number];
  if (high - low >= most - least) return undefined;
  const shift = low < least ? least - low : high > most ? most - high : 0;
  const range = [low + shift, high + shift].map(log ? Math.exp : (x) => x) as unknown as Range;
  return range;
}
