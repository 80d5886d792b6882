/** Images side by side in one ImageData: filters of weights, digits, dreams. */

import { gapPixel, inkTable, signedTable, type Theme } from "./palette.js";

export interface Tiles {
  /** [count, height · width], row-major. */
  readonly images: ArrayLike<number>;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly columns: number;
  /** Signed: −scale … scale around the background; ink: 0 … scale. */
  readonly colours: "signed" | "ink";
  readonly scale: number;
}

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** ABGR, as a Uint32 view of ImageData. */
  readonly data: Uint32Array;
}

export function tilesSize({ count, height, width, columns }: Tiles): {
  readonly width: number;
  readonly height: number;
} {
  const rows = Math.ceil(count / columns);
  return { width: columns * (width + 1) - 1, height: Math.max(1, rows * (height + 1) - 1) };
}

/** Paints all tiles, a pixel of gap between them. Tiles that do not fill the last row leave gap. */
export function paintTiles(tiles: Tiles, theme: Theme, into?: Uint32Array): Pixels {
  const { images, count, height, width, columns, colours, scale } = tiles;
  const size = tilesSize(tiles);
  const data = into?.length === size.width * size.height ? into : new Uint32Array(size.width * size.height);
  const gap = gapPixel(theme);
  data.fill(count % columns === 0 ? gap : (inkTable(theme)[0] as number));
  const [lookUp, zero, gain] =
    colours === "signed" ? [signedTable(theme), 128, 128 / scale] : [inkTable(theme), 0, 256 / scale];
  for (let tile = 0; tile < count; tile++) {
    const corner = Math.floor(tile / columns) * (height + 1) * size.width + (tile % columns) * (width + 1);
    outline(data, size, corner, tiles, gap);
    for (let y = 0; y < height; y++) {
      const from = (tile * height + y) * width;
      const to = corner + y * size.width;
      for (let x = 0; x < width; x++) {
        // rounds what is not below 0; a hundred thousand times in each picture
        const at = (zero + 0.5 + gain * (images[from + x] as number)) | 0;
        data[to + x] = lookUp[at < 0 ? 0 : Math.min(at, 256)] as number;
      }
    }
  }
  return { ...size, data };
}

/** The gap to the right of a tile and below it. */
function outline(
  data: Uint32Array,
  size: { width: number; height: number },
  corner: number,
  { height, width }: Tiles,
  gap: number,
) {
  const right = corner + width;
  if (right % size.width !== 0) for (let y = 0; y <= height; y++) data[right + y * size.width] = gap;
  const below = corner + height * size.width;
  if (below < data.length) data.fill(gap, below, below + width);
}

/** A scale that a few outliers do not spoil: the 99.5th percentile of sizes, at least `least`. */
export function robustScale(values: ArrayLike<number>, least = 1e-6): number {
  const stride = Math.max(1, Math.floor(values.length / 8000));
  const sizes = new Float32Array(Math.ceil(values.length / stride));
  for (let n = 0; n < sizes.length; n++) sizes[n] = Math.abs(values[n * stride] as number);
  sizes.sort();
  return Math.max(least, sizes[Math.floor(0.995 * (sizes.length - 1))] ?? least);
}
