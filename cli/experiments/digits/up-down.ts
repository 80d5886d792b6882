/** harmonium experiment up-down: a deep belief network with label units, learnt layer by layer, then by the up-down algorithm. */

import { type Dataset, type Dbn, initializeDbn, sgd, train } from "../../../src/index.js";
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
        upDown: {
          epochs: quick ? 4 : 5,
          batchSize,
          sweeps: 10,
          optimizer: sgd({ rate: { kind: "linear", from: 0.1, to: 0.02 } }),
        },
        seed,
        ...options,
      }),
    );
  },
  async draw(dbn, { test, seed, threads }) {
    const shape = [28, 28] as const;
    // so short a training leaves chains from noise at what is like no digit
    return [
      await drawSettling(dbn, { seed, threads, start: oneOfEach(test) }, shape),
      ...(await Promise.all([0, 1, 2].map((l) => drawFilters(dbn, l, shape)))),
    ];
  },
  next: (model) => [
    `\`npx harmonium sample ${model} --label 7 --chains 100 --sweeps 1000 --out sevens.png\``,
    `\`npx harmonium evaluate ${model} --data mnist:test --limit 1000\``,
    "`npx harmonium train dbn --data mnist:train --layers 784-500-500-2000 --label-units --epochs 15,15,25 --up-down 40 --up-down-rate 0.15..0 --up-down-sweeps 10 --up-down-average 0.7`",
  ],
};

/** The first case of each class. */
function oneOfEach({ labels = new Uint8Array(), units, levels }: Dataset): Dataset {
  const rows = Array.from({ length: 10 }, (_, y) => labels.indexOf(y));
  const first = new Uint8Array(rows.length * units);
  rows.forEach((row, y) => {
    first.set(levels.subarray(row * units, (row + 1) * units), y * units);
  });
  return { name: "the first of each class", cases: rows.length, units, levels: first };
}
