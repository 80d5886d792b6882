/** Many images in a plain grid: samples. */
import { refuse } from "../../src/index.js";
import { imageLevels } from "./checks.js";
import { greyColour } from "./colour.js";
import { drawFigure, type Wording } from "./frame.js";
import { inkFor } from "./image-pairs.js";
import { greyLegend, legendHeight } from "./legend.js";
import { tileTable } from "./table.js";
import type { ImageShape } from "./tiles.js";

export interface ImageGridInput extends Required<Wording> {
  /** [images, height · width], levels or probabilities in [0, 1]; at most 1024 images. */
  readonly values: Float32Array;
  readonly imageShape: ImageShape;
}

/**
 * The images in reading order, about as many columns as rows.
 *
 * @returns PNG bytes.
 * @throws HarmoniumError of kind `data` (outside [0, 1], nothing to draw), `shape` or `size`.
 */
export async function imageGrid({ values, imageShape, title, caption }: ImageGridInput): Promise<Uint8Array> {
  const pixels = imageShape[0] * imageShape[1];
  const count = values.length / pixels;
  if (!Number.isInteger(count) || count < 1 || count > 1024) {
    const wayOut = "Write a .npy file for more.";
    throw refuse("size", { who: "imageGrid", got: `${count} images`, expected: "1 to 1024 images", wayOut });
  }
  const columns = Math.ceil(Math.sqrt(count));
  const tiles = Array.from({ length: count }, (_, i) =>
    imageLevels(`imageGrid: image ${i}`, values.subarray(i * pixels, (i + 1) * pixels), imageShape),
  );
  const rows = Array.from({ length: Math.ceil(count / columns) }, (_, r) => ({
    tiles: tiles.slice(r * columns, (r + 1) * columns),
  }));
  const ink = inkFor(tiles);
  return drawFigure({ title, caption }, (top) => {
    const colourOf = (level: number) => greyColour(level, ink);
    const table = tileTable(top, { rows, shape: imageShape, group: 1, colourOf });
    const legend = greyLegend(top + table.height + 22, ink, "probability that the pixel is on");
    return { svg: table.svg + legend, height: table.height + 22 + legendHeight / 2 };
  });
}
