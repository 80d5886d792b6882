/** Learning curves: one small panel a measure, all against epochs. */
import { refuse } from "../../src/index.js";
import type { CurveLine, CurveSeries, Reference } from "./curve-series.js";
import { shortened, textWidth, wrap } from "./font.js";
import { type Body, drawFigure, type Themed, type Wording } from "./frame.js";
import { rounded } from "./numbers.js";
import { colours, lineColours, page, type } from "./style.js";
import { area, dot, line, type Point, polyline, text, textBlock } from "./svg.js";
import { type Axis, epochAxis, linearAxis, logAxis } from "./ticks.js";

export interface LearningCurvesInput extends Wording, Themed {
  readonly series: readonly CurveSeries[];
  /** Name of the x axis. Default "epoch". Ticks are whole numbers where all x are. */
  readonly xName?: string;
  /** For x above 0 that spans decades. */
  readonly logX?: boolean;
}

const columnGap = 36;
const rowGap = 34;
/** Heights of a plot that shares its row, and of one that stands alone. */
const plotHeights = { shared: 150, alone: 240 } as const;

/**
 * Small multiples, two a row (one where there is only one). Lines are named at their ends; a lone line shows its last value.
 *
 * @returns PNG bytes.
 * @throws HarmoniumError of kind `data`: NaN, a line without points, what is at or below 0 on a logarithmic axis.
 */
export async function learningCurves(input: LearningCurvesInput): Promise<Uint8Array> {
  const { series, xName = "epoch", logX = false } = input;
  if (series.length === 0) throw refuse("data", { who: "learningCurves", got: "no series", expected: "at least one" });
  for (const panel of series) demandDrawable(panel, logX);
  const xs = series.flatMap(({ lines, moments = [] }) => [
    ...lines.flatMap(({ points }) => points.map(([x]) => x)),
    ...moments.map(({ value }) => value),
  ]);
  const xAxis = logX ? logAxis(xs) : xs.every(Number.isInteger) ? epochAxis(xs) : linearAxis(xs);
  return drawFigure(
    { title: input.title ?? "Learning curves", caption: input.caption ?? "" },
    (top) => panels(top, series, xAxis, xName),
    input.theme,
  );
}

