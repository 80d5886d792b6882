/**
 * The likelihood of an RBM of 784 × 500 units on the binarised MNIST of Salakhutdinov and Murray (2008): they published −86.34 nats for
 * CD-25. Centred PCD-1, averaged parameters; log Z from two sides, and by their own schedule. Their images are not in this repository.
 *
 *     node bench/headlines/rbm500.mjs [--seeds 3] [--epochs 400] [--images binary|grey] [--threads 2] [--data ../shared/data/sm2008]
 *
 * With `--images grey` it learns from the grey levels of MNIST's training set, drawn anew each epoch, in place of their one binary drawing of
 * the same images; it is tested on theirs all the same. `--validate` learns from the first 50,000 and tests on the last 10,000 training
 * cases: settings were chosen by that.
 */
import { existsSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  annealedImportanceSampling,
  initializeRbm,
  logLikelihood,
  persistentContrastiveDivergence,
  serializeModel,
  sgd,
  sliceCases,
  train,
} from "../../dist/src/index.js";
import { loadData, loadMnist } from "../../dist/src/node/index.js";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "3" },
    first: { type: "string", default: "1" },
    epochs: { type: "string", default: "400" },
    rate: { type: "string", default: "0.05" },
    decay: { type: "string", default: "0" },
    images: { type: "string", default: "grey" },
    threads: { type: "string", default: "2" },
    validate: { type: "boolean", default: false },
    model: { type: "string" },
    data: { type: "string", default: join(import.meta.dirname, "../../../shared/data/sm2008") },
  },
});
const [seeds, first, epochs, rate, decay, threads] = ["seeds", "first", "epochs", "rate", "decay", "threads"].map(
  (name) => Number(options[name]),
);
const published = -86.34;

if (!existsSync(options.data)) {
  console.log(`There is no folder ${options.data}. It should hold the binarised images.`);
  process.exit(1);
}
const binary = await loadData(join(options.data, "train-images-idx3-ubyte.gz"));
const images = options.images === "grey" ? await loadMnist("train") : binary;
const data = options.validate ? sliceCases(images, 0, 50_000) : images;
const test = options.validate
  ? sliceCases(binary, 50_000, 60_000)
  : await loadData(join(options.data, "test-images-idx3-ubyte.gz"));
const clamp = options.images === "grey" ? "sample" : "threshold";
const learning = { epochs, rate, decay, images: options.images, batch: 100, chains: 100 };
console.log(`${cpus()[0].model}, ${threads} threads, Node ${process.version}; ${JSON.stringify(learning)}`);

const f = (x) => x.toFixed(3);
for (let seed = first; seed < first + seeds; seed++) {
  const start = performance.now();
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
  const seconds = (performance.now() - start) / 1000;
  if (options.model) writeFileSync(`${options.model}-${seed}.safetensors`, serializeModel(rbm));

  const found = await logLikelihood(rbm, test, { threads, seed: 1, baseData: data });
  const z = found.logPartition;
  const theirs = await annealedImportanceSampling(rbm, { data, threads, seed: 1, chains: 100, temperatures: "sm" });
  const unnormalised = found.mean + z.value;
  const seen = await logLikelihood(rbm, sliceCases(binary, 0, 10_000), { threads, seed: 1, logPartition: z });
  const evaluation = (performance.now() - start) / 1000 - seconds;
  console.log(
    `seed ${seed}: test ${f(found.mean)} in [${f(found.lower)}, ${f(found.upper)}] ± ${f(found.standardError)} over cases; ` +
      `by their schedule ${f(unnormalised - theirs.value)} (log Z ${f(theirs.value)}, 3σ [${f(theirs.lower)}, ${f(theirs.upper)}]); ` +
      `first 10,000 training cases ${f(seen.mean)}; learnt in ${seconds.toFixed(0)} s, evaluated in ${evaluation.toFixed(0)} s`,
  );
  for (const warning of z.warnings ?? []) console.log(`  warning: ${warning}`);
  console.log(`  ${found.mean >= published ? "yes" : "NO "} at least the published ${published}`);
  if (!(found.mean >= published)) process.exitCode = 1;
}
