/** One chart by uPlot, which comes with this page only. What is shown of x is the page's to say: new points and other runs leave it as it is. */

import "uplot/dist/uPlot.min.css";
import { type Signal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { isDark } from "../../paint/theme.js";
import { logTicks } from "../../parts/scale.js";
import type { Curve } from "./curve.js";
import { colourOf, dashOf } from "./swatch.js";
import { type ThinColumn, thinned } from "./thin.js";
import type { Range } from "./zoom.js";

export interface PlotLine {
  readonly name: string;
  readonly slot: number;
  readonly curve: Curve;
  /** The smoothed values; those of the curve where nothing is smoothed. */
  readonly y: readonly number[];
}

export interface PlotProps {
  readonly lines: readonly PlotLine[];
  readonly xName: string;
  readonly yName: string;
  readonly logX: boolean;
  readonly logY: boolean;
  /** What is shown of x. */
  readonly range: Range;
  /** Where the reader points, in x. */
  readonly at: Signal<number | undefined>;
  readonly onZoom: (range: Range) => void;
  /** The lower one of several with x in common has its name. */
  readonly namesX: boolean;
  readonly small: boolean;
}

/** A line's columns: smoothed, raw where it is another, the edges of the bracket. */
function columnsOf({ curve, y }: PlotLine): { readonly kind: "line" | "raw" | "edge"; readonly column: ThinColumn }[] {
  const { lower, upper } = curve;
  return [
    ...(y === curve.y ? [] : [{ kind: "raw" as const, column: { values: curve.y, keep: "both" as const } }]),
    ...(lower && upper
      ? [
          { kind: "edge" as const, column: { values: lower, keep: "least" as const } },
          { kind: "edge" as const, column: { values: upper, keep: "greatest" as const } },
        ]
      : []),
    { kind: "line" as const, column: { values: y, keep: "both" as const } },
  ];
}

export function Plot(props: PlotProps) {
  const { lines, xName, yName, logX, logY, range, at, namesX, small } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const dark = isDark.value;
  const all = lines.map((line) => ({ line, columns: columnsOf(line) }));
  // another chart only where it is one; new points go into the one that is there
  const kinds = all.map(({ line, columns }) => [line.name, line.slot, ...columns.map(({ kind }) => kind)]);
  const shape = JSON.stringify([kinds, xName, yName, logX, logY, dark, namesX, small]);

  function data(): uPlot.AlignedData {
    const pixels = Math.max(100, Math.round(plot.current?.over.clientWidth ?? box.current?.clientWidth ?? 600));
    const thin = all.map(({ line, columns }) => ({ x: line.curve.x, columns: columns.map(({ column }) => column) }));
    return thinned(thin, range, pixels, logX) as uPlot.AlignedData;
  }

  useEffect(() => {
    const place = box.current as HTMLDivElement;
    const ink = dark ? "#b4bfd1" : "#4a5362";
    const grid = { stroke: dark ? "#2c374b" : "#d3d9e3", width: 1 };
    const size = () => ({
      width: Math.max(240, place.clientWidth),
      height: (place.clientWidth < 500 ? 240 : small ? 250 : 360) - (namesX ? 0 : 20),
    });
    const font = "13px system-ui";
    const axis = { stroke: ink, grid, ticks: grid, font, labelFont: font, labelSize: 22 };
    const ticks = {
      splits: (_: uPlot, __: number, min: number, max: number) => {
        const found = logTicks(min, max);
        return found.length > 1 ? found : [min, max];
      },
      filter: (_: uPlot, splits: number[]) => splits,
      values: (_: uPlot, splits: number[]) => splits.map((tick) => String(Number(tick.toPrecision(3)))),
    };
    // there is nothing between two epochs
    const whole = {
      incrs: Array.from({ length: 30 }, (_, n) => ([1, 2, 5][n % 3] as number) * 10 ** Math.floor(n / 3)),
    };
    const bands: uPlot.Band[] = [];
    const series: uPlot.Series[] = [{ label: xName }];
    for (const { line, columns } of all) {
      const stroke = colourOf(line.slot, dark);
      for (const { kind } of columns) {
        const common = { label: line.name, spanGaps: true, points: { show: false } };
        if (kind === "line") series.push({ ...common, stroke, width: 2, dash: dashOf(line.slot) });
        else if (kind === "raw") series.push({ ...common, stroke: `${stroke}55`, width: 1 });
        else series.push({ ...common, stroke: `${stroke}88`, width: 1, dash: [2, 2] });
      }
      const first = series.length - columns.length;
      const edge = columns.findIndex(({ kind }) => kind === "edge");
      if (edge >= 0) bands.push({ series: [first + edge + 1, first + edge], fill: `${stroke}30` });
    }
    plot.current = new uPlot(
      {
        ...size(),
        scales: {
          x: { time: false, range: () => [...latest.current.range] as [number, number], ...(logX && { distr: 3 }) },
          y: logY ? { distr: 3 } : {},
        },
        axes: [
          { ...axis, ...(namesX && { label: xName }), ...(logX ? ticks : xName !== "seconds" && whole) },
          { ...axis, label: yName, size: 70 },
        ],
        cursor: { points: { show: false }, y: false, drag: { x: true, y: false, setScale: false } },
        legend: { show: false },
        series,
        bands,
        hooks: {
          setSelect: [
            (chart) => {
              const { left, width } = chart.select;
              if (width < 4) return;
              latest.current.onZoom([chart.posToVal(left, "x"), chart.posToVal(left + width, "x")]);
              chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            },
          ],
          setCursor: [
            (chart) => {
              const { left } = chart.cursor;
              if (left == null) return;
              latest.current.at.value = left < 0 ? undefined : chart.posToVal(left, "x");
            },
          ],
        },
      },
      data(),
      place,
    );
    const resized = new ResizeObserver(() => plot.current?.setSize(size()));
    resized.observe(place);
    return () => {
      resized.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [shape]);

  useEffect(() => {
    plot.current?.setData(data());
    pointTo(plot.current, at.peek());
  });
  // the same place in all charts, without asking them back
  useSignalEffect(() => pointTo(plot.current, at.value));

  return <div ref={box} class="plot" />;
}

function pointTo(chart: uPlot | undefined, at: number | undefined): void {
  if (!chart) return;
  const left = at === undefined ? -10 : chart.valToPos(at, "x");
  chart.setCursor({ left: Number.isFinite(left) ? left : -10, top: at === undefined ? -10 : 1 }, false);
}
