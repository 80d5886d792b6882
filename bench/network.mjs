/**
 * Unit updates a second of general networks: harmonium on one thread and on two, a plain C program, NumPy; in the same run, in turn.
 *
 *     node bench/network.mjs [--rounds 7] [--case 0] [--json bench/results/network.json] [--clock processor]
 *
 * With `--clock processor` one thread's processor time is taken, for a machine that others use too; two threads are left out then.
 * bench/README.md says what is measured, and what bounds it.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { createKernels, randomStream } from "../dist/src/index.js";
import { cPeer, numpyPeer } from "./network-peers.mjs";
import { minimumAndMedian } from "./peers.mjs";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    case: { type: "string" },
    clock: { type: "string", default: "elapsed" },
    json: { type: "string", default: "bench/results/network.json" },
  },
});
const rounds = Number(options.rounds);
const byProcessor = options.clock === "processor";

/** Steps are time steps: of one unit a chain for Glauber dynamics, of all units for the others. NumPy takes fewer. */
const cases = [
  { dynamics: "glauber", size: 19, chains: 100, steps: 40_000, numpySteps: 1000 },
  { dynamics: "glauber", size: 128, chains: 128, steps: 25_600, numpySteps: 1000 },
  { dynamics: "glauber", size: 512, chains: 128, steps: 20_480, numpySteps: 500 },
  { dynamics: "glauber", size: 2048, chains: 128, steps: 20_480, numpySteps: 200 },
  { dynamics: "sequential", size: 128, chains: 128, steps: 600, numpySteps: 20 },
  { dynamics: "sequential", size: 512, chains: 128, steps: 100, numpySteps: 5 },
  { dynamics: "sequential", size: 2048, chains: 128, steps: 10, numpySteps: 2 },
  { dynamics: "sequential", size: 512, chains: 1000, steps: 20, numpySteps: 2 },
  { dynamics: "lattice", size: 256, chains: 64, steps: 10, numpySteps: 2 },
  { dynamics: "lattice", size: 256, chains: 1, steps: 200, numpySteps: 50 },
];

/** What was asked of many chains: half the C program's speed on one thread, more than it on two, 20 times NumPy. */
const must = { "C, 1 thread": 0.5, "C, 2 threads": 1, "NumPy, 2 threads": 20 };

const titleOf = ({ dynamics, size, chains }) =>
  `${dynamics === "lattice" ? `lattice ${size}×${size}` : `${dynamics}, N = ${size}`}, ${chains} ${chains === 1 ? "chain" : "chains"}`;

/** Symmetric weights of variance 9 / N, no biases: the law that the peers draw from. */
function denseNetwork(kernels, units) {
  const random = randomStream(1, "data");
  const weights = new Float32Array(units * units);
  for (let i = 0; i < units; i++) {
    for (let j = 0; j < i; j++) {
      weights[i * units + j] = (3 * random.normal()) / Math.sqrt(units);
      weights[j * units + i] = weights[i * units + j];
    }
  }
  const couplings = kernels.couplings(units);
  couplings.write(weights, new Float32Array(units));
  return { couplings, free: Uint32Array.from({ length: units }, (_, j) => j) };
}

/** Four neighbours of weight 1.6 and a bias of −3.2: no state is preferred. One colour after the other. */
function latticeNetwork(kernels, side) {
  const units = side * side;
  const at = (y, x) => ((y + side) % side) * side + ((x + side) % side);
  const sources = new Uint32Array(4 * units);
  for (let j = 0; j < units; j++) {
    const [y, x] = [Math.floor(j / side), j % side];
    sources.set([at(y - 1, x), at(y, x - 1), at(y, x + 1), at(y + 1, x)], 4 * j);
  }
  const offsets = Uint32Array.from({ length: units + 1 }, (_, j) => 4 * j);
  const couplings = kernels.couplings(units, { offsets, sources });
  couplings.write(new Float32Array(4 * units).fill(1.6), new Float32Array(units).fill(-3.2));
  const colour = (j) => (Math.floor(j / side) + j) % 2;
  const all = Array.from({ length: units }, (_, j) => j);
  return { couplings, free: Uint32Array.from([...all.filter((j) => !colour(j)), ...all.filter((j) => colour(j))]) };
}

