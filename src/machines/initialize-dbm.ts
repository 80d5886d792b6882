/** Initial parameters of deep Boltzmann machines. */

import type { Dataset } from "../data/dataset.js";
import { refuse } from "../errors.js";
import { randomStream } from "../random/stream.js";
import { createDbm, type Dbm } from "./dbm.js";
import { checkWeightScale, levelMeans, logitOf } from "./initialize.js";

export interface DbmInitialization {
  /** Units of each layer, the visible one, as wide as the data, first. */
  readonly layers: readonly number[];
  /** Standard deviation of the initial weights; 0.01 by default. */
  readonly weightScale?: number;
  readonly seed: number;
}

/**
 * Weights normal with a small deviation, hidden biases 0, visible biases log(p / (1 − p)) of the data's means p. With one hidden layer as
 * initializeRbm. Throws as createDbm, and "shape" where the first layer is not as wide as the data.
 */
export function initializeDbm(data: Dataset, { layers, weightScale = 0.01, seed }: DbmInitialization): Dbm {
  checkWeightScale(weightScale);
  const dbm = createDbm(layers);
  if (layers[0] !== data.units) {
    const expected = `${data.units}, the units of ${data.name}`;
    throw refuse("shape", { who: "layers", got: `a visible layer of ${layers[0]} units`, expected });
  }
  const random = randomStream(seed, "weights");
  for (const W of dbm.weights) for (let i = 0; i < W.length; i++) W[i] = weightScale * random.normal();
  levelMeans(data).forEach((mean, i) => {
    dbm.biases[0][i] = logitOf(mean);
  });
  return dbm;
}
