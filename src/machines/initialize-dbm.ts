/** Initial parameters of deep Boltzmann machines. */

import type { Dataset } from "../data/dataset.js";
import { refuse } from "../errors.js";
import { randomStream } from "../random/stream.js";
import { createDbm, type Dbm, rbmAsDbm } from "./dbm.js";
import { checkWeightScale, levelMeans, logitOf } from "./initialize.js";
import type { Rbm } from "./rbm.js";

export interface DbmInitialization {
  /** Units of each layer, the visible one, as wide as the data, first. */
  readonly layers: readonly number[];
  /** Standard deviation of the initial weights; 0.01 by default. */
  readonly weightScale?: number;
  /** What has been learnt of the lower layers already: an RBM, or a machine with fewer layers, of the same sizes. */
  readonly from?: Rbm | Dbm;
  readonly seed: number;
}

/**
 * Weights normal with a small deviation, hidden biases 0, visible biases log(p / (1 − p)) of the data's means p. With one hidden layer as
 * initializeRbm.
 *
 * With `from` the layers above it are joined to it by such weights, and its top has the bias b − W·½, so that it hears of the layer above
 * only how that differs from fair coins. With weights 0 the law of the layers of `from` would be its own, as would that of v given h, and
 * mean field no worse: joint learning begins at the bound on log P(v) that `from` has.
 *
 * Throws as createDbm, and "shape" where the first layer is not as wide as the data, or `from` has other layers.
 */
export function initializeDbm(data: Dataset, { layers, weightScale = 0.01, from, seed }: DbmInitialization): Dbm {
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
  if (from) placeBelow(dbm, from.kind === "rbm" ? rbmAsDbm(from) : from);
  return dbm;
}

/** Copies the lower machine in. */
function placeBelow({ layers, weights, biases }: Dbm, below: Dbm): void {
  const top = below.layers.length - 1;
  if (below.layers.some((units, l) => units !== layers[l])) {
    const got = `a machine of ${below.layers.join("-")} units`;
    throw refuse("shape", { who: "from", got, expected: `layers that ${layers.join("-")} begins with` });
  }
  below.weights.forEach((W, l) => {
    weights[l].set(W);
  });
  below.biases.forEach((b, l) => {
    biases[l].set(b);
  });
  if (top === layers.length - 1) return;
  const [W, above] = [weights[top], layers[top + 1]];
  biases[top].forEach((_, j) => {
    for (let k = 0; k < above; k++) biases[top][j] -= W[j * above + k] / 2;
  });
}
