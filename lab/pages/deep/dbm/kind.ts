/** The deep Boltzmann machine of the page: pixels and two hidden layers, every bond both ways. */

import {
  contrastiveDivergence,
  type Dbm,
  hiddenMean,
  initializeDbm,
  persistentContrastiveDivergence,
  sgd,
  train,
  visibleMean,
} from "#src/index.js";
import { PIXELS } from "../../draw/bits.js";
import { eachRow, type Kind } from "../kind.js";
import { bondOf, doubled } from "./bonds.js";
import { createDreamer } from "./dreamer.js";
import { score } from "./score.js";
import { settle } from "./settling.js";

const bonds = 2;

export const dbmKind: Kind<Dbm> = {
  machine: "dbm",
  file: "dbm.safetensors",
  bonds,
  // all layers together come last
  stages: bonds + 1,

  lesson({ first, second, seed, epochs, joint, batch, rate, jointRate, sweeps }, data) {
    const start = initializeDbm(data, { layers: [PIXELS, first, second], seed });
    const batchSize = Math.min(batch, data.cases);
    // the command line's usual decay: its weights are the same
    const weightDecay = 0.0002;
    const bond = {
      epochs,
      batchSize,
      negative: contrastiveDivergence(),
      optimizer: sgd({ rate, weightDecay }),
    };
    return {
      start,
      updates: (bonds * epochs + joint) * Math.ceil(data.cases / batchSize),
      epochs: [epochs, epochs, joint],
      train: (kernels, resume) =>
        train(resume?.machine ?? start, data, {
          seed,
          epochs: joint,
          batchSize,
          centring: true,
          negative: persistentContrastiveDivergence({ k: sweeps }),
          optimizer: sgd({ rate: { kind: "linear", from: jointRate, to: 0 }, weightDecay }),
          pretraining: [bond, bond],
          kernels,
          reportEvery: 0,
          ...(resume && { resume }),
        }),
    };
  },

  createDreamer,
  dreamsOtherwise: (before, next) =>
    before.hold !== next.hold ||
    (next.hold !== "nothing" && (before.read !== next.read || before.drawing !== next.drawing)),

  recognized(dbm, learnt, digits) {
    const [below, above] = [bondOf(dbm, 0), bondOf(dbm, 1)];
    // by itself the first bond has its half of layer 1's bias only
    const up = doubled(learnt === 1 ? { ...below, hiddenBias: below.hiddenBias.map((b) => 2 * b) } : below);
    const first = eachRow(digits, PIXELS, (v) => hiddenMean(up, v));
    const pixels = (layer: Float32Array) => eachRow(layer, below.hidden, (h) => visibleMean(below, h));
    if (learnt === 1) return { layers: [pixels(first), first], labels: [] };
    const second = eachRow(first, above.visible, (h) => hiddenMean(above, h));
    const down = eachRow(second, above.hidden, (h) => visibleMean(doubled(above), h));
    return { layers: [pixels(down), first, second], labels: [] };
  },

  generative: ({ layers, weights }) =>
    weights.map((W, l) => ({ weights: W, lower: layers[l] as number, upper: layers[l + 1] as number })),

  read: settle,
  score,
};
