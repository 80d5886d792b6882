/** harmonium experiment read-out: softmax regression on the features of an RBM that saw no label. */

import { adam, type Classifier, classifierFrom, initializeRbm, sgd, train } from "../../../src/index.js";
import { type DigitsExperiment, risingMomentum } from "./digits.js";
import { drawFirstLayer } from "./first-layer.js";

/** A short form of bench/headlines/read-out.mjs. */
export const readOutDigits: DigitsExperiment<Classifier> = {
  name: "read-out",
  description: "an RBM learns digits without labels; softmax regression on its features tells them apart",
  tells: "An RBM without labels, then a softmax read-out on its features.",
  published: { errorRate: 0.0183, of: "logistic regression on an RBM of 1,024 units" },
  async learn({ data, test, seed, quick, teach }) {
    const rbm = await teach((options) =>
      train(initializeRbm(data, { hidden: quick ? 100 : 1000, seed }), data, {
        epochs: quick ? 20 : 15,
        batchSize: quick ? 20 : 100,
        seed,
        optimizer: sgd({
          rate: { kind: "linear", from: 0.1, to: 0.01 },
          momentum: risingMomentum,
          weightDecay: 0.001,
        }),
        sparsity: { target: 0.1, cost: 0.1 },
        ...options,
      }),
    );
    if (!rbm) return undefined;
    return teach((options) =>
      train(classifierFrom(rbm, 10, { seed }), data, {
        epochs: quick ? 20 : 10,
        batchSize: 100,
        seed,
        learns: "read-out",
        optimizer: adam({ rate: { kind: "linear", from: 0.002, to: 0 } }),
        heldOut: test,
        ...options,
      }),
    );
  },
  draw: async (classifier) => [await drawFirstLayer(classifier)],
  next: (model) => [
    `\`npx harmonium classify ${model} --data mnist:test\``,
    "`npx harmonium experiment deep-belief` (all layers, and back-propagation)",
  ],
};
