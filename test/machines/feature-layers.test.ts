import { describe, expect, test } from "vitest";
import type { Dataset } from "#src/data/dataset.js";
import { classify, errorRate } from "#src/evaluate/classification.js";
import { dbnFeatures, labelProbabilities } from "#src/evaluate/dbn/features.js";
import { classifierFrom, layerOutputs } from "#src/machines/classifier.js";
import { createDbm } from "#src/machines/dbm.js";
import { featureLayers } from "#src/machines/feature-layers.js";
import { randomDbn, sigma } from "../oracles/small-dbn.js";

const cases: Dataset = {
  name: "three cases",
  cases: 3,
  units: 4,
  levels: Uint8Array.of(255, 0, 255, 0, 0, 0, 255, 255, 255, 255, 255, 0),
  labels: Uint8Array.of(0, 2, 1),
};

describe("a deep belief network", () => {
  test("its layers fed forward are its features", async () => {
    const dbn = randomDbn([4, 2, 3, 2], { seed: 3 });
    const classifier = classifierFrom(featureLayers(dbn), 10, { seed: 1 });
    expect(classifier.layers).toEqual([4, 2, 3, 2, 10]);
    for (const layer of [1, 2, 3]) {
      const means = await dbnFeatures(dbn, cases, { layer });
      const width = classifier.layers[layer] as number;
      const fed = layerOutputs(classifier, [1, 0, 1, 0])[layer - 1] as Float64Array;
      for (let j = 0; j < width; j++) expect(fed[j]).toBeCloseTo(means[j] as number, 6);
    }
  });

  test("its label units are left out, and classify by themselves", async () => {
    const dbn = randomDbn([4, 2, 3, 2], { classes: 3, seed: 3 });
    const [, , top] = featureLayers(dbn);
    expect(top?.weights).toEqual(dbn.top.weights.slice(0, 3 * 2));
    const { classes, probabilities } = await classify(dbn, cases);
    expect(probabilities).toEqual(await labelProbabilities(dbn, cases));
    const wrong = classes.filter((y, b) => y !== cases.labels?.[b]).length;
    expect(await errorRate(dbn, cases)).toBe(wrong / 3);
  });

  test("without label units it cannot", async () => {
    const plain = randomDbn([4, 3, 3], { seed: 1 });
    await expect(classify(plain, cases)).rejects.toThrow("got a network without label units");
  });
});

test("a deep Boltzmann machine: layers with another above them hear the one below twice", () => {
  const dbm = createDbm([2, 2, 1]);
  dbm.weights[0]?.set([1, -0.5, 0.25, 2]);
  dbm.weights[1]?.set([0.5, -1]);
  dbm.biases[1]?.set([0.1, -0.2]);
  dbm.biases[2]?.set([0.3]);
  const classifier = classifierFrom(featureLayers(dbm), 2, { seed: 1 });
  const [h1, h2] = layerOutputs(classifier, [1, 1]);
  const expected = [sigma(2 * 1.25 + 0.1), sigma(2 * 1.5 - 0.2)] as const;
  expect(h1?.[0]).toBeCloseTo(expected[0], 6);
  expect(h1?.[1]).toBeCloseTo(expected[1], 6);
  expect(h2?.[0]).toBeCloseTo(sigma(0.5 * expected[0] - expected[1] + 0.3), 6);
});
