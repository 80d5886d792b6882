/** A histogram with needles: where a few values lie among many. */

import { ChartFrame, type ChartProps } from "./chart.js";
import { useChartSize } from "./chart-size.js";
import { shortNumber } from "./formula.js";
import { scaleOf } from "./scale.js";

export interface Needle {
  readonly name: string;
  readonly at: number;
  /** 1 … 4: a colour and a dash of its own. */
  readonly style: number;
}

interface NeedlesProps extends Omit<ChartProps, "log" | "yRange"> {
  /** Where the first bin begins and the last one ends; needles beyond stand at the edge, with an arrow. */
  readonly xRange: readonly [number, number];
  readonly groups: readonly { readonly name: string; readonly counts: ArrayLike<number>; readonly style: number }[];
  readonly needles: readonly Needle[];
}

export function NeedleChart({ groups, needles, xRange, ...chart }: NeedlesProps) {
  const size = useChartSize(chart.height ?? 200);
  const [low, high] = xRange;
  const x = scaleOf(xRange, size.left, size.right, false);
  const most = Math.max(...groups.flatMap(({ counts }) => Array.from(counts))) || 1;
  const y = scaleOf([0, most], size.bottom, size.top, false);
  const at = (value: number) => x(Math.min(high, Math.max(low, value)));
  const bins = groups[0]?.counts.length ?? 0;
  const bin = (x(high) - x(low)) / Math.max(1, bins);
  const rows = Array.from({ length: bins }, (_, i) => [
    `${shortNumber(low + ((high - low) * i) / bins)} …`,
    ...groups.map(({ counts }) => shortNumber(counts[i] as number)),
  ]);
  return (
    <ChartFrame
      {...chart}
      size={size}
      x={x}
      y={y}
      table={{
        head: [chart.xName, ...groups.map(({ name }) => name)],
        rows: [...needles.map(({ name, at: value }) => [`${name}: ${shortNumber(value)}`]), ...rows],
      }}
    >
      {groups.map(({ name, counts, style }) => (
        <g key={name} class={`bars style-${style}`} opacity={0.75}>
          {Array.from(counts, (count, i) => (
            <rect key={i} x={x(low) + i * bin} width={Math.max(0.5, bin - 0.6)} y={y(count)} height={y(0) - y(count)} />
          ))}
        </g>
      ))}
      {needles.map(({ name, at: value, style }, n) => {
        const beyond = value > high ? " →" : value < low ? "← " : "";
        const onRight = at(value) > (x(low) + x(high)) / 2;
        return (
          <g key={name} class="needle">
            <line class={`style-${style}`} x1={at(value)} x2={at(value)} y1={y(0)} y2={y(most)} />
            <text x={at(value) + (onRight ? -5 : 5)} y={y(most) + 12 + 15 * n} text-anchor={onRight ? "end" : "start"}>
              {value < low ? beyond + name : name + beyond}
            </text>
          </g>
        );
      })}
    </ChartFrame>
  );
}
