/** Pixel tiles: small images enlarged a whole number of times, so that each of their pixels stays a crisp square. */
import type { Raster } from "./png.js";
import { page } from "./style.js";

/** [height, width] in pixels. */
export type ImageShape = readonly [number, number];

/** How an image becomes a tile: averaged over `reduce` × `reduce` pixels, then each pixel drawn `zoomX` × `zoomY`. */
export interface TileSize {
  readonly reduce: number;
  readonly zoomX: number;
  readonly zoomY: number;
  /** Device pixels. */
  readonly width: number;
  readonly height: number;
}

/** The largest whole zoom that keeps the image within the given device pixels; larger images are averaged down. */
export function tileSize([height, width]: ImageShape, maxWidth: number, maxHeight = maxWidth): TileSize {
  const zoom = Math.max(1, Math.floor(Math.min(maxWidth / width, maxHeight / height)));
  const reduce = Math.max(1, Math.ceil(Math.max(width / maxWidth, height / maxHeight)));
  return {
    reduce,
    zoomX: zoom,
    zoomY: zoom,
    width: Math.ceil(width / reduce) * zoom,
    height: Math.ceil(height / reduce) * zoom,
  };
}

/**
 * Width of the hairline around a tile, in device pixels. It and the gaps are even, so that tiles start on whole CSS pixels
 * and stay crisp on a screen with one device pixel a CSS pixel.
 */
export const frame = 2;
const hairline = 0xe8ebee;

/** The largest even number of device pixels within a length. */
export const even = (length: number): number => 2 * Math.floor(length / 2);

/** A raster filled with one colour, 0xRRGGBB. */
export function blankRaster(width: number, height: number, colour = 0xffffff): Raster {
  const raster = { width, height, rgb: new Uint8Array(3 * width * height) };
  fill(raster, 0, 0, width, height, colour);
  return raster;
}

/** Fills a rectangle of device pixels with one colour. */
export function fill(
  { rgb, width: stride }: Raster,
  x: number,
  y: number,
  width: number,
  height: number,
  colour: number,
) {
  for (let row = y; row < y + height; row++) {
    for (let at = 3 * (row * stride + x); at < 3 * (row * stride + x + width); at += 3) {
      rgb[at] = colour >> 16;
      rgb[at + 1] = (colour >> 8) & 255;
      rgb[at + 2] = colour & 255;
    }
  }
}

/**
 * Paints one image of values with its top left corner at (x, y), and a hairline around it (`frame`).
 *
 * @param values [height · width], row-major.
 * @param colourOf The colour 0xRRGGBB of a value.
 */
export function paintTile(
  raster: Raster,
  [x, y]: readonly [number, number],
  values: Float32Array,
  shape: ImageShape,
  size: TileSize,
  colourOf: (value: number) => number,
): void {
  fill(raster, x - frame, y - frame, size.width + 2 * frame, size.height + 2 * frame, hairline);
  const columns = Math.ceil(shape[1] / size.reduce);
  const shown = averaged(values, shape, size.reduce);
  shown.forEach((value, i) => {
    const column = i % columns;
    const row = (i - column) / columns;
    fill(raster, x + column * size.zoomX, y + row * size.zoomY, size.zoomX, size.zoomY, colourOf(value));
  });
}

function averaged(values: Float32Array, [height, width]: ImageShape, factor: number): Float32Array {
  if (factor === 1) return values;
  const columns = Math.ceil(width / factor);
  const sums = new Float32Array(columns * Math.ceil(height / factor));
  const counts = new Float32Array(sums.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const block = Math.floor(row / factor) * columns + Math.floor(column / factor);
      sums[block] = (sums[block] as number) + (values[row * width + column] as number);
      counts[block] = (counts[block] as number) + 1;
    }
  }
  return sums.map((sum, i) => sum / (counts[i] as number));
}

/** Device pixels to CSS pixels. */
export const css = (device: number): number => device / page.scale;
