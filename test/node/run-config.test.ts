import { describe, expect, test } from "vitest";
import {
  contrastiveDivergence,
  exactGradient,
  fastPersistent,
  gibbsFromScratch,
  type NegativeConfig,
  persistentContrastiveDivergence,
  temperedGibbs,
  trajectoryTempering,
} from "#src/index.js";
import type { BoltzmannRunConfig, DbnRunConfig, RbmRunConfig } from "#src/node/index.js";
import { dbnLearningFrom, formatRunConfig, learningFrom, parseRunConfig } from "#src/node/run-config.js";

const settling = { anneal: [{ steps: 2, temperature: 1.5 }], readings: 3, dynamics: "glauber" } as const;

const boltzmann: BoltzmannRunConfig = {
  kind: "boltzmann",
  version: "1.2.3",
  command: 'npx harmonium train boltzmann --data "[\n  1\n]"',
  data: { spec: "mnist:train", classes: [1, 2], imageShape: [28, 28] },
  heldOut: { spec: "mnist:test" },
  model: { hidden: 2, weightScale: 0.01, connections: { kind: "groups", groups: [4, 4], amongHidden: true } },
  learning: {
    ...{ epochs: 3, batchSize: 5, seed: 1, clamp: "sample", temperature: 1.5 },
    positive: { phase: "chains", chainsPerCase: 1, ...settling },
    negative: { rule: "tempered", chains: 3, sweeps: 2, ladder: [1, 0.5, 0] },
    optimizer: {
      optimizer: "sgd",
      rate: {
        kind: "steps",
        steps: [
          [0, 0.1],
          [5, 1e-7],
        ],
      },
      momentum: 0,
      nesterov: false,
      weightDecay: 0,
      l1: 0,
    },
  },
  monitor: 2,
};

const rbm: RbmRunConfig = {
  kind: "rbm",
  version: "1.2.3",
  command: "npx harmonium train rbm",
  data: { spec: "mnist:train" },
  model: { hidden: 2, weightScale: 0.01 },
  learning: {
    ...{ epochs: 3, batchSize: 5, seed: 1, clamp: "probability", wake: "sample" },
    negative: { rule: "cd", k: 1, dream: "probability", reconstruction: "sample" },
    optimizer: {
      ...{ optimizer: "sgd", rate: { kind: "linear", from: 0.1, to: 0.01 }, momentum: 0.5, nesterov: true },
      ...{ weightDecay: 0, l1: 0.001 },
    },
  },
};

const everything: RbmRunConfig = {
  ...rbm,
  learning: {
    ...rbm.learning,
    optimizer: {
      ...{ optimizer: "adam", rate: 0.001, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 },
      ...{ weightDecay: 0, l1: 0 },
    },
    centring: { rate: 0.01 },
    sparsity: { target: 0.1, cost: 0.5, rate: 0.05 },
    average: { from: 0.5 },
    stopWhen: { metric: "freeEnergyGap", patience: 3, tolerance: 2 },
  },
  monitor: 5,
};

/** Every negative phase, as its function makes it. */
const negatives = [
  contrastiveDivergence(),
  persistentContrastiveDivergence(),
  fastPersistent(),
  temperedGibbs(),
  trajectoryTempering(),
  gibbsFromScratch(),
  gibbsFromScratch({ sweeps: 9 }),
  exactGradient(),
].map(({ config }) => config);

test.each(negatives.map((negative) => [negative.rule, negative] as const))(
  "the negative phase %s is read back as it was, and made again",
  (_, negative) => {
    const config = { ...rbm, learning: { ...rbm.learning, negative } };
    const again = parseRunConfig(formatRunConfig(config), "config.json") as RbmRunConfig;
    expect(again).toEqual(config);
    expect(learningFrom(again).negative.config).toEqual(negative);
  },
);

test("of a negative phase every entry is looked at", () => {
  for (const negative of negatives) {
    const config = { ...rbm, learning: { ...rbm.learning, negative } };
    for (const name of Object.keys(negative)) {
      const path = `learning.negative.${name}`;
      expect(() => parseRunConfig(changed(config, path, { wrong: 1 }), "config.json")).toThrow(
        `config.json: ${path}: got`,
      );
      expect(() => parseRunConfig(changed(config, path, undefined), "config.json")).toThrow(`${path}: got nothing`);
    }
  }
});

/** A copy with the entry at a path set. */
function changed(config: object, name: string, value: unknown): string {
  const copy = JSON.parse(formatRunConfig(config as RbmRunConfig));
  const keys = name.split(".");
  const parent = keys.slice(0, -1).reduce((inner, key) => inner[key], copy);
  parent[keys.at(-1) as string] = value;
  return JSON.stringify(copy);
}

