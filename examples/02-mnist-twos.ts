/**
 * The lecture's character recognition with the library: an RBM learns MNIST's twos, then is shown the other digits.
 *
 * It has no notion of "not a 2": it reconstructs whatever it sees as well as its twos allow. So other digits come back
 * less like themselves, and the free energy F(v), which is −log P(v) up to a constant, tells most of them from twos.
 *
 * Node 22.18 or later runs this file as it is: node examples/02-mnist-twos.ts (after npm run build).
 */

import assert from "node:assert/strict";
import {
  availableThreads,
  type Dataset,
  freeEnergies,
  initializeRbm,
  reconstruct,
  selectClasses,
  sgd,
  takeCases,
  train,
} from "harmonium";
import { loadData } from "harmonium/node";

const twos = await loadData("mnist:train", { classes: [2] });
const unseen = await loadData("mnist:test");
const threads = Math.min(2, availableThreads());
const optimizer = sgd({ rate: { kind: "linear", from: 0.05, to: 0.005 }, momentum: 0.5, weightDecay: 0.001 });

let rbm = initializeRbm(twos, { hidden: 50, seed: 1 });
for await (const report of train(rbm, twos, { epochs: 20, seed: 1, threads, optimizer })) {
  const { kind, epoch, epochs, reconstructionError = Number.NaN } = report;
  if (kind === "epoch" && epoch % 5 === 0) console.log(`epoch ${epoch}/${epochs}: ${reconstructionError.toFixed(4)}`);
  if (report.update === report.updates) rbm = report.machine();
}

/** Mean squared difference between grey levels and P(v | h) with h = P(h | v). */
async function differenceFrom(digits: Dataset): Promise<number> {
  const rebuilt = await reconstruct(rbm, digits, { threads });
  return rebuilt.reduce((sum, p, i) => sum + (p - (digits.levels[i] as number) / 255) ** 2, 0) / rebuilt.length;
}

/** The share of pairs (a two, another digit) in which the two has the lower free energy: the area under the ROC curve. */
function ordered(lower: Float64Array, higher: Float64Array): number {
  const pairs = lower.reduce((sum, a) => sum + higher.reduce((count, b) => count + (a < b ? 1 : 0), 0), 0);
  return pairs / (lower.length * higher.length);
}

const heldOut = takeCases(selectClasses(unseen, [2]), 400);
const twosDifference = await differenceFrom(heldOut);
const twosEnergy = await freeEnergies(rbm, heldOut, { threads });
console.log(`held-out twos: mean squared difference ${twosDifference.toFixed(4)}`);
const told = new Map<number, number>();
for (const digit of [0, 1, 3, 4, 5, 6, 7, 8, 9]) {
  const others = takeCases(selectClasses(unseen, [digit]), 400);
  const difference = await differenceFrom(others);
  told.set(digit, ordered(twosEnergy, await freeEnergies(rbm, others, { threads })));
  const share = (100 * (told.get(digit) as number)).toFixed(0);
  console.log(
    `${digit}: mean squared difference ${difference.toFixed(4)}; F(v) is above a two's in ${share} % of pairs`,
  );
  assert(difference > twosDifference, `a ${digit} should come back less like itself than a 2`);
}

// A 1 has little ink, so little to get wrong: its free energy is low for the wrong reason.
told.delete(1);
assert(Math.min(...told.values()) > 0.8, "F(v) should tell the other digits from twos");
