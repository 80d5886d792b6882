import { expect, test } from "vitest";
import type { Dataset } from "#src/data/dataset.js";
import { networkLogPartition } from "#src/evaluate/equilibrium.js";
import { exactLogPartition, logLikelihoods } from "#src/evaluate/log-partition.js";
import { boltzmannFromRbm } from "#src/machines/boltzmann.js";
import { createRbm, type Rbm } from "#src/machines/rbm.js";
import { allStates, jointDistribution, strongRbm, visibleDistribution } from "../oracles/enumerate.js";

test.each([
  [4, 3],
  [3, 6],
  [1, 1],
  [7, 7],
])("log Z of a %i × %i RBM is that of all joint states", (visible, hidden) => {
  const rbm = strongRbm(visible, hidden, 9, 1.5);
  if (visible + hidden <= 9) expect(exactLogPartition(rbm)).toBeCloseTo(jointDistribution(rbm).logZ, 12);
  expect(exactLogPartition(rbm)).toBeCloseTo(networkLogPartition(boltzmannFromRbm(rbm)), 11);
});

test("a machine without weights has log Z = Σ log(1 + e^b) + Σ log(1 + e^c), with more units than one product takes", () => {
  const rbm = createRbm(1300, 4);
  rbm.visibleBias.forEach((_, i) => {
    rbm.visibleBias[i] = Math.sin(i) * 5;
  });
  rbm.hiddenBias.set([1, -2, 0.5, 30]);
  const expected = [...rbm.visibleBias, ...rbm.hiddenBias].reduce((sum, b) => sum + Math.log1p(Math.exp(b)), 0);
  expect(exactLogPartition(rbm)).toBeCloseTo(expected, 8);
});

test("two machines side by side: log Z adds; no overflow at log Z = 10,000", () => {
  const [a, b] = [strongRbm(3, 2, 1), strongRbm(4, 3, 2)];
  const joined: Rbm = createRbm(7, 5);
  for (let i = 0; i < 3; i++) for (let j = 0; j < 2; j++) joined.weights[i * 5 + j] = a.weights[i * 2 + j];
  for (let i = 0; i < 4; i++) for (let j = 0; j < 3; j++) joined.weights[(3 + i) * 5 + 2 + j] = b.weights[i * 3 + j];
  joined.visibleBias.set([...a.visibleBias, ...b.visibleBias]);
  joined.hiddenBias.set([...a.hiddenBias, ...b.hiddenBias]);
  expect(exactLogPartition(joined)).toBeCloseTo(exactLogPartition(a) + exactLogPartition(b), 11);
  const large = createRbm(100, 2);
  large.visibleBias.fill(100);
  expect(exactLogPartition(large)).toBeCloseTo(10_000 + 2 * Math.log(2), 8);
});

test("log-likelihoods are logarithms of the enumerated law", async () => {
  const rbm = strongRbm(5, 4, 3);
  const states = allStates(5);
  const levels = Uint8Array.from(states.flatMap((s) => [...s].map((bit) => 255 * bit)));
  const data: Dataset = { name: "all states", cases: 32, units: 5, levels };
  const law = visibleDistribution(rbm);
  (await logLikelihoods(rbm, data, exactLogPartition(rbm))).forEach((value, code) => {
    expect(value).toBeCloseTo(Math.log(law[code]), 5);
  });
});

test("many flips lose no digits: 60 × 14, and inputs beyond e^400, against sums of softplus", () => {
  for (const scale of [0.3, 20]) {
    const rbm = strongRbm(60, 14, 4, scale);
    let [most, sum] = [Number.NEGATIVE_INFINITY, 0];
    for (const h of allStates(14)) {
      const term = -freeEnergyOfHidden(rbm, h);
      if (term > most) [sum, most] = [sum * Math.exp(most - term) + 1, term];
      else sum += Math.exp(term - most);
    }
    const expected = most + Math.log(sum);
    expect(Math.abs(exactLogPartition(rbm) / expected - 1)).toBeLessThan(1e-13);
  }
});

/** −log Σ_v e^−E(v, h). */
function freeEnergyOfHidden({ visible, hidden, weights, visibleBias, hiddenBias }: Rbm, h: Uint8Array): number {
  let sum = 0;
  for (let j = 0; j < hidden; j++) sum -= hiddenBias[j] * h[j];
  for (let i = 0; i < visible; i++) {
    let x = visibleBias[i];
    for (let j = 0; j < hidden; j++) x += weights[i * hidden + j] * h[j];
    sum -= Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }
  return sum;
}

test("26 units are refused", () => {
  expect(() => exactLogPartition(createRbm(30, 26))).toThrow(
    "exactLogPartition: got 26 units, 2^26 states; expected at most 25 units.",
  );
});
