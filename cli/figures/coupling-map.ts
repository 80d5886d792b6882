/** The symmetric weights of a general machine as one matrix: visible units first, then the hidden ones, with a gap between. */
import { refuse } from "../../src/index.js";
import { demandFinite, demandLength, demandWhole } from "./checks.js";
import { signedColour } from "./colour.js";
import { textWidth } from "./font.js";
import { type Body, drawFigure, type Wording } from "./frame.js";
import { cellIndices } from "./heat-map.js";
import { legendHeight, signedLegend } from "./legend.js";
import { page, type } from "./style.js";
import { image, text } from "./svg.js";
import { blankRaster, css, frame, paintTile, tileSize } from "./tiles.js";
import { robustScale } from "./weights.js";

export interface CouplingMapInput extends Wording {
  /** M [N, N], symmetric. */
  readonly weights: ArrayLike<number>;
  /** N */
  readonly units: number;
  /** The numbers of the visible units; the others are hidden. */
  readonly visible: readonly number[];
  /** 1 for connected pairs [N, N]; all others are grey. All are connected by default. */
  readonly joined?: ArrayLike<number>;
}

/** Largest cell, and the gap between visible and hidden units, in device pixels. */
const largestCell = 72;
const gap = 12;
/** Pairs that no weight joins, and units with themselves. */
const unjoined = 0xeceef1;

/** Visible or hidden units. */
interface Group {
  readonly name: string;
  readonly units: readonly number[];
}

/**
 * Row and column: units in the order of their numbers, visible ones first. One symmetric scale: orange joins units that like to be on
 * together, blue keeps them apart, white is 0, grey no connection.
 *
 * @returns PNG bytes.
 * @throws HarmoniumError of kind `shape` for arrays of other sizes, `option` for no unit or more than 8,192, `data` (NaN).
 */
export async function couplingMap(input: CouplingMapInput): Promise<Uint8Array> {
  const { units, visible, joined } = input;
  const who = "couplingMap";
  demandWhole(`${who}: units`, units, 1, 8192);
  demandLength(`${who}: weights`, input.weights, units * units, `${units} × ${units} units`);
  if (joined) demandLength(`${who}: joined`, joined, units * units, `${units} × ${units} units`);
  const weights = Float32Array.from(input.weights);
  demandFinite(`${who}: weights`, weights, (i) => `between units ${Math.floor(i / units)} and ${i % units}`);
  const shown = new Set(visible);
  const hidden = Array.from({ length: units }, (_, i) => i).filter((i) => !shown.has(i));
  const groups = [
    { name: "visible", units: [...shown] },
    { name: "hidden", units: hidden },
  ].filter((group) => group.units.length > 0);
  if (shown.size + hidden.length !== units) {
    throw refuse("option", {
      who: `${who}: visible`,
      got: "a unit that is not there",
      expected: `units below ${units}`,
    });
  }
  return drawFigure(
    {
      title: input.title ?? "The weights",
      caption:
        input.caption ??
        "Row and column: units. Orange: on together; blue: one keeps the other off; grey: not connected.",
    },
    (top) => matrix(top, weights, joined, units, groups),
  );
}

function matrix(
  top: number,
  weights: Float32Array,
  joined: ArrayLike<number> | undefined,
  units: number,
  groups: readonly Group[],
): Body {
  const gutter = Math.ceil(textWidth(String(units - 1), type.label)) + 10;
  const room = (page.inner - gutter) * page.scale - 2 * frame - gap * (groups.length - 1);
  const size = tileSize([units, units], Math.min(room, units * largestCell));
  const isJoined = (i: number, j: number) => i !== j && (joined === undefined || joined[i * units + j] === 1);
  const scale = robustScale([weights.filter((_, at) => isJoined(Math.floor(at / units), at % units))]);
  const blocks = groups.map(({ units: own }) => Math.ceil(own.length / size.reduce) * size.zoomX);
  const starts = blocks.map((_, g) => frame + blocks.slice(0, g).reduce((sum, width) => sum + width + gap, 0));
  const side = (starts.at(-1) as number) + (blocks.at(-1) as number) + frame;
  const raster = blankRaster(side, side);
  groups.forEach((rows, r) => {
    groups.forEach((columns, c) => {
      const values = new Float32Array(rows.units.length * columns.units.length);
      rows.units.forEach((i, y) => {
        columns.units.forEach((j, x) => {
          // a dot that is a mean of several pairs has no grey
          const none = size.reduce > 1 ? 0 : Number.NaN;
          values[y * columns.units.length + x] = isJoined(i, j) ? (weights[i * units + j] as number) : none;
        });
      });
      const place = [starts[c] as number, starts[r] as number] as const;
      const block = { ...size, width: blocks[c] as number, height: blocks[r] as number };
      paintTile(raster, place, values, [rows.units.length, columns.units.length], block, (weight) =>
        Number.isNaN(weight) ? unjoined : signedColour(weight / scale.limit),
      );
    });
  });
  const left = page.margin + gutter;
  const mapTop = top + 26;
  let free = left;
  const headings = groups.map(({ name }, g) => {
    const x = Math.max(free, left + css(starts[g] as number));
    free = x + textWidth(name, type.label) + 12;
    return text(x, top + 14, name, type.label);
  });
  const widest = textWidth(String(units - 1), type.label);
  const places = groups.flatMap((group, g) =>
    cellIndices(group.units.length, css(blocks[g] as number), Math.max(24, widest + 8)).map(
      ([n, at]) => [String(group.units[n]), css(starts[g] as number) + at] as const,
    ),
  );
  // the last of a group and the first of the next may be too near
  const rows = spaced(places, 20).map(([unit, at]) => text(left - 8, mapTop + at + 5.5, unit, type.label, "end"));
  const columns = spaced(places, widest + 6).map(([unit, at]) =>
    text(left + at, mapTop + css(side) + 20, unit, type.label, "middle"),
  );
  const names = [...headings, ...rows, ...columns];
  const height = 26 + Math.ceil(css(side));
  const note = size.reduce > 1 ? `each dot the mean of ${size.reduce} × ${size.reduce} weights` : "";
  return {
    svg: image(raster, left, mapTop) + names.join("") + signedLegend(top + height + 46, scale, "weight", note),
    height: height + 46 + legendHeight,
  };
}

/** The places that are at least so far from the one before that is kept; the last one always is. */
function spaced(places: readonly (readonly [string, number])[], distance: number): (readonly [string, number])[] {
  const kept: (readonly [string, number])[] = [];
  for (const place of places) {
    const before = kept.at(-1);
    if (before === undefined || place[1] - before[1] >= distance) kept.push(place);
    else if (place === places.at(-1) && kept.length > 1) kept.splice(-1, 1, place);
  }
  return kept;
}
