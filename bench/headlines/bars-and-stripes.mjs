/**
 * Bars and stripes of 4 × 4, exact likelihood: on how many seeds does a rule end within 1 % of the bound, minus the entropy of a draw,
 * −3.3791 nats?
 *
 *   node bench/headlines/bars-and-stripes.mjs                       the exact gradient, 10 hidden units, 100 seeds
 *   node bench/headlines/bars-and-stripes.mjs --rule pt             a rule that samples, 24 hidden units
 *   node bench/headlines/bars-and-stripes.mjs --rule cd-1 --seeds 20
 *   node bench/headlines/bars-and-stripes.mjs --figure curves.png   every rule once, on one machine of 24 hidden units
 *
 * Every update sees all 32 draws, and is centred. log Z is the sum over all states of the smaller layer. It is no part of `npm test`.
 */
import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { learningCurves } from "../../dist/cli/figures/index.js";
import {
  barsAndStripes,
  contrastiveDivergence,
  createKernels,
  exactGradient,
  exactLogPartition,
  freeEnergies,
  initializeRbm,
  persistentContrastiveDivergence,
  sgd,
  temperedGibbs,
  train,
  trajectoryTempering,
} from "../../dist/src/index.js";

const chains = 100;
const decaying = { hidden: 24, updates: 10000, optimizer: sgd({ rate: { kind: "linear", from: 0.5, to: 0 } }) };
const negatives = {
  exact: exactGradient(),
  "cd-1": contrastiveDivergence({ k: 1 }),
  "cd-10": contrastiveDivergence({ k: 10 }),
  pcd: persistentContrastiveDivergence({ chains }),
  pt: temperedGibbs({ chains }),
  ptt: trajectoryTempering({ chains }),
};
const names = { exact: "exact", "cd-1": "CD-1", "cd-10": "CD-10", pcd: "PCD-1", pt: "PT", ptt: "PTT" };
const { values } = parseArgs({
  options: {
    rule: { type: "string", default: "exact" },
    seeds: { type: "string", default: "100" },
    first: { type: "string", default: "1" },
    figure: { type: "string" },
    theme: { type: "string", default: "light" },
  },
});
const [seeds, first] = [Number(values.seeds), Number(values.first)];
if (!(values.rule in negatives) || !(seeds >= 1)) {
  console.error(`--rule is one of ${Object.keys(negatives).join(", ")}; --seeds a number`);
  process.exit(1);
}
/** Exact gradients have no noise: momentum and a constant rate do, and fewer hidden units. */
const settings =
  values.rule === "exact" ? { hidden: 10, updates: 4000, optimizer: sgd({ rate: 0.5, momentum: 0.8 }) } : decaying;

const data = barsAndStripes(4);
const bound = (28 * Math.log(1 / 32) + 4 * Math.log(2 / 32)) / 32;
const least = 1.01 * bound;
const kernels = await createKernels({ threads: 1 });

/** Mean log P(v) of a draw, nats, exact. */
async function logLikelihood(rbm) {
  const energies = await freeEnergies(rbm, data, { kernels, clamp: "threshold" });
  return -energies.reduce((sum, energy) => sum + energy, 0) / data.cases - exactLogPartition(rbm);
}

/** The machine after training; `look` sees it on the way, after so many updates each time. */
async function trained(rule, { hidden, updates, optimizer }, seed, every = updates, look = () => {}) {
  const initial = initializeRbm(data, { hidden, weightScale: 0.1, seed });
  const common = { epochs: updates, batchSize: data.cases, clamp: "threshold", optimizer, seed, kernels };
  let last;
  for await (const report of train(initial, data, { ...common, negative: negatives[rule], centring: true })) {
    if (report.update % every === 0) await look(report.update, report.machine());
    last = report;
  }
  return last.machine();
}

const machine = `${cpus()[0].model}, Node ${process.version}`;
if (values.figure) {
  const lines = [];
  for (const [rule, name] of Object.entries(names)) {
    const points = [[0, await logLikelihood(initializeRbm(data, { hidden: 24, weightScale: 0.1, seed: first }))]];
    const started = process.cpuUsage().user;
    await trained(rule, decaying, first, 100, async (update, rbm) => points.push([update, await logLikelihood(rbm)]));
    const best = points.reduce((most, one) => (one[1] > most[1] ? one : most));
    const told = `best ${best[1].toFixed(4)} at update ${best[0]}, at the end ${points.at(-1)[1].toFixed(4)}`;
    console.log(`${name}: ${told}; ${((process.cpuUsage().user - started) / 1e6).toFixed(0)} CPU s`);
    lines.push({ name, points, ink: [0, 1, 3, 4, 5, 6][lines.length] });
  }
  const gaps = lines.map((line) => ({ ...line, points: line.points.map(([update, log]) => [update, bound - log]) }));
  const png = await learningCurves({
    title: "Bars and stripes, 4 × 4",
    caption:
      "The exact log-likelihood while each rule teaches the same machine of 16 × 24 units, centred, at a rate falling from 0.5 to 0; seed " +
      `${first}. The bound is minus the entropy of a draw, ${bound.toFixed(4)} nats.`.replace("-", "−"),
    xName: "updates",
    theme: values.theme,
    series: [
      {
        title: "Mean log P(v)",
        unit: "nats a draw, exact",
        lines,
        references: [{ name: "bound", value: bound }],
      },
      { title: "Distance from the bound", unit: "nats a draw, logarithmic", logY: true, lines: gaps },
    ],
  });
  await writeFile(values.figure, png);
  kernels.dispose();
  process.exit(0);
}

console.log(`${machine}; ${names[values.rule]}, 16 × ${settings.hidden} units, ${settings.updates} updates`);
console.log(`bound ${bound.toFixed(4)} nats a draw; within 1 %: ${least.toFixed(4)} or more`);
const reached = [];
const started = process.cpuUsage().user;
for (let seed = first; seed < first + seeds; seed++) {
  reached.push(await logLikelihood(await trained(values.rule, settings, seed)));
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
