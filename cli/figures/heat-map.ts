/** A weight matrix whose visible units are no pixels: the whole matrix as a heat map. */
import { signedColour } from "./colour.js";
import { textWidth } from "./font.js";
import { type Body, drawFigure, type Wording } from "./frame.js";
import { legendHeight, signedLegend } from "./legend.js";
import { page, type } from "./style.js";
import { image, text } from "./svg.js";
import { blankRaster, css, frame, type ImageShape, paintTile, type TileSize, tileSize } from "./tiles.js";
import { robustScale, type WeightMatrix } from "./weights.js";

/** Largest cell and tallest map, in device pixels. */
const largestCell = 88;
const tallest = 1400;

/** Rows are visible units, columns are hidden units; checked weights. */
export function heatMap(input: WeightMatrix & Wording): Promise<Uint8Array> {
  return drawFigure(
    {
      title: input.title ?? "The weights",
      caption: input.caption ?? "Row: visible unit. Column: hidden unit. Orange excites, blue inhibits.",
    },
    (top) => map(top, input),
  );
}

function map(top: number, { weights, visible, hidden }: WeightMatrix): Body {
  const shape: ImageShape = [visible, hidden];
  const gutter = Math.ceil(textWidth(String(visible - 1), type.label)) + 10;
  const size = cellSize(shape, (page.inner - gutter) * page.scale - 2 * frame);
  const scale = robustScale([weights]);
  const raster = blankRaster(size.width + 2 * frame, size.height + 2 * frame);
  paintTile(raster, [frame, frame], weights, shape, size, (weight) => signedColour(weight / scale.limit));
  const left = page.margin + gutter;
  const height = Math.ceil(css(raster.height));
  const rowNames = cellIndices(visible, css(size.height), 24).map(([i, y]) =>
    text(left - 8, top + y + 5.5, String(i), type.label, "end"),
  );
  const columnNames = cellIndices(hidden, css(size.width), 34).map(([i, x]) =>
    text(left + x, top + height + 20, String(i), type.label, "middle"),
  );
  const note = size.reduce > 1 ? `each dot the mean of ${size.reduce} × ${size.reduce} weights` : "";
  const legend = signedLegend(top + height + 46, scale, "weight", note);
  return {
    svg: image(raster, left, top) + rowNames.join("") + columnNames.join("") + legend,
    height: height + 46 + legendHeight,
  };
}

/** Cells fill the width where they can; a cell need not be square. */
function cellSize(shape: ImageShape, width: number): TileSize {
  const [visible, hidden] = shape;
  if (hidden > width || visible > tallest) return tileSize(shape, width, tallest);
  const zoomX = Math.min(largestCell, Math.floor(width / hidden));
  const zoomY = Math.min(largestCell, Math.floor(tallest / visible));
  return { reduce: 1, zoomX, zoomY, width: hidden * zoomX, height: visible * zoomY };
}

/** Which of `count` units to name along `length` CSS pixels, and where its middle is: all if there is room, else first and last. */
export function cellIndices(count: number, length: number, room: number): [number, number][] {
  const middle = (i: number): [number, number] => [i, ((i + 0.5) * length) / count];
  if (length / count >= room) return Array.from({ length: count }, (_, i) => middle(i));
  return [middle(0), middle(count - 1)];
}
