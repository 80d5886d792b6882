/** The deep belief network of the page: pixels, two hidden layers, labels beside the second, a top. */

import {
  bondRbm,
  contrastiveDivergence,
  type Dbn,
  hiddenMean,
  initializeDbn,
  persistentContrastiveDivergence,
  sgd,
  train,
  visibleMean,
} from "#src/index.js";
import { PIXELS } from "../../draw/bits.js";
import { eachRow, type Kind } from "../kind.js";
import { createDreamer } from "./dreamer.js";
import { errorRate, readDigit } from "./reading.js";

const bonds = 3;

export const dbnKind: Kind<Dbn> = {
  machine: "dbn",
  file: "tower.safetensors",
  bonds,
  stages: bonds,

  lesson({ first, second, top, seed, epochs, batch, rate, momentum, rule }, data) {
    const start = initializeDbn([PIXELS, first, second, top], { classes: 10, seed, data });
    const batchSize = Math.min(batch, data.cases);
    const layer = {
      epochs,
      batchSize,
      negative: rule === "cd" ? contrastiveDivergence() : persistentContrastiveDivergence(),
      // the command line's usual decay: its weights are the same
      optimizer: sgd({ rate, momentum, weightDecay: 0.0002 }),
    };
    return {
      start,
      updates: bonds * epochs * Math.ceil(data.cases / batchSize),
      epochs: Array.from({ length: bonds }, () => epochs),
      train: (kernels, resume) =>
        train(resume?.machine ?? start, data, {
          seed,
          layers: [layer, layer, layer],
          kernels,
          reportEvery: 0,
          ...(resume && { resume }),
        }),
    };
  },

  createDreamer,
  dreamsOtherwise: (before, next) => before.dream !== next.dream,

  recognized(dbn, learnt, digits) {
    const rbms = Array.from({ length: learnt }, (_, l) => bondRbm(dbn, l));
    const up = [digits];
    for (const rbm of rbms) up.push(eachRow(up.at(-1) as Float32Array, rbm.visible, (v) => hiddenMean(rbm, v)));
    let down = up.at(-1) as Float32Array;
    for (const rbm of rbms.reverse()) down = eachRow(down, rbm.hidden, (h) => visibleMean(rbm, h));
    return { layers: [down, ...up.slice(1)], labels: [] };
  },

  generative: ({ layers, directed, top }) => [
    ...directed.map(({ generativeWeights, lower, upper }) => ({ weights: generativeWeights, lower, upper })),
    // of the top pair only what is not a label unit has pixels below it
    { weights: top.weights, lower: layers[bonds - 1] as number, upper: top.hidden },
  ],

  read: readDigit,
  score: (dbn) => errorRate(dbn),
};
