/** The digit that a tower is shown: a held-out one, or the drawing of the page Draw. */

import type { Dataset } from "#src/index.js";
import { PIXELS, unpack } from "../draw/bits.js";
import type { DigitChoice } from "./kind.js";

export interface Digit {
  /** [784] in {0, 1} */
  readonly digit: Float32Array;
  /** The class of a held-out digit; none of a drawing. */
  readonly label: number | undefined;
}

/** The drawing, or that one of the held-out digits. */
export function chosenDigit({ levels, labels }: Dataset, { read, drawing }: DigitChoice): Digit {
  if (drawing !== "") return { digit: Float32Array.from(unpack(drawing)), label: undefined };
  const digit = Float32Array.from(levels.subarray(read * PIXELS, (read + 1) * PIXELS), (x) => (x > 127 ? 1 : 0));
  return { digit, label: labels?.[read] };
}

/** One case, which the library takes as data. */
export const caseOf = (digit: Float32Array): Dataset => ({
  name: "digit",
  cases: 1,
  units: PIXELS,
  levels: digit.slice(),
});
