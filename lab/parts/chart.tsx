/** Small charts in SVG: lines and bars. Each has a sentence that says what is to be seen, and a table of its numbers. */

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { shortNumber } from "./formula.js";

export interface Line {
  readonly name: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** 1 … 4: a colour and a dash of its own. */
  readonly style?: number;
  /** Points in place of a line. */
  readonly dots?: boolean;
  /** Of the points; 2.5 by default. */
  readonly radius?: number;
}

export interface ChartProps {
  /** The sentence. */
  readonly label: string;
  readonly xName: string;
  readonly yName: string;
  readonly log?: "x" | "y" | "both";
  readonly yRange?: readonly [number, number];
  readonly xRange?: readonly [number, number];
  readonly height?: number;
  /** Where the key of lines or bars begins, from the upper left; bars have one anyway. */
  readonly keyAt?: readonly [number, number];
}

const [LEFT, RIGHT, TOP, BOTTOM, WIDTH] = [52, 12, 10, 34, 460];

export function LineChart({
  lines,
  children,
  ...chart
}: ChartProps & { readonly lines: readonly Line[]; readonly children?: ComponentChildren }) {
  const { log, height = 220 } = chart;
  const xs = lines.flatMap(({ x }) => finite(x, log === "x" || log === "both"));
  const ys = lines.flatMap(({ y }) => finite(y, log === "y" || log === "both"));
  const x = scaleOf(chart.xRange ?? extent(xs, log), LEFT, WIDTH - RIGHT, log === "x" || log === "both");
  const y = scaleOf(
    chart.yRange ?? padded(extent(ys, log), log === "y" || log === "both"),
    height - BOTTOM,
    TOP,
    log === "y" || log === "both",
  );
  return (
    <ChartFrame {...chart} x={x} y={y} table={tableOf(lines, chart.xName)}>
      {lines.map((line) => {
        const points = Array.from(line.x, (at, i) => [x(at), y(line.y[i] as number)] as const).filter(
          ([a, b]) => Number.isFinite(a) && Number.isFinite(b),
        );
        const kind = `series style-${line.style ?? 1}`;
        return line.dots ? (
          <g key={line.name} class={kind}>
            {points.map(([a, b], i) => (
              <circle key={i} cx={a} cy={b} r={line.radius ?? 2.5} />
            ))}
          </g>
        ) : (
          <polyline
            key={line.name}
            class={kind}
            points={points.map(([a, b]) => `${a.toFixed(1)},${b.toFixed(1)}`).join(" ")}
          />
        );
      })}
      {chart.keyAt && <Key series={lines} at={chart.keyAt} />}
      {children}
    </ChartFrame>
  );
}

export interface Bars {
  readonly name: string;
  readonly values: ArrayLike<number>;
  readonly style?: number;
}

/** Groups of bars, one group a category. */
export function BarChart({
  groups,
  names,
  ...chart
}: ChartProps & { readonly groups: readonly Bars[]; readonly names: readonly string[] }) {
  const { height = 220 } = chart;
  const all = groups.flatMap(({ values }) => finite(values, false));
  const [low, high] = chart.yRange ?? extent([0, ...all]);
  const y = scaleOf([low, high === low ? low + 1 : high], height - BOTTOM, TOP, false);
  const slot = (WIDTH - LEFT - RIGHT) / Math.max(1, names.length);
  const bar = (0.8 * slot) / Math.max(1, groups.length);
  // labels of up to a hundredth of the width a letter
  const longest = Math.max(1, ...names.map(({ length }) => length));
  const every = Math.max(1, Math.ceil((names.length * (7 * longest + 6)) / (WIDTH - LEFT - RIGHT)));
  return (
    <ChartFrame
      {...chart}
      y={y}
      table={{
        head: [chart.xName, ...groups.map(({ name }) => name)],
        rows: names.map((name, i) => [name, ...groups.map(({ values }) => shortNumber(values[i] as number))]),
      }}
    >
      {groups.map(({ name, values, style = 1 }, g) => (
        <g key={name} class={`bars style-${style}`}>
          {Array.from(values, (value, i) => {
            const [from, to] = [y(Math.max(low, 0)), y(value)];
            return (
              <rect
                key={i}
                x={LEFT + i * slot + 0.1 * slot + g * bar}
                width={Math.max(0.5, bar - 0.5)}
                y={Math.min(from, to)}
                height={Math.abs(to - from)}
              />
            );
          })}
        </g>
      ))}
      {names.map(
        (name, i) =>
          i % every === 0 && (
            <text key={i} class="tick" x={LEFT + (i + 0.5) * slot} y={height - BOTTOM + 14} text-anchor="middle">
              {name}
            </text>
          ),
      )}
      <Key series={groups} at={chart.keyAt} />
    </ChartFrame>
  );
}

type Scale = ((value: number) => number) & { readonly ticks: readonly number[] };

