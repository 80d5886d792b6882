/**
 * One update by PCD-10: a batch of 100 digits, 100 chains that take 10 sweeps, an RBM of 784 × 500 units that was trained on MNIST, in
 * harmonium and, in turn with it, in NumPy and PyTorch. A run starts from the same weights and takes the same batches, whoever runs; its time is
 * the median of its updates.
 *
 *     node bench/pcd.mjs [--rounds 5] [--updates 20] [--k 10] [--json bench/results/pcd.json]
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { createKernels, persistentContrastiveDivergence, randomStream, sgd } from "../dist/src/index.js";
import { startOptimizer } from "../dist/src/learn/rbm/optimizer.js";
import { startPositive } from "../dist/src/learn/rbm/phase.js";
import { residentRbm } from "../dist/src/machines/resident.js";
import { minimumAndMedian } from "./peers.mjs";
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
    updates: { type: "string", default: "20" },
    k: { type: "string", default: "10" },
    json: { type: "string", default: "bench/results/pcd.json" },
  },
});
const [rounds, updates, k] = [options.rounds, options.updates, options.k].map(Number);
/** Updates that do not count, as in peer_pcd.py. */
const warm = 5;
const [chains, rate] = [100, 0.01];

const machine = await trainedMachine();
const { data, rbm } = machine;

/** The batches' grey levels [updates + warm, chains, visible]. */
const random = randomStream(7, "shuffle");
const grey = new Uint8Array((updates + warm) * chains * data.units);
for (let n = 0; n < (updates + warm) * chains; n++) {
  const start = random.index(data.cases) * data.units;
  grey.set(data.levels.subarray(start, start + data.units), n * data.units);
}

const medians = (times) => minimumAndMedian(times.slice(warm)).median;

async function ours(threads) {
  const kernels = await createKernels({ threads });
  return {
    name: "harmonium",
    threads,
    async run(seed) {
      const { parameters } = residentRbm(kernels, rbm);
      const context = { kernels, parameters, data, seed, batchSize: chains };
      const wake = startPositive(context, { clamp: "sample", wake: "probability" });
      const dream = persistentContrastiveDivergence({ k, chains }).start(context);
      const optimizer = startOptimizer(context, sgd({ rate }));
      const rows = Uint32Array.from({ length: chains }, (_, i) => i);
      const [wall, processor] = [[], []];
      let negative;
      for (let update = 0; update < updates + warm; update++) {
        const levels = grey.slice(update * chains * data.units, (update + 1) * chains * data.units);
        const once = await timed(() => {
          const batch = { data: { ...data, cases: chains, levels }, rows, update };
          const positive = wake(batch);
          negative = dream.expect(batch, positive);
          optimizer.apply(positive, negative, 0, 1);
        });
        wall.push(once.wall);
        processor.push(once.processor);
      }
      const [on, after] = [negative.visible.read(chains), parameters.weights.read()];
      const change = Math.sqrt(after.reduce((sum, w, i) => sum + (w - rbm.weights[i]) ** 2, 0) / after.length);
      const mean = on.reduce((sum, bit) => sum + bit, 0) / on.length;
      return { wall: medians(wall), processor: medians(processor), on: mean, change };
    },
    stop: () => kernels.dispose(),
  };
}

const folder = temporaryFolder();
const file = folder.at("batches.u8");
writeFileSync(file, grey);
const entrants = [];
for (const threads of [1, 2]) {
  entrants.push(await ours(threads));
  for (const { ask, ...peer } of await peersWith("./peer_pcd.py", threads, machine, folder)) {
    entrants.push({
      ...peer,
      async run(seed) {
        const { wall, processor, ...figures } = await ask({ chains, k, updates, rate, file, seed });
        return { wall: minimumAndMedian(wall).median, processor: minimumAndMedian(processor).median, ...figures };
      },
    });
  }
}
const rows = rowsOf(entrants, await inTurn(entrants, rounds));
folder.remove();

console.log(`\nPCD-${k}, ${chains} chains, 784×500; ${rounds} rounds in turn`);
console.log("                        threads    median ms       min ms     chains on     change of W");
for (const { name, threads, median, minimum, on, change } of rows) {
  console.log(
    `  ${name.padEnd(22)}${String(threads).padStart(7)}${median.toFixed(2).padStart(13)}${minimum.toFixed(2).padStart(13)}` +
      `${on.toFixed(4).padStart(14)}${change.toExponential(2).padStart(16)}`,
  );
}
console.log();
writeResults(options.json, { rounds, updates, k, chains }, compare(rows, { must: 3, aim: 3 }), rows);
