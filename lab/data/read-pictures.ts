/** PNG pictures as cases: grey levels, ink high, all of one size. */

import { refuse } from "#src/index.js";
import { decodePng } from "./decode-png.js";
import { borderMean, centred, fitted, type Grey, greyOf, inverted, type Pixels } from "./grey.js";
import { MOST_CASES } from "./own-data.js";

/** Sides up to which pictures of one size are taken as they are; others are scaled to the digits' side. */
const LARGEST_SIDE = 64;
const SIDE = 28;

export interface Pictures {
  /** [cases, height, width] */
  readonly shape: readonly [number, number, number];
  readonly values: Uint8Array;
  readonly notes: readonly string[];
}

/** By the order of their names. Throws HarmoniumError as the decoder does, which the tests of Node hand in. */
export async function readPictures(
  files: readonly File[],
  decode: (file: File) => Promise<Pixels> = decodePng,
): Promise<Pictures> {
  if (files.length > MOST_CASES)
    throw refuse("size", { who: "pictures", got: `${files.length} files`, expected: `at most ${MOST_CASES}` });
  const inOrder = [...files].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  // a large picture is made small before the next one is decoded
  const read: {
    readonly size: string;
    readonly whole: Grey | undefined;
    readonly small: Grey;
    readonly border: number;
  }[] = [];
  for (const file of inOrder) {
    const whole = greyOf(await decode(file));
    const { width, height } = whole;
    read.push({
      size: `${width} × ${height}`,
      whole: Math.max(width, height) <= LARGEST_SIDE ? whole : undefined,
      small: fitted(whole, SIDE),
      border: borderMean(whole),
    });
  }
  const sizes = new Set(read.map(({ size }) => size));
  const asTheyAre = sizes.size === 1 && read.every(({ whole }) => whole);
  const light = read.reduce((sum, { border }) => sum + border, 0) > 127.5 * read.length;
  const pictures = read.map(({ whole, small }) => {
    const grey = (asTheyAre ? whole : small) as Grey;
    const dark = light ? inverted(grey) : grey;
    return asTheyAre ? dark : centred(dark, SIDE);
  });
  const { width, height } = pictures[0] as Grey;
  const values = new Uint8Array(pictures.length * width * height);
  pictures.forEach(({ levels }, n) => {
    values.set(levels, n * width * height);
  });
  const [size] = sizes;
  const notes = [
    pictures.length > 1 && "In the order of their names.",
    !asTheyAre &&
      (sizes.size > 1
        ? `They are of ${sizes.size} sizes: all are scaled to fit ${SIDE} × ${SIDE} pixels.`
        : `${size} pixels are more than ${LARGEST_SIDE} × ${LARGEST_SIDE}: scaled to fit ${SIDE} × ${SIDE}.`),
    light && "The border is light: dark is taken for ink, 1, and light for background, 0.",
  ];
  return { shape: [pictures.length, height, width], values, notes: notes.filter((note) => note !== false) };
}
