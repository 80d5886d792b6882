/** The rule of scikit-learn's BernoulliRBM, in the terms of this library. */

import { sgd } from "../optimizer.js";
import type { LearningOptions } from "./options.js";
import { persistentContrastiveDivergence } from "./persistent.js";

export interface ScikitOptions {
  /** `learning_rate`; 0.1 by default. */
  readonly rate?: number;
  /** `batch_size`; 10 by default. */
  readonly batchSize?: number;
  /** `n_iter`; 10 by default. */
  readonly epochs?: number;
}

/**
 * Learning as BernoulliRBM(n_components, learning_rate, batch_size, n_iter).fit does it: PCD-1 with one chain a case of the batch, grey
 * levels used as probabilities, a constant rate, no momentum, no weight decay; for initializeRbm(data, { hidden: n_components, … }).
 *
 * What differs: there visible biases start at 0 (here at the data's means), chains with all hidden units off, cases are never
 * shuffled, and batches are made equal, where here the last one may be smaller.
 */
export function scikitPreset({ rate = 0.1, batchSize = 10, epochs = 10 }: ScikitOptions = {}) {
  return {
    epochs,
    batchSize,
    clamp: "probability",
    wake: "probability",
    negative: persistentContrastiveDivergence({ k: 1, chains: batchSize }),
    optimizer: sgd({ rate }),
  } as const satisfies LearningOptions;
}
