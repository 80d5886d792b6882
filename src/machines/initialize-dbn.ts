/** Initial parameters of deep belief networks, and of an RBM on another. */

import type { Dataset } from "../data/dataset.js";
import { log } from "../math/log.js";
import { randomStream } from "../random/stream.js";
import { bondRbm, createDbn, type Dbn, withBond } from "./dbn.js";
import { checkWeightScale, levelMeans, logitOf } from "./initialize.js";
import type { Rbm } from "./rbm.js";
import { checkVisible } from "./resident-dbn.js";

export interface DbnInitialization {
  /** Label units that join the last layer but one; 0 by default. */
  readonly classes?: number;
  /** Standard deviation of the initial weights; 0.01 by default. */
  readonly weightScale?: number;
  readonly seed: number;
  /** Visible biases for the means of these data; 0 without. */
  readonly data?: Dataset;
}

/** A network of these layers, the visible one first: weights normal with a small deviation, the same up and down, biases 0. Throws as createDbn. */
export function initializeDbn(
  layers: readonly number[],
  { classes = 0, weightScale = 0.01, seed, data }: DbnInitialization,
): Dbn {
  checkWeightScale(weightScale);
  let dbn = createDbn(layers, { classes });
  if (data) checkVisible("initializeDbn", data, dbn);
  for (let l = 0; l < layers.length - 1; l++) {
    // the stream of the first layer is that of an RBM of its size
    const random = randomStream(seed, "weights", l);
    const rbm = bondRbm(dbn, l);
    const weights = rbm.weights.map(() => weightScale * random.normal());
    dbn = withBond(dbn, l, { ...rbm, weights });
  }
  return data ? withBond(dbn, 0, withMeans(bondRbm(dbn, 0), levelMeans(data), data.units)) : dbn;
}

/** The RBM with visible biases for the means of its data: log(p / (1 − p)), of the last `classes`, the label units, log p. */
export function startAtMeans(rbm: Rbm, data: Dataset, classes: number): Rbm {
  return withMeans(rbm, levelMeans(data), rbm.visible - classes);
}

/** The means of units from `plain` on are those of label units, at least half a case in a thousand. */
function withMeans(rbm: Rbm, means: Float64Array, plain: number): Rbm {
  const visibleBias = rbm.visibleBias.slice();
  means.forEach((mean, i) => {
    visibleBias[i] = i < plain ? logitOf(mean) : log(Math.max(mean, 0.0005));
  });
  return { ...rbm, visibleBias };
}

/**
 * The RBM upside down as the one above it: Wᵀ, and biases changed. Label units and their weights stay as `above` has them. On top of `below`
 * it makes a network whose bound on log P(v) is log P(v) of `below`, for every v [Hinton, Osindero and Teh 2006].
 */
export function transposedRbm(below: Rbm, above: Rbm): Rbm {
  const { visible, hidden, weights } = below;
  const turned = above.weights.slice();
  for (let i = 0; i < visible; i++) for (let j = 0; j < hidden; j++) turned[j * visible + i] = weights[i * hidden + j];
  const visibleBias = above.visibleBias.slice();
  visibleBias.set(below.hiddenBias);
  return { ...above, weights: turned, visibleBias, hiddenBias: below.visibleBias.slice() };
}
