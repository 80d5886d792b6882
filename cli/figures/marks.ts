/** Small marks that several figures share. */
import { colours } from "./style.js";
import { line, type Point } from "./svg.js";

/** An error bar of ± `reach` CSS pixels, upright or lying, with feet where there is room for them. */
export function whisker([x, y]: Point, reach: number, room: number, lying = false): string {
  if (!(reach >= 0.5)) return "";
  const at = (along: number, across: number): Point => (lying ? [x + along, y + across] : [x + across, y + along]);
  const foot = Math.min(4, room / 3);
  return [
    line(at(-reach, 0), at(reach, 0), colours.text, 1.5),
    ...[-reach, reach].map((end) => line(at(end, -foot), at(end, foot), colours.text, 1.5)),
  ].join("");
}
