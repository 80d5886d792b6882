import { describe, expect, test } from "vitest";
import type { Dataset } from "#src/data/dataset.js";
import { withResidentDbn } from "#src/machines/resident-dbn.js";
import { type DbnSamplerOptions, dbnSampler } from "#src/samplers/dbn.js";
import { randomDbn, visibleLaw } from "../oracles/small-dbn.js";
import { driftBound, histogram, totalVariation } from "./laws.js";

const dbn = randomDbn([4, 3, 3], { classes: 3, seed: 11, scale: 0.8 });
// each class has a unit of the top layer, and that one of the layer below, weakly enough for chains to mix
const { weights, hidden } = dbn.top;
for (const first of [0, 3]) for (let j = 0; j < 3; j++) weights[(first + j) * hidden + j] += 2.5;
for (const { generativeWeights: G } of dbn.directed) for (let at = 0; at < G.length; at++) G[at] *= 4;
const chains = 20_000;
/** Weak couplings: after 40 sweeps a chain has long forgotten where it began. */
const sweeps = 40;

function drawn(options: DbnSamplerOptions, { count = chains, steps = sweeps, threads = 1, seed = 5 } = {}) {
  return withResidentDbn(dbn, { threads }, (resident) => {
    const sampler = dbnSampler(resident, options);
    const state = sampler.init(seed, count);
    for (let n = 0; n < steps; n++) sampler.step(state);
    const info = sampler.look(state);
    const visible = info.visible("sample").read(count) as Uint8Array;
    return { visible, mean: info.visible("mean").read(count), labels: info.labels() };
  });
}

const law = visibleLaw(dbn);
const marginal = Float64Array.from(law, (row) => row.reduce((a, b) => a + b));

describe("samples of a deep belief network", () => {
  test("v has the network's law, and labels theirs", async () => {
    const { visible, labels } = await drawn({});
    expect(totalVariation(histogram(visible, 4), marginal)).toBeLessThan(driftBound(marginal, chains));
    const shares = [0, 1, 2].map((y) => law.reduce((sum, row) => sum + row[y], 0));
    const counted = shares.map((_, y) => labels.filter((label) => label === y).length / chains);
    expect(totalVariation(counted, shares)).toBeLessThan(driftBound(shares, chains));
  });

  test("with a clamped label v has the law given it; without the clamp it has not", async () => {
    let farthest = Number.NEGATIVE_INFINITY;
    for (const y of [0, 1, 2]) {
      const { visible, labels } = await drawn({ labels: new Uint8Array(chains).fill(y) });
      expect(labels.every((label) => label === y)).toBe(true);
      const total = law.reduce((sum, row) => sum + row[y], 0);
      const given = Float64Array.from(law, (row) => row[y] / total);
      expect(totalVariation(histogram(visible, 4), given)).toBeLessThan(driftBound(given, chains));
      farthest = Math.max(farthest, totalVariation(marginal, given) - 2 * driftBound(given, chains));
    }
    // a sampler that forgot the clamp would be found out
    expect(farthest).toBeGreaterThan(0);
  });

  test("means are of the same pass as samples: their mean is that of the samples", async () => {
    const { visible, mean } = await drawn({});
    for (let i = 0; i < 4; i++) {
      const [a, b] = [visible, mean].map((all) => {
        let sum = 0;
        for (let c = 0; c < chains; c++) sum += all[c * 4 + i];
        return sum / chains;
      });
      // a difference of two means of values in [0, 1] given the same h: its deviation is at most ½ / √chains
      expect(Math.abs(a - b)).toBeLessThan(2.5 / Math.sqrt(chains));
    }
  });

  test("the same bits on 1 and 3 threads", async () => {
    const [one, three] = await Promise.all([1, 3].map((threads) => drawn({}, { threads, count: 500 })));
    expect(one).toEqual(three);
  });

  test("starts at cases by a pass up, of which nothing is left after the sweeps", async () => {
    const start: Dataset = { name: "ones", cases: 1000, units: 4, levels: new Uint8Array(4000).fill(255) };
    const { labels } = await drawn({ start }, { count: 1000, steps: 0 });
    expect(labels.every((label) => label === -1)).toBe(true);
    const { visible } = await drawn({
      start: { ...start, cases: chains, levels: new Uint8Array(4 * chains).fill(255) },
    });
    expect(totalVariation(histogram(visible, 4), marginal)).toBeLessThan(driftBound(marginal, chains));
  });

  test("one chain", async () => {
    const { visible, labels } = await drawn({ labels: [2] }, { count: 1 });
    expect([visible.length, labels[0]]).toEqual([4, 2]);
  });

  test.each([
    ["a class that is not there", { labels: [3] }, "0 to 2"],
    ["fewer labels than chains", { labels: [] }, "one a chain"],
    ["cases of another width", { start: { name: "x", cases: 9, units: 3, levels: new Uint8Array(27) } }, "4"],
  ])("refused: %s", async (_, options, text) => {
    await expect(drawn(options, { count: 1 })).rejects.toThrow(text);
  });

  test("refused: labels of a network without label units", async () => {
    const plain = randomDbn([4, 3, 3]);
    const sample = () => withResidentDbn(plain, {}, (resident) => dbnSampler(resident, { labels: [1] }).init(1, 1));
    await expect(sample()).rejects.toThrow("Train it with labels");
  });
});