const { epochs: _, seed: __, ...layer } = everything.learning;
const dbn: DbnRunConfig = {
  ...{ kind: "dbn", version: "1.2.3", command: "npx harmonium train dbn", data: { spec: "mnist:train" } },
  model: { layers: [784, 500, 2000], classes: 10, weightScale: 0.01 },
  learning: {
    ...{ epochs: 5, batchSize: 5, seed: 1, passes: "mean" },
    layers: [
      { ...layer, epochs: 1, start: "given" },
      { ...layer, epochs: 2, start: "means", negative: persistentContrastiveDivergence().config as NegativeConfig },
    ],
    upDown: {
      ...{ epochs: 2, batchSize: 5, clamp: "sample", sweeps: 3 },
      optimizer: { optimizer: "sgd", rate: 0.01, momentum: 0, nesterov: false, weightDecay: 0, l1: 0 },
    },
  },
};

test.each([
  ["learning.layers.1.negative.rule", "cdd"],
  ["learning.layers.1.negative.chains", "5"],
  ["learning.layers.0.start", "above"],
  ["learning.layers.0.optimizer.optimizer", undefined],
  ["learning.layers", {}],
  ["learning.upDown.sweeps", "3"],
  ["learning.upDown.optimizer", { optimizer: "sgd" }],
  ["learning.passes", "both"],
  ["model.layers", [1, "2"]],
])("of a deep belief network %s is looked at", (path, value) => {
  expect(() => parseRunConfig(changed(dbn, path, value), "config.json")).toThrow("config.json: ");
});

test("of a deep belief network all learning options are made again", () => {
  const { layers, upDown } = dbnLearningFrom(parseRunConfig(formatRunConfig(dbn), "config.json") as DbnRunConfig);
  expect(layers.map(({ negative }) => negative?.config)).toEqual(dbn.learning.layers.map(({ negative }) => negative));
  expect(upDown).toEqual(dbn.learning.upDown);
});

test.each<[string, RbmRunConfig | BoltzmannRunConfig | DbnRunConfig]>([
  ["a deep belief network", dbn],
  ["a general machine", boltzmann],
  ["an RBM", rbm],
  ["an RBM with everything", everything],
])("the text of %s is read back as it was", (_, config) => {
  expect(parseRunConfig(formatRunConfig(config), "config.json")).toEqual(config);
});

test("lists of numbers take a line each; texts stay as they are", () => {
  const text = formatRunConfig(boltzmann);
  expect(text).toContain('\n      "groups": [4, 4],\n');
  expect(text).toContain('"ladder": [1, 0.5, 0]');
  expect(text).toContain("[5, 1e-7]");
  expect(text).toContain('--data \\"[\\n  1\\n]\\""');
});

const stages = "stages of steps and a temperature";
const schedule = "a number, a line or steps";

