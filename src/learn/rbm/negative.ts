/** Negative phases of an RBM by their configuration. */

import { contrastiveDivergence } from "./contrastive.js";
import { persistentContrastiveDivergence } from "./persistent.js";
import type { NegativeConfig, NegativeRule } from "./phase.js";

/** The rule that a run folder or checkpoint names. */
export function negativeFrom(config: NegativeConfig): NegativeRule {
  return config.rule === "cd" ? contrastiveDivergence(config) : persistentContrastiveDivergence(config);
}
