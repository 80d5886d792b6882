/** The filters of a machine: each hidden unit's weights as an image. */
import { demandLength, demandShape, demandWhole } from "./checks.js";
import { signedColour } from "./colour.js";
import { type Body, drawFigure, type Wording } from "./frame.js";
import { heatMap } from "./heat-map.js";
import { legendHeight, signedLegend } from "./legend.js";
import { page } from "./style.js";
import { image } from "./svg.js";
import { blankRaster, css, even, frame, type ImageShape, paintTile, type TileSize, tileSize } from "./tiles.js";
import { column, demandWeights, robustScale, unitsByNorm, type WeightMatrix } from "./weights.js";

export interface FilterGridInput extends WeightMatrix, Wording {
  /** Without it the whole matrix is drawn as a heat map. */
  readonly imageShape?: ImageShape;
  /** At most this many units are drawn, 1 … 1000. Default 100. */
  readonly maxTiles?: number;
  /** `norm`: the largest weights first (the default where not all units fit); `index`: as the machine numbers its units. */
  readonly order?: "index" | "norm";
}

const available = page.inner * page.scale;

/**
 * One tile a hidden unit, all on one symmetric colour scale: orange excites, blue inhibits, white is 0.
 *
 * @returns PNG bytes.
 * @throws HarmoniumError of kind `data` (NaN), `shape` or `option`.
 */
export async function filterGrid(input: FilterGridInput): Promise<Uint8Array> {
  demandWeights("filterGrid", input);
  const { imageShape, visible, hidden, maxTiles = 100 } = input;
  if (imageShape === undefined) return heatMap(input);
  demandShape("filterGrid", imageShape);
  demandLength(
    "filterGrid: imageShape",
    { length: imageShape[0] * imageShape[1] },
    visible,
    "one pixel a visible unit",
  );
  demandWhole("filterGrid: maxTiles", maxTiles, 1, 1000);
  const { order = hidden > maxTiles ? "norm" : "index" } = input;
  const all = order === "norm" ? unitsByNorm(input) : [...Array(hidden).keys()];
  const filters = all.slice(0, maxTiles).map((unit) => column(input, unit));
  const chosen = order === "norm" ? "the largest weights first" : "in the machine's order";
  const shown =
    filters.length === hidden ? `all ${hidden} hidden units` : `${filters.length} of ${hidden} units, ${chosen}`;
  return drawFigure(
    {
      title: input.title ?? "What each hidden unit looks for",
      caption: input.caption ?? "One tile per hidden unit. Orange pixels excite it, blue pixels inhibit it.",
    },
    (top) => tiles(top, filters, imageShape, shown),
  );
}

function tiles(top: number, filters: readonly Float32Array[], shape: ImageShape, shown: string): Body {
  const { columns, rows, size, gapX, gapY } = gridLayout(filters.length, shape);
  const scale = robustScale(filters);
  const raster = blankRaster(
    columns * (size.width + gapX) - gapX + 2 * frame,
    rows * (size.height + gapY) - gapY + 2 * frame,
  );
  filters.forEach((filter, i) => {
    const x = frame + (i % columns) * (size.width + gapX);
    const y = frame + Math.floor(i / columns) * (size.height + gapY);
    paintTile(raster, [x, y], filter, shape, size, (weight) => signedColour(weight / scale.limit));
  });
  const height = Math.ceil(css(raster.height));
  const legend = signedLegend(top + height + 22, scale, "weight", shown);
  return { svg: image(raster, page.margin, top) + legend, height: height + 22 + legendHeight };
}

interface GridLayout {
  readonly columns: number;
  readonly rows: number;
  readonly size: TileSize;
  /** Device pixels between tiles. */
  readonly gapX: number;
  readonly gapY: number;
}

/** Area of the largest tile, in device pixels. */
const largestArea = 320 ** 2;

/** The columns that give the largest tiles in a grid that fills the width, is not much taller, and ends in a full row. */
function gridLayout(count: number, shape: ImageShape): GridLayout {
  const aspect = Math.sqrt(shape[1] / shape[0]);
  // A gap is at least a fourteenth of a tile, so that a tile gets at most 14 / 15 of its share.
  const room = (share: number, most: number) => Math.max(4, Math.min(most, Math.floor((share * 14) / 15) - 4));
  let best: GridLayout | undefined;
  let bestScore = -1;
  for (let columns = 1; columns <= Math.min(count, 50); columns++) {
    const rows = Math.ceil(count / columns);
    const most = Math.sqrt(largestArea);
    const size = tileSize(
      shape,
      room(available / columns, most * aspect),
      room((1.1 * available) / rows, most / aspect),
    );
    const rest = columns === 1 ? 0 : Math.floor((available - 2 * frame - columns * size.width) / (columns - 1));
    const gapX = even(Math.max(6, Math.min(rest, size.width / 5)));
    const gapY = Math.min(gapX, even(Math.max(6, size.height / 5)));
    const filled = (columns * (size.width + gapX) - gapX) / available;
    const score = (size.zoomX / size.reduce) * (count / (rows * columns)) ** 3 * filled;
    if (score < bestScore) continue;
    bestScore = score;
    best = { columns, rows, size, gapX, gapY };
  }
  return best as GridLayout;
}
