/** All that training needs to go on with the same bits. Random numbers need no state: they are functions of seed and update. */

import type { Boltzmann } from "../machines/boltzmann.js";
import type { Classifier } from "../machines/classifier.js";
import type { Dbm } from "../machines/dbm.js";
import type { Dbn } from "../machines/dbn.js";
import type { Rbm } from "../machines/rbm.js";

/** The machines that can be trained. */
export type Trainable = Rbm | Boltzmann | Classifier | Dbn | Dbm;

export interface Checkpoint<Machine extends Trainable = Trainable> {
  readonly machine: Machine;
  /** What the rule keeps from one update to the next (steps of momentum, chains), by name. */
  readonly state: SavedState;
  readonly progress: Progress;
}

export type SavedState = Readonly<Record<string, SavedArray>>;

export interface SavedArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Uint8Array | Uint32Array;
}

/** The shapes of the arrays that a rule saves. */
export type SavedShapes = Readonly<Record<string, readonly number[]>>;

export interface Progress {
  /** Updates done, of all stages. */
  readonly update: number;
  /** Where training has stages: which of them is running, from 0, of how many. */
  readonly stage?: { readonly index: number; readonly count: number };
  /** Σ squared reconstruction error over the units seen in the running epoch, and how many. */
  readonly errorSum: number;
  readonly errorCount: number;
  /** Seconds of training so far. */
  readonly seconds: number;
}
