/** Bars and stripes: a data set small enough for exact sums over all states. */

import { refuse } from "../errors.js";
import type { Dataset } from "./dataset.js";

/** 2^17 cases of 256 units: 32 MiB. */
const LARGEST_SIDE = 16;

/**
 * The bars and stripes of a `side` × `side` image, as the 2^(side + 1) equally likely draws: rows or columns, and each
 * of the `side` lines on or off. The uniform distribution over the cases is the data distribution; the all-off and the
 * all-on image occur twice in it, every other image once.
 *
 * Sources: D. J. C. MacKay, "Information Theory, Inference, and Learning Algorithms" (2003), chapter 43; A. Fischer, C.
 * Igel, "Training restricted Boltzmann machines: an introduction", Pattern Recognition 47 (2014), 25-39, for the draws.
 *
 * @param side 1 … 16
 * @returns bytes 0 and 255, [2^(side + 1), side²]: first all draws of rows, then all of columns
 * @throws HarmoniumError "option" when the side is not an integer of at least 1, "size" above 16
 */
export function barsAndStripes(side: number): Dataset {
  if (!(Number.isInteger(side) && side >= 1)) {
    throw refuse("option", { who: "bars-and-stripes", got: `side ${side}`, expected: "an integer of at least 1" });
  }
  if (side > LARGEST_SIDE) {
    throw refuse("size", {
      who: "bars-and-stripes",
      got: `side ${side}`,
      expected: `at most ${LARGEST_SIDE}: there are 2^(side + 1) cases`,
    });
  }
  const cases = 2 ** (side + 1);
  const units = side * side;
  const levels = new Uint8Array(cases * units);
  for (let draw = 0; draw < cases; draw++) {
    const columns = draw >> side === 1;
    for (let unit = 0; unit < units; unit++) {
      const line = columns ? unit % side : Math.floor(unit / side);
      levels[draw * units + unit] = (draw >> line) & 1 ? 255 : 0;
    }
  }
  return { name: `bars-and-stripes:${side}`, cases, units, levels, imageShape: [side, side] };
}
