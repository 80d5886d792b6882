/**
 * npm run bench: one CD-1 update, data bits → updated weights, in harmonium and in its peers, in the same run and in turn.
 *
 *     node bench/update.mjs [--rounds 7] [--case 0] [--json bench/results/update.json] [--no-peers]
 *
 * Prints a table and writes the numbers as JSON. bench/README.md says what is measured, and what bounds it.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { startOurs } from "./ours.mjs";
import { cases, minimumAndMedian, startPeers } from "./peers.mjs";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    case: { type: "string" },
    json: { type: "string", default: "bench/results/update.json" },
    peers: { type: "boolean", default: true },
  },
  allowNegative: true,
});
const rounds = Number(options.rounds);

/** What the issue asks: [case, threads of ours, which peers count, must, aim]. */
const targets = [
  { at: 0, threads: 1, peers: "1 thread", must: 2.2, aim: 3 },
  { at: 0, threads: 2, peers: "best", must: 3, aim: 5 },
  { at: 1, threads: 2, peers: "best", must: 3, aim: 5 },
  { at: 2, threads: 2, peers: "best", must: 3, aim: 5 },
  { at: 3, threads: 2, peers: "best", must: 2, aim: 3 },
];

const title = ({ visible, hidden, batch, data }) =>
  `${visible}×${hidden}, batch ${batch}, ${data === "mnist" ? "MNIST" : "random bits, p = 0.5"}`;
/** Five products of B × V × H: three up and down, two correlations. */
const flops = ({ visible, hidden, batch }) => 5 * 2 * visible * hidden * batch;

/** Everyone who takes part in a case: { name, threads, run(updates) → ms[], product? }. */
async function entrants(benchCase, processes) {
  const all = [];
  for (const threads of [1, 2]) all.push({ name: "harmonium", threads, ...(await startOurs(benchCase, threads)) });
  for (const { peers, threads } of processes) {
    for (const { peer } of (await peers.list()).peers) {
      await peers.prepare(peer, benchCase);
      all.push({ name: peer, threads, run: (updates) => peers.run(peer, updates), stop: () => {} });
    }
  }
  return all;
}

async function measure(benchCase, processes) {
  const all = await entrants(benchCase, processes);
  const times = all.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, entrant] of all.entries()) {
      // a round's figure is the median of its updates: the unit that ratios are formed of
      times[i].push(minimumAndMedian(await entrant.run(benchCase.updates)).median);
    }
  }
  const sgemm = {};
  for (const { peers, threads } of processes) sgemm[threads] = minimumAndMedian(await peers.sgemm(benchCase)).median;
  for (const { stop } of all) stop();
  const rows = all.map(({ name, threads }, i) => ({ name, threads, ...minimumAndMedian(times[i]), rounds: times[i] }));
  return { ...benchCase, rows, sgemm };
}

/** The fastest of the peers that count, by its median: with the plain loops only, or with the tuned ones too. */
function bestPeer(rows, which, tuned) {
  const counts = ({ name, threads }) =>
    name !== "harmonium" && (which === "best" || threads === 1) && (tuned || !name.endsWith("tuned"));
  return rows
    .filter(counts)
    .reduce((best, row) => (best === undefined || row.median < best.median ? row : best), undefined);
}

/** Median over rounds of (peer's time / ours), the two taken one after the other. */
const ratio = (ours, peer) => minimumAndMedian(peer.rounds.map((time, i) => time / ours.rounds[i])).median;

function printCase(result) {
  console.log(`\n${title(result)}`);
  console.log("                        threads    median ms      min ms   GFLOP/s-equivalent");
  for (const { name, threads, median, minimum } of result.rows) {
    const rate = (flops(result) / median / 1e6).toFixed(0);
    console.log(
      `  ${name.padEnd(22)}${String(threads).padStart(7)}${median.toFixed(3).padStart(13)}${minimum.toFixed(3).padStart(12)}${rate.padStart(11)}`,
    );
  }
  for (const [threads, rate] of Object.entries(result.sgemm)) {
    console.log(
      `  ${"OpenBLAS sgemm alone".padEnd(22)}${threads.padStart(7)}${" ".repeat(25)}${rate.toFixed(0).padStart(11)}`,
    );
  }
}

function printTargets(results) {
  console.log("\nharmonium's time against the best peer's (ratio of the same round, median over rounds)");
  const lines = targets.flatMap(({ at, threads, peers, must, aim }) => {
    const result = results.find(({ index }) => index === at);
    if (!result) return [];
    const ours = result.rows.find((row) => row.name === "harmonium" && row.threads === threads);
    const plain = bestPeer(result.rows, peers, false);
    const tuned = bestPeer(result.rows, peers, true);
    if (!plain) return [];
    const times = ratio(ours, plain);
    const tunedTimes = ratio(ours, tuned);
    const verdict = times >= aim ? "aim reached" : times >= must ? "reached" : "MISSED";
    const what = `${title(result)}, ${threads === 1 ? "one thread each" : "both cores"}`;
    const against = `${times.toFixed(2)} × ${plain.name} (${plain.threads} thr.)`;
    console.log(`  ${what.padEnd(58)} ${against.padEnd(22)} must ${must}, aim ${aim}: ${verdict}`);
    console.log(`  ${"".padEnd(58)} ${tunedTimes.toFixed(2)} × ${tuned.name} (${tuned.threads} thr.)`);
    return [{ case: what, ratio: times, peer: plain.name, must, aim, tunedRatio: tunedTimes, tunedPeer: tuned.name }];
  });
  return lines;
}

const processes = [];
if (options.peers) {
  for (const threads of [1, 2]) {
    const { peers, reason } = await startPeers({ threads });
    if (peers) processes.push({ peers, threads });
    else console.log(`peers on ${threads} thread(s) are left out: ${reason}`);
  }
}
for (const { peers, threads } of processes) {
  const { peers: there, missing, blas, cpu } = await peers.list();
  if (threads === 1)
    console.log(
      `${cpu ?? cpus()[0].model}; ${there.map(({ peer, version }) => `${peer} ${version}`).join(", ")}; ${JSON.stringify(blas)}`,
    );
  for (const { peer, why } of missing) console.log(`missing: ${peer} (${why})`);
}
const results = [];
for (const [index, benchCase] of cases.entries()) {
  if (options.case !== undefined && Number(options.case) !== index) continue;
  const result = { index, ...(await measure(benchCase, processes)) };
  printCase(result);
  results.push(result);
}
const summary = printTargets(results);
for (const { peers } of processes) await peers.quit();
mkdirSync(dirname(options.json), { recursive: true });
const about = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  cpu: cpus()[0].model,
  cores: cpus().length,
  rounds,
};
writeFileSync(options.json, `${JSON.stringify({ about, summary, results }, undefined, 1)}\n`);
console.log(`\nnumbers in ${options.json}`);
