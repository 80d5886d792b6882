/** Noise on binary data, as grey levels. */

import { refuse } from "../errors.js";
import type { Dataset } from "./dataset.js";

export interface BitNoise {
  /** Probability that a bit that is on is clamped off. */
  readonly onToOff: number;
  /** Probability that a bit that is off is clamped on. */
  readonly offToOn: number;
}

/**
 * The data set whose clamped bits are those of `dataset` with independent noise: "noisy clamping" [Ackley et al. 1985, section
 * 3.2]. A level p, the probability of 1, becomes p (1 − onToOff) + (1 − p) offToOn: 1 − onToOff for a bit that is on, offToOn
 * for one that is off. Whoever clamps with mode "sample" draws the noise anew each time.
 *
 * @returns float32 levels [cases, units]; labels and image shape are kept; the name gains `, noise 0.15/0.05`
 * @throws HarmoniumError "option" for a probability outside [0, 1]
 */
export function noisyLevels(dataset: Dataset, { onToOff, offToOn }: BitNoise): Dataset {
  for (const [who, probability] of Object.entries({ onToOff, offToOn })) {
    if (probability >= 0 && probability <= 1) continue;
    throw refuse("option", { who, got: String(probability), expected: "a probability from 0 to 1" });
  }
  const scale = dataset.levels instanceof Uint8Array ? 255 : 1;
  const levels = Float32Array.from(dataset.levels, (level) => {
    const p = level / scale;
    return p * (1 - onToOff) + (1 - p) * offToOn;
  });
  return { ...dataset, name: `${dataset.name}, noise ${onToOff}/${offToOn}`, levels };
}
