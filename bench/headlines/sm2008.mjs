/**
 * log Z of the CD25(500) RBM of Salakhutdinov and Murray (2008), published as 451.28, and its mean test log-likelihood, published as −86.34.
 * Their weights and their binarised MNIST are not in this repository; without them the script says where it looked.
 *
 *     node bench/headlines/sm2008.mjs [--threads 2] [--seed 1] [--data ../shared/data/sm2008]
 */
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { annealedImportanceSampling, freeEnergies, logPartition, raise, takeCases } from "../../dist/src/index.js";
import { loadData, loadModel } from "../../dist/src/node/index.js";

const { values: options } = parseArgs({
  options: {
    threads: { type: "string", default: "2" },
    seed: { type: "string", default: "1" },
    data: { type: "string", default: join(import.meta.dirname, "../../../shared/data/sm2008") },
  },
});
const [threads, seed] = [Number(options.threads), Number(options.seed)];
const published = { logZ: 451.28, test: -86.34 };

if (!existsSync(options.data)) {
  console.log(`There is no folder ${options.data}. It should hold rbm_cd25_500.safetensors and the binarised images.`);
  process.exit(1);
}
const { machine } = await loadModel(join(options.data, "rbm_cd25_500.safetensors"));
const train = await loadData(join(options.data, "train-images-idx3-ubyte.gz"));
const test = await loadData(join(options.data, "test-images-idx3-ubyte.gz"));
const energies = await freeEnergies(machine, test, { threads });
const unnormalised = -energies.reduce((a, b) => a + b, 0) / test.cases;
console.log(`${cpus()[0].model}, ${threads} threads, Node ${process.version}, seed ${seed}`);
console.log(`mean unnormalised log-likelihood of ${test.cases} test cases: ${unnormalised.toFixed(3)} nats`);

const f = (x) => x.toFixed(3);
function verdict(name, holds) {
  console.log(`  ${holds ? "yes " : "NO  "} ${name}`);
  if (!holds) process.exitCode = 1;
}
async function timed(work) {
  const start = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - start) / 1000 };
}

console.log("\n1. Their schedule, 100 chains of 14,500 steps, forward only");
const common = { data: train, threads, seed };
const theirs = await timed(() => annealedImportanceSampling(machine, { ...common, chains: 100, temperatures: "sm" }));
const { value, lower, upper, deviation, effectiveSampleSize } = theirs.result;
console.log(
  `  log Z ${f(value)}, 3 standard errors [${f(lower)}, ${f(upper)}]; s ${deviation.toFixed(2)}, ESS ${effectiveSampleSize.toFixed(1)}`,
);
console.log(
  `  test log-likelihood ${f(unnormalised - value)} (published ${published.test}); ${theirs.seconds.toFixed(1)} s`,
);
verdict(`the published ${published.logZ} is inside`, lower <= published.logZ && published.logZ <= upper);

console.log("\n2. The default: adaptive temperatures, 250 chains each way");
const ours = await timed(() => logPartition(machine, common));
const { forward, reverse, combined, starts, temperatures, warnings, ...bracket } = ours.result;
const side = (e) =>
  `${f(e.value)} ± ${f(e.error)} (s ${e.deviation.toFixed(2)}, ESS ${e.effectiveSampleSize.toFixed(0)})`;
console.log(`  forward ${side(forward)}, reverse ${side(reverse)}; ${temperatures} temperatures`);
console.log(
  `  starts of the reverse chains: R̂ ${starts.rHat.toFixed(3)}, autocorrelation time ${starts.autocorrelationTime.toFixed(0)} sweeps`,
);
console.log(
  `  log Z ${f(bracket.value)} ± ${f(combined.error)} of both, bracket [${f(bracket.lower)}, ${f(bracket.upper)}]; ${ours.seconds.toFixed(1)} s`,
);
console.log(
  `  test log-likelihood ${f(unnormalised - bracket.value)} in [${f(unnormalised - bracket.upper)}, ${f(unnormalised - bracket.lower)}]`,
);
for (const warning of warnings) console.log(`  warning: ${warning}`);
const width = bracket.upper - bracket.lower;
verdict(
  `the published ${published.logZ} is inside`,
  bracket.lower <= published.logZ && published.logZ <= bracket.upper,
);
verdict(`the bracket of ${f(width)} nats is at most 1 nat wide (aim 0.1)`, width <= 1);
verdict(`${ours.seconds.toFixed(1)} s are at most 60 (aim 20)`, ours.seconds <= 60);

console.log("\n3. RAISE: 100 test cases, one chain each, as many temperatures");
const few = takeCases(test, 100);
const estimates = await timed(() => raise(machine, few, { ...common, chains: 1 }));
const mean = (x) => x.reduce((a, b) => a + b, 0) / x.length;
const gap = mean(estimates.result.map((x, i) => -energies[i] - x));
console.log(`  they make log Z at most ${f(gap)} in expectation; ${estimates.seconds.toFixed(1)} s`);
