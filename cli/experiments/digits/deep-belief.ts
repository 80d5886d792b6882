/** harmonium experiment deep-belief: a deep belief network learnt without labels, then fine-tuned by back-propagation. */

import { type Classifier, initializeDbn, sgd, train } from "../../../src/index.js";
import { type DigitsExperiment, risingMomentum } from "./digits.js";
import { fineTune } from "./fine-tune.js";
import { drawFirstLayer } from "./first-layer.js";

/** A short form of bench/headlines/dbn.mjs. */
export const deepBeliefDigits: DigitsExperiment<Classifier> = {
  name: "deep-belief",
  description: "a deep belief network learns digits without labels, and is fine-tuned by back-propagation",
  tells: "Layer by layer without labels, then back-propagation with a softmax read-out.",
  published: { errorRate: 0.012, of: "back-propagation of 2006, 784-500-500-2000" },
  async learn(lesson) {
    const { data, seed, quick, teach } = lesson;
    const layers = quick ? [784, 60, 60, 100] : [784, 500, 500, 2000];
    const batchSize = quick ? 20 : 100;
    const optimizer = sgd({
      rate: { kind: "linear", from: 0.1, to: 0.01 },
      momentum: risingMomentum,
      weightDecay: 0.0002,
    });
    const greedy = layers.slice(1).map(() => ({ epochs: quick ? 10 : 4, batchSize, optimizer }));
    const dbn = await teach((options) =>
      train(initializeDbn(layers, { seed, data }), data, { layers: greedy, passes: "mean", seed, ...options }),
    );
    return dbn && fineTune(dbn, lesson);
  },
  draw: async (classifier) => [await drawFirstLayer(classifier)],
  next: (model) => [
    `\`npx harmonium classify ${model} --data mnist:test\``,
    "`npx harmonium train dbn --data mnist:train --layers 784-500-500-2000 --passes mean --epochs 15` (the first half, for longer)",
  ],
};
