/** What the tower says of a digit: P(label | v), exactly given the means of the layer under the labels. */

import { type Dataset, type Dbn, labelProbabilities, takeCases } from "#src/index.js";
import { loadDigits } from "../../engine/shipped.js";
import { PIXELS, unpack } from "../draw/bits.js";

export interface Reading {
  /** [784] in {0, 1} */
  readonly digit: Float32Array;
  /** The class of a held-out digit; none of a drawing. */
  readonly label: number | undefined;
  /** [10] */
  readonly probabilities: Float32Array;
}

/** Of the drawing, or of that held-out digit. */
export async function readDigit(dbn: Dbn, { read, drawing }: { read: number; drawing: string }): Promise<Reading> {
  const held = await loadDigits("test");
  const digit =
    drawing === ""
      ? Float32Array.from(held.levels.subarray(read * PIXELS, (read + 1) * PIXELS), (level) => (level > 127 ? 1 : 0))
      : Float32Array.from(unpack(drawing));
  const data: Dataset = { name: "digit", cases: 1, units: PIXELS, levels: digit.slice() };
  return {
    digit,
    label: drawing === "" ? held.labels?.[read] : undefined,
    probabilities: await labelProbabilities(dbn, data, { threads: 1 }),
  };
}

export interface ErrorRate {
  readonly wrong: number;
  readonly cases: number;
}

/** The share of held-out digits whose most probable label is another one, and of how many. */
export async function errorRate(dbn: Dbn, most = 2000): Promise<ErrorRate> {
  const held = takeCases(await loadDigits("test"), most);
  const p = await labelProbabilities(dbn, held, { threads: 1 });
  let wrong = 0;
  for (let b = 0; b < held.cases; b++) {
    const each = p.subarray(b * 10, (b + 1) * 10);
    if (each.indexOf(Math.max(...each)) !== held.labels?.[b]) wrong++;
  }
  return { wrong: wrong / held.cases, cases: held.cases };
}
