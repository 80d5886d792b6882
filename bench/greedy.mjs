/**
 * A greedy epoch of a stack of RBMs, 784-500-500-2000, on MNIST's digits: layer by layer, each by CD-1 on samples of the one below, batches of
 * 100; in harmonium and, in turn with it, in NumPy and PyTorch.
 *
 *     node bench/greedy.mjs [--rounds 5] [--cases 10000] [--epochs 1] [--json bench/results/greedy.json]
 *
 * With more epochs a layer, the last one of each is timed. In the first, hidden units of weights near 0 are on half of the time; later fewer
 * are, which is less work for harmonium, and the same for the others.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { initializeDbn, sgd, takeCases, train } from "../dist/src/index.js";
import { loadMnist } from "../dist/src/node/index.js";
import { compare, inTurn, peersWith, rowsOf, temporaryFolder, timed, writeResults } from "./trained.mjs";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    cases: { type: "string", default: "10000" },
    epochs: { type: "string", default: "1" },
    json: { type: "string", default: "bench/results/greedy.json" },
  },
});
const [rounds, epochs] = [Number(options.rounds), Number(options.epochs)];
const layers = [784, 500, 500, 2000];
const [batch, rate] = [100, 0.05];
const data = takeCases(await loadMnist("train"), Number(options.cases));
const { cases } = data;

function ours(threads) {
  return {
    name: "harmonium",
    threads,
    async run(seed) {
      const run = { wall: 0, processor: 0 };
      const layer = { epochs, batchSize: batch, optimizer: sgd({ rate }) };
      const learning = { layers: layers.slice(1).map(() => layer), passes: "sample", seed, threads };
      const training = train(initializeDbn(layers, { seed, data }), data, { ...learning, reportEvery: 1e9 });
      for (let epoch = 1; epoch <= epochs * learning.layers.length; epoch++) {
        const { value, ...time } = await timed(() => training.next());
        if (epoch % epochs !== 0) continue;
        run.wall += time.wall;
        run.processor += time.processor;
        run[`error${epoch / epochs}`] = value.value.reconstructionError;
      }
      await training.next();
      return run;
    },
    stop() {},
  };
}

const folder = temporaryFolder();
const file = folder.at("levels.u8");
writeFileSync(file, data.levels.subarray(0, cases * data.units));
// the server wants a machine; its loops begin anew
const machine = {
  data,
  rbm: {
    visible: 784,
    hidden: 1,
    weights: new Float32Array(784),
    visibleBias: new Float32Array(784),
    hiddenBias: new Float32Array(1),
  },
};
const entrants = [];
for (const threads of [1, 2]) {
  entrants.push(ours(threads));
  for (const { ask, ...peer } of await peersWith("./peer_greedy.py", threads, machine, folder)) {
    entrants.push({ ...peer, run: (seed) => ask({ layers, batch, cases, epochs, rate, file, seed }) });
  }
}
const rows = rowsOf(entrants, await inTurn(entrants, rounds));
folder.remove();

console.log(`\nGreedy epoch ${epochs} of ${layers.join("-")}, ${cases} cases; ${rounds} rounds in turn`);
console.log("                        threads     median s        min s    errors of the layers");
for (const { name, threads, median, minimum, error1, error2, error3 } of rows) {
  console.log(
    `  ${name.padEnd(22)}${String(threads).padStart(7)}${(median / 1000).toFixed(2).padStart(13)}${(minimum / 1000).toFixed(2).padStart(13)}` +
      `    ${[error1, error2, error3].map((error) => error.toFixed(4)).join(" ")}`,
  );
}
console.log();
writeResults(options.json, { rounds, layers, cases, batch, epochs }, compare(rows, { must: 2.5, aim: 2.5 }), rows);
