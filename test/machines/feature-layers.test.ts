import { describe, expect, test } from "vitest";
import type { Dataset } from "#src/data/dataset.js";
import { classify, errorRate } from "#src/evaluate/classification.js";
import { dbmAugmented, dbmFeatures } from "#src/evaluate/dbm-features.js";
import { dbnFeatures, labelProbabilities } from "#src/evaluate/dbn/features.js";
import { hiddenFeatures } from "#src/evaluate/features.js";
import { parseCheckpoint, serializeCheckpoint } from "#src/io/checkpoint-file.js";
import { parametersSha256 } from "#src/io/hash.js";
import { parseModel, serializeModel } from "#src/io/model.js";
import type { Checkpoint } from "#src/learn/checkpoint.js";
import { train } from "#src/learn/train.js";
import { type Classifier, classifierFrom, inputUnits, layerOutputs } from "#src/machines/classifier.js";
import { createDbm } from "#src/machines/dbm.js";
import { featureLayers } from "#src/machines/feature-layers.js";
import { createRbm } from "#src/machines/rbm.js";
import { strongDbm } from "../oracles/exact-dbm.js";
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

describe("augmented", () => {
  test.each([[[4, 3, 5]], [[4, 3, 5, 2]]])(
    "layers %j: where mean field has settled, the first layer is the means of the first, and with two layers the second's",
    async (layers) => {
      const dbm = strongDbm(layers, 2);
      const settled = { iterations: 500, tolerance: 0 };
      const augmented = await dbmAugmented(dbm, cases, settled);
      expect(augmented).toMatchObject({ cases: 3, units: 9, labels: cases.labels });
      expect([...augmented.levels.slice(0, 4)]).toEqual([1, 0, 1, 0]);
      const classifier = classifierFrom(featureLayers(dbm, { augmented: true }), 2, { seed: 1 });
      expect(classifier.layers).toEqual([9, ...layers.slice(1), 2]);
      const [first, second] = await Promise.all([1, 2].map((layer) => dbmFeatures(dbm, cases, { ...settled, layer })));
      for (let b = 0; b < 3; b++) {
        const [h1, h2] = layerOutputs(classifier, augmented.levels.slice(b * 9, (b + 1) * 9)) as [
          Float64Array,
          Float64Array,
        ];
        for (let j = 0; j < 3; j++) expect(h1[j]).toBeCloseTo(first[b * 3 + j], 5);
        if (layers.length > 3) continue;
        for (let k = 0; k < 5; k++) expect(h2[k]).toBeCloseTo(second[b * 5 + k], 5);
      }
    },
  );

  test("a classifier that carries its machine takes the cases as they are, from its file as well", async () => {
    const dbm = strongDbm([4, 3, 5], 2);
    const layers = featureLayers(dbm, { augmented: true });
    const carrying = classifierFrom(layers, 3, { seed: 1, readOutScale: 1, augmentedBy: dbm });
    expect(inputUnits(carrying)).toBe(4);
    const plain = await classify(
      classifierFrom(layers, 3, { seed: 1, readOutScale: 1 }),
      await dbmAugmented(dbm, cases),
    );
    expect(await classify(carrying, cases)).toEqual(plain);
    const { machine } = parseModel(serializeModel(carrying), "file");
    expect(machine).toEqual(carrying);
    expect(await hiddenFeatures(carrying, cases)).toHaveLength(3 * 5);
    // the machine of another one tells other means
    const other = { ...carrying, augmentedBy: strongDbm([4, 3, 5], 3) };
    expect((await classify(other, cases)).probabilities).not.toEqual(plain.probabilities);
    expect(await parametersSha256(other)).not.toBe(await parametersSha256(carrying));
    await expect(classify(carrying, await dbmAugmented(dbm, cases))).rejects.toThrow("9 units a case");
    expect(() => classifierFrom(layers, 3, { seed: 1, augmentedBy: strongDbm([4, 3, 6]) })).toThrow(
      "got a first layer of 9 inputs; expected 4 + 6",
    );
  });

  test("it learns what one learns from augmented cases, bit for bit, and goes on from its checkpoint", async () => {
    const dbm = strongDbm([4, 3, 5], 2);
    const layers = featureLayers(dbm, { augmented: true });
    const learning = { epochs: 6, batchSize: 2, seed: 3, dropout: { hidden: 0.2 } };
    const start = classifierFrom(layers, 3, { seed: 1, augmentedBy: dbm });
    let learnt = start;
    let checkpoint: Checkpoint | undefined;
    for await (const report of train(start, cases, { ...learning, heldOut: cases, reportEvery: 0 })) {
      if (report.update === 5) checkpoint = parseCheckpoint(serializeCheckpoint(report.checkpoint()), "checkpoint");
      if (report.done) learnt = report.machine();
    }
    let plain = classifierFrom(layers, 3, { seed: 1 });
    const augmented = await dbmAugmented(dbm, cases);
    for await (const report of train(plain, augmented, learning)) if (report.done) plain = report.machine();
    expect(learnt).toEqual({ ...plain, augmentedBy: dbm });
    const resume = checkpoint as Checkpoint<Classifier>;
    for await (const report of train(start, cases, { ...learning, resume })) {
      if (report.done) expect(report.machine()).toEqual(learnt);
    }
  });

  test("machines without a second layer are refused", () => {
    expect(() => featureLayers(createDbm([4, 3]), { augmented: true })).toThrow("augmented: got one hidden layer");
    expect(() => featureLayers(createRbm(4, 3), { augmented: true })).toThrow("got a machine of kind rbm");
  });
});
