/**
 * One run of annealed importance sampling: 100 chains, 1,000 linear temperatures, an RBM of 784 × 500 units that was trained on MNIST, in
 * harmonium and, in turn with it, in NumPy and PyTorch. All have the same weights and the same base rates.
 *
 *     node bench/ais.mjs [--rounds 5] [--steps 1000] [--chains 100] [--json bench/results/ais.json]
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { baseFromData } from "../dist/src/evaluate/base-rates.js";
import { annealedImportanceSampling, createKernels, initializeRbm, sgd, train } from "../dist/src/index.js";
import { loadMnist } from "../dist/src/node/index.js";
import { minimumAndMedian, openServer } from "./peers.mjs";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    steps: { type: "string", default: "1000" },
    chains: { type: "string", default: "100" },
    json: { type: "string", default: "bench/results/ais.json" },
  },
});
const [rounds, steps, chains] = [options.rounds, options.steps, options.chains].map(Number);
const [must, aim] = [2, 3];

const data = await loadMnist("train");
let rbm;
for await (const report of train(initializeRbm(data, { hidden: 500, seed: 1 }), data, {
  epochs: 2,
  threads: 2,
  optimizer: sgd({ rate: 0.05 }),
})) {
  rbm = report.machine();
}

/** The machine as a file of floats that the peers read. */
function writeMachine(file) {
  const parts = [rbm.weights, rbm.visibleBias, rbm.hiddenBias, Float32Array.from(baseFromData(data).logits)];
  writeFileSync(file, Buffer.concat(parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength))));
}

async function ours(threads) {
  const kernels = await createKernels({ threads });
  const run = (count, seed) => annealedImportanceSampling(rbm, { kernels, chains, temperatures: count, data, seed });
  return {
    name: "harmonium",
    threads,
    async run(seed) {
      await run(20, seed);
      const start = performance.now();
      const { value, deviation } = await run(steps, seed);
      return { seconds: (performance.now() - start) / 1000, logZ: value, deviation };
    },
    stop: () => kernels.dispose(),
  };
}

async function peersOf(threads, file) {
  const script = fileURLToPath(new URL("./peer_ais.py", import.meta.url));
  const server = openServer(process.env.PYTHON ?? "/usr/bin/python3", threads, script);
  try {
    const { peers, missing, blas, cpu } = await server.ask({ do: "list" }, 120);
    if (threads === 1) console.log(`${cpu}; ${peers.map((p) => `${p.peer} ${p.version}`).join(", ")}; ${blas}`);
    for (const { peer, why } of missing) console.log(`missing: ${peer} (${why})`);
    if (peers.length === 0) throw new Error("no peer is installed");
    await server.ask({ do: "load", visible: rbm.visible, hidden: rbm.hidden, file }, 60);
    return peers.map(({ peer }, i) => ({
      name: peer,
      threads,
      run: (seed) => server.ask({ do: "run", peer, chains, steps, seed }, 600),
      stop: i === 0 ? server.quit : () => {},
    }));
  } catch (error) {
    console.log(`peers on ${threads} thread(s) are left out: ${error.message}`);
    await server.quit();
    return [];
  }
}

const folder = mkdtempSync(join(tmpdir(), "harmonium-ais-"));
const file = join(folder, "machine.f32");
writeMachine(file);
const entrants = [];
for (const threads of [1, 2]) entrants.push(await ours(threads), ...(await peersOf(threads, file)));
rmSync(folder, { recursive: true });

const results = entrants.map(() => []);
for (let round = 0; round < rounds; round++) {
  for (const [i, entrant] of entrants.entries()) results[i].push(await entrant.run(round + 1));
}
for (const { stop } of entrants) await stop();

console.log(`\n${chains} chains, ${steps} temperatures, 784×500; ${rounds} rounds in turn`);
console.log("                        threads     median s        min s      log Z (mean of rounds)   s of log w");
const mean = (x) => x.reduce((a, b) => a + b, 0) / x.length;
const rows = entrants.map(({ name, threads }, i) => {
  const { median, minimum } = minimumAndMedian(results[i].map(({ seconds }) => seconds));
  const [logZ, deviation] = ["logZ", "deviation"].map((key) => mean(results[i].map((one) => one[key])));
  console.log(
    `  ${name.padEnd(22)}${String(threads).padStart(7)}${median.toFixed(3).padStart(13)}${minimum.toFixed(3).padStart(13)}` +
      `${logZ.toFixed(3).padStart(20)}${deviation.toFixed(2).padStart(19)}`,
  );
  return { name, threads, median, minimum, logZ, deviation, seconds: results[i].map(({ seconds }) => seconds) };
});

/** Median over rounds of (their time / ours), the two of one round. */
const ratio = (us, them) => minimumAndMedian(them.seconds.map((time, i) => time / us.seconds[i])).median;
const both = rows.find(({ name, threads }) => name === "harmonium" && threads === 2);
const summary = [];
for (const tuned of [false, true]) {
  const peers = rows.filter(({ name }) => name !== "harmonium" && name.endsWith("tuned") === tuned);
  if (peers.length === 0) continue;
  const best = peers.reduce((a, b) => (b.median < a.median ? b : a));
  const times = ratio(both, best);
  const verdict = tuned
    ? ""
    : `  must ${must}, aim ${aim}: ${times >= aim ? "aim reached" : times >= must ? "reached" : "MISSED"}`;
  console.log(
    `\nboth cores against the best ${tuned ? "tuned" : "plain"} peer: ${times.toFixed(2)} × ${best.name} (${best.threads} thr.)${verdict}`,
  );
  summary.push({ tuned, peer: best.name, threads: best.threads, ratio: times });
}
mkdirSync(dirname(options.json), { recursive: true });
const about = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  cpu: cpus()[0].model,
  rounds,
  chains,
  steps,
};
writeFileSync(options.json, `${JSON.stringify({ about, summary, rows }, undefined, 1)}\n`);
console.log(`\nnumbers in ${options.json}`);
