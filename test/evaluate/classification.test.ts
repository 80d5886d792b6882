import { describe, expect, test } from "vitest";
import type { Dataset } from "#src/data/dataset.js";
import {
  classesOf,
  classificationFit,
  classify,
  classProbabilitiesOf,
  errorRate,
  isClassifying,
  worstMistakes,
} from "#src/evaluate/classification.js";
import {
  classifierFrom,
  classProbabilities,
  createClassifier,
  initializeClassifier,
  layerOutputs,
} from "#src/machines/classifier.js";
import { hiddenMean } from "#src/machines/rbm.js";
import { strongRbm } from "../oracles/enumerate.js";
import { labelledCases } from "../oracles/feed-forward.js";

const data = labelledCases(300, 9, 4);
const classifier = initializeClassifier([9, 35, 33, 4], { seed: 2, weightScale: 1, readOutScale: 1 });

describe("a classifier", () => {
  test("of an RBM feeds forward P(h | v), and reads it out by a softmax", () => {
    const rbm = strongRbm(5, 3);
    const of = classifierFrom(rbm, 4, { seed: 1, readOutScale: 2 });
    expect(of.layers).toEqual([5, 3, 4]);
    const x = [1, 0, 0.5, 0.2, 1];
    const [hidden, probabilities] = layerOutputs(of, x) as [Float64Array, Float64Array];
    hiddenMean(rbm, x).forEach((mean, j) => {
      expect(hidden[j]).toBeCloseTo(mean, 12);
    });
    expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
    const inputs = Array.from(probabilities, (_, k) =>
      hidden.reduce((sum, h, j) => sum + h * (of.weights[1] as Float32Array)[j * 4 + k], 0),
    );
    // log odds are differences of inputs
    expect(Math.log(probabilities[0] / probabilities[3])).toBeCloseTo(inputs[0] - inputs[3], 10);
  });

  test("of a stack has its layers, copied", () => {
    const [lower, upper] = [strongRbm(5, 3), strongRbm(3, 2)];
    const of = classifierFrom([lower, upper], 3, { seed: 1 });
    expect(of.layers).toEqual([5, 3, 2, 3]);
    expect(of.weights[1]).toEqual(upper.weights);
    expect(of.weights[1]).not.toBe(upper.weights);
    expect(() => classifierFrom([upper, lower], 3, { seed: 1 })).toThrow("layer 2: got 15 weights to 3 hidden units");
    expect(() => classifierFrom([], 3, { seed: 1 })).toThrow("got no layer");
  });

  test.each([
    [[3], "layers: got 3; expected inputs and classes at least"],
    [[3, 0, 2], "layers: got 3-0-2; expected whole numbers of units"],
    [[3, 2.5], "layers: got 3-2.5"],
  ])("of layers %j is refused", (sizes, message) => {
    expect(() => createClassifier(sizes)).toThrow(message);
  });

  test("refuses a scale, and a case of another width", () => {
    expect(() => initializeClassifier([3, 2], { seed: 1, readOutScale: -1 })).toThrow("weight scale: got -1");
    expect(() => classProbabilities(classifier, [1])).toThrow("got 1 values; expected 9, one case");
  });
});

describe("classification of many cases", () => {
  test.each([1, 3])("P(y | x) is that of each case by itself, within 2e-6, on %i threads", async (threads) => {
    const probabilities = await classProbabilitiesOf(classifier, data, { threads });
    for (const b of [0, 1, 137, 255, 256, 299]) {
      const x = data.levels.subarray(b * 9, (b + 1) * 9);
      classProbabilities(classifier, x).forEach((p, k) => {
        expect(Math.abs((probabilities[b * 4 + k] as number) - p)).toBeLessThan(2e-6);
      });
    }
  });

  test("classes, errors, confusion and mistakes agree with a count by hand", async () => {
    const told = await classify(classifier, data);
    const fit = classificationFit(told, data);
    const labels = data.labels as Uint8Array;
    const confusion = new Uint32Array(16);
    let [errors, nats] = [0, 0];
    labels.forEach((label, b) => {
      const row = [...told.probabilities.subarray(4 * b, 4 * b + 4)];
      const best = row.indexOf(Math.max(...row));
      expect(told.classes[b]).toBe(best);
      confusion[4 * label + best] += 1;
      errors += Number(best !== label);
      nats -= Math.log(row[label] as number);
    });
    expect(fit).toEqual({ errors, errorRate: errors / 300, crossEntropy: nats / 300, confusion });
    expect(errors).toBeGreaterThan(0);
    expect(await errorRate(classifier, data)).toBe(errors / 300);
    const worst = worstMistakes(told, data);
    expect(worst.length).toBe(errors);
    const sure = [...worst].map((b) => told.probabilities[4 * b + (told.classes[b] as number)] as number);
    expect(sure).toEqual([...sure].sort((a, b) => b - a));
    expect([...worst].every((b) => told.classes[b] !== labels[b])).toBe(true);
  });

  test("of one case; and which machines can", async () => {
    const one: Dataset = { ...data, cases: 1, levels: data.levels.slice(0, 9), labels: Uint8Array.of(3) };
    expect((await classify(classifier, one)).classes.length).toBe(1);
    expect(classesOf(classifier)).toBe(4);
    expect([isClassifying(classifier), isClassifying(strongRbm(2, 2))]).toEqual([true, false]);
  });

  test("is refused for data of another width, without labels, or with labels beyond the classes", async () => {
    await expect(classify(classifier, { ...data, units: 3 })).rejects.toThrow("classify: got");
    const { labels: _, ...unlabelled } = data;
    await expect(errorRate(classifier, unlabelled)).rejects.toThrow("without labels");
    await expect(
      errorRate(classifier, { ...data, labels: data.labels?.map((l) => l + 1) as Uint8Array }),
    ).rejects.toThrow("expected labels from 0 to 3");
  });
});
