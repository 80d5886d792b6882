/** Axes: where the ticks stand and what they say. */
import { fixed, grouped, scientific } from "./numbers.js";

export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  /** 0 … 1 along the axis. */
  readonly place: (value: number) => number;
}

/** The smallest of 1, 2, 5 × a power of ten that is at least `step`. */
function niceStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 5, 10].find((f) => f * power >= step * (1 - 1e-9)) as number;
  return factor * power;
}

/**
 * A linear axis a little wider than the values, with about `count` ticks at round numbers. Where all values are positive
 * and reach below half of the largest, the axis starts at 0.
 */
export function linearAxis(values: readonly number[], count = 4): Axis {
  const [least, most] = extremes(values);
  // Values that differ by less than a millionth of their size are drawn as constant.
  const size = Math.max(Math.abs(least), Math.abs(most));
  const room = most - least > 1e-6 * size ? 0.06 * (most - least) : 0.1 * size || 1;
  const low = least >= 0 && least < 0.5 * most ? 0 : least - room;
  const high = most + room;
  const step = niceStep((high - low) / count);
  const ticks = multiples(step, low, high).map((at) => tick(at, step));
  return axis(low, high, ticks, (value) => value);
}

/** The epochs' axis: from the first to the last value, with ticks at the first and at whole round numbers. */
export function epochAxis(values: readonly number[], count = 4): Axis {
  const [low, high] = extremes(values);
  const step = Math.max(1, niceStep(Math.max(high - low, 1) / count));
  const round = multiples(step, low, high);
  const first = round[0] ?? high;
  const places = Number.isInteger(low) && first - low >= 0.4 * step ? [low, ...round] : round;
  const ticks = places.map((at) => tick(at, step));
  return axis(low, high, ticks, (value) => value);
}

/** Time steps from `low` to `high`, with ticks only at times that were looked at: `every` steps from `low` on. */
export function stepAxis(low: number, high: number, every: number, count = 5): Axis {
  const step = Math.max(every, niceStep((high - low) / count || 1));
  const ticks = multiples(step, low, high)
    .map((at) => low + every * Math.round((at - low) / every))
    .map((at) => tick(at, 1));
  return axis(low, high, ticks, (value) => value);
}

function multiples(step: number, low: number, high: number): number[] {
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
}

/** A logarithmic axis over positive values: decades, and their 2 and 5 where the values span less than two decades. */
export function logAxis(values: readonly number[]): Axis {
  const [least, most] = extremes(values);
  const decades = Math.log10(most / least);
  const factors = decades > 2 ? [1] : decades > 1 ? [1, 3] : [1, 2, 5];
  const every = Math.max(1, Math.ceil(decades / 4));
  const candidates = [];
  for (let power = Math.floor(Math.log10(least)) - 1; power <= Math.ceil(Math.log10(most)); power++) {
    if (power % every === 0 || decades <= 2) for (const factor of factors) candidates.push(factor * 10 ** power);
  }
  const below = candidates.filter((at) => at <= least * (1 + 1e-9)).at(-1) ?? least;
  const above = candidates.find((at) => at >= most * (1 - 1e-9)) ?? most;
  const kept = candidates.filter((at) => at >= below && at <= above);
  const ends = below === above ? ([below / 2, above * 2] as const) : ([below, above] as const);
  const ticks = kept.map((at) => ({ at, label: logLabel(at) }));
  return axis(ends[0], ends[1], ticks, Math.log10);
}

function logLabel(value: number): string {
  const power = Math.floor(Math.log10(value) + 1e-9);
  if (power >= 5 || power <= -5) return scientific(value, 0);
  return power >= 0 ? grouped(Math.round(value)) : fixed(value, -power);
}

function tick(at: number, step: number): { at: number; label: string } {
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  if (decimals > 5 || step >= 1e6) return { at, label: at === 0 ? "0" : scientific(at, 1) };
  return { at, label: decimals === 0 ? grouped(Math.round(at)) : fixed(at, decimals) };
}

function axis(low: number, high: number, ticks: Axis["ticks"], scale: (value: number) => number): Axis {
  const [from, to] = [scale(low), scale(high)];
  const place = (value: number) => (to === from ? 0.5 : (scale(value) - from) / (to - from));
  return { low, high, ticks, place };
}

function extremes(values: readonly number[]): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}
