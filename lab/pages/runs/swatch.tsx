/** Colour and dash of a run's curve, in the charts and beside its name. */

import { isDark } from "../../paint/theme.js";

const colours = {
  light: ["#005cb8", "#a84a00", "#2f6b34", "#7b3fa0", "#8a1538", "#00696b", "#6b5900", "#444c5c"],
  dark: ["#4aa3ff", "#ff9e4a", "#7ccf84", "#cfa0ef", "#ff8fa8", "#5fd0d2", "#d9c14a", "#c3cbd9"],
};
const dashes = [[], [8, 4], [2, 3], [10, 3, 2, 3]];

export const colourOf = (slot: number, dark: boolean): string => {
  const list = dark ? colours.dark : colours.light;
  return list[slot % list.length] as string;
};
/** Other dashes where the colours begin again. */
export const dashOf = (slot: number): number[] =>
  dashes[(slot + Math.floor(slot / colours.light.length)) % dashes.length] as number[];

export function Swatch({ slot }: { readonly slot: number }) {
  return (
    <svg class="swatch" viewBox="0 0 34 10" width="34" height="10" aria-hidden="true">
      <line
        x1="0"
        x2="34"
        y1="5"
        y2="5"
        stroke={colourOf(slot, isDark.value)}
        stroke-width="3"
        stroke-dasharray={dashOf(slot).join(" ")}
      />
    </svg>
  );
}
