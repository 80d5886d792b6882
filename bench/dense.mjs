/**
 * The dense float32 products of back-propagation beside OpenBLAS' sgemm on the same cores, in turn:
 *
 *     node bench/dense.mjs [--rounds 5] [--threads 1,2] [--batches 100,1000]
 *
 * Forward: inputs of a layer, [B, m] × [m, n]. Back: deltas through its weights, [B, n] × [n, m]. Gradient: [m, B] × [B, n], and with it, for
 * ours only, the update of the weights. Best of all rounds; GFLOP/s count two operations a multiply-add.
 */
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createKernels, randomStream } from "../dist/src/index.js";
import { startPeers } from "./peers.mjs";

const layers = [784, 500, 500, 2000];
const rule = { kind: "sgd", rate: 1e-6, momentum: 0, nesterov: false, decay: 0, shrink: 0 };

/** Calls that take about 3 ms are timed together: short, so that other programs seldom come between. */
function bestGigaflops(work, operations) {
  work();
  const once = timed(work);
  const repeats = Math.max(1, Math.round(3 / once));
  const ms = timed(() => {
    for (let i = 0; i < repeats; i++) work();
  });
  return (1e-6 * operations * repeats) / ms;
}

function timed(work) {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** Names of products, each with its call and its shape as NumPy multiplies it. */
function productsOf(kernels, [m, n], cases) {
  const random = randomStream(1, "data");
  const floats = (count) => Float32Array.from({ length: count }, () => random.uniform() - 0.5);
  const field = (units, values) => {
    const made = kernels.field(cases, units);
    if (values) made.write(floats(cases * units));
    return made;
  };
  const [below, above] = [field(m, true), field(n, true)];
  const [input, delta] = [field(n), field(m)];
  const parameters = { weights: kernels.matrix(m, n), hiddenBias: kernels.vector(n) };
  parameters.weights.write(floats(m * n));
  const nothing = kernels.vector(m);
  const phase = { cases, visible: below, hidden: above };
  const gradient = { positive: phase, negative: { ...phase, cases: 0 } };
  const { weights, hiddenBias } = parameters;
  return [
    ["forward", [cases, m, n], () => kernels.conditional({ cases, from: below, weights, bias: hiddenBias, input })],
    [
      "back",
      [cases, n, m],
      () => kernels.conditional({ cases, from: above, weights, transposed: true, bias: nothing, input: delta }),
    ],
    ["gradient", [m, cases, n], () => kernels.optimize({ parameters, gradient, rule, memory: [] })],
  ];
}

/** Rows [product, threads, ours, theirs]: best GFLOP/s; theirs are undefined without NumPy. */
async function measure(threads, batches, rounds) {
  const kernels = await createKernels({ threads });
  const { peers, reason } = await startPeers({ threads });
  if (peers === null) console.log(reason);
  else console.log(`${threads} threads, BLAS ${(await peers.list()).blas}`);
  const rows = [];
  try {
    for (const cases of batches) {
      for (let l = 1; l < layers.length; l++) {
        for (const [name, shape, work] of productsOf(kernels, layers.slice(l - 1, l + 1), cases)) {
          const operations = 2 * shape[0] * shape[1] * shape[2];
          let [ours, theirs] = [0, 0];
          for (let round = 0; round < rounds; round++) {
            ours = Math.max(ours, bestGigaflops(work, operations));
            const [batch, visible, hidden] = shape;
            if (peers) theirs = Math.max(theirs, ...(await peers.sgemm({ batch, visible, hidden }, 10)));
          }
          rows.push({ name: `${name} ${shape.join(" × ")}`, operations, threads, ours, theirs });
        }
      }
    }
  } finally {
    await peers?.quit();
    kernels.dispose();
  }
  return rows;
}

async function main() {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "5" },
      threads: { type: "string", default: "1,2" },
      batches: { type: "string", default: "100,1000" },
    },
  });
  const numbers = (text) => text.split(",").map(Number);
  console.log(`${cpus()[0].model}, Node ${process.version}`);
  for (const threads of numbers(values.threads)) {
    for (const batch of numbers(values.batches)) {
      const rows = await measure(threads, [batch], Number(values.rounds));
      console.log("\n| product | threads | GFLOP/s | OpenBLAS | share |\n| --- | ---: | ---: | ---: | ---: |");
      const line = (name, ours, theirs) =>
        console.log(
          `| ${name} | ${threads} | ${ours.toFixed(1)} | ${theirs.toFixed(1)} | ${theirs > 0 ? `${((100 * ours) / theirs).toFixed(0)} %` : "–"} |`,
        );
      for (const { name, ours, theirs } of rows) line(name, ours, theirs);
      // one update of the stack: all products, the lowest layer's way back excepted
      const update = rows.filter(({ name }) => !name.startsWith("back") || !name.endsWith(` ${layers[0]}`));
      const all = update.reduce((sum, { operations }) => sum + operations, 0);
      const speed = (who) => all / update.reduce((sum, row) => sum + row.operations / row[who], 0);
      line(`all of an update, B = ${batch}`, speed("ours"), rows[0].theirs > 0 ? speed("theirs") : 0);
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
