/** Small marks that several figures share. */
import { colours } from "./style.js";
import { line, type Point } from "./svg.js";

/** An error bar between two points, upright or lying, with feet as long as there is `room` for; nothing where it is too short to see. */
export function whisker(from: Point, to: Point, room: number): string {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  if (!(length >= 1)) return "";
  const foot = Math.min(4, room / 3) / length;
  const feet = [from, to].map(([x, y]) =>
    line([x - foot * dy, y + foot * dx], [x + foot * dy, y - foot * dx], colours.text, 1.5),
  );
  return line(from, to, colours.text, 1.5) + feet.join("");
}