function demandDrawable({ title, lines, references = [], logY }: CurveSeries, logX: boolean): void {
  const who = `learningCurves: "${title}"`;
  if (lines.length === 0) throw refuse("data", { who, got: "no lines", expected: "at least one" });
  const level = ({ name, value }: Reference): CurveLine => ({ name, points: [[1, value]] });
  for (const { name, points, band = [] } of [...lines, ...references.map(level)]) {
    if (points.length === 0)
      throw refuse("data", { who: `${who}, ${name}`, got: "no points", expected: "at least one" });
    const allowed = (value: number, log = false): boolean => Number.isFinite(value) && !(log && value <= 0);
    const ends = band.flatMap(([x, low, high]) => [[x, low] as const, [x, high] as const]);
    const bad = [...points, ...ends].find(([x, y]) => !allowed(x, logX) || !allowed(y, logY));
    if (bad === undefined) continue;
    const expected = logX || logY ? "finite numbers above 0 (the axis is logarithmic)" : "finite numbers";
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
    const row = series.slice(first, first + columns);
    const named = row.some(({ moments = [] }) => moments.length > 0) ? 20 : 0;
    const headHeight = 38 + 20 * Math.max(...rowHeads.map((lines) => lines.length)) + named;
    row.forEach((panel, column) => {
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
  const { lines, references = [], moments = [] } = series;
  const levels = references.map(({ value }) => value);
  const spans = lines.flatMap(({ band = [] }) => band.flatMap(([, low, high]) => [low, high]));
  const ys = [...lines.flatMap(({ points }) => points.map(([, value]) => value)), ...spans, ...levels];
  const yAxis = series.logY === true ? logAxis(ys) : linearAxis(ys);
  const names = [...lines.map((curve) => endLabel(curve, series)), ...references.map(({ name }) => name)];
  const labels = names.map((name) => shortened(name, type.label, width / 3));
  const left = x + Math.ceil(Math.max(...yAxis.ticks.map((tick) => textWidth(tick.label, type.small)))) + 10;
  const right = x + width - Math.ceil(Math.max(...labels.map((label) => textWidth(label, type.label)))) - 14;
  const toPage = ([px, py]: Point): Point => [
    left + xAxis.place(px) * (right - left),
    y + (1 - yAxis.place(py)) * height,
  ];
  const ends = [
    ...lines.map(({ points }) => toPage(series.nameAt === "peak" ? highest(points) : (points.at(-1) as Point))),
    ...levels.map((value): Point => [right, toPage([xAxis.high, value])[1]]),
  ];
  const labelYs = apart(
    ends.map(([, endY]) => endY),
    19,
    y + height,
  );
  const named = (i: number, fill: string): string => {
    const [endX] = ends[i] as Point;
    return text(endX + 11, (labelYs[i] as number) + 5.5, labels[i] as string, { ...type.label, fill });
  };
  const dashed = references.map((_, i) => {
    const [, level] = ends[lines.length + i] as Point;
    return line([left, level], [right, level], colours.quiet, 1.5, "6 4") + named(lines.length + i, colours.quiet);
  });
  const upright = uprights(
    moments.map(({ name, value }) => ({ name, x: toPage([value, yAxis.low])[0] })),
    { left, right, y, height },
  );
  // grey is the references' colour
  const inks = references.length > 0 ? lineColours.filter((colour) => colour !== colours.quiet) : lineColours;
  const colourOf = ({ ink }: CurveLine, i: number) =>
    (ink === undefined ? inks[i % inks.length] : lineColours[ink]) as string;
  const bands = lines.map((curve, i) => {
    const { band = [] } = curve;
    if (band.length === 0) return "";
    const around = [
      ...band.map(([x, low]): Point => [x, low]),
      ...band.map(([x, , high]): Point => [x, high]).reverse(),
    ];
    return area(around.map(toPage), colourOf(curve, i), 0.16);
  });
  const curves = lines.map((curve, i) => {
    const { points } = curve;
    const colour = colourOf(curve, i);
    const end = ends[i] as Point;
    return (
      polyline(points.map(toPage), colour, points.length > 300 ? 1.5 : 2.5) + dot(end, 4, colour) + named(i, colour)
    );
  });
  return [axes({ left, right, y, height }, xAxis, yAxis, xName), upright, ...bands, ...curves, ...dashed].join("");
}

/** Upright lines, named above the plot where there is room for the name; the last come first. */
function uprights(moments: readonly { name: string; x: number }[], { left, right, y, height }: Box): string {
  let end = Number.POSITIVE_INFINITY;
  return [...moments]
    .sort((a, b) => b.x - a.x)
    .map(({ name, x }) => {
      const rule = line([x, y], [x, y + height], colours.axis, 1.5);
      const width = textWidth(name, type.small);
      const start = Math.max(left, Math.min(x, right - width));
      if (start + width > end) return rule;
      end = start - 14;
      return rule + text(start, y - 9, name, type.small);
    })
    .join("");
}

function highest(points: readonly Point[]): Point {
  return points.reduce((best, point) => (point[1] > best[1] ? point : best));
}

/** A lone line has no name, but its last value. */
function endLabel({ name, points }: CurveLine, { lines, references = [] }: CurveSeries): string {
  return lines.length + references.length === 1 ? rounded((points.at(-1) as Point)[1]) : name;
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

/** Heights near the wanted ones that keep at least `distance` from each other, none below `base`: there the x axis has its numbers. */
function apart(wanted: readonly number[], distance: number, base: number): number[] {
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
    const last = order.at(-1) as number;
    heights[last] = Math.min(heights[last] as number, base);
  }
  return heights;
}
