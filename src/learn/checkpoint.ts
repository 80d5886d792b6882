/** All that training needs to go on with the same bits. Random numbers need no state: they are functions of seed and update. */

import type { Rbm } from "../machines/rbm.js";

export interface Checkpoint {
  readonly rbm: Rbm;
  /** The optimizer's steps, of the RBM's shape; absent without momentum. */
  readonly step?: Omit<Rbm, "kind">;
  readonly progress: Progress;
}

export interface Progress {
  /** Updates done. */
  readonly update: number;
  /** Σ squared reconstruction error over the units seen in the running epoch, and how many. */
  readonly errorSum: number;
  readonly errorCount: number;
  /** Seconds of training so far. */
  readonly seconds: number;
}
