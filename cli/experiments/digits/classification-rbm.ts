/** harmonium experiment classification-rbm: one restricted machine with label units, learnt by the hybrid objective. */

import { adam, type Dbn, initializeClassificationRbm, train } from "../../../src/index.js";
import { drawFilters } from "../../lessons/dbn-figures.js";
import type { DigitsExperiment } from "./digits.js";

/** A short form of bench/headlines/classification-rbm.mjs. */
export const classificationRbmDigits: DigitsExperiment<Dbn> = {
  name: "classification-rbm",
  description:
    "one RBM with label units, whose P(label | image) is exact, learns to tell digits apart and to model them",
  tells: "Ten label units beside the pixels; ln P(label | image) and a hundredth of ln P(image, label).",
  published: { errorRate: 0.0128, of: "the hybrid of Larochelle and Bengio 2008, 1,500 hidden units" },
  learn({ data, test, seed, quick, teach }) {
    return teach((options) =>
      train(
        initializeClassificationRbm(data, { hidden: quick ? 60 : 500, classes: 10, weightScale: 0.05, seed }),
        data,
        {
          objective: { discriminative: 1, generative: 0.01 },
          epochs: quick ? 10 : 12,
          batchSize: quick ? 20 : 100,
          optimizer: adam({ rate: { kind: "linear", from: 0.01, to: 0 } }),
          heldOut: test,
          seed,
          ...options,
        },
      ),
    );
  },
  draw: async (rbm) => [await drawFilters(rbm, 0, [28, 28])],
  next: (model) => [
    `\`npx harmonium classify ${model} --data mnist:test\``,
    "`npx harmonium train classification-rbm --data mnist:train --hidden 1500 --epochs 25` (longer, and wider)",
  ],
};
