/**
 * A greedy epoch of a stack of RBMs, 784-500-500-2000, on MNIST's digits: layer by layer, each by CD-1 on samples of the one below, batches of
 * 100; in harmonium and, in turn with it, in NumPy and PyTorch.
 *
 *     node bench/greedy.mjs [--rounds 5] [--cases 10000] [--json bench/results/greedy.json]
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
    json: { type: "string", default: "bench/results/greedy.json" },
  },
});
const rounds = Number(options.rounds);
const layers = [784, 500, 500, 2000];
const [batch, rate] = [100, 0.05];
const data = takeCases(await loadMnist("train"), Number(options.cases));
const { cases } = data;

function ours(threads) {
  return {
    name: "harmonium",
    threads,
    async run(seed) {
      const errors = {};
      const { wall, processor } = await timed(async () => {
        const layer = { epochs: 1, batchSize: batch, optimizer: sgd({ rate }) };
        const learning = { layers: layers.slice(1).map(() => layer), passes: "sample", seed, threads };
        let l = 0;
        for await (const report of train(initializeDbn(layers, { seed, data }), data, learning)) {
          if (report.kind === "epoch") errors[`error${++l}`] = report.reconstructionError;
        }
      });
      return { wall, processor, ...errors };
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
    entrants.push({ ...peer, run: (seed) => ask({ layers, batch, cases, rate, file, seed }) });
  }
}
const rows = rowsOf(entrants, await inTurn(entrants, rounds));
folder.remove();

console.log(`\nA greedy epoch of ${layers.join("-")}, ${cases} cases; ${rounds} rounds in turn`);
console.log("                        threads     median s        min s    errors of the layers");
for (const { name, threads, median, minimum, error1, error2, error3 } of rows) {
  console.log(
    `  ${name.padEnd(22)}${String(threads).padStart(7)}${(median / 1000).toFixed(2).padStart(13)}${(minimum / 1000).toFixed(2).padStart(13)}` +
      `    ${[error1, error2, error3].map((error) => error.toFixed(4)).join(" ")}`,
  );
}
console.log();
writeResults(options.json, { rounds, layers, cases, batch }, compare(rows, { must: 2.5, aim: 2.5 }), rows);
