/**
 * What all figures share: the page, the type, the colours.
 *
 * Lengths are in CSS pixels. A figure is 720 of them wide and is drawn at twice that (1440 device pixels), so that it is
 * sharp on a slide; the type is large enough to be read when the same file is shown 360 pixels wide on a phone.
 */

export const page = {
  width: 720,
  /** Device pixels a CSS pixel. */
  scale: 2,
  margin: 36,
  /** Width between the margins. */
  inner: 648,
  /** Tallest figure, in CSS pixels: taller ones cannot be shown anywhere. */
  maxHeight: 6000,
} as const;

export const colours = {
  background: "#ffffff",
  text: "#171b21",
  /** Captions, axis numbers: 6.1 : 1 against the background. */
  quiet: "#5b6470",
  axis: "#9aa3ad",
  hairline: "#e4e7eb",
} as const;

/** Lines of the curves, in this order; told apart by lightness as well as by hue, and readable as text (at least 4.5 : 1). */
export const lineColours = ["#0869ac", "#c25100", "#5b6470", "#0d7d62", "#8a3f8f", "#7a6000", "#b0245f"] as const;

/** Dark ink on white paper, or light ink on a dark page. */
export type Theme = "light" | "dark";

/** What each colour of a figure becomes on a dark page; lines and texts keep at least 4.5 : 1 against it. */
const onDark: ReadonlyMap<string, string> = new Map([
  [colours.background, "#14181d"],
  [colours.text, "#e8ebee"],
  [colours.quiet, "#a3adb8"],
  [colours.axis, "#66707b"],
  [colours.hairline, "#2b323a"],
  ["#0869ac", "#5aa9e6"],
  ["#c25100", "#f0883e"],
  ["#0d7d62", "#3fb58f"],
  ["#8a3f8f", "#cf8bd4"],
  ["#7a6000", "#c9a93a"],
  ["#b0245f", "#f07aa8"],
]);

/** The colour that stands for `colour` in a theme. */
export function inTheme(theme: Theme, colour: string): string {
  return (theme === "dark" ? onDark.get(colour) : undefined) ?? colour;
}

export type Weight = 400 | 600;

export interface TypeStyle {
  readonly size: number;
  readonly weight: Weight;
  readonly fill: string;
}

export const type = {
  title: { size: 27, weight: 600, fill: colours.text },
  caption: { size: 17, weight: 400, fill: colours.quiet },
  panelTitle: { size: 18, weight: 600, fill: colours.text },
  rowLabel: { size: 17, weight: 600, fill: colours.text },
  label: { size: 16, weight: 400, fill: colours.quiet },
  /** Numbers under a tile. */
  small: { size: 15, weight: 400, fill: colours.quiet },
} as const satisfies Record<string, TypeStyle>;
