/**
 * Memory of the process beyond the data while training 784×500 with batches of 100 on MNIST: the peak over 300 updates.
 *
 *     node --expose-gc bench/memory.mjs
 */
import { initializeRbm, sgd, train } from "../dist/src/index.js";
import { loadMnist } from "../dist/src/node/index.js";

const megabytes = () => process.memoryUsage.rss() / 2 ** 20;
const data = await loadMnist("train");
globalThis.gc?.();
const before = megabytes();
for (const threads of [1, 2]) {
  const initial = initializeRbm(data, { hidden: 500, seed: 1 });
  const stop = new AbortController();
  let peak = 0;
  for await (const report of train(initial, data, {
    epochs: 1,
    threads,
    optimizer: sgd({ momentum: 0.5 }),
    reportEvery: 0,
    signal: stop.signal,
  })) {
    peak = Math.max(peak, megabytes());
    if (report.update === 300) stop.abort();
  }
  console.log(
    `${threads} thread${threads > 1 ? "s" : ""}: ${(peak - before).toFixed(0)} MB beyond the ${before.toFixed(0)} MB of the process with its data`,
  );
}
