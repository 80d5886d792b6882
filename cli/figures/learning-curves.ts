/** Learning curves: one small panel a measure, all against epochs. */
import { refuse } from "../../src/index.js";
import type { CurveLine, CurveSeries } from "./curve-series.js";
import { shortened, textWidth, wrap } from "./font.js";
import { type Body, drawFigure, type Wording } from "./frame.js";
import { rounded } from "./numbers.js";
import { colours, lineColours, page, type TypeStyle, type } from "./style.js";
import { dot, line, type Point, polyline, text, textBlock } from "./svg.js";
import { type Axis, epochAxis, linearAxis, logAxis } from "./ticks.js";

export interface LearningCurvesInput extends Wording {
  readonly series: readonly CurveSeries[];
  /** Name of the x axis. Default "epoch", whose ticks are whole numbers; any other is a number as it comes. */
  readonly xName?: string;
}

const columnGap = 36;
const rowGap = 34;
/** Heights of a plot that shares its row, and of one that stands alone. */
const plotHeights = { shared: 150, alone: 240 } as const;

/**
 * Small multiples, two a row (one where there is only one). Lines are named at their ends; a lone line shows its last value.
 *
 * @returns PNG bytes.
 * @throws HarmoniumError of kind `data`: NaN, a line without points, a value at or below 0 on a logarithmic axis.
 */
export async function learningCurves(input: LearningCurvesInput): Promise<Uint8Array> {
  const { series, xName = "epoch" } = input;
  if (series.length === 0) throw refuse("data", { who: "learningCurves", got: "no series", expected: "at least one" });
  for (const panel of series) demandDrawable(panel);
  const xs = series.flatMap(({ lines }) => lines.flatMap(({ points }) => points.map(([x]) => x)));
  const xAxis = xName === "epoch" ? epochAxis(xs) : linearAxis(xs);
  return drawFigure({ title: input.title ?? "Learning curves", caption: input.caption ?? "" }, (top) =>
    panels(top, series, xAxis, xName),
  );
}

function demandDrawable({ title, lines, logY }: CurveSeries): void {
  const who = `learningCurves: "${title}"`;
  if (lines.length === 0) throw refuse("data", { who, got: "no lines", expected: "at least one" });
  for (const { name, points } of lines) {
    if (points.length === 0)
      throw refuse("data", { who: `${who}, ${name}`, got: "no points", expected: "at least one" });
    const bad = points.find(([x, y]) => !Number.isFinite(x) || !Number.isFinite(y) || (logY === true && y <= 0));
    if (bad === undefined) continue;
    const expected = logY === true ? "finite numbers above 0 (the axis is logarithmic)" : "finite numbers";
    throw refuse("data", { who: `${who}, ${name}`, got: `${bad[1]} at ${bad[0]}`, expected });
  }
}

function panels(top: number, series: readonly CurveSeries[], xAxis: Axis, xName: string): Body {
  const columns = series.length === 1 ? 1 : 2;
  const width = (page.inner - (columns - 1) * columnGap) / columns;
  const height = columns === 1 ? plotHeights.alone : plotHeights.shared;
  const heads = series.map((panel) => headLines(panel, width));
  const parts: string[] = [];
  let y = top;
  for (let first = 0; first < series.length; first += columns) {
    const rowHeads = heads.slice(first, first + columns);
    const headHeight = 38 + 20 * Math.max(...rowHeads.map((lines) => lines.length));
    series.slice(first, first + columns).forEach((panel, column) => {
      const x = page.margin + column * (width + columnGap);
      parts.push(text(x, y + 14, shortened(panel.title, type.panelTitle, width), type.panelTitle));
      parts.push(textBlock(x, y + 36, rowHeads[column] as string[], type.small, 20));
      parts.push(plot({ x, y: y + headHeight, width, height }, panel, xAxis, xName));
    });
    y += headHeight + height + 44 + rowGap;
  }
  return { svg: parts.join(""), height: y - rowGap - top };
}

function headLines({ unit, note }: CurveSeries, width: number): string[] {
  return [unit, note ?? ""].filter((text) => text !== "").flatMap((text) => wrap(text, type.small, width));
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function plot({ x, y, width, height }: Place, series: CurveSeries, xAxis: Axis, xName: string): string {
  const { lines } = series;
  const ys = lines.flatMap(({ points }) => points.map(([, value]) => value));
  const yAxis = series.logY === true ? logAxis(ys) : linearAxis(ys);
  const labels = lines.map((curve) => shortened(endLabel(curve, lines.length), type.label, width / 3));
  const left = x + Math.ceil(Math.max(...yAxis.ticks.map((tick) => textWidth(tick.label, type.small)))) + 10;
  const right = x + width - Math.ceil(Math.max(...labels.map((label) => textWidth(label, type.label)))) - 14;
  const toPage = ([px, py]: Point): Point => [
    left + xAxis.place(px) * (right - left),
    y + (1 - yAxis.place(py)) * height,
  ];
  const ends = lines.map(({ points }) => toPage(series.nameAt === "peak" ? highest(points) : (points.at(-1) as Point)));
  const labelYs = apart(
    ends.map(([, endY]) => endY),
    19,
  );
  const curves = lines.map(({ points }, i) => {
    const colour = lineColours[i % lineColours.length] as string;
    const style: TypeStyle = { ...type.label, fill: colour };
    const end = ends[i] as Point;
    return [
      polyline(points.map(toPage), colour, 2.5),
      dot(end, 4, colour),
      text(end[0] + 11, (labelYs[i] as number) + 5.5, labels[i] as string, style),
    ].join("");
  });
  return axes({ left, right, y, height }, xAxis, yAxis, xName) + curves.join("");
}

function highest(points: readonly Point[]): Point {
  return points.reduce((best, point) => (point[1] > best[1] ? point : best));
}

function endLabel({ name, points }: CurveLine, lines: number): string {
  return lines === 1 ? rounded((points.at(-1) as Point)[1]) : name;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly y: number;
  readonly height: number;
}

function axes({ left, right, y, height }: Box, xAxis: Axis, yAxis: Axis, xName: string): string {
  const base = y + height;
  const parts = yAxis.ticks.map(({ at, label }) => {
    const level = y + (1 - yAxis.place(at)) * height;
    const rule = line([left, level], [right, level], at === 0 ? colours.axis : colours.hairline, 1);
    return rule + text(left - 8, level + 5, label, type.small, "end");
  });
  for (const { at, label } of xAxis.ticks) {
    const x = left + xAxis.place(at) * (right - left);
    parts.push(line([x, base], [x, base + 5], colours.axis, 1), text(x, base + 21, label, type.small, "middle"));
  }
  parts.push(line([left, base], [right, base], colours.axis, 1));
  parts.push(text((left + right) / 2, base + 41, xName, type.small, "middle"));
  return parts.join("");
}

/** Heights near the wanted ones that keep at least `distance` from each other. */
function apart(wanted: readonly number[], distance: number): number[] {
  const order = [...wanted.keys()].sort((a, b) => (wanted[a] as number) - (wanted[b] as number));
  const heights = [...wanted];
  for (let round = 0; round < 50; round++) {
    for (let k = 1; k < order.length; k++) {
      const [upper, lower] = [order[k - 1] as number, order[k] as number];
      const lack = distance - ((heights[lower] as number) - (heights[upper] as number));
      if (lack <= 0) continue;
      heights[upper] = (heights[upper] as number) - lack / 2;
      heights[lower] = (heights[lower] as number) + lack / 2;
    }
  }
  return heights;
}
