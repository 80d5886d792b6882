/**
 * Bars and stripes of 4 × 4, exact likelihood: on how many seeds does a rule end within 1 % of the bound, minus the entropy of a draw,
 * −3.3791 nats?
 *
 *   node bench/headlines/bars-and-stripes.mjs                       the exact gradient, 8 hidden units, 100 seeds
 *   node bench/headlines/bars-and-stripes.mjs --rule pt             a rule that samples, 24 hidden units
 *   node bench/headlines/bars-and-stripes.mjs --rule cd-1 --seeds 20
 *
 * Every update sees all 32 draws. log Z is the sum over all states of the hidden units. It is no part of `npm test`.
 */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import {
  barsAndStripes,
  bipartiteConnections,
  boltzmannFromRbm,
  contrastiveDivergence,
  createKernels,
  exactFree,
  exactHidden,
  exactLogLikelihoods,
  initializeRbm,
  persistentContrastiveDivergence,
  sgd,
  temperedGibbs,
  train,
  trajectoryTempering,
} from "../../dist/src/index.js";

const chains = 100;
const decaying = { hidden: 24, updates: 10000, optimizer: sgd({ rate: { kind: "linear", from: 0.5, to: 0 } }) };
const rules = {
  exact: { hidden: 8, updates: 5000, optimizer: sgd({ rate: 0.5, momentum: 0.9 }) },
  "cd-1": { ...decaying, negative: contrastiveDivergence({ k: 1 }) },
  "cd-10": { ...decaying, negative: contrastiveDivergence({ k: 10 }) },
  pcd: { ...decaying, negative: persistentContrastiveDivergence({ chains }) },
  pt: { ...decaying, negative: temperedGibbs({ chains }) },
  ptt: { ...decaying, negative: trajectoryTempering({ chains }) },
};
const { values } = parseArgs({
  options: {
    rule: { type: "string", default: "exact" },
    seeds: { type: "string", default: "100" },
    first: { type: "string", default: "1" },
  },
});
const [seeds, first] = [Number(values.seeds), Number(values.first)];
const rule = rules[values.rule];
if (!rule || !(seeds >= 1)) {
  console.error(`--rule is one of ${Object.keys(rules).join(", ")}; --seeds a number`);
  process.exit(1);
}

const data = barsAndStripes(4);
const draws = Array.from(data.levels, (level) => level / 255);
const bound = (28 * Math.log(1 / 32) + 4 * Math.log(2 / 32)) / 32;
const least = 1.01 * bound;
const kernels = await createKernels({ threads: 1 });

/** Mean log P(v) of a draw after training, nats, exact. */
async function trained(seed) {
  const { hidden, updates, optimizer, negative } = rule;
  const initial = initializeRbm(data, { hidden, weightScale: 0.1, seed });
  const options = { epochs: updates, batchSize: data.cases, clamp: "threshold", optimizer, seed, kernels };
  const connections = bipartiteConnections(data.units, hidden);
  const training = negative
    ? train(initial, data, { ...options, negative })
    : train(boltzmannFromRbm(initial), data, {
        ...options,
        connections,
        positive: exactHidden(),
        negative: exactFree(),
      });
  let last;
  for await (const report of training) last = report;
  const machine = last.machine();
  const logs = exactLogLikelihoods(negative ? boltzmannFromRbm(machine) : machine, draws);
  return (logs.reduce((sum, log) => sum + log, 0) / draws.length) * data.units;
}

console.log(
  `${cpus()[0].model}, Node ${process.version}; ${values.rule}, 16 × ${rule.hidden} units, ${rule.updates} updates`,
);
console.log(`bound ${bound.toFixed(4)} nats a draw; within 1 %: ${least.toFixed(4)} or more`);
const reached = [];
const started = process.cpuUsage().user;
for (let seed = first; seed < first + seeds; seed++) {
  reached.push(await trained(seed));
  if (reached.length % 10 > 0 && reached.length < seeds) continue;
  const within = reached.filter((log) => log >= least).length;
  const seconds = (process.cpuUsage().user - started) / 1e6 / reached.length;
  console.log(
    `  ${within} of ${reached.length} within 1 %, worst ${Math.min(...reached).toFixed(4)}; ${seconds.toFixed(1)} CPU s a seed`,
  );
}
kernels.dispose();
const sorted = [...reached].sort((a, b) => a - b);
const middle = (sorted[(seeds - 1) >> 1] + sorted[seeds >> 1]) / 2;
console.log(`worst ${sorted[0].toFixed(4)}, median ${middle.toFixed(4)}, best ${sorted[seeds - 1].toFixed(4)}`);
if (sorted[0] < least) process.exitCode = 1;
