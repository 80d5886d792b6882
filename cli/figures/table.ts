/** Rows and columns of tiles with row labels, column headings, and notes under groups of columns. */
import { refuse } from "../../src/index.js";
import { shortened, textWidth } from "./font.js";
import type { Body } from "./frame.js";
import { page, type } from "./style.js";
import { image, text } from "./svg.js";
import { blankRaster, css, even, frame, type ImageShape, paintTile, type TileSize, tileSize } from "./tiles.js";

export interface TileRow {
  readonly label?: string;
  /** One image a column, [height · width]; rows may be shorter than the table. */
  readonly tiles: readonly Float32Array[];
  /** One line under each group of columns. */
  readonly notes?: readonly string[];
}

export interface TileTable {
  readonly rows: readonly TileRow[];
  readonly shape: ImageShape;
  /** One a column. */
  readonly headings?: readonly string[];
  /** What the headings are, above the row labels. */
  readonly corner?: string;
  /** So many neighbouring columns stand close together: 2 for pairs. */
  readonly group: number;
  readonly colourOf: (value: number) => number;
}

/** Everything in device pixels, but for `gutter` (CSS pixels). */
interface Layout {
  readonly columns: number;
  readonly size: TileSize;
  readonly gutter: number;
  readonly innerGap: number;
  readonly groupGap: number;
  readonly rowPitch: number;
}

const largestTile = 200;
const headingHeight = 26;
const noteHeight = 24;

export function tileTable(top: number, table: TileTable): Body {
  const layout = layOut(table);
  const { columns, size, gutter } = layout;
  const { rows, headings = [], corner = "" } = table;
  const tilesTop = top + (headings.length > 0 ? headingHeight : 0);
  const width = columnLeft(layout, columns - 1, table.group) + size.width + frame;
  demandRoom(columns, width, (page.inner - gutter) * page.scale);
  const raster = blankRaster(width, (rows.length - 1) * layout.rowPitch + size.height + 2 * frame);
  rows.forEach(({ tiles }, row) => {
    tiles.forEach((tile, column) => {
      const place = [columnLeft(layout, column, table.group), frame + row * layout.rowPitch] as const;
      paintTile(raster, place, tile, table.shape, size, table.colourOf);
    });
  });
  const parts = [image(raster, page.margin + gutter, tilesTop), headingTexts(top, table, layout)];
  if (corner !== "") parts.push(text(page.margin, top + 14, corner, type.label));
  rows.forEach((row, i) => {
    parts.push(rowTexts(tilesTop + css(i * layout.rowPitch), row, table.group, layout));
  });
  const notes = rows.at(-1)?.notes === undefined ? 0 : noteHeight;
  return { svg: parts.join(""), height: tilesTop - top + Math.ceil(css(raster.height)) + notes };
}

function demandRoom(columns: number, width: number, available: number): void {
  if (width <= available) return;
  const got = `${columns} columns of tiles, ${width} pixels`;
  throw refuse("size", { who: "figure", got, expected: `at most ${available} pixels`, wayOut: "Draw fewer columns." });
}

function layOut({ rows, shape, group, corner = "" }: TileTable): Layout {
  const columns = rows.reduce((most, row) => Math.max(most, row.tiles.length), 1);
  const labels = [...rows.map((row) => textWidth(shownLabel(row), type.rowLabel)), textWidth(corner, type.label)];
  const widest = Math.ceil(Math.max(...labels));
  const gutter = widest === 0 ? 0 : widest + 14;
  const room = (page.inner - gutter) * page.scale - 2 * frame;
  const groups = Math.ceil(columns / group);
  const innerGap = 6;
  // Between groups at least an eighth of a tile stays free.
  const share = (room - groups * (group - 1) * innerGap) / (groups * group + (groups - 1) / 8);
  const size = tileSize(shape, Math.max(4, Math.min(largestTile, Math.floor(share))), largestTile);
  const groupWidth = group * size.width + (group - 1) * innerGap;
  const rest = groups === 1 ? 0 : Math.floor((room - groups * groupWidth) / (groups - 1));
  const groupGap = even(Math.max(6, Math.min(rest, groupWidth / (group === 1 ? 5 : 3))));
  const noted = rows.some((row) => row.notes !== undefined);
  const rowGap = noted ? noteHeight * page.scale + 16 : Math.min(groupGap, even(Math.max(8, size.height / 7)));
  return { columns, size, gutter, innerGap, groupGap, rowPitch: size.height + rowGap };
}

/** Left edge of a column inside the raster, whose first pixel is the first tile's hairline. */
function columnLeft({ size, innerGap, groupGap }: Layout, column: number, group: number): number {
  const before = Math.floor(column / group);
  return frame + column * size.width + before * groupGap + (column - before) * innerGap;
}

function headingTexts(top: number, { headings = [], group }: TileTable, layout: Layout): string {
  const middle = (column: number) =>
    page.margin + layout.gutter + css(columnLeft(layout, column, group) + layout.size.width / 2);
  // Where the headings are wider than the columns, only every second (third …) is printed.
  const widest = Math.max(0, ...headings.map((heading) => textWidth(heading, type.label)));
  const stride = Math.max(1, Math.ceil((widest + 4) / css(layout.size.width + layout.innerGap)));
  return headings
    .map((heading, i) => (i % stride === 0 ? text(middle(i), top + 14, heading, type.label, "middle") : ""))
    .join("");
}

/** A long label gets a quarter of the width. */
function shownLabel({ label = "" }: TileRow): string {
  return shortened(label, type.rowLabel, page.inner / 4);
}

function rowTexts(y: number, row: TileRow, group: number, layout: Layout): string {
  const { notes = [] } = row;
  const { size, gutter, innerGap } = layout;
  const base = y + css(size.height) / 2 + 6;
  const groupWidth = css(group * size.width + (group - 1) * innerGap);
  const under = notes.map((note, i) => {
    const x = page.margin + gutter + css(columnLeft(layout, i * group, group)) + groupWidth / 2;
    return text(x, y + css(size.height) + 18, note, type.small, "middle");
  });
  return text(page.margin, base, shownLabel(row), type.rowLabel) + under.join("");
}
