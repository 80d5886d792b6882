/** Curves of runs by uPlot, which comes with this page only. New points keep the zoom; a double click ends it. */

import "uplot/dist/uPlot.min.css";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { isDark } from "../../paint/theme.js";
import type { CurveOf } from "./run.js";

export interface PlotLine {
  readonly name: string;
  readonly curve: CurveOf;
  /** The smoothed values. */
  readonly y: readonly number[];
}

interface PlotProps {
  readonly lines: readonly PlotLine[];
  readonly xName: string;
  readonly yName: string;
  readonly log: boolean;
  readonly label: string;
}

const colours = {
  light: ["#005cb8", "#a84a00", "#2f6b34", "#7b3fa0", "#8a1538", "#00696b", "#6b5900", "#444c5c"],
  dark: ["#4aa3ff", "#ff9e4a", "#7ccf84", "#cfa0ef", "#ff8fa8", "#5fd0d2", "#d9c14a", "#c3cbd9"],
};
const dashes = [[], [8, 4], [2, 3], [10, 3, 2, 3]];

export const colourOf = (i: number, dark: boolean): string => {
  const list = dark ? colours.dark : colours.light;
  return list[i % list.length] as string;
};
export const dashOf = (i: number): number[] => dashes[i % dashes.length] as number[];

/** All curves over the union of their x, as uPlot takes them: [x, y, lower, upper, y, lower, upper, …]. */
function tableOf(lines: readonly PlotLine[]): (number | null)[][] {
  const xs = [...new Set(lines.flatMap(({ curve }) => curve.x))].sort((a, b) => a - b);
  const at = new Map(xs.map((x, i) => [x, i]));
  const column = (curve: CurveOf, values: readonly number[]) => {
    const out: (number | null)[] = Array(xs.length).fill(null);
    curve.x.forEach((x, i) => {
      const value = values[i] as number;
      if (Number.isFinite(value)) out[at.get(x) as number] = value;
    });
    return out;
  };
  return [
    xs,
    ...lines.flatMap(({ curve, y }) => [column(curve, y), column(curve, curve.lower), column(curve, curve.upper)]),
  ];
}

export function Plot({ lines, xName, yName, log, label }: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const dark = isDark.value;
  const table = tableOf(lines);
  // another chart only where it is one; new points go into the one that is there
  const shape = JSON.stringify([lines.map(({ name }) => name), xName, yName, log, dark]);

  useEffect(() => {
    const place = box.current as HTMLDivElement;
    const ink = dark ? "#b4bfd1" : "#4a5362";
    const grid = { stroke: dark ? "#2c374b" : "#d3d9e3", width: 1 };
    const size = () => ({ width: Math.max(240, place.clientWidth), height: place.clientWidth < 500 ? 260 : 380 });
    const axis = { stroke: ink, grid, ticks: grid, font: "13px system-ui" };
    plot.current = new uPlot(
      {
        ...size(),
        scales: { x: { time: false }, y: log ? { distr: 3 } : {} },
        axes: [
          { ...axis, label: xName, labelFont: "13px system-ui" },
          { ...axis, label: yName, labelFont: "13px system-ui", size: 70 },
        ],
        cursor: { sync: { key: "runs" }, points: { size: 7 } },
        legend: { show: true, live: true },
        series: [
          { label: xName },
          ...lines.flatMap(({ name }, i) => {
            const edge = {
              label: `${name}, bracket`,
              stroke: "transparent",
              width: 0,
              points: { show: false },
              spanGaps: true,
            };
            return [
              {
                label: name,
                stroke: colourOf(i, dark),
                width: 2,
                dash: dashOf(i),
                spanGaps: true,
                points: { show: false },
              },
              edge,
              edge,
            ];
          }),
        ],
        bands: lines.map((_, i) => ({
          series: [3 * i + 3, 3 * i + 2] as [number, number],
          fill: `${colourOf(i, dark)}33`,
        })),
      },
      table as uPlot.AlignedData,
      place,
    );
    // brackets have their band; their rows of the legend would say it twice
    place.querySelectorAll(".u-legend .u-series").forEach((row, i) => {
      if (i > 0 && (i - 1) % 3 !== 0) row.remove();
    });
    const resized = new ResizeObserver(() => plot.current?.setSize(size()));
    resized.observe(place);
    return () => {
      resized.disconnect();
      plot.current?.destroy();
    };
  }, [shape]);

  useEffect(() => {
    const chart = plot.current;
    if (!chart) return;
    const { min, max } = chart.scales["x"] ?? {};
    const xs = chart.data[0] ?? [];
    const zoomed =
      min != null && max != null && xs.length > 1 && (min > (xs[0] as number) || max < (xs.at(-1) as number));
    chart.setData(table as uPlot.AlignedData, !zoomed);
    if (zoomed) chart.redraw();
  });

  return <div ref={box} class="plot" role="img" aria-label={label} data-name="curves" />;
}
