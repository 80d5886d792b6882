/**
 * The trained machines that the lab ships, lab/models/*.safetensors, made anew: the same bits from the same seeds, on any machine and any
 * number of threads.
 *
 *     node lab/build/models.mjs            all of them, some six minutes on one thread
 *     node lab/build/models.mjs twos       one of them
 *
 * Needs dist/src (npm run build). They are trained on MNIST's 60,000 training images, binary at grey level 127 as the lab's digits are. In
 * the files weights and biases are rounded to multiples of 1/32 (of the deep Boltzmann machine 1/16), so that they pack into a quarter of
 * their size: what the lab runs is what is in the files.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import {
  contrastiveDivergence,
  initializeDbm,
  initializeDbn,
  initializeRbm,
  parametersSha256,
  persistentContrastiveDivergence,
  selectClasses,
  serializeModel,
  sgd,
  train,
} from "../../dist/src/index.js";
import { loadMnist } from "../../dist/src/node/index.js";

const folder = join(import.meta.dirname, "../models");
const seed = 1;
const falling = (from) => ({ kind: "linear", from, to: from / 20 });

/** An RBM by centred PCD: the mean of the second half of its updates, as its free energies are looked at. */
const rbm = (hidden, epochs, rate) => (data) =>
  learn(initializeRbm(data, { hidden, seed }), data, {
    epochs,
    seed,
    clamp: "threshold",
    centring: true,
    negative: persistentContrastiveDivergence({ k: 1 }),
    optimizer: sgd({ rate: falling(rate), weightDecay: 0.0001 }),
    average: { from: 0.5 },
  });

/** Layer by layer, labels beside the last layer but one, then all together by up-down. */
function tower(data) {
  const layers = [784, 128, 128, 256];
  const layer = (epochs, rate, more = {}) => ({
    epochs,
    optimizer: sgd({ rate: falling(rate), momentum: 0.5, weightDecay: 0.0002 }),
    ...more,
  });
  return learn(initializeDbn(layers, { classes: 10, seed, data }), data, {
    seed,
    passes: "sample",
    layers: [
      layer(20, 0.05, { clamp: "threshold" }),
      layer(20, 0.05),
      layer(40, 0.05, { negative: persistentContrastiveDivergence({ k: 2 }) }),
    ],
    upDown: { epochs: 30, clamp: "threshold", sweeps: 5, optimizer: sgd({ rate: falling(0.02) }) },
  });
}

/** Greedily with doubled inputs, then all layers together, by mean field against chains that go on. */
function dbm(data) {
  const bond = {
    epochs: 10,
    clamp: "threshold",
    negative: contrastiveDivergence(),
    optimizer: sgd({ rate: { kind: "linear", from: 0.05, to: 0.005 }, momentum: 0.5, weightDecay: 0.0002 }),
  };
  return learn(initializeDbm(data, { layers: [784, 128, 128], seed }), data, {
    epochs: 60,
    seed,
    clamp: "threshold",
    centring: true,
    pretraining: [bond, { ...bond, clamp: "sample" }],
    negative: persistentContrastiveDivergence({ k: 2 }),
    meanField: { iterations: 10 },
    // decay keeps the chains moving: without it dreams stay at one digit for thousands of sweeps
    optimizer: sgd({ rate: { kind: "linear", from: 0.1, to: 0 }, weightDecay: 0.0005 }),
    average: { from: 0.5 },
  });
}

const models = {
  twos: { make: rbm(100, 200, 0.05), classes: [2], learnt: "the digit 2" },
  digits: { make: rbm(100, 40, 0.05), learnt: "all ten digits" },
  // the bound on ln P(v) is 0.4 nats lower than with 32 steps, and 0.7 than with all bits
  dbm: { make: dbm, steps: 16, learnt: "all ten digits" },
  tower: { make: tower, learnt: "all ten digits, with labels" },
};

async function learn(start, data, options) {
  let machine;
  for await (const report of train(start, data, { ...options, threads: 1 })) {
    if (report.kind === "epoch" && report.epoch % 10 === 0)
      console.log(`  epoch ${report.epoch} of ${report.epochs}, ${report.seconds.toFixed(0)} s`);
    if (report.done) machine = report.machine();
  }
  return machine;
}

/** The machine in the file, and that a page reads. */
function rounded(machine, steps) {
  const round = (value) => {
    if (value instanceof Float32Array) return value.map((x) => Math.round(steps * x) / steps);
    if (Array.isArray(value)) return value.map(round);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, round(each)]));
  };
  return round(machine);
}

async function make(name) {
  const { make: from, classes, learnt, steps = 32 } = models[name];
  const all = await loadMnist("train");
  const data = classes ? selectClasses(all, classes) : all;
  console.log(`${name}: ${data.cases.toLocaleString("en")} cases`);
  const started = process.cpuUsage();
  const machine = rounded(await from(data), steps);
  const { user } = process.cpuUsage(started);
  const bytes = serializeModel(machine, { learnt, seed: String(seed), made_by: "lab/build/models.mjs" });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.safetensors`), bytes);
  const packed = gzipSync(bytes, { level: 9 }).length;
  console.log(`  ${(user / 1e6).toFixed(0)} s of CPU time, ${bytes.length} bytes, ${packed} packed`);
  console.log(`  parameters ${await parametersSha256(machine)}`);
}

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !Object.hasOwn(models, name));
if (unknown !== undefined) {
  console.error(`models: got ${unknown}; expected ${Object.keys(models).join(", ")}`);
  process.exitCode = 2;
} else for (const name of wanted.length > 0 ? wanted : Object.keys(models)) await make(name);
