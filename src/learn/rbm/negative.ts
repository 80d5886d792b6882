/** Negative phases of an RBM by their configuration. */

import { contrastiveDivergence } from "./contrastive.js";
import { exactGradient } from "./exact.js";
import { fastPersistent } from "./fast-persistent.js";
import { persistentContrastiveDivergence } from "./persistent.js";
import type { NegativeConfig, NegativeRule } from "./phase.js";
import { gibbsFromScratch } from "./scratch.js";
import { temperedGibbs } from "./tempered.js";
import { trajectoryTempering } from "./trajectory.js";

/** The rule that a run folder or checkpoint names. */
export function negativeFrom(config: NegativeConfig): NegativeRule {
  switch (config.rule) {
    case "cd":
      return contrastiveDivergence(config);
    case "pcd":
      return persistentContrastiveDivergence(config);
    case "tempered":
      return temperedGibbs(config);
    case "ptt":
      return trajectoryTempering(config);
    case "fpcd":
      return fastPersistent(config);
    case "scratch":
      return gibbsFromScratch(config);
    case "exact":
      return exactGradient();
  }
}
