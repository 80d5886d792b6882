/** A curve that is recorded at every tick at first, and at fewer as it grows: what is kept depends on the ticks alone, not on when one looked. */

export interface Recorded {
  readonly stride: number;
  readonly ticks: readonly number[];
  /** Values at those ticks, by name. */
  readonly values: Readonly<Record<string, readonly number[]>>;
}

export const emptyCurve: Recorded = { stride: 1, ticks: [], values: {} };

/** Is this tick one of those that are kept? Ask before taking what is dear. */
export const isRecorded = ({ stride }: Recorded, tick: number): boolean => tick % stride === 0;

/** With the values of a tick; at most `most` ticks, of which every other one goes when there are more. */
export function recorded(
  curve: Recorded,
  tick: number,
  values: Readonly<Record<string, number>>,
  most = 300,
): Recorded {
  const next = {
    stride: curve.stride,
    ticks: [...curve.ticks, tick],
    values: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, [...(curve.values[name] ?? []), value]]),
    ),
  };
  if (next.ticks.length <= most) return next;
  const stride = 2 * curve.stride;
  const kept = next.ticks.map((at) => at % stride === 0);
  const thinned = (list: readonly number[]) => list.filter((_, i) => kept[i]);
  return {
    stride,
    ticks: thinned(next.ticks),
    values: Object.fromEntries(Object.entries(next.values).map(([name, list]) => [name, thinned(list)])),
  };
}
