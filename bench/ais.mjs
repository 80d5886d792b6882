/**
 * One run of annealed importance sampling: 100 chains, 1,000 linear temperatures, an RBM of 784 × 500 units that was trained on MNIST, in
 * harmonium and, in turn with it, in NumPy and PyTorch. All have the same weights and the same base rates.
 *
 *     node bench/ais.mjs [--rounds 5] [--steps 1000] [--chains 100] [--json bench/results/ais.json]
 */
import { parseArgs } from "node:util";
import { annealedImportanceSampling, createKernels } from "../dist/src/index.js";
import {
  compare,
  inTurn,
  peersWith,
  rowsOf,
  temporaryFolder,
  timed,
  trainedMachine,
  writeResults,
} from "./trained.mjs";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    steps: { type: "string", default: "1000" },
    chains: { type: "string", default: "100" },
    json: { type: "string", default: "bench/results/ais.json" },
  },
});
const [rounds, steps, chains] = [options.rounds, options.steps, options.chains].map(Number);

const machine = await trainedMachine();

async function ours(threads) {
  const kernels = await createKernels({ threads });
  const { rbm, data } = machine;
  const run = (count, seed) => annealedImportanceSampling(rbm, { kernels, chains, temperatures: count, data, seed });
  return {
    name: "harmonium",
    threads,
    async run(seed) {
      await run(20, seed);
      const { value, wall, processor } = await timed(() => run(steps, seed));
      return { wall, processor, logZ: value.value, deviation: value.deviation };
    },
    stop: () => kernels.dispose(),
  };
}

const folder = temporaryFolder();
const entrants = [];
for (const threads of [1, 2]) {
  entrants.push(await ours(threads));
  for (const { ask, ...peer } of await peersWith("./peer_ais.py", threads, machine, folder)) {
    entrants.push({ ...peer, run: (seed) => ask({ chains, steps, seed }) });
  }
}
folder.remove();
const rows = rowsOf(entrants, await inTurn(entrants, rounds));

console.log(`\n${chains} chains, ${steps} temperatures, 784×500; ${rounds} rounds in turn`);
console.log("                        threads    median ms       min ms      log Z (mean of rounds)   s of log w");
for (const { name, threads, median, minimum, logZ, deviation } of rows) {
  console.log(
    `  ${name.padEnd(22)}${String(threads).padStart(7)}${median.toFixed(0).padStart(13)}${minimum.toFixed(0).padStart(13)}` +
      `${logZ.toFixed(3).padStart(20)}${deviation.toFixed(2).padStart(19)}`,
  );
}
console.log();
writeResults(options.json, { rounds, chains, steps }, compare(rows, { must: 2, aim: 3 }), rows);
