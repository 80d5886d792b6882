/** How a case of any number of units is shown as a picture. */

export interface Frame {
  readonly height: number;
  readonly width: number;
  /** The data's own images; a square number of units as squares; rows folded to what is nearly a square. */
  readonly how: "image" | "square" | "folded";
}

/** Sides up to this ratio are still nearly a square. */
const LONGEST = 2;

export function frameOf(units: number, image?: readonly [number, number]): Frame {
  if (image) return { height: image[0], width: image[1], how: "image" };
  const root = Math.floor(Math.sqrt(units));
  if (root * root === units) return { height: root, width: root, how: "square" };
  for (let height = root; height > 0 && units / height <= LONGEST * height; height--)
    if (units % height === 0) return { height, width: units / height, how: "folded" };
  const width = Math.ceil(Math.sqrt(units));
  return { height: Math.ceil(units / width), width, how: "folded" };
}

/** Images [count, height · width] of cases [count, units]; what a frame has more than units is 0. */
export function framed<Values extends ArrayLike<number>>(
  images: Values,
  units: number,
  { height, width }: Frame,
): Values | Float32Array {
  const pixels = height * width;
  if (pixels === units) return images;
  const count = images.length / units;
  const padded = new Float32Array(count * pixels);
  for (let n = 0; n < count; n++)
    for (let i = 0; i < units; i++) padded[n * pixels + i] = images[n * units + i] as number;
  return padded;
}

/** In words, for a caption. */
export function frameText(units: number, { height, width, how }: Frame): string {
  const each = `${units.toLocaleString("en")} ${units === 1 ? "unit" : "units"} a case`;
  if (how === "image") return `images of ${height} × ${width} pixels`;
  if (how === "square") return `${each}, shown as squares of ${height} × ${width}`;
  const empty = height * width - units;
  const rest = empty === 0 ? "" : `; the last ${empty === 1 ? "place is" : `${empty} places are`} empty`;
  return `${each}, folded into ${height} ${height === 1 ? "row" : "rows"} of ${width} to be shown${rest}`;
}
