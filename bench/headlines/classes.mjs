/** What the headlines that classify MNIST's digits share: the data, a running clock, the lines of a training, and verdicts. */
import { cpus } from "node:os";
import { sliceCases } from "../../dist/src/index.js";
import { loadMnist } from "../../dist/src/node/index.js";

/** Says where it runs, and starts the clock. `validate`: learn from 50,000 training cases, test on the last 10,000 of them. */
export async function begin(options) {
  const all = await loadMnist("train");
  const data = options.validate ? sliceCases(all, 0, 50_000) : all;
  const test = options.validate ? sliceCases(all, 50_000, 60_000) : await loadMnist("test");
  console.log(`${cpus()[0].model}, ${options.threads} threads, Node ${process.version}; ${JSON.stringify(options)}`);
  return { data, test, clock: startClock() };
}

function startClock() {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const cpuSeconds = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  const text = () => `${seconds().toFixed(0)} s, ${cpuSeconds().toFixed(0)} CPU s`;
  return { seconds, text };
}

/** The last report of a training; every fifth epoch has a line. */
export async function lastOf(reports, clock, tell) {
  let last;
  for await (const report of reports) {
    last = report;
    if (report.kind === "epoch" && (report.epoch % 5 === 0 || report.done)) {
      console.log(`  ${tell(report)} (${clock.text()})`);
    }
  }
  return last;
}

/** The line of an epoch of a classifier. */
export function classLine({ epoch, crossEntropy, heldOutErrorRate }, test) {
  const wrong = `${(100 * heldOutErrorRate).toFixed(2)} % of ${test.cases} wrong`;
  return `epoch ${epoch}: cross entropy ${crossEntropy.toFixed(4)} nats, ${wrong}`;
}

/** Momentum 0.5, and 0.9 from the fifth epoch on. */
export const risingMomentum = {
  kind: "steps",
  steps: [
    [0, 0.5],
    [5, 0.9],
  ],
};

/** Says how it ended; the exit code is 1 where a limit is missed. */
export function conclude(error, clock, limits) {
  const seconds = clock.seconds();
  console.log(`\n${(100 * error).toFixed(2)} % errors after the last epoch, ${clock.text()}`);
  verdict(`at most ${100 * limits.error} % (aim ${100 * limits.aim} %)`, error <= limits.error);
  verdict(`at most ${limits.seconds} s`, seconds <= limits.seconds);
}

function verdict(name, holds) {
  console.log(`  ${holds ? "yes " : "NO  "} ${name}`);
  if (!holds) process.exitCode = 1;
}
