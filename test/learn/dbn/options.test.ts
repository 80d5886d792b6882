import { describe, expect, test } from "vitest";
import { barsAndStripes } from "#src/data/bars-and-stripes.js";
import type { Dataset } from "#src/data/dataset.js";
import { parseCheckpoint, serializeCheckpoint } from "#src/io/checkpoint-file.js";
import { parseModel, serializeModel } from "#src/io/model.js";
import { parseSafetensors, serializeSafetensors } from "#src/io/safetensors.js";
import type { Checkpoint } from "#src/learn/checkpoint.js";
import { completeDbnOptions, type DbnTrainOptions } from "#src/learn/dbn/options.js";
import { sgd } from "#src/learn/optimizer.js";
import { temperedGibbs } from "#src/learn/rbm/tempered.js";
import { train } from "#src/learn/train.js";
import { bondRbm, createDbn, type Dbn, dbnText } from "#src/machines/dbn.js";
import { initializeDbn } from "#src/machines/initialize-dbn.js";
import { randomDbn } from "../../oracles/small-dbn.js";

const bars = barsAndStripes(4);
const labelled: Dataset = { ...bars, labels: Uint8Array.from({ length: bars.cases }, (_, b) => b % 2) };
const dbn = createDbn([16, 9, 16]);
const joint = createDbn([16, 9, 16], { classes: 2 });
const two: DbnTrainOptions = { layers: [{ epochs: 1 }, { epochs: 1 }] };

async function learnt(machine: Dbn, data: Dataset, options: DbnTrainOptions): Promise<Dbn> {
  let last = machine;
  for await (const report of train(machine, data, options)) last = report.machine();
  return last;
}

describe("the machine", () => {
  test("says its layers, and where it has label units", () => {
    expect([dbnText(dbn), dbnText(joint)]).toEqual(["16-9-16", "16-9+2-16"]);
  });

  test.each([
    [[16], {}, "at least two"],
    [[16, 0], {}, "at least 1"],
    [[16, 2.5], {}, "at least 1"],
    [[16, 3], { classes: 1 }, "at least 2"],
    [[16, 3], { classes: -1 }, "at least 2"],
  ] as const)("is refused with %j %j", (layers, options, text) => {
    expect(() => createDbn(layers, options)).toThrow(text);
  });

  test("starts at weights that are the same up and down, and at the means of its data", () => {
    const { directed, top } = initializeDbn([16, 9, 16], { seed: 3, data: bars, weightScale: 0.5 });
    const [{ generativeWeights, recognitionWeights, lowerBias }] = directed;
    expect(recognitionWeights).toEqual(generativeWeights);
    expect(Array.from(lowerBias)).toEqual(Array(16).fill(0));
    expect(top.weights.every((w) => w !== 0)).toBe(true);
    expect(() => initializeDbn([15, 9], { seed: 3, data: bars })).toThrow("15, the visible units");
  });
});

describe("a model file", () => {
  const machine = randomDbn([5, 4, 3, 2], { classes: 2, seed: 3 });
  const bytes = serializeModel(machine, { seed: "3" });

  test("gives back what was written", () => {
    const { machine: read, metadata } = parseModel(bytes, "model");
    expect(read).toEqual(machine);
    expect(metadata.get("kind")).toBe("dbn");
  });

  test.each([
    ["classes", undefined, "a tensor classes"],
    ["top.weights", undefined, "a tensor top.weights"],
    ["directed.2.recognition.bias", undefined, "a tensor directed.2.recognition.bias"],
    ["directed.1.generative.weights", undefined, "a tensor directed.1.generative.weights"],
    ["directed.1.recognition.weights", { dtype: "F32", shape: [4, 5], data: new Float32Array(20) }, "[5, 4]"],
    ["directed.2.generative.bias", { dtype: "F32", shape: [4], data: new Float32Array(4).fill(Number.NaN) }, "finite"],
    ["classes", { dtype: "U32", shape: [1], data: Uint32Array.of(9) }, "layer"],
  ] as const)("is refused without a good %s", (name, tensor, text) => {
    const { tensors, metadata } = parseSafetensors(bytes, "model");
    const changed = new Map(tensors);
    if (tensor) changed.set(name, tensor as never);
    else changed.delete(name);
    const file = serializeSafetensors(Object.fromEntries(changed), Object.fromEntries(metadata));
    expect(() => parseModel(file, "model")).toThrow(text);
  });
});

