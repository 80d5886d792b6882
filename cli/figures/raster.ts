/** A spike raster: which units are on at which time, one row a unit. */
import { demandLength, demandWhole } from "./checks.js";
import { textWidth } from "./font.js";
import { type About, type Body, captionOf, drawFigure, type Themed, type Wording } from "./frame.js";
import { grouped } from "./numbers.js";
import type { Raster } from "./png.js";
import { colours, inTheme, lineColours, page, type Theme, type } from "./style.js";
import { image, line, text } from "./svg.js";
import { stepAxis } from "./ticks.js";
import { blankRaster, css, fill } from "./tiles.js";

export interface RasterInput extends Wording, About, Themed {
  /** [steps, units] in {0, 1}, of one chain. */
  readonly states: Uint8Array;
  readonly units: number;
  /** The time of the first state, and from one to the next. 0 and 1 by default. */
  readonly from?: number;
  readonly every?: number;
  /** How many states the chain has; as many as are given by default. */
  readonly total?: number;
  /** Units that are held; drawn in grey. */
  readonly clamped?: ReadonlySet<number>;
}

/** Device pixels. */
const least = 4;
const widest = 16;
const highest = 40;
const tallest = 1400;

interface Cells {
  /** How many states are shown. */
  readonly steps: number;
  /** Device pixels of a state, and of a row. */
  readonly width: number;
  readonly height: number;
  /** Units in a row. */
  readonly merged: number;
}

/**
 * Time runs to the right, unit 0 is the top row. Where there are more states than fit, the first are shown; where there are more units
 * than rows, a row's mark is as strong as the share of its units that are on.
 *
 * @returns PNG bytes.
 * @throws HarmoniumError of kind `shape` for states that are not whole, of kind `option` for no unit.
 */
export async function spikeRaster(input: RasterInput): Promise<Uint8Array> {
  const { states, units, from = 0, every = 1, clamped, theme = "light" } = input;
  demandWhole("spikeRaster: units", units, 1, 2 ** 20);
  const all = Math.max(1, Math.round(states.length / units));
  demandLength("spikeRaster: states", states, all * units, `${all} states of ${units} units`);
  const gutter = Math.ceil(textWidth(grouped(units - 1), type.label)) + 10;
  const cells = cellsFor(all, units, (page.inner - gutter) * page.scale);
  const total = Math.max(all, input.total ?? 0);
  const shown = cells.steps < total ? ` The first ${grouped(cells.steps)} of ${grouped(total)} states.` : "";
  const held = clamped && clamped.size > 0 ? " Grey: clamped units." : "";
  const caption = `A mark where a unit is on (s = 1), one chain.${held}${shown}`;
  return drawFigure(
    { title: input.title ?? "Spike raster", caption: captionOf(input, caption) },
    (top) => {
      const raster = paint(states, units, cells, clamped ?? new Set(), theme);
      const left = page.margin + gutter;
      const height = css(raster.height);
      const right = left + css(raster.width);
      const names = rowNames(units, cells).map(([unit, y]) =>
        text(left - 8, top + css(y) + 5.5, grouped(unit), type.label, "end"),
      );
      const axis = stepAxis(from, from + every * Math.max(1, cells.steps - 1), every);
      const ticks = axis.ticks.map(({ at, label }) => {
        const x = left + css(((at - from) / every + 0.5) * cells.width);
        const mark = line([x, top + height + 1], [x, top + height + 6], colours.axis, 1);
        return mark + text(x, top + height + 21, label, type.small, "middle");
      });
      // below the last row, not on it
      const base = line([left, top + height + 1], [right, top + height + 1], colours.axis, 1);
      const name = text((left + right) / 2, top + height + 41, "time step", type.small, "middle");
      return { svg: [image(raster, left, top), base, ...names, ...ticks, name].join(""), height: height + 46 } as Body;
    },
    theme,
  );
}

function cellsFor(steps: number, units: number, room: number): Cells {
  const width = Math.min(widest, Math.max(least, Math.floor(room / steps)));
  const merged = Math.ceil(units / tallest);
  const rows = Math.ceil(units / merged);
  return {
    steps: Math.min(steps, Math.floor(room / width)),
    width,
    height: Math.max(1, Math.min(highest, Math.floor(tallest / rows))),
    merged,
  };
}

function paint(states: Uint8Array, units: number, cells: Cells, clamped: ReadonlySet<number>, theme: Theme): Raster {
  const { steps, width, height, merged } = cells;
  const paper = packed(inTheme(theme, colours.background));
  const inks = [lineColours[0], colours.quiet].map((colour) => packed(inTheme(theme, colour)));
  const rows = Math.ceil(units / merged);
  const raster = blankRaster(steps * width, rows * height, paper);
  // marks stand apart where there is room
  const [gapX, gapY] = height >= 6 ? [width >= 5 ? 1 : 0, 2] : [0, 0];
  for (let row = 0; row < rows; row++) {
    const [first, end] = [row * merged, Math.min(units, (row + 1) * merged)];
    const ink = inks[clamped.has(first) ? 1 : 0] as number;
    for (let t = 0; t < steps; t++) {
      let on = 0;
      for (let unit = first; unit < end; unit++) on += states[t * units + unit] as number;
      if (on === 0) continue;
      const colour = mixed(paper, ink, on / (end - first));
      fill(raster, t * width, row * height + gapY / 2, width - gapX, height - gapY, colour);
    }
  }
  return raster;
}

/** Rows to name, with the middle of each in device pixels: all if there is room, else first and last. */
function rowNames(units: number, { height, merged }: Cells): [number, number][] {
  const rows = Math.ceil(units / merged);
  const middle = (row: number): [number, number] => [row * merged, (row + 0.5) * height];
  if (css(height) >= 17) return Array.from({ length: rows }, (_, row) => middle(row));
  return rows === 1 ? [middle(0)] : [middle(0), [units - 1, (rows - 0.5) * height]];
}

const packed = (colour: string): number => Number.parseInt(colour.slice(1), 16);

function mixed(paper: number, ink: number, share: number): number {
  const channel = (shift: number): number => {
    const [from, to] = [(paper >> shift) & 255, (ink >> shift) & 255];
    return Math.round(from + share * (to - from)) << shift;
  };
  return channel(16) | channel(8) | channel(0);
}
