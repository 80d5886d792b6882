/**
 * What the benchmarks of a trained machine share (ais.mjs, pcd.mjs): an RBM of 784 × 500 units trained on MNIST, the peers that get the same
 * weights, rounds in turn, and ratios of times taken in one round.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { baseFromData } from "../dist/src/evaluate/base-rates.js";
import { initializeRbm, sgd, train } from "../dist/src/index.js";
import { loadMnist } from "../dist/src/node/index.js";
import { minimumAndMedian, openServer } from "./peers.mjs";

/** The digits, and an RBM after two epochs of CD-1. */
export async function trainedMachine() {
  const data = await loadMnist("train");
  let rbm;
  for await (const report of train(initializeRbm(data, { hidden: 500, seed: 1 }), data, {
    epochs: 2,
    threads: 2,
    optimizer: sgd({ rate: 0.05 }),
  })) {
    if (report.done) rbm = report.machine();
  }
  return { data, rbm };
}

/** A folder for files that the peers read. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), "harmonium-bench-"));
  return { at: (name) => join(folder, name), remove: () => rmSync(folder, { recursive: true }) };
}

/** Starts a script of peers (machine_server.py) on so many threads and gives it the machine: { peer, ask(request) }[], stop on the first. */
export async function peersWith(script, threads, { data, rbm }, folder) {
  const server = openServer(
    process.env.PYTHON ?? "/usr/bin/python3",
    threads,
    fileURLToPath(new URL(script, import.meta.url)),
  );
  try {
    const { peers, missing, blas, cpu } = await server.ask({ do: "list" }, 120);
    if (threads === 1) console.log(`${cpu}; ${peers.map((p) => `${p.peer} ${p.version}`).join(", ")}; ${blas}`);
    for (const { peer, why } of missing) console.log(`missing: ${peer} (${why})`);
    if (peers.length === 0) throw new Error("no peer is installed");
    const file = folder.at("machine.f32");
    const parts = [rbm.weights, rbm.visibleBias, rbm.hiddenBias, Float32Array.from(baseFromData(data).logits)];
    writeFileSync(file, Buffer.concat(parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength))));
    await server.ask({ do: "load", visible: rbm.visible, hidden: rbm.hidden, file }, 60);
    return peers.map(({ peer }, i) => ({
      name: peer,
      threads,
      ask: (request) => server.ask({ do: "run", peer, ...request }, 600),
      stop: i === 0 ? server.quit : () => {},
    }));
  } catch (error) {
    console.log(`peers on ${threads} thread(s) are left out: ${error.message}`);
    await server.quit();
    return [];
  }
}

/** Runs every entrant once a round, in turn; results by entrant. */
export async function inTurn(entrants, rounds) {
  const results = entrants.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, entrant] of entrants.entries()) results[i].push(await entrant.run(round + 1));
  }
  for (const { stop } of entrants) await stop();
  return results;
}

const mean = (numbers) => numbers.reduce((a, b) => a + b, 0) / numbers.length;

/**
 * A row for each entrant: of its wall-clock times (`wall`) and its processor times (`processor`), of the other numbers of a run the means.
 */
export function rowsOf(entrants, results) {
  return entrants.map(({ name, threads }, i) => {
    const others = Object.keys(results[i][0]).filter((key) => key !== "wall" && key !== "processor");
    const wall = results[i].map((run) => run.wall);
    const processor = results[i].map((run) => run.processor);
    const figures = others.map((key) => [key, mean(results[i].map((run) => run[key]))]);
    return { name, threads, ...minimumAndMedian(wall), ...Object.fromEntries(figures), wall, processor };
  });
}

const isTuned = ({ name }) => name.endsWith("tuned");
const ratioOf = (key, us, them) => minimumAndMedian(them[key].map((time, i) => time / us[key][i])).median;

/**
 * Ours against the best peer of each kind: both at two cores by the clock on the wall, peers at their better number of threads; and one
 * thread against one by processor time, which others on the machine disturb less.
 */
export function compare(rows, { must, aim }) {
  const summary = [];
  const ours = (threads) => rows.find((row) => row.name === "harmonium" && row.threads === threads);
  const ways = [
    { what: "both cores, by the clock", key: "wall", us: ours(2), counts: () => true },
    { what: "one thread, processor time", key: "processor", us: ours(1), counts: ({ threads }) => threads === 1 },
  ];
  for (const { what, key, us, counts } of ways) {
    for (const tuned of [false, true]) {
      const median = (row) => minimumAndMedian(row[key]).median;
      const peers = rows.filter((row) => row.name !== "harmonium" && isTuned(row) === tuned && counts(row));
      if (peers.length === 0) continue;
      const best = peers.reduce((a, b) => (median(b) < median(a) ? b : a));
      const least = Math.min(...best[key]) / Math.min(...us[key]);
      const times = ratioOf(key, us, best);
      const verdict = times >= aim ? "aim reached" : times >= must ? "reached" : "MISSED";
      console.log(
        `  ${what}, best ${tuned ? "tuned" : "plain"} peer: ${times.toFixed(2)} × ${best.name} (${best.threads} thr.), minima ${least.toFixed(2)}` +
          (key === "wall" ? `; must ${must}, aim ${aim}: ${verdict}` : ""),
      );
      summary.push({ what, tuned, peer: best.name, threads: best.threads, ratio: times, ratioOfMinima: least });
    }
  }
  return summary;
}

export function writeResults(file, about, summary, rows) {
  mkdirSync(dirname(file), { recursive: true });
  const where = { date: new Date().toISOString().slice(0, 10), node: process.version, cpu: cpus()[0].model };
  writeFileSync(file, `${JSON.stringify({ about: { ...where, ...about }, summary, rows }, undefined, 1)}\n`);
  console.log(`\nnumbers in ${file}`);
}

/** Wall-clock and processor time of some work, in ms. */
export async function timed(work) {
  const [start, used] = [performance.now(), process.cpuUsage()];
  const value = await work();
  const { user, system } = process.cpuUsage(used);
  return { value, wall: performance.now() - start, processor: (user + system) / 1000 };
}
