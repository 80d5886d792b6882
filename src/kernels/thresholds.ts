import { THRESHOLDS } from "./control.js";

/** Values of the upper 11 bits of a draw. */
const CELLS = 2048;
/** More than the logistic function of the kernels and the bounds' own rounding are wrong by, as a probability. */
const MARGIN = 2 ** -20;

/**
 * For each value i of the upper bits of a uniform u two inputs: below the first σ(x) < i / 2048 ≤ u for sure, above the second
 * σ(x) > (i + 1) / 2048 > u. Between them the kernels compute σ, so the bounds decide how fast a draw is, never what it is.
 */
export function writeThresholds(floats: Float32Array): void {
  const logit = (p: number): number => Math.log(Math.max(p, 0)) - Math.log(Math.max(1 - p, 0));
  for (let i = 0; i < CELLS; i++) {
    floats[THRESHOLDS / 4 + 2 * i] = logit(i / CELLS - MARGIN);
    floats[THRESHOLDS / 4 + 2 * i + 1] = logit((i + 1) / CELLS + MARGIN);
  }
}
