/** Colours of numbers. Signed: orange is positive, blue is negative, zero is the page's background, equal lightness at both ends. */

export interface Theme {
  readonly dark: boolean;
}

const ends = {
  light: { zero: [255, 255, 255], positive: [196, 88, 0], negative: [0, 92, 184], ink: [22, 26, 34] },
  dark: { zero: [16, 21, 31], positive: [255, 158, 74], negative: [74, 163, 255], ink: [238, 241, 247] },
} as const;

type Rgb = readonly [number, number, number];

const pack = ([r, g, b]: Rgb) => (255 << 24) | (b << 16) | (g << 8) | r;
const mix = (from: Rgb, to: Rgb, t: number): Rgb =>
  from.map((x, i) => Math.round(x + t * ((to[i] as number) - x))) as unknown as Rgb;

const STEPS = 128;
const tables = new Map<string, Uint32Array>();

function table(key: string, make: (i: number) => Rgb, length: number): Uint32Array {
  let colours = tables.get(key);
  if (!colours) {
    colours = Uint32Array.from({ length }, (_, i) => pack(make(i)));
    tables.set(key, colours);
  }
  return colours;
}

/** ABGR pixels of −1 … 1 in 257 steps. */
export function signedTable({ dark }: Theme): Uint32Array {
  const { zero, positive, negative } = dark ? ends.dark : ends.light;
  return table(
    `signed ${dark}`,
    (i) => (i < STEPS ? mix(zero, negative, (STEPS - i) / STEPS) : mix(zero, positive, (i - STEPS) / STEPS)),
    2 * STEPS + 1,
  );
}

/** ABGR pixels of 0 … 1 in 257 steps: background to ink. */
export function inkTable({ dark }: Theme): Uint32Array {
  const { zero, ink } = dark ? ends.dark : ends.light;
  return table(`ink ${dark}`, (i) => mix(zero, ink, i / (2 * STEPS)), 2 * STEPS + 1);
}

/** The pixel of the gaps between tiles. */
export const gapPixel = ({ dark }: Theme): number => pack(dark ? [38, 46, 62] : [222, 226, 233]);

/** As CSS, for the legend and for charts. */
export function cssColours({ dark }: Theme) {
  const { zero, positive, negative, ink } = dark ? ends.dark : ends.light;
  const css = (rgb: Rgb) => `rgb(${rgb.join(" ")})`;
  return { zero: css(zero), positive: css(positive), negative: css(negative), ink: css(ink) };
}

/** A colour of −1 … 1 as CSS, and the ink, black or white, that is read better on it. */
export function signedCss(value: number, theme: Theme): { readonly fill: string; readonly ink: string } {
  const at = Math.round(STEPS + STEPS * Math.max(-1, Math.min(1, Number.isFinite(value) ? value : 0)));
  const pixel = signedTable(theme)[at] as number;
  const rgb = [pixel & 255, (pixel >>> 8) & 255, (pixel >>> 16) & 255];
  const [r = 0, g = 0, b = 0] = rgb.map((x) => (x <= 10 ? x / 3295 : ((x / 255 + 0.055) / 1.055) ** 2.4));
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return { fill: `rgb(${rgb.join(" ")})`, ink: luminance > 0.179 ? "#000" : "#fff" };
}
