/**
 * A deep belief network 784-500-500-2000, learnt layer by layer without labels, then fine-tuned by back-propagation with a softmax read-out;
 * MNIST's 60,000 and 10,000: at most 1.25 % errors in 45 minutes on two cores (aim 1.0 %); published: 1.2 %.
 *
 *     node bench/headlines/dbn.mjs [--seed 1] [--epochs 20] [--fine-epochs 40] [--dropout 0.2] [--threads 2]
 *     node bench/headlines/dbn.mjs --validate      learns from 50,000, tests on the last 10,000 training cases: settings are chosen so
 *     node bench/headlines/dbn.mjs --no-greedy     fine-tunes random weights, to tell what greedy learning is worth
 */
import { parseArgs } from "node:util";
import {
  adam,
  classifierFrom,
  featureLayers,
  initializeClassifier,
  initializeDbn,
  sgd,
  train,
} from "../../dist/src/index.js";
import { begin, classLine, conclude, lastOf, risingMomentum } from "./classes.mjs";

const { values: options } = parseArgs({
  allowNegative: true,
  options: {
    seed: { type: "string", default: "1" },
    layers: { type: "string", default: "784-500-500-2000" },
    greedy: { type: "boolean", default: true },
    epochs: { type: "string", default: "20" },
    decay: { type: "string", default: "0.0002" },
    "fine-epochs": { type: "string", default: "40" },
    rate: { type: "string", default: "0.001" },
    dropout: { type: "string", default: "0.2" },
    "input-dropout": { type: "string", default: "0" },
    threads: { type: "string", default: "2" },
    validate: { type: "boolean", default: false },
  },
});
const number = (name) => Number(options[name]);
const [seed, threads] = [number("seed"), number("threads")];
const layers = options.layers.split("-").map(Number);
const limits = { error: 0.0125, aim: 0.01, seconds: 45 * 60 };

const { data, test, clock } = await begin(options);

const layer = {
  epochs: number("epochs"),
  batchSize: 100,
  optimizer: sgd({
    rate: { kind: "linear", from: 0.1, to: 0.01 },
    momentum: risingMomentum,
    weightDecay: number("decay"),
  }),
};
async function greedy() {
  console.log(`layer by layer, ${options.layers}, ${data.cases} cases`);
  const learnt = await lastOf(
    train(initializeDbn(layers, { seed, data }), data, {
      layers: layers.slice(1).map(() => layer),
      passes: "mean",
      seed,
      threads,
    }),
    clock,
    ({ stage, reconstructionError }) =>
      `${stage.name}, epoch ${stage.epoch}: reconstruction error ${reconstructionError.toFixed(4)}`,
  );
  return classifierFrom(featureLayers(learnt.machine()), 10, { seed });
}
const initial = options.greedy ? await greedy() : initializeClassifier([...layers, 10], { seed });

console.log("back-propagation");
const told = await lastOf(
  train(initial, data, {
    epochs: number("fine-epochs"),
    batchSize: 100,
    seed,
    threads,
    optimizer: adam({ rate: { kind: "linear", from: number("rate"), to: 0 } }),
    dropout: { input: number("input-dropout"), hidden: number("dropout") },
    heldOut: test,
  }),
  clock,
  (report) => classLine(report, test),
);

conclude(told.heldOutErrorRate, clock, limits);
