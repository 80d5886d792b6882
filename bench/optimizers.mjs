/**
 * What optimizers cost: CD-1 updates of 784×500 on batches of 100 of MNIST by each learning rule, taken in turn.
 *
 *     node bench/optimizers.mjs [--rounds 25] [--threads 1]
 *
 * Prints the median and the least time of an update, and its ratio to plain SGD: the median over rounds of that within a round, and that of
 * the least times, which other work on the machine disturbs less.
 */
import { parseArgs } from "node:util";
import { adam, completeOptions, createKernels, initializeRbm, sgd } from "../dist/src/index.js";
import { startRbmLearner } from "../dist/src/learn/rbm/learner.js";
import { loadMnist } from "../dist/src/node/index.js";
import { minimumAndMedian } from "./peers.mjs";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "25" }, threads: { type: "string", default: "1" } },
});
const updates = 20;

const rules = {
  "plain SGD": { optimizer: sgd({ weightDecay: 0.0002 }) },
  momentum: { optimizer: sgd({ momentum: 0.9, weightDecay: 0.0002 }) },
  Nesterov: { optimizer: sgd({ momentum: 0.9, nesterov: true, weightDecay: 0.0002 }) },
  L1: { optimizer: sgd({ l1: 0.0001 }) },
  Adam: { optimizer: adam() },
  "centred SGD": { optimizer: sgd({ weightDecay: 0.0002 }), centring: true },
  "centred momentum": { optimizer: sgd({ momentum: 0.9, weightDecay: 0.0002 }), centring: true },
  "centred Adam": { optimizer: adam(), centring: true },
  sparsity: { optimizer: sgd({ weightDecay: 0.0002 }), sparsity: { target: 0.05 } },
  average: { optimizer: sgd({ weightDecay: 0.0002 }), average: { from: 0 } },
};

const data = await loadMnist("train");
const rows = Uint32Array.from({ length: 100 }, (_, i) => 601 * i);
const entrants = [];
for (const [name, options] of Object.entries(rules)) {
  const kernels = await createKernels({ threads: Number(values.threads) });
  const initial = initializeRbm(data, { hidden: 500, seed: 1 });
  const learning = completeOptions(initial, data, { epochs: 100, batchSize: 100, ...options });
  const learner = startRbmLearner(kernels, initial, data, learning, { monitor: 0 });
  let update = 0;
  const run = () => {
    const started = performance.now();
    for (let i = 0; i < updates; i++) {
      learner.learn({ data, rows: rows.map((row) => (row + 7 * update) % data.cases), update }, update / 600);
      update++;
    }
    return (performance.now() - started) / updates;
  };
  run();
  entrants.push({ name, run, times: [], stop: () => kernels.dispose() });
}
for (let round = 0; round < Number(values.rounds); round++) {
  for (const { run, times } of entrants) times.push(run());
}
const [plain] = entrants;
console.log(`${values.threads} thread(s)       median ms   minimum   × plain SGD: in a round, of the minima`);
const least = minimumAndMedian(plain.times).minimum;
for (const { name, times, stop } of entrants) {
  const { minimum, median } = minimumAndMedian(times);
  const ratio = minimumAndMedian(times.map((time, i) => time / plain.times[i])).median;
  const columns = [median, minimum, ratio, minimum / least].map((x) => x.toFixed(3).padStart(10)).join("");
  console.log(`  ${name.padEnd(18)}${columns}`);
  stop();
}