async function ours(threads, { dynamics, size, chains, steps }) {
  const kernels = await createKernels({ threads });
  const lattice = dynamics === "lattice";
  const { couplings, free } = lattice ? latticeNetwork(kernels, size) : denseNetwork(kernels, size);
  const states = kernels.states(chains, couplings.units);
  const random = randomStream(2, "data");
  states.write(Uint8Array.from({ length: chains * couplings.units }, () => random.index(2)));
  let step = 0;
  function advance() {
    const draw = { seed: 1, purpose: "networkUnit", step };
    const choice = { seed: 1, purpose: "networkChoice", step };
    step += steps;
    const how = lattice ? "sequential" : dynamics;
    return kernels.advance({ couplings, states, chains, dynamics: how, steps, free, beta: 1, draw, choice });
  }
  const updates = steps * chains * (dynamics === "glauber" ? 1 : couplings.units);
  advance();
  return {
    name: "harmonium",
    threads,
    run() {
      const [started, used] = [performance.now(), process.cpuUsage()];
      const changed = advance();
      const { user, system } = process.cpuUsage(used);
      return { seconds: (performance.now() - started) / 1000, cpu: (user + system) / 1e6, updates, changed };
    },
    stop: () => kernels.dispose(),
  };
}

async function measure(benchCase, peers) {
  const { dynamics, size, chains, steps, numpySteps } = benchCase;
  const entrants = [await ours(1, benchCase)];
  if (!byProcessor) entrants.push(await ours(2, benchCase));
  for (const peer of peers) {
    const parameters = [dynamics, size, chains, peer.name === "NumPy" ? numpySteps : steps];
    entrants.push({ ...peer, run: () => peer.run(parameters), stop: () => {} });
  }
  const rows = entrants.map(({ name, threads }) => ({ name, threads, nanoseconds: [], changed: 0 }));
  for (let round = 0; round < rounds; round++) {
    for (const [i, entrant] of entrants.entries()) {
      const { seconds, cpu, updates, changed } = entrant.run();
      rows[i].nanoseconds.push(((byProcessor ? cpu : seconds) * 1e9) / updates);
      rows[i].changed = changed / updates;
    }
  }
  for (const { stop } of entrants) stop();
  return { ...benchCase, rows: rows.map((row) => ({ ...row, ...minimumAndMedian(row.nanoseconds) })) };
}

/** How many times as fast, from the same round; median over the rounds. */
const times = (our, peer) => minimumAndMedian(peer.nanoseconds.map((t, i) => t / our.nanoseconds[i])).median;

function ratios({ rows }) {
  const found = {};
  for (const peer of rows.filter(({ name }) => name !== "harmonium")) {
    for (const our of rows.filter(({ name }) => name === "harmonium")) {
      found[`${peer.name}, ${our.threads} ${our.threads === 1 ? "thread" : "threads"}`] = times(our, peer);
    }
  }
  return found;
}

function print(result) {
  console.log(`\n${titleOf(result)}`);
  for (const { name, threads, median, changed } of result.rows) {
    const label = name === "harmonium" ? `harmonium, ${threads} thr.` : name;
    const rate = (1 / median).toFixed(4);
    console.log(
      `  ${label.padEnd(20)}${median.toFixed(2).padStart(9)} ns an update${rate.padStart(9)} a ns   changed ${changed.toFixed(2)}`,
    );
  }
  for (const [name, ratio] of Object.entries(result.ratios)) {
    const verdict =
      must[name] === undefined || result.chains === 1
        ? ""
        : `must ${must[name]}: ${ratio >= must[name] ? "reached" : "MISSED"}`;
    console.log(`  × ${name.padEnd(18)}${ratio.toFixed(2).padStart(9)}   ${verdict}`);
  }
}

const found = [cPeer(), numpyPeer()];
const peers = found.filter(({ missing }) => missing === undefined);
for (const { missing } of found) if (missing) console.log(`left out: ${missing}`);
console.log(`${cpus()[0].model}; ${peers.map(({ name, version }) => `${name} ${version}`).join("; ")}`);
const results = [];
for (const [index, benchCase] of cases.entries()) {
  if (options.case !== undefined && Number(options.case) !== index) continue;
  const result = await measure(benchCase, peers);
  const complete = { index, ...result, ratios: ratios(result) };
  print(complete);
  results.push(complete);
}
for (const { stop } of peers) stop();
mkdirSync(dirname(options.json), { recursive: true });
const about = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  cpu: cpus()[0].model,
  cores: cpus().length,
  rounds,
  clock: options.clock,
  peers: Object.fromEntries(peers.map(({ name, version }) => [name, version])),
};
writeFileSync(options.json, `${JSON.stringify({ about, results }, undefined, 1)}\n`);
console.log(`\nnumbers in ${options.json}`);
