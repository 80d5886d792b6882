import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { freeEnergies } from "#src/evaluate/free-energy.js";
import { parseCheckpoint, serializeCheckpoint } from "#src/io/checkpoint-file.js";
import { parametersSha256 } from "#src/io/hash.js";
import { asRbm, parseModel, serializeModel } from "#src/io/model.js";
import { serializeSafetensors, type Tensor } from "#src/io/safetensors.js";
import { createBoltzmann } from "#src/machines/boltzmann.js";
import { initializeClassifier } from "#src/machines/classifier.js";
import { loadData } from "#src/node/load-data.js";
import { strongRbm } from "../oracles/enumerate.js";

const rbm = strongRbm(4, 3);
const floats = (shape: number[], values?: number[]): Tensor => ({
  dtype: "F32",
  shape,
  data: Float32Array.from(values ?? { length: shape.reduce((a, b) => a * b, 1) }, (x) => Number(x ?? 0)),
});

describe("model files", () => {
  test("what is written reads back: parameters bit for bit, metadata with format, kind and unit types", () => {
    const { machine, metadata } = parseModel(serializeModel(rbm, { seed: "7" }), "model");
    expect(machine).toEqual(rbm);
    expect(Object.fromEntries(metadata)).toEqual({
      format: "harmonium/1",
      kind: "rbm",
      visible_units: "binary",
      hidden_units: "binary",
      seed: "7",
    });
  });

  test("a classifier reads back bit for bit; what is none is refused", () => {
    const classifier = initializeClassifier([5, 4, 3], { seed: 3 });
    classifier.biases[0]?.fill(0.25);
    const { machine, metadata } = parseModel(serializeModel(classifier), "model");
    expect(machine).toEqual(classifier);
    expect([metadata.get("kind"), metadata.get("read_out")]).toEqual(["classifier", "softmax"]);
    const file = (tensors: Record<string, Tensor>) => () =>
      parseModel(serializeSafetensors(tensors, { kind: "classifier" }), "file");
    expect(file({ weights: floats([5, 4]) })).toThrow("expected a tensor layers.0.weights");
    const first = { "layers.0.weights": floats([5, 4]), "layers.0.bias": floats([4]) };
    expect(file({ ...first, "layers.1.weights": floats([3, 2]), "layers.1.bias": floats([2]) })).toThrow(
      "layer 1: got weights [3, 2] and 2 biases; expected weights from 4 units",
    );
    expect(file({ ...first, "layers.0.bias": floats([5]) })).toThrow("layer 0: got weights [5, 4] and 5 biases");
    expect(file({ "layers.0.weights": floats([5, 4]) })).toThrow("expected a tensor layers.0.bias");
    expect(() => asRbm(classifier, "model")).toThrow("got a classifier; expected a restricted Boltzmann machine");
  });

  test("a file by another program, without our metadata, is an RBM by its tensors", () => {
    const file = join(import.meta.dirname, "../fixtures/rbm-independent.safetensors");
    const machine = asRbm(parseModel(readFileSync(file), "rbm-independent").machine, file);
    expect([machine.visible, machine.hidden]).toEqual([4, 3]);
    expect([...machine.hiddenBias]).toEqual([0.125, 2, -3]);
  });

  test.each<[string, Record<string, Tensor>, Record<string, string>, RegExp]>([
    [
      "a missing tensor",
      { weights: floats([4, 3]) },
      {},
      /file: got the tensors weights; expected a tensor visible\.bias\. An RBM's file holds/,
    ],
    [
      "a bias that does not fit",
      { weights: floats([4, 3]), "visible.bias": floats([5]), "hidden.bias": floats([3]) },
      {},
      /visible\.bias: got 5 values; expected 4 values, as weights has the shape \[4, 3\]/,
    ],
    [
      "weights of one dimension",
      { weights: floats([12]) },
      {},
      /weights: got F32 of shape \[12\]; expected F32 or F64 with 2 dimensions/,
    ],
    [
      "NaN among the weights",
      { weights: floats([1, 2], [1, Number.NaN]), "visible.bias": floats([1]), "hidden.bias": floats([2]) },
      {},
      /weights: got NaN at position 1; expected finite numbers/,
    ],
    [
      "another kind of machine",
      { weights: floats([4, 3]) },
      { kind: "helmholtz" },
      /a machine of kind "helmholtz"; expected rbm/,
    ],
  ])("refused: %s", (_, tensors, metadata, message) => {
    expect(() => parseModel(serializeSafetensors(tensors, metadata), "file")).toThrow(message);
  });
});

describe("checkpoints", () => {
  const progress = { update: 17, errorSum: 2.5, errorCount: 40, seconds: 1.25 };

  test("parameters, steps and progress read back", () => {
    const state = {
      "step.weights": { shape: [4, 3], data: strongRbm(4, 3, 2).weights },
      "chains.visible": { shape: [2, 4], data: Uint8Array.of(0, 1, 1, 0, 1, 0, 0, 1) },
      "chains.place": { shape: [2], data: Uint32Array.of(1, 0) },
      "average.bias": { shape: [2], data: Float64Array.of(0.1, -0.2) },
    };
    const boltzmann = createBoltzmann([0, 0.3, 0.3, 0], [1, -1], { visible: [1] });
    for (const machine of [rbm, boltzmann]) {
      for (const checkpoint of [
        { machine, state, progress },
        { machine, state: {}, progress },
      ]) {
        expect(parseCheckpoint(serializeCheckpoint(checkpoint), "c")).toEqual(checkpoint);
      }
    }
  });

  test("a model file is not a checkpoint; broken progress is refused", () => {
    expect(() => parseCheckpoint(serializeModel(rbm), "c")).toThrow(
      'c: got format "harmonium/1"; expected harmonium-checkpoint/1',
    );
    const broken = serializeCheckpoint({ machine: rbm, state: {}, progress: { ...progress, update: -1 } });
    expect(() => parseCheckpoint(broken, "c")).toThrow(
      /c: progress: got .*expected numbers update, errorSum, errorCount, seconds/,
    );
  });
});

test("parametersSha256 is SHA-256 of weights, visible bias, hidden bias as little-endian float32", async () => {
  // printf '\x00\x00\x80\x3f\x00\x00\x00\x40\x00\x00\x40\x40' | sha256sum: the floats 1, 2, 3
  const one = {
    kind: "rbm",
    visible: 1,
    hidden: 1,
    weights: Float32Array.of(1),
    visibleBias: Float32Array.of(2),
    hiddenBias: Float32Array.of(3),
  } as const;
  expect(await parametersSha256(one)).toBe("8e628779e6a74ee0b36991c10158f63cafec7d340ad4e075592502c8708524dd");
});

// kept beside the repository, not in it; without it this is skipped
const published = join(import.meta.dirname, "../../../shared/data/sm2008");

describe.skipIf(!existsSync(published))(
  "the published CD25(500) RBM of Salakhutdinov & Murray 2008 (needs their files in ../shared/data/sm2008)",
  () => {
    test("loads, and its mean unnormalised log-likelihood of their test set is 364.926 nats, within 0.005", async () => {
      const file = join(published, "rbm_cd25_500.safetensors");
      const machine = asRbm(parseModel(readFileSync(file), file).machine, file);
      expect([machine.visible, machine.hidden]).toEqual([784, 500]);
      const data = await loadData(join(published, "test-images-idx3-ubyte.gz"));
      const energies = await freeEnergies(machine, data, { threads: 2 });
      expect(-energies.reduce((a, b) => a + b, 0) / data.cases).toBeCloseTo(364.926, 2);
    });
  },
);