describe("training is refused for", () => {
  test.each([
    ["data of another width", dbn, { ...bars, units: 8, cases: 64 }, two, "16, the visible units"],
    ["options of one layer for two", dbn, bars, { layers: [{ epochs: 1 }] }, "2, one for each layer"],
    ["nothing to do", dbn, bars, { layers: [] }, "something to do"],
    ["missing labels", joint, bars, two, "without labels"],
    [
      "a label beyond the classes",
      joint,
      { ...labelled, labels: labelled.labels?.map((y) => 2 * y) as Uint8Array },
      two,
      "the label 2 at case 1",
    ],
    [
      "a negative label",
      joint,
      { ...labelled, labels: Int32Array.from(labelled.labels as Uint8Array, (y) => -y) },
      two,
      "the label -1",
    ],
    [
      "tempered chains with labels",
      joint,
      labelled,
      { layers: [{ epochs: 1 }, { epochs: 1, negative: temperedGibbs() }] },
      "cd, pcd, fpcd",
    ],
    [
      "thresholds of samples",
      dbn,
      bars,
      { layers: [{ epochs: 1 }, { epochs: 1, clamp: "threshold" }] },
      "sample or probability",
    ],
    [
      "a first layer upside down",
      dbn,
      bars,
      { layers: [{ epochs: 1, start: "transposed" }, { epochs: 1 }] },
      "a layer of weights below it",
    ],
    [
      "sizes that do not alternate",
      createDbn([16, 9, 15]),
      bars,
      { layers: [{ epochs: 1 }, { epochs: 1, start: "transposed" }] },
      "16, the units two layers below",
    ],
    ["epochs that are none", dbn, bars, { layers: [{ epochs: 1 }, { epochs: 0 }] }, "at least 1"],
    ["a negative seed", dbn, bars, { ...two, seed: -1 }, "whole number"],
  ] as const)("%s", async (_, machine, data, options, text) => {
    await expect(learnt(machine, data as Dataset, options as unknown as DbnTrainOptions)).rejects.toThrow(text);
  });

  test("held-out data of another width, or without labels", async () => {
    await expect(learnt(dbn, bars, { ...two, heldOut: { ...bars, units: 4 } })).rejects.toThrow("16, the visible");
    await expect(learnt(joint, labelled, { ...two, heldOut: bars })).rejects.toThrow("without labels");
  });

  test("a checkpoint of other layers, of another stage, of another rule, of too many updates", async () => {
    let checkpoint: Checkpoint<Dbn> | undefined;
    const options: DbnTrainOptions = {
      layers: [
        { epochs: 1, batchSize: 16 },
        { epochs: 2, batchSize: 16 },
      ],
    };
    for await (const report of train(dbn, bars, { ...options, reportEvery: 0 })) {
      if (report.update === 3) checkpoint = report.checkpoint();
    }
    const read = parseCheckpoint(serializeCheckpoint(checkpoint as Checkpoint<Dbn>), "checkpoint") as Checkpoint<Dbn>;
    expect(read).toEqual(checkpoint);
    const resumed = (asked: DbnTrainOptions, from = read) => learnt(dbn, bars, { ...asked, resume: from });
    await expect(learnt(createDbn([16, 8, 16]), bars, { ...options, resume: read })).rejects.toThrow("16-8-16");
    await expect(resumed({ ...options, upDown: { epochs: 1 } })).rejects.toThrow("one of 3 stages");
    const momentum = { ...options.layers[1], epochs: 2, optimizer: sgd({ momentum: 0.5 }) };
    await expect(resumed({ layers: [{ epochs: 1, batchSize: 16 }, momentum] })).rejects.toThrow("step.weights");
    const far = { ...read, progress: { ...read.progress, update: 7 } };
    await expect(resumed(options, far)).rejects.toThrow("2 to 6, those of layer 2");
    const none = { ...read, progress: { ...read.progress, stage: undefined } } as unknown as Checkpoint<Dbn>;
    await expect(resumed(options, none)).rejects.toThrow("without stages");
  });
});

test("upper layers start at the means of what they learn from, or upside down", async () => {
  const trained = await learnt(initializeDbn([16, 9, 16], { seed: 1, data: bars }), bars, {
    layers: [
      { epochs: 60, optimizer: sgd({ rate: 0.1 }) },
      // a rate so small that nothing moves
      { epochs: 1, optimizer: sgd({ rate: 1e-30 }), start: "transposed" },
    ],
  });
  const below = bondRbm(trained, 0);
  for (let i = 0; i < 16; i++) {
    for (let j = 0; j < 9; j++) expect(trained.top.weights[j * 16 + i]).toBe(below.weights[i * 9 + j]);
  }
  expect([trained.top.visibleBias, trained.top.hiddenBias]).toEqual([below.hiddenBias, below.visibleBias]);
  expect(completeDbnOptions(dbn, bars, two).layers.map(({ start }) => start)).toEqual(["given", "means"]);
});
