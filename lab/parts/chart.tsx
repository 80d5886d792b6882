/** Small charts in SVG: lines and bars. Each has a sentence that says what is to be seen, and a table of its numbers. */

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { type ChartSize, useChartSize } from "./chart-size.js";
import { shortNumber } from "./formula.js";
import { extent, finite, padded, type Scale, scaleOf } from "./scale.js";

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
  /** False where the key leaves it out. */
  readonly keyed?: boolean;
}

export interface ChartProps {
  /** The sentence. */
  readonly label: string;
  readonly xName: string;
  readonly yName: string;
  readonly log?: "x" | "y" | "both";
  readonly yRange?: readonly [number, number];
  readonly xRange?: readonly [number, number];
  /** In pixels where the chart is 460 wide; 220 without it. */
  readonly height?: number;
  /** Where the key of lines or bars begins, from the upper left; bars have one anyway. */
  readonly keyAt?: readonly [number, number];
}

export function LineChart({
  lines,
  children,
  ...chart
}: ChartProps & { readonly lines: readonly Line[]; readonly children?: ComponentChildren }) {
  const size = useChartSize(chart.height);
  const [logX, logY] = [chart.log === "x" || chart.log === "both", chart.log === "y" || chart.log === "both"];
  const xs = lines.flatMap(({ x }) => finite(x, logX));
  const ys = lines.flatMap(({ y }) => finite(y, logY));
  const x = scaleOf(chart.xRange ?? extent(xs, logX), size.left, size.right, logX);
  const y = scaleOf(chart.yRange ?? padded(extent(ys, logY), logY), size.bottom, size.top, logY);
  return (
    <ChartFrame {...chart} size={size} x={x} y={y} table={tableOf(lines, chart.xName)}>
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
      {chart.keyAt && <Key series={lines.filter(({ keyed }) => keyed !== false)} size={size} at={chart.keyAt} />}
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
  const size = useChartSize(chart.height);
  const all = groups.flatMap(({ values }) => finite(values, false));
  const [low, high] = chart.yRange ?? extent([0, ...all]);
  const y = scaleOf([low, high === low ? low + 1 : high], size.bottom, size.top, false);
  const slot = (size.right - size.left) / Math.max(1, names.length);
  const bar = (0.8 * slot) / Math.max(1, groups.length);
  // some seven pixels a letter
  const longest = Math.max(1, ...names.map(({ length }) => length));
  const every = Math.max(1, Math.ceil((names.length * (7 * longest + 6)) / (size.right - size.left)));
  return (
    <ChartFrame
      {...chart}
      size={size}
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
                x={size.left + i * slot + 0.1 * slot + g * bar}
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
            <text key={i} class="tick" x={size.left + (i + 0.5) * slot} y={size.bottom + 14} text-anchor="middle">
              {name}
            </text>
          ),
      )}
      <Key series={groups} size={size} at={chart.keyAt} />
    </ChartFrame>
  );
}

interface FrameProps extends ChartProps {
  readonly size: ChartSize;
  readonly x?: Scale;
  readonly y: Scale;
  readonly table: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };
  readonly children: ComponentChildren;
}

/** Axes, the sentence and the table; for charts of other kinds too. */
export function ChartFrame({ label, xName, yName, size, x, y, table, children }: FrameProps) {
  const id = useId();
  const { width, height, left, right, top, bottom } = size;
  return (
    <figure class="chart" ref={size.ref}>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-labelledby={id}>
        {y.ticks.map((tick) => (
          <g key={tick} class="grid">
            <line x1={left} x2={right} y1={y(tick)} y2={y(tick)} />
            <text class="tick" x={left - 6} y={y(tick) + 4} text-anchor="end">
              {shortNumber(tick)}
            </text>
          </g>
        ))}
        {x?.ticks.map((tick) => (
          <text key={tick} class="tick" x={x(tick)} y={bottom + 14} text-anchor="middle">
            {shortNumber(tick)}
          </text>
        ))}
        <text class="axis" x={(left + right) / 2} y={height - 4} text-anchor="middle">
          {xName}
        </text>
        <text
          class="axis"
          x={12}
          y={(top + bottom) / 2}
          text-anchor="middle"
          transform={`rotate(-90 12 ${(top + bottom) / 2})`}
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
  readonly size: ChartSize;
  readonly at?: readonly [number, number] | undefined;
}

/** Names of lines or bars beside their strokes; a part of the chart's picture. */
function Key({ series, size, at = [0, 0] }: KeyProps) {
  if (series.length < 2) return null;
  const [wanted, y] = size.place(at);
  // some seven pixels a letter
  const wide = 34 + 7 * Math.max(...series.map(({ name }) => name.length));
  const x = Math.max(size.left, Math.min(wanted, size.right - wide));
  return (
    <g class="key">
      {series.map(({ name, style = 1 }, i) => (
        <g key={name} transform={`translate(${x + 8} ${y + 8 + 15 * i})`}>
          <line class={`series style-${style}`} x1={0} x2={20} y1={0} y2={0} />
          <text x={26} y={4}>
            {name}
          </text>
        </g>
      ))}
    </g>
  );
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
