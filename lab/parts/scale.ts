/** From values to places on a chart: linear and logarithmic scales, with their ticks. */

export type Scale = ((value: number) => number) & { readonly ticks: readonly number[] };

export function finite(values: ArrayLike<number>, positive: boolean): number[] {
  return Array.from(values).filter((value) => Number.isFinite(value) && (!positive || value > 0));
}

export function extent(values: readonly number[], positive = false): [number, number] {
  // nothing yet; a logarithm has no 0
  if (values.length === 0) return [positive ? 0.1 : 0, 1];
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return low === high ? [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2] : [low, high];
}

export function padded([low, high]: readonly [number, number], log: boolean): [number, number] {
  return log ? [low / 1.2, high * 1.2] : [low - 0.05 * (high - low), high + 0.05 * (high - low)];
}

export function scaleOf([low, high]: readonly [number, number], from: number, to: number, log: boolean): Scale {
  const of = log ? Math.log : (value: number) => value;
  const [a, b] = [of(low), of(high)];
  const scale = (value: number) => from + ((of(value) - a) / (b - a)) * (to - from);
  // side by side numbers need more room than one above the other
  const most = Math.min(6, Math.max(3, Math.abs(to - from) / (to > from ? 60 : 28)));
  return Object.assign(scale, { ticks: log ? logTicks(low, high, most) : linearTicks(low, high, most) });
}

function linearTicks(low: number, high: number, most: number): number[] {
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((one) => one * power >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Ticks at 1, 2 and 5 times powers of ten, for a logarithmic axis; fewer where there are many decades. */
export function logTicks(low: number, high: number, most = 12): number[] {
  const at = (steps: readonly number[], every: number) => {
    const ticks: number[] = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
      if (power % every !== 0) continue;
      for (const step of steps) {
        const tick = Number(`${step}e${power}`);
        if (tick >= low && tick <= high) ticks.push(tick);
      }
    }
    return ticks;
  };
  for (const [steps, every] of [
    [[1, 2, 3, 4, 5, 6, 7, 8, 9], 1],
    [[1, 2, 5], 1],
    [[1], 1],
    [[1], 2],
    [[1], 4],
  ] as const) {
    const ticks = at(steps, every);
    if (ticks.length <= most) return ticks;
  }
  return at([1], 16);
}