interface FrameProps extends ChartProps {
  readonly x?: Scale;
  readonly y: Scale;
  readonly table: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };
  readonly children: ComponentChildren;
}

/** Axes, the sentence and the table; for charts of other kinds too. */
export function ChartFrame({ label, xName, yName, height = 220, x, y, table, children }: FrameProps) {
  const id = useId();
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-labelledby={id}>
        {y.ticks.map((tick) => (
          <g key={tick} class="grid">
            <line x1={LEFT} x2={WIDTH - RIGHT} y1={y(tick)} y2={y(tick)} />
            <text class="tick" x={LEFT - 6} y={y(tick) + 4} text-anchor="end">
              {shortNumber(tick)}
            </text>
          </g>
        ))}
        {x?.ticks.map((tick) => (
          <text key={tick} class="tick" x={x(tick)} y={height - BOTTOM + 14} text-anchor="middle">
            {shortNumber(tick)}
          </text>
        ))}
        <text class="axis" x={(LEFT + WIDTH - RIGHT) / 2} y={height - 4} text-anchor="middle">
          {xName}
        </text>
        <text
          class="axis"
          x={12}
          y={(TOP + height - BOTTOM) / 2}
          text-anchor="middle"
          transform={`rotate(-90 12 ${(TOP + height - BOTTOM) / 2})`}
        >
          {yName}
        </text>
        {children}
      </svg>
      <figcaption id={id}>{label}</figcaption>
      <details>
        <summary>Numbers</summary>
        <div class="scroll" tabIndex={0} role="region" aria-label={`Numbers: ${label}`}>
          <table>
            <thead>
              <tr>
                {table.head.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {table.rows.map((row, i) => (
                <tr key={i}>
                  {row.map((text, j) => (
                    <td key={j}>{text}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

interface KeyProps {
  readonly series: readonly { readonly name: string; readonly style?: number }[];
  readonly at?: readonly [number, number] | undefined;
}

/** Names of lines or bars beside their strokes; a part of the chart's picture. */
export function Key({ series, at: [x, y] = [0, 0] }: KeyProps) {
  if (series.length < 2) return null;
  return (
    <g class="key">
      {series.map(({ name, style = 1 }, i) => (
        <g key={name} transform={`translate(${LEFT + 8 + x} ${TOP + 8 + y + 15 * i})`}>
          <line class={`series style-${style}`} x1={0} x2={20} y1={0} y2={0} />
          <text x={26} y={4}>
            {name}
          </text>
        </g>
      ))}
    </g>
  );
}

function finite(values: ArrayLike<number>, positive: boolean): number[] {
  return Array.from(values).filter((value) => Number.isFinite(value) && (!positive || value > 0));
}

function extent(values: readonly number[], log?: ChartProps["log"]): [number, number] {
  // nothing yet; a logarithm has no 0
  if (values.length === 0) return [log === undefined ? 0 : 0.1, 1];
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return low === high ? [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2] : [low, high];
}

function padded([low, high]: readonly [number, number], log: boolean): [number, number] {
  return log ? [low / 1.2, high * 1.2] : [low - 0.05 * (high - low), high + 0.05 * (high - low)];
}

function scaleOf([low, high]: readonly [number, number], from: number, to: number, log: boolean): Scale {
  const of = log ? Math.log : (value: number) => value;
  const [a, b] = [of(low), of(high)];
  const scale = (value: number) => from + ((of(value) - a) / (b - a)) * (to - from);
  return Object.assign(scale, { ticks: log ? logTicks(low, high) : linearTicks(low, high) });
}

/** Linear scales over a chart's width and height. */
export const chartScale = {
  across: (range: readonly [number, number]) => scaleOf(range, LEFT, WIDTH - RIGHT, false),
  up: (range: readonly [number, number], height: number) => scaleOf(range, height - BOTTOM, TOP, false),
};

function linearTicks(low: number, high: number): number[] {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((one) => one * power >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function logTicks(low: number, high: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const every = Math.ceil((last - first) / 6);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
    .filter((power) => (power - first) % every === 0)
    .map((power) => 10 ** power)
    .filter((tick) => tick >= low * 0.999 && tick <= high * 1.001);
}

/** At most 200 rows, evenly taken. */
function tableOf(lines: readonly Line[], xName: string) {
  const longest = lines.reduce((a, b) => (b.x.length > a.x.length ? b : a), lines[0] ?? { name: "", x: [], y: [] });
  const every = Math.max(1, Math.ceil(longest.x.length / 200));
  const rows = Array.from(longest.x)
    .map((x, i) => [shortNumber(x), ...lines.map(({ y }) => (i < y.length ? shortNumber(y[i] as number) : ""))])
    .filter((_, i) => i % every === 0);
  return { head: [xName, ...lines.map(({ name }) => name)], rows };
}
