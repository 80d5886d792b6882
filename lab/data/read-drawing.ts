/** A PNG picture as a drawing of 28 × 28 bits; loaded when one is opened. */

import { refuse } from "#src/index.js";
import { decodePng } from "./decode-png.js";
import { asDigit, borderMean, greyOf, inverted, type Pixels } from "./grey.js";

export interface Drawing {
  /** [784], row-major. */
  readonly bits: Uint8Array;
  /** What was done to the picture, in words. */
  readonly note: string;
}

/** Throws HarmoniumError as the decoder does, and "data" for a picture without ink. The tests of Node hand in the decoder. */
export async function readDrawing(file: File, decode: (file: File) => Promise<Pixels> = decodePng): Promise<Drawing> {
  const grey = greyOf(await decode(file));
  const light = borderMean(grey) > 127.5;
  const ink = light ? inverted(grey) : grey;
  const small = ink.width === 28 && ink.height === 28;
  const digit = small ? ink : asDigit(ink);
  const most = digit?.levels.reduce((high, level) => Math.max(high, level), 0) ?? 0;
  if (!digit || most === 0)
    throw refuse("data", {
      who: file.name,
      got: "a picture of one colour",
      expected: "ink on a background",
      wayOut: "The colour of the border is taken for background.",
    });
  const note = [
    `${file.name}, ${grey.width} × ${grey.height} pixels`,
    light && "dark is ink",
    small ? undefined : "its ink scaled to fit 20 × 20, the centre of mass in the middle",
    "on where it is more than half as bright as the brightest",
  ];
  return {
    bits: Uint8Array.from(digit.levels, (level) => (2 * level > most ? 1 : 0)),
    note: `${note.filter(Boolean).join("; ")}.`,
  };
}
