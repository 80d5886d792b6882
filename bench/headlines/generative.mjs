/** How the headlines' RBM of 500 hidden units is learnt, and a deep Boltzmann machine above it. */
import {
  contrastiveDivergence,
  initializeRbm,
  parseSchedule,
  persistentContrastiveDivergence,
  sgd,
  train,
} from "../../dist/src/index.js";

/** An RBM of 500 hidden units: centred PCD-1, 100 chains, rate from `rate` to 0 in a line, parameters averaged over the second half. */
export async function learnRbm(data, { epochs, rate, decay = 0, clamp, seed, threads }) {
  let rbm;
  for await (const report of train(initializeRbm(data, { hidden: 500, seed }), data, {
    epochs,
    batchSize: 100,
    clamp,
    seed,
    threads,
    negative: persistentContrastiveDivergence({ k: 1, chains: 100 }),
    optimizer: sgd({ rate: { kind: "linear", from: rate, to: 0 }, weightDecay: decay }),
    centring: {},
    average: { from: 0.5 },
  })) {
    if (report.done) rbm = report.machine();
  }
  return rbm;
}

export const dbmLayers = [784, 500, 1000];

/** Greedy learning of each bond by CD-1, its input doubled where another layer is missing [Salakhutdinov and Hinton 2009]. */
export function doubledPretraining({ epochs, clamp }) {
  const bond = {
    epochs,
    batchSize: 100,
    clamp,
    negative: contrastiveDivergence(),
    optimizer: sgd({ rate: { kind: "linear", from: 0.1, to: 0.01 } }),
  };
  // thresholds are for the data
  return [bond, { ...bond, clamp: "sample" }];
}

/** The options of learning all layers together, centred: PCD-k, 100 chains, parameters averaged over the second half. */
export function jointLearning({
  epochs,
  clamp,
  seed,
  threads,
  rate,
  k = 2,
  average = 0.5,
  lowerRate = 1,
  meanField = {},
}) {
  return {
    epochs,
    batchSize: 100,
    clamp,
    seed,
    threads,
    centring: true,
    optimizer: sgd({ rate: parseSchedule(rate) }),
    negative: persistentContrastiveDivergence({ k, chains: 100 }),
    meanField,
    lowerRate,
    average: { from: average },
  };
}
