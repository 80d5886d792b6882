/** What the tower says of a digit: P(label | v), exactly given the means of the layer under the labels. */

import { type Dbn, labelProbabilities, takeCases } from "#src/index.js";
import { loadDigits } from "../../../engine/shipped.js";
import { caseOf, chosenDigit, type Digit } from "../digit.js";
import type { DigitChoice } from "../kind.js";

export interface Reading extends Digit {
  /** [10] */
  readonly probabilities: Float32Array;
}

/** Of the drawing, or of that held-out digit. */
export async function readDigit(dbn: Dbn, choice: DigitChoice): Promise<Reading> {
  const chosen = chosenDigit(await loadDigits("test"), choice);
  return { ...chosen, probabilities: await labelProbabilities(dbn, caseOf(chosen.digit), { threads: 1 }) };
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