describe("of a general machine, every entry is looked at", () => {
  test.each<[string, unknown, string]>([
    ["model.hidden", "2", 'config.json: model.hidden: got "2"; expected a number'],
    ["model.weightScale", null, "config.json: model.weightScale: got null; expected a number"],
    [
      "model.connections",
      undefined,
      'config.json: model.connections.kind: got nothing; expected "full" or "bipartite" or "groups" or "lattice" or "edges"',
    ],
    ["model.connections", { kind: "groups" }, "config.json: model.connections.groups: got nothing; expected numbers"],
    [
      "model.connections",
      { kind: "groups", groups: [16], amongHidden: 1 },
      "config.json: model.connections.amongHidden: got 1; expected true or false",
    ],
    [
      "model.connections",
      { kind: "lattice", rows: 4 },
      "config.json: model.connections.columns: got nothing; expected a number",
    ],
    [
      "model.connections",
      { kind: "lattice", rows: 3, columns: 6, periodic: "yes" },
      'config.json: model.connections.periodic: got "yes"; expected true or false',
    ],
    [
      "model.connections",
      { kind: "edges", pairs: [1] },
      "config.json: model.connections.pairs: got [1]; expected pairs of numbers",
    ],
    ["learning.epochs", "3", 'config.json: learning.epochs: got "3"; expected a number'],
    ["learning.seed", null, "config.json: learning.seed: got null; expected a number"],
    [
      "learning.clamp",
      "probability",
      'config.json: learning.clamp: got "probability"; expected "sample" or "threshold"',
    ],
    ["learning.temperature", undefined, "config.json: learning.temperature: got nothing; expected a number"],
    [
      "learning.positive",
      null,
      'config.json: learning.positive.phase: got nothing; expected "data" or "exact" or "chains" or "mean-field"',
    ],
    [
      "learning.positive.chainsPerCase",
      "1",
      'config.json: learning.positive.chainsPerCase: got "1"; expected a number',
    ],
    [
      "learning.positive.anneal",
      [{ steps: 3 }],
      `config.json: learning.positive.anneal: got [{"steps":3}]; expected ${stages}`,
    ],
    [
      "learning.positive.readings",
      undefined,
      "config.json: learning.positive.readings: got nothing; expected a number",
    ],
    [
      "learning.positive.dynamics",
      "parallel",
      'config.json: learning.positive.dynamics: got "parallel"; expected "sequential" or "glauber"',
    ],
    [
      "learning.positive",
      { phase: "mean-field", iterations: 9, tolerance: 0.1 },
      "config.json: learning.positive.damping: got nothing; expected a number",
    ],
    [
      "learning.negative.rule",
      "dream",
      `config.json: learning.negative.rule: got "dream"; expected "exact" or "scratch" or "persistent" or "tempered" or "cd" or "pseudo-likelihood"`,
    ],
    ["learning.negative.ladder", [1, "0"], 'config.json: learning.negative.ladder: got [1,"0"]; expected numbers'],
    ["learning.negative.chains", null, "config.json: learning.negative.chains: got null; expected a number"],
    ["learning.negative", { rule: "cd" }, "config.json: learning.negative.k: got nothing; expected a number"],
    [
      "learning.negative",
      { rule: "scratch", chains: 3 },
      `config.json: learning.negative.anneal: got nothing; expected ${stages}`,
    ],
    ["learning.optimizer.optimizer", "adam", "config.json: learning.optimizer.beta1: got nothing; expected a number"],
    [
      "learning.optimizer.optimizer",
      "lbfgs",
      'config.json: learning.optimizer.optimizer: got "lbfgs"; expected "sgd" or "adam" or "sign"',
    ],
    [
      "learning.optimizer.rate",
      { kind: "cosine" },
      `config.json: learning.optimizer.rate: got {"kind":"cosine"}; expected ${schedule}`,
    ],
    [
      "learning.optimizer.weightDecay",
      undefined,
      "config.json: learning.optimizer.weightDecay: got nothing; expected a number",
    ],
    ["monitor", undefined, "config.json: monitor: got nothing; expected a number"],
  ])("%s %j", (name, value, message) => {
    expect(() => parseRunConfig(changed(boltzmann, name, value), "config.json")).toThrow(message);
  });
});

describe("of an RBM", () => {
  test.each<[string, unknown, string]>([
    ["kind", "helmholtz", 'config.json: kind: got "helmholtz"; expected "rbm" or "boltzmann"'],
    ["kind", "boltzmann", 'config.json: learning.clamp: got "probability"; expected "sample" or "threshold"'],
    ["learning.wake", 1, 'config.json: learning.wake: got 1; expected "probability" or "sample"'],
    ["learning.negative.rule", "dream", 'config.json: learning.negative.rule: got "dream"; expected "cd" or "pcd"'],
    ["learning.negative.k", "1", 'config.json: learning.negative.k: got "1"; expected a number'],
    ["learning.optimizer", { optimizer: "sign", rate: 1 }, 'learning.optimizer.optimizer: got "sign"; expected "sgd"'],
    [
      "learning.optimizer.rate",
      { kind: "steps", steps: [[0]] },
      `learning.optimizer.rate: got {"kind":"steps","steps":[[0]]}; expected ${schedule}`,
    ],
  ])("%s %j", (name, value, message) => {
    expect(() => parseRunConfig(changed(rbm, name, value), "config.json")).toThrow(message);
  });

  test.each<[string, unknown, string]>([
    ["learning.centring", true, "learning.centring: got true; expected { rate: a number }"],
    ["learning.sparsity.cost", "much", 'learning.sparsity: got {"target":0.1,"cost":"much","rate":0.05}; expected {'],
    [
      "learning.average.from",
      "half",
      'learning.average: got {"from":"half"}; expected { from: a number, over: a number }',
    ],
    [
      "learning.stopWhen.metric",
      "luck",
      'learning.stopWhen: got {"metric":"luck","patience":3,"tolerance":2}; expected {',
    ],
    ["learning.optimizer.epsilon", null, "learning.optimizer.epsilon: got null; expected a number"],
    ["learning.optimizer.l1", "0", 'learning.optimizer.l1: got "0"; expected a number'],
    ["monitor", "5", 'config.json: monitor: got "5"; expected a number'],
  ])("with everything: %s %j", (name, value, message) => {
    expect(() => parseRunConfig(changed(everything, name, value), "config.json")).toThrow(message);
  });

  test("what came later may be missing", () => {
    const old = JSON.parse(changed(rbm, "learning.optimizer.l1", undefined));
    delete old.learning.optimizer.nesterov;
    const config = parseRunConfig(JSON.stringify(old), "config.json") as RbmRunConfig;
    expect(learningFrom(config).optimizer).toEqual({ ...rbm.learning.optimizer, nesterov: false, l1: 0 });
  });
});
