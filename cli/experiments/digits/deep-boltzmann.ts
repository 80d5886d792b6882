/** harmonium experiment deep-boltzmann: a deep Boltzmann machine learnt without labels, then fine-tuned by back-propagation. */

import { type Classifier, initializeDbm, sgd, train } from "../../../src/index.js";
import { type DigitsExperiment, risingMomentum } from "./digits.js";
import { fineTune } from "./fine-tune.js";
import { drawFirstLayer } from "./first-layer.js";

/** A short form of bench/headlines/dbm-classes.mjs. */
export const deepBoltzmannDigits: DigitsExperiment<Classifier> = {
  name: "deep-boltzmann",
  description: "a deep Boltzmann machine learns digits without labels, and is fine-tuned by back-propagation",
  tells: "Bond by bond with doubled inputs, all layers together, then back-propagation with a softmax read-out.",
  published: { errorRate: 0.0095, of: "Salakhutdinov and Hinton 2009, 784-500-1000" },
  async learn(lesson) {
    const { data, seed, quick, teach } = lesson;
    const layers = quick ? [784, 60, 100] : [784, 500, 1000];
    const batchSize = quick ? 20 : 100;
    const bond = {
      epochs: quick ? 8 : 4,
      batchSize,
      optimizer: sgd({ rate: { kind: "linear", from: 0.05, to: 0.01 }, momentum: risingMomentum, weightDecay: 0.0002 }),
    };
    const dbm = await teach((options) =>
      train(initializeDbm(data, { layers, seed }), data, {
        pretraining: layers.slice(1).map(() => bond),
        epochs: quick ? 2 : 3,
        batchSize,
        centring: true,
        optimizer: sgd({ rate: { kind: "linear", from: 0.02, to: 0 } }),
        seed,
        ...options,
      }),
    );
    return dbm && fineTune(dbm, lesson);
  },
  draw: async (classifier) => [await drawFirstLayer(classifier)],
  next: (model) => [
    `\`npx harmonium classify ${model} --data mnist:test\``,
    "`npx harmonium train dbm --data mnist:train --layers 784-500-1000 --pretrain 10 --epochs 8` (the first half, for longer)",
  ],
};
