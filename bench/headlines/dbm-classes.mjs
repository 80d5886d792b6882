/**
 * A deep Boltzmann machine 784-500-1000, learnt without labels, then fine-tuned by back-propagation with a softmax read-out: MNIST's 60,000
 * and 10,000, at most 1.3 % errors (aim 0.95 %); published: 0.95 % [Salakhutdinov and Hinton 2009]. The input is the image, and layers are
 * fed forward with doubled weights. As they did it, with --augmented, inputs are also what the machine's second layer thinks of the image, the
 * means of mean field, which stay as they are: that showed no gain on held-out cases.
 *
 *     node bench/headlines/dbm-classes.mjs [--seed 1] [--fine-epochs 60] [--dropout 0.5] [--threads 2]
 *     node bench/headlines/dbm-classes.mjs --validate        learns from 50,000, tests on the last 10,000 training cases: settings are chosen so
 *     node bench/headlines/dbm-classes.mjs --augmented       the image, and means of the second layer
 *     node bench/headlines/dbm-classes.mjs --model FILE      of a machine of dbm.mjs, learnt from the same cases
 */
import { parseArgs } from "node:util";
import { adam, classifierFrom, featureLayers, initializeDbm, train } from "../../dist/src/index.js";
import { loadModel } from "../../dist/src/node/index.js";
import { begin, classLine, conclude, lastOf } from "./classes.mjs";
import { dbmLayers, doubledPretraining, jointLearning } from "./generative.mjs";
import { transposed } from "./images.mjs";

const { values: options } = parseArgs({
  allowNegative: true,
  options: {
    seed: { type: "string", default: "1" },
    model: { type: "string" },
    "greedy-epochs": { type: "string", default: "10" },
    epochs: { type: "string", default: "100" },
    augmented: { type: "boolean", default: false },
    "fine-epochs": { type: "string", default: "60" },
    rate: { type: "string", default: "0.001" },
    "lower-rate": { type: "string", default: "1" },
    dropout: { type: "string", default: "0.5" },
    "input-dropout": { type: "string", default: "0.2" },
    threads: { type: "string", default: "2" },
    validate: { type: "boolean", default: false },
  },
});
const number = (name) => Number(options[name]);
const [seed, threads, augmented] = [number("seed"), number("threads"), options.augmented];
const limits = { error: 0.013, aim: 0.0095, seconds: 90 * 60 };

const told = await begin(options);
const { clock } = told;
// machines of dbm.mjs know images column by column
const [data, test] = options.model ? [transposed(told.data), transposed(told.test)] : [told.data, told.test];

/** After greedy learning of each bond, whose second layer has learnt something; above a good RBM it hardly does (dbm.mjs). */
async function learn() {
  const learning = {
    ...jointLearning({ epochs: number("epochs"), clamp: "sample", seed, threads, rate: "0.05..0" }),
    pretraining: doubledPretraining({ epochs: number("greedy-epochs"), clamp: "sample" }),
  };
  const initial = initializeDbm(data, { layers: dbmLayers, seed });
  const tell = ({ stage }) => `${stage.name}, epoch ${stage.epoch}`;
  return (await lastOf(train(initial, data, learning), clock, tell)).machine();
}
const dbm = options.model ? (await loadModel(options.model)).machine : await learn();

const initial = classifierFrom(featureLayers(dbm, { augmented }), 10, { seed, ...(augmented && { augmentedBy: dbm }) });
console.log(`back-propagation, ${initial.layers.join("-")} (${clock.text()})`);
const last = await lastOf(
  train(initial, data, {
    epochs: number("fine-epochs"),
    batchSize: 100,
    seed,
    threads,
    optimizer: adam({ rate: { kind: "linear", from: number("rate"), to: 0 } }),
    lowerRate: number("lower-rate"),
    dropout: { input: number("input-dropout"), hidden: number("dropout") },
    heldOut: test,
  }),
  clock,
  (report) => classLine(report, test),
);
conclude(last.heldOutErrorRate, clock, limits);
