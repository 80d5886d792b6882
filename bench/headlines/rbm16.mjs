/**
 * An RBM of 784 × 16 units on thresholded MNIST by PCD-1, small enough for an exact log Z: test log-likelihoods published as −142.56 with
 * centring and −149.05 without [Melchior et al. 2016, and the output in the documentation of its program PyDeep]. Then every estimate of
 * log Z against the exact one.
 *
 *     node bench/headlines/rbm16.mjs                     from PyDeep's initial weights, uniform in ±0.346; seeds 1, 2, 3
 *     node bench/headlines/rbm16.mjs --start small       from normal weights of deviation 0.01, harmonium's default
 *     node bench/headlines/rbm16.mjs --seeds 1 --ptt     and trajectory tempering in place of PCD, with its own log Z
 *
 * 50 epochs, batches of 100, 100 chains, rate 0.01, no momentum, no decay. It is no part of `npm test`.
 */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import {
  createKernels,
  exactLogPartition,
  freeEnergies,
  initializeRbm,
  logPartition,
  persistentContrastiveDivergence,
  raise,
  randomStream,
  sgd,
  takeCases,
  train,
  trajectoryTempering,
} from "../../dist/src/index.js";
import { loadMnist } from "../../dist/src/node/index.js";

const { values: options } = parseArgs({
  options: {
    start: { type: "string", default: "pydeep" },
    seeds: { type: "string", default: "3" },
    first: { type: "string", default: "1" },
    epochs: { type: "string", default: "50" },
    threads: { type: "string", default: "1" },
    ptt: { type: "boolean", default: false },
  },
});
const [seeds, first, epochs, threads] = [options.seeds, options.first, options.epochs, options.threads].map(Number);
if (!["pydeep", "small"].includes(options.start) || !(seeds >= 1)) {
  console.error("--start is pydeep or small; --seeds a number");
  process.exit(1);
}
const published = { centred: -142.5638, plain: -149.0533 };
const hidden = 16;
const chains = 100;

/** Bits where the level is at least ½, as PyDeep has them. */
const thresholded = (data) => ({ ...data, levels: data.levels.map((level) => (level >= 128 ? 255 : 0)) });
const data = thresholded(await loadMnist("train"));
const test = thresholded(await loadMnist("test"));
const means = new Float64Array(data.units);
for (let at = 0; at < data.cases * data.units; at++) means[at % data.units] += data.levels[at] / 255 / data.cases;

/**
 * PyDeep's "AUTO": weights uniform in ±4 √(6 / (V + H)), visible biases logit(mean), hidden biases 0. With centring those are the biases of
 * centred units, with the offsets mean and ½: b = a − W λ and c − Wᵀ μ here.
 */
function pydeepStart(seed, centred) {
  const rbm = initializeRbm(data, { hidden, weightScale: 0, seed });
  const random = randomStream(seed, "weights");
  const most = 4 * Math.sqrt(6 / (data.units + hidden));
  for (let at = 0; at < rbm.weights.length; at++) rbm.weights[at] = most * (2 * random.uniform() - 1);
  if (!centred) return rbm;
  for (let i = 0; i < data.units; i++) {
    for (let j = 0; j < hidden; j++) {
      const w = rbm.weights[i * hidden + j];
      rbm.visibleBias[i] -= 0.5 * w;
      rbm.hiddenBias[j] -= means[i] * w;
    }
  }
  return rbm;
}

const initial = (seed, centred) =>
  options.start === "pydeep" ? pydeepStart(seed, centred) : initializeRbm(data, { hidden, seed });
const mean = (x) => x.reduce((a, b) => a + b, 0) / x.length;
const f = (x) => x.toFixed(2);
const kernels = await createKernels({ threads });
const meanEnergy = async (rbm, of) => mean(await freeEnergies(rbm, of, { kernels, clamp: "threshold" }));

async function trained(seed, centred, negative) {
  const common = { epochs, batchSize: 100, clamp: "threshold", optimizer: sgd({ rate: 0.01 }), seed, kernels };
  let last;
  for await (const report of train(initial(seed, centred), data, { ...common, negative, centring: centred })) {
    last = report;
  }
  return last;
}

console.log(
  `${cpus()[0].model}, ${threads} threads, Node ${process.version}; start: ${options.start}, ${epochs} epochs`,
);
const rules = { "PCD-1": persistentContrastiveDivergence({ chains }) };
if (options.ptt) rules.PTT = trajectoryTempering({ chains });
let shown;
for (const [name, negative] of Object.entries(rules)) {
  for (const centred of [true, false]) {
    const how = centred ? "centred" : "plain";
    const reached = [];
    for (let seed = first; seed < first + seeds; seed++) {
      const started = process.cpuUsage().user;
      const report = await trained(seed, centred, negative);
      const seconds = (process.cpuUsage().user - started) / 1e6;
      const rbm = report.machine();
      const exact = exactLogPartition(rbm);
      const [onTest, onTrain] = [-(await meanEnergy(rbm, test)) - exact, -(await meanEnergy(rbm, data)) - exact];
      reached.push(onTest);
      const own = report.logPartition;
      const told = own ? `; its own log Z ${f(own.value)} ± ${f(own.error)}, off by ${f(own.value - exact)}` : "";
      const where = `test ${f(onTest)}, training ${f(onTrain)}, log Z ${f(exact)}`;
      console.log(`  ${name}, ${how}, seed ${seed}: ${where}; ${seconds.toFixed(0)} CPU s${told}`);
      if (centred && name === "PCD-1" && !shown) shown = { rbm, exact };
    }
    const gap = mean(reached) - published[how];
    console.log(`${name}, ${how}: mean ${f(mean(reached))}, published ${f(published[how])}; ${f(gap)} from it`);
  }
}

console.log("\nEstimates of log Z of the first centred machine, less the exact value, nats:");
const { rbm, exact } = shown;
for (const [chainsEach, temperatures] of [
  [100, 10_000],
  [250, "adaptive"],
]) {
  const started = process.cpuUsage().user;
  const common = { method: "ais", data, chains: chainsEach, temperatures, seed: first, threads };
  const { forward, reverse, combined, starts, ...both } = await logPartition(rbm, common);
  const seconds = (process.cpuUsage().user - started) / 1e6;
  const steps = `${chainsEach} chains, ${forward.temperatures} ${temperatures === "adaptive" ? "adaptive" : "equal"} steps`;
  const off = (name, { value, error }) => `${name} ${(value - exact).toFixed(3)} ± ${error.toFixed(3)}`;
  const bracket = `bracket [${(both.lower - exact).toFixed(3)}, ${(both.upper - exact).toFixed(3)}]`;
  const from = starts.exact ? "exact draws" : "settled chains";
  console.log(`  ${steps}: ${off("forward", forward)}, ${off("reverse", reverse)}`);
  console.log(`    from ${from}; ${off("both", combined)}, ${bracket}; ${seconds.toFixed(1)} CPU s`);
}
const few = takeCases(test, 100);
const energy = await meanEnergy(rbm, few);
const estimates = await raise(rbm, few, { data, chains: 1, temperatures: 10_000, seed: first, threads });
const off = -energy - mean(estimates) - exact;
console.log(
  `  RAISE, 100 test cases, a chain each, 10,000 equal steps: the log Z that it implies, less the exact one, ${off.toFixed(3)}`,
);
kernels.dispose();
