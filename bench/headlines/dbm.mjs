/**
 * A deep Boltzmann machine 784-500-1000 on the binarised MNIST of Salakhutdinov and Murray (2008): the variational bound on log P of the
 * test cases, published as −84.62 [Salakhutdinov and Hinton 2009; another program reaches −86.37]. First an RBM of 500 hidden units, as in
 * rbm500.mjs; then 1,000 units above it with small weights, and all layers together, which begin at the RBM's own log-likelihood. It learns
 * from the grey levels of MNIST's training set, drawn anew each epoch. The images are not in this repository.
 *
 *     node bench/headlines/dbm.mjs [--threads 2] [--seed 1] [--rbm-epochs 450] [--epochs 8] [--data ../shared/data/sm2008]
 *     node bench/headlines/dbm.mjs --validate          learns from 50,000, tests on the last 10,000 training cases
 *     node bench/headlines/dbm.mjs --start scratch     all layers together from small weights; `doubled`: after greedy learning of each bond
 *     node bench/headlines/dbm.mjs --rbm FILE          above an RBM that is there already: a trial, without a verdict
 *
 * The RBM's settings were chosen by training cases that it had not seen. Of joint learning above it one setting was tried so (--validate: 12
 * epochs, rate 0.05, PCD-5), which lost half a nat; the rate here is lower for that reason, and was run once. Joint learning does not raise
 * the bound: the second bond's weights stay at their random beginning, and the figure is the RBM's (docs/results.md).
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import {
  dbmBound,
  dbmLogPartition,
  initializeDbm,
  logLikelihood,
  parametersSha256,
  serializeModel,
  sliceCases,
  train,
} from "../../dist/src/index.js";
import { loadModel } from "../../dist/src/node/index.js";
import { jointLearning, dbmLayers as layers, learnRbm } from "./generative.mjs";
import { smImages, usualFolder } from "./images.mjs";

const { values: options } = parseArgs({
  allowNegative: true,
  options: {
    threads: { type: "string", default: "2" },
    seed: { type: "string", default: "1" },
    start: { type: "string", default: "rbm" },
    rbm: { type: "string" },
    "rbm-epochs": { type: "string", default: "450" },
    "greedy-epochs": { type: "string", default: "10" },
    epochs: { type: "string", default: "8" },
    rate: { type: "string", default: "0.01..0" },
    k: { type: "string", default: "2" },
    passes: { type: "string", default: "30" },
    tolerance: { type: "string", default: "0.001" },
    average: { type: "string", default: "0.5" },
    "lower-rate": { type: "string", default: "1" },
    "weight-scale": { type: "string", default: "0.01" },
    "rbm-bound": { type: "boolean", default: true },
    images: { type: "string", default: "grey" },
    chains: { type: "string", default: "250" },
    temperatures: { type: "string", default: "adaptive" },
    minutes: { type: "string", default: "90" },
    validate: { type: "boolean", default: false },
    data: { type: "string", default: usualFolder },
    model: { type: "string" },
  },
});
const number = (name) => Number(options[name]);
const [threads, seed, epochs] = ["threads", "seed", "epochs"].map(number);
const bars = { must: -86.4, aim: -84.6 };
const f = (x) => x.toFixed(2);

const { data, test, binary, clamp } = await smImages(options);
console.log(`${cpus()[0].model}, Node ${process.version}; ${JSON.stringify(options)}`);
const started = performance.now();
const minutesSoFar = () => (performance.now() - started) / 60_000;
function clock() {
  const { user, system } = process.cpuUsage();
  return `${minutesSoFar().toFixed(1)} min, ${((user + system) / 60e6).toFixed(1)} min of processors`;
}

/** What learning all layers begins with. */
async function begin() {
  if (options.start === "scratch" || options.start === "doubled") return initializeDbm(data, { layers, seed });
  if (options.start !== "rbm") throw new Error(`--start ${options.start}: expected rbm, scratch or doubled`);
  const rbm = options.rbm
    ? (await loadModel(options.rbm)).machine
    : await learnRbm(data, { epochs: number("rbm-epochs"), rate: 0.1, clamp, seed, threads });
  const found = options["rbm-bound"] && (await logLikelihood(rbm, test, { threads, seed: 1, baseData: data }));
  if (found) console.log(`the RBM alone: ${f(found.mean)} in [${f(found.lower)}, ${f(found.upper)}] (${clock()})`);
  return initializeDbm(data, { layers, from: rbm, weightScale: number("weight-scale"), seed });
}

const learning = {
  ...jointLearning({
    epochs,
    clamp,
    seed,
    threads,
    rate: options.rate,
    k: number("k"),
    average: number("average"),
    lowerRate: number("lower-rate"),
    meanField: { iterations: number("passes"), tolerance: number("tolerance") },
  }),
  ...(options.start === "doubled" && { pretraining: doubledPretraining({ epochs: number("greedy-epochs"), clamp }) }),
};
let machine;
for await (const report of train(await begin(), data, learning)) {
  if (report.kind !== "epoch") continue;
  const { name, epoch } = report.stage;
  if (report.done || epoch % 5 === 0 || epoch === 1) {
    const passes = report.rule ? `, ${report.rule.meanFieldPasses} passes of mean field` : "";
    console.log(`  ${name}, epoch ${epoch}${passes} (${clock()})`);
  }
  if (report.done) machine = report.machine();
}
const trainingMinutes = minutesSoFar();
if (options.model) writeFileSync(`${options.model}-${seed}.safetensors`, serializeModel(machine));
console.log(`parameters' SHA-256 ${await parametersSha256(machine)}`);

const temperatures = options.temperatures === "adaptive" ? "adaptive" : number("temperatures");
const logPartition = await dbmLogPartition(machine, { data, threads, seed, chains: number("chains"), temperatures });
const { forward, reverse, starts, warnings } = logPartition;
const side = (e) => `${f(e.value)} ± ${f(e.error)} (s ${f(e.deviation)})`;
console.log(
  `log Z ${f(logPartition.value)} in [${f(logPartition.lower)}, ${f(logPartition.upper)}], ${logPartition.temperatures} temperatures`,
);
console.log(`  forward ${side(forward)}, reverse ${side(reverse)}; R̂ of its starts ${starts.rHat.toFixed(3)}`);
for (const warning of warnings) console.log(`  warning: ${warning}`);
const bounds = {};
for (const [name, of] of Object.entries({ test, training: sliceCases(binary, 0, 10_000) })) {
  const bound = await dbmBound(machine, of, { logPartition, threads, seed });
  bounds[name] = bound;
  const ends = `in [${f(bound.lower)}, ${f(bound.upper)}] by log Z`;
  console.log(`bound, ${of.cases} ${name} cases: ${f(bound.mean)} ± ${f(bound.standardError)} nats, ${ends}`);
}
console.log(`${clock()}, ${trainingMinutes.toFixed(1)} min of them training`);

if (options.validate || options.rbm || options.start !== "rbm" || epochs < 8 || number("rbm-epochs") < 450) {
  console.log("A trial: not the headline's settings.");
  process.exit();
}
function verdict(name, holds) {
  console.log(`  ${holds ? "yes " : "NO  "} ${name}`);
  if (!holds) process.exitCode = 1;
}
// with log Z at the end that does not flatter
verdict(`the lower end ${f(bounds.test.lower)} is at least ${bars.must}`, bounds.test.lower >= bars.must);
console.log(`  aim ${bars.aim}: ${bounds.test.lower >= bars.aim ? "reached" : "not reached"}`);
verdict(`${minutesSoFar().toFixed(1)} min are at most ${options.minutes}`, minutesSoFar() <= number("minutes"));
