/** A field of directions in the plane of two parameters, with a path through it. */
import { refuse } from "../../src/index.js";
import { wrap } from "./font.js";
import { type Body, drawFigure, type Themed, type Wording } from "./frame.js";
import { colours, lineColours, page, type } from "./style.js";
import { line, type Point, polyline, text, textBlock } from "./svg.js";
import { type Axis, linearAxis } from "./ticks.js";

export interface PlaneArrow {
  readonly at: Point;
  readonly direction: Point;
}

export interface ArrowPanel {
  readonly title: string;
  /** One line below the title. */
  readonly note: string;
  readonly arrows: readonly PlaneArrow[];
}

export interface ArrowPlaneInput extends Wording, Themed {
  /** One or two, with arrows to one scale. */
  readonly panels: readonly ArrowPanel[];
  readonly xName: string;
  readonly yName: string;
  /** The path's corners, in the order in which it is gone. */
  readonly path: readonly Point[];
}

const gap = 36;
/** Beside a plot: numbers of the y axis. */
const gutter = 34;
const [blue, orange] = lineColours;

/**
 * The longest arrow of all is as long as its place in the grid is wide; the area of an arrow, not its length, goes with the size of the
 * direction, so that short ones can be seen.
 *
 * @returns PNG bytes.
 * @throws HarmoniumError of kind `data` for no panels or more than two, a panel without arrows, numbers that are not finite.
 */
export async function arrowPlane(input: ArrowPlaneInput): Promise<Uint8Array> {
  const { panels, title = "Directions" } = input;
  const caption = input.caption ?? "Arrows by the root of their size; in orange the path.";
  const arrows = panels.flatMap((panel) => panel.arrows);
  const isDrawable = ({ at, direction }: PlaneArrow) => [...at, ...direction].every(Number.isFinite);
  if (panels.length < 1 || panels.length > 2 || panels.some((panel) => panel.arrows.length === 0)) {
    const got = `${panels.length} panels of ${panels.map((panel) => panel.arrows.length).join(", ")} arrows`;
    throw refuse("data", { who: "arrowPlane", got, expected: "one or two, with arrows" });
  }
  if (!arrows.every(isDrawable)) {
    throw refuse("data", { who: "arrowPlane", got: "an arrow that is not finite", expected: "finite numbers" });
  }
  return drawFigure({ title, caption }, (top) => body(top, input), input.theme);
}

function body(top: number, { panels, xName, yName, path }: ArrowPlaneInput): Body {
  const width = (page.inner - gap) / 2;
  const side = width - gutter;
  const arrows = panels.flatMap((panel) => panel.arrows);
  const xAxis = linearAxis(arrows.map(({ at }) => at[0]));
  const yAxis = linearAxis(arrows.map(({ at }) => at[1]));
  const longest = Math.max(...arrows.map(({ direction }) => Math.hypot(...direction)));
  const columns = new Set(arrows.map(({ at }) => at[0])).size;
  const room = side / Math.max(2, columns);
  const notes = panels.map(({ note }) => wrap(note, type.small, width));
  const head = 24 + 20 * Math.max(...notes.map((lines) => lines.length));
  const parts = panels.map((panel, column) => {
    const x = page.margin + column * (width + gap) + gutter;
    const y = top + head + 14;
    const toPage = ([px, py]: Point): Point => [x + xAxis.place(px) * side, y + (1 - yAxis.place(py)) * side];
    return [
      text(x - gutter, top + 14, panel.title, type.panelTitle),
      textBlock(x - gutter, top + 36, notes[column] as string[], type.small, 20),
      axes([x, y], side, xAxis, yAxis, [xName, yName]),
      way(path.map(toPage)),
      ...panel.arrows.map(({ at, direction }) => {
        const size = Math.hypot(...direction);
        const length = longest > 0 ? room * Math.sqrt(size / longest) : 0;
        const unit: Point = size > 0 ? [direction[0] / size, -direction[1] / size] : [0, 0];
        return arrow(toPage(at), unit, length, blue, 1.5);
      }),
    ].join("");
  });
  return { svg: parts.join(""), height: head + 14 + side + 44 };
}

/** The closed frame with its ticks, x below and y to the left. */
function axes(
  [x, y]: Point,
  side: number,
  xAxis: Axis,
  yAxis: Axis,
  [xName, yName]: readonly [string, string],
): string {
  const base = y + side;
  const frame = polyline(
    [
      [x, y],
      [x + side, y],
      [x + side, base],
      [x, base],
      [x, y],
    ],
    colours.axis,
    1,
  );
  const below = xAxis.ticks.map(({ at, label }) => {
    const tick = x + xAxis.place(at) * side;
    return line([tick, base], [tick, base + 5], colours.axis, 1) + text(tick, base + 21, label, type.small, "middle");
  });
  const beside = yAxis.ticks.map(({ at, label }) => {
    const tick = y + (1 - yAxis.place(at)) * side;
    return line([x - 5, tick], [x, tick], colours.axis, 1) + text(x - 8, tick + 5, label, type.small, "end");
  });
  const names =
    text(x + side / 2, base + 41, xName, type.small, "middle") + text(x - 8, y + 5, yName, type.small, "end");
  return [frame, ...below, ...beside, names].join("");
}

/** The path, with an arrow head in the middle of each side. */
function way(corners: readonly Point[]): string {
  const heads = corners.slice(1).map((to, n) => {
    const from = corners[n] as Point;
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
    const unit: Point = length > 0 ? [(to[0] - from[0]) / length, (to[1] - from[1]) / length] : [0, 0];
    return arrow([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2], unit, 20, orange, 2.5);
  });
  return polyline(corners, orange, 2.5) + heads.join("");
}

/** An arrow whose middle is at a point; too short for a head it is a dash. */
function arrow([x, y]: Point, [dx, dy]: Point, length: number, colour: string, width: number): string {
  if (length < 0.5) return "";
  const tip: Point = [x + (dx * length) / 2, y + (dy * length) / 2];
  const tail: Point = [x - (dx * length) / 2, y - (dy * length) / 2];
  const head = Math.min(7, 0.45 * length);
  // two lines back from the tip, 27 degrees to each side
  const barb = (turn: number): Point => [tip[0] - head * (dx + turn * dy), tip[1] - head * (dy - turn * dx)];
  return line(tail, tip, colour, width) + polyline([barb(0.5), tip, barb(-0.5)], colour, width);
}
