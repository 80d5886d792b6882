/**
 * A machine small enough to check by hand: 9 visible units, so that Z is a sum of 512 terms.
 *
 * It learns the bars and stripes of a 3 × 3 image by CD-1. At the end we add up what it believes: the exact
 * log-likelihood, and the probability that it gives to anything that is no bar or stripe.
 *
 * Node 22.18 or later runs this file as it is: node examples/01-bars-and-stripes.ts (after npm run build).
 */

import assert from "node:assert/strict";
import { barsAndStripes, freeEnergy, initializeRbm, type Rbm, sgd, train } from "harmonium";

const data = barsAndStripes(3); // 16 equally likely draws of 14 images: none on and all on come twice
const images = Array.from({ length: data.cases }, (_, b) =>
  Array.from(data.levels.subarray(b * 9, b * 9 + 9), (level) => level / 255),
);
const states = Array.from({ length: 512 }, (_, code) => Array.from({ length: 9 }, (_, i) => (code >> i) & 1));

/** Mean log P(v) of the data in nats, and P(v is a bar or stripe); exact: P(v) = e^−F(v) / Σ e^−F. */
function beliefs(rbm: Rbm): { logLikelihood: number; onImages: number } {
  const logZ = Math.log(states.reduce((sum, v) => sum + Math.exp(-freeEnergy(rbm, v)), 0));
  const logProbabilities = images.map((v) => -freeEnergy(rbm, v) - logZ);
  const distinct = new Map(images.map((v, b) => [v.join(""), logProbabilities[b] as number]));
  return {
    logLikelihood: logProbabilities.reduce((a, b) => a + b) / images.length,
    onImages: [...distinct.values()].reduce((sum, logP) => sum + Math.exp(logP), 0),
  };
}

let rbm = initializeRbm(data, { hidden: 12, seed: 1 });
const before = beliefs(rbm);
for await (const report of train(rbm, data, {
  epochs: 4000,
  batchSize: 8,
  seed: 1,
  optimizer: sgd({ rate: { kind: "linear", from: 0.1, to: 0.01 } }),
})) {
  if (report.update === report.updates) rbm = report.machine();
}
const after = beliefs(rbm);

// No model can do better than minus the entropy of the draws: 12 images of probability 1/16, 2 of 1/8.
const best = (12 / 16) * Math.log(1 / 16) + (2 / 8) * Math.log(1 / 8);
const line = (when: string, { logLikelihood, onImages }: typeof before) =>
  console.log(
    `${when}: log-likelihood ${logLikelihood.toFixed(2)} nats, ${(100 * onImages).toFixed(0)} % on bars and stripes`,
  );
line("before", before);
line("after ", after);
console.log(`best possible: ${best.toFixed(2)} nats`);

assert(after.logLikelihood < best, "no model is better than the data's entropy");
assert(after.logLikelihood > best - 1, "CD-1 comes within a nat of the best");
assert(before.onImages < 0.05 && after.onImages > 0.6, "most of the probability moves to the bars and stripes");
