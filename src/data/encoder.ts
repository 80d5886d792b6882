/** The encoder problem: two groups of visible units that have to agree through few hidden units. */

import { refuse } from "../errors.js";
import type { Dataset } from "./dataset.js";

/** 4096 cases of 8192 units: 32 MiB. */
const LARGEST_GROUP = 4096;

/**
 * The environment of the `visible`-h-`visible` encoder: `visible` equally likely cases. In case i unit i of the group V1
 * and unit i of the group V2 are on, and no other.
 *
 * Source: [Ackley et al. 1985, section 4]; there bits are noisy as well: {@link noisyLevels}.
 *
 * @param visible units of one group, 1 … 4096
 * @returns bytes 0 and 255, [visible, 2 · visible]: V1, then V2; the label of a case is its i, its image one row a group
 * @throws HarmoniumError "option" when the size is not an integer of at least 1, "size" above 4096
 */
export function encoderPatterns(visible: number): Dataset {
  if (!(Number.isInteger(visible) && visible >= 1)) {
    throw refuse("option", { who: "encoder", got: `${visible} visible units`, expected: "an integer of at least 1" });
  }
  if (visible > LARGEST_GROUP) {
    throw refuse("size", {
      who: "encoder",
      got: `${visible} visible units`,
      expected: `at most ${LARGEST_GROUP} a group: levels take 2 · visible² bytes`,
    });
  }
  const units = 2 * visible;
  const levels = new Uint8Array(visible * units);
  for (let i = 0; i < visible; i++) {
    levels[i * units + i] = 255;
    levels[i * units + visible + i] = 255;
  }
  const labels = Int32Array.from({ length: visible }, (_, i) => i);
  return { name: `encoder:${visible}`, cases: visible, units, levels, labels, imageShape: [2, visible] };
}
