/**
 * The likelihood of an RBM of 784 × 500 units on the binarised MNIST of Salakhutdinov and Murray (2008): they published −86.34 nats for
 * CD-25. Centred PCD-1, averaged parameters; log Z from two sides, and by their own schedule. Their images are not in this repository.
 *
 *     node bench/headlines/rbm500.mjs [--seeds 3] [--epochs 450] [--images binary|grey] [--threads 2] [--data ../shared/data/sm2008]
 *
 * With `--images grey` it learns from the grey levels of MNIST's training set, drawn anew each epoch, in place of their one binary drawing of
 * the same images; it is tested on theirs all the same. `--validate` learns from the first 50,000 and tests on the last 10,000 training
 * cases: settings were chosen by that.
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { annealedImportanceSampling, logLikelihood, serializeModel, sliceCases } from "../../dist/src/index.js";
import { learnRbm } from "./generative.mjs";
import { smImages, usualFolder } from "./images.mjs";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "3" },
    first: { type: "string", default: "1" },
    epochs: { type: "string", default: "450" },
    rate: { type: "string", default: "0.1" },
    decay: { type: "string", default: "0" },
    images: { type: "string", default: "grey" },
    threads: { type: "string", default: "2" },
    validate: { type: "boolean", default: false },
    model: { type: "string" },
    data: { type: "string", default: usualFolder },
  },
});
const [seeds, first, epochs, rate, decay, threads] = ["seeds", "first", "epochs", "rate", "decay", "threads"].map(
  (name) => Number(options[name]),
);
const published = -86.34;

const { data, test, binary, clamp } = await smImages(options);
const learning = { epochs, rate, decay, images: options.images, batch: 100, chains: 100 };
console.log(`${cpus()[0].model}, ${threads} threads, Node ${process.version}; ${JSON.stringify(learning)}`);

const f = (x) => x.toFixed(3);
for (let seed = first; seed < first + seeds; seed++) {
  const start = performance.now();
  const rbm = await learnRbm(data, { epochs, rate, decay, clamp, seed, threads });
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
