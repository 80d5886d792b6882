/** harmonium experiment up-down: a deep belief network with label units, learnt layer by layer, then by the up-down algorithm. */

import { type Dbn, initializeDbn, sgd, train } from "../../../src/index.js";
import { drawFilters, drawSettling } from "../../lessons/dbn-figures.js";
import { type DigitsExperiment, risingMomentum } from "./digits.js";

/** A short form of bench/headlines/up-down.mjs. */
export const upDownDigits: DigitsExperiment<Dbn> = {
  name: "up-down",
  description:
    "a deep belief network that recognizes digits and dreams of them by label, learnt without back-propagation",
  tells: "Ten label units beside the last layer but one; layer by layer, then all together by up-down.",
  published: { errorRate: 0.0125, of: "Hinton, Osindero and Teh 2006, about a week of learning" },
  learn({ data, seed, quick, teach }) {
    const layers = quick ? [784, 60, 60, 100] : [784, 500, 500, 2000];
    const epochs = quick ? [10, 10, 20] : [5, 5, 10];
    const weightDecay = 0.0002;
    const rate = { kind: "linear", from: 0.1, to: 0.01 } as const;
    const batchSize = quick ? 20 : 100;
    return teach((options) =>
      train(initializeDbn(layers, { classes: 10, seed, data }), data, {
        layers: epochs.map((count) => ({
          epochs: count,
          batchSize,
          optimizer: sgd({ rate, momentum: risingMomentum, weightDecay }),
        })),
        passes: "mean",
        // dreams from noise that go on: those from the data leave the top pair with others that are like no digit
        upDown: {
          epochs: quick ? 4 : 8,
          batchSize,
          sweeps: 3,
          dreams: "persistent",
          optimizer: sgd({ rate: { kind: "linear", from: 0.05, to: 0.02 } }),
        },
        seed,
        ...options,
      }),
    );
  },
  async draw(dbn, { seed, threads }) {
    const shape = [28, 28] as const;
    return [
      await drawSettling(dbn, { seed, threads }, shape),
      ...(await Promise.all([0, 1, 2].map((l) => drawFilters(dbn, l, shape)))),
    ];
  },
  next: (model) => [
    `\`npx harmonium sample ${model} --label 7 --chains 100 --sweeps 1000 --out sevens.png\``,
    `\`npx harmonium evaluate ${model} --data mnist:test --limit 1000\``,
    "`npx harmonium train dbn --data mnist:train --layers 784-500-500-2000 --label-units --epochs 15,15,25 --up-down 40 --up-down-rate 0.15..0 --up-down-sweeps 10 --up-down-average 0.7`",
  ],
};
