/** How far a machine is from its data while it learns: KL divergences against updates, with the value that cannot be passed. */
import type { CurveLine, Reference } from "./curve-series.js";
import type { Themed, Wording } from "./frame.js";
import { learningCurves } from "./learning-curves.js";

export interface KlCurvesInput extends Wording, Themed {
  /** (updates, nats); at most seven are told apart by their colours, six where there are references. */
  readonly curves: readonly CurveLine[];
  /** Such as ln 2, the least that a machine without hidden units can reach on parity. */
  readonly references?: readonly Reference[];
  /** What is counted along x. Default "updates". */
  readonly xName?: string;
  /** For values above 0 that span decades. */
  readonly logY?: boolean;
}

/**
 * All curves in one panel, each named at its end.
 *
 * @returns PNG bytes.
 * @throws HarmoniumError of kind `data`, as learningCurves.
 */
export function klCurves({ curves, references = [], xName = "updates", logY = false, ...rest }: KlCurvesInput) {
  const panel = {
    title: "KL divergence of the model from the data",
    unit: "nats; 0 where both laws are the same",
    logY,
  };
  return learningCurves({ title: "Learning", ...rest, xName, series: [{ ...panel, lines: curves, references }] });
}
