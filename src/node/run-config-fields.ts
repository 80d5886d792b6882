/** The fields of a run's config.json: which there are, and of what type. Domains of numbers are checked where they are used. */

/** What is expected, in words, and whether a value is that. */
export type Test = readonly [expected: string, holds: (value: unknown) => boolean];

/** By the path of a field, such as learning.negative.k. */
export type Fields = Readonly<Record<string, Test>>;

export interface Shape {
  readonly fields: Fields;
  /** Fields that go by the value of another, such as those of a rule by its name. */
  readonly by: Readonly<Record<string, Readonly<Record<string, Fields>>>>;
}

/** The value as a record; an empty one where it is none. */
export function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

const text: Test = ["a text", (value) => typeof value === "string"];
const number: Test = ["a number", (value) => typeof value === "number"];
const truth: Test = ["true or false", (value) => typeof value === "boolean"];
const numbers: Test = ["numbers", (value) => Array.isArray(value) && value.every((item) => typeof item === "number")];
const optional = ([expected, holds]: Test): Test => [expected, (value) => value === undefined || holds(value)];
const either = (a: Test, b: Test): Test => [`${a[0]} or ${b[0]}`, (value) => a[1](value) || b[1](value)];

export const oneOf = (...values: unknown[]): Test => [
  values.map((value) => `"${value}"`).join(" or "),
  (value) => values.includes(value),
];

const statistics = oneOf("probability", "sample");

const schedule: Test = [
  "a number, a line or steps",
  (value) => {
    if (typeof value === "number") return true;
    const { kind, from, to, steps } = record(value);
    if (kind === "linear") return typeof from === "number" && typeof to === "number";
    return kind === "steps" && Array.isArray(steps) && steps.every((step) => numbers[1](step) && step.length === 2);
  },
];

const stages: Test = [
  "stages of steps and a temperature",
  (value) =>
    Array.isArray(value) &&
    value.map(record).every(({ steps, temperature }) => number[1](steps) && number[1](temperature)),
];

const pairs: Test = ["pairs of numbers", (value) => numbers[1](value) && (value as number[]).length % 2 === 0];

/** The fields below a path. */
const under = (path: string, fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, test]) => [`${path}.${name}`, test]));

export const dataFields: Fields = {
  spec: text,
  classes: optional(numbers),
  limit: optional(number),
  labelled: optional(number),
  labels: optional(text),
  array: optional(text),
  scale: optional(either(number, oneOf("minmax"))),
  binarize: optional(number),
  imageShape: optional(
    either(["height and width", (value) => numbers[1](value) && (value as number[]).length === 2], oneOf("square")),
  ),
};

const begunWith: Fields = { "model.from": optional(text), "model.fromSha256": optional(text) };

const everywhere: Fields = {
  version: text,
  command: text,
  "learning.epochs": number,
  "learning.batchSize": number,
  "learning.seed": number,
};

const every: Fields = { ...everywhere, "model.weightScale": number };
const common: Fields = { ...every, "model.hidden": number };

/** L1 and Nesterov's momentum came later than the others. */
const penalties: Fields = { weightDecay: number, l1: optional(number) };

const optimizers = {
  sgd: under("learning.optimizer", { rate: schedule, momentum: schedule, nesterov: optional(truth), ...penalties }),
  adam: under("learning.optimizer", { rate: schedule, beta1: number, beta2: number, epsilon: number, ...penalties }),
  sign: under("learning.optimizer", { rate: schedule }),
};

/** What a rule may have besides, each with the fields that it must have then. */
const besides = (entries: Readonly<Record<string, Fields>>): Fields =>
  Object.fromEntries(
    Object.entries(entries).map(([name, fields]) => {
      const tests = Object.entries(fields);
      const expected = tests.map(([key, [text]]) => `${key}: ${text}`).join(", ");
      const holds = (value: unknown) => tests.every(([key, test]) => test[1](record(value)[key]));
      return [`learning.${name}`, optional([`{ ${expected} }`, holds])];
    }),
  );

const stopWhen = {
  metric: oneOf(
    ...["heldOutLogLikelihood", "logLikelihood", "heldOutReconstructionError", "freeEnergyGap"],
    ...["heldOutErrorRate", "heldOutCrossEntropy"],
  ),
  patience: number,
  tolerance: number,
};

const average: Fields = { from: optional(number), over: optional(number) };

const settling: Fields = { anneal: stages, readings: number, dynamics: oneOf("sequential", "glauber") };

const persistent: Fields = { k: number, chains: number, dream: statistics };
const tempered: Fields = { chains: number, sweeps: number, ladder: numbers };

/** Does the value have all fields of a shape? */
function fits({ fields, by }: Shape, value: unknown): boolean {
  const at = (path: string) => path.split(".").reduce((inner: unknown, key) => record(inner)[key], value);
  return (
    Object.entries(fields).every(([name, [, holds]]) => holds(at(name))) &&
    Object.entries(by).every(([name, variants]) => {
      const inner = variants[at(name) as string];
      return inner !== undefined && Object.entries(inner).every(([field, [, holds]]) => holds(at(field)));
    })
  );
}

const upDown = {
  epochs: number,
  batchSize: number,
  clamp: oneOf("sample", "threshold", "probability"),
  sweeps: schedule,
  dreams: optional(oneOf("contrastive", "persistent")),
  optimizer: [
    "sgd with its rate, momentum and penalties",
    (value) => fits({ fields: optimizers.sgd, by: {} }, { learning: { optimizer: value } }),
  ],
  average: optional(["from or over", (value) => fits({ fields: average, by: {} }, value)]),
} as const satisfies Fields;

/** Learning options of layers: each those of an RBM's run, and besides. */
const layersWith = (more: Fields): Test => [
  "learning options of layers, each as those of an RBM",
  (value) => {
    const { fields, by }: Shape = shapes.rbm;
    const own = Object.entries(fields).filter(([name]) => name.startsWith("learning.") && name !== "learning.seed");
    const shape = { fields: { ...Object.fromEntries(own), ...more }, by };
    return Array.isArray(value) && value.every((layer) => fits(shape, { learning: layer }));
  },
];

/** Of all layers of a deep Boltzmann machine together. */
const joint: Test = [
  "learning options of all layers together",
  (value) => {
    const { "learning.wake": _, ...own }: Fields = shapes.rbm.fields;
    const learning = Object.entries(own).filter(([name]) => name.startsWith("learning.") && name !== "learning.seed");
    const meanField = under("learning.meanField", { iterations: number, tolerance: number });
    // came later than the others
    const lowerRate = { "learning.lowerRate": optional(number) };
    const { pcd, tempered } = shapes.rbm.by["learning.negative.rule"];
    const by = { ...shapes.rbm.by, "learning.negative.rule": { pcd, tempered } };
    return fits({ fields: { ...Object.fromEntries(learning), ...meanField, ...lowerRate }, by }, { learning: value });
  },
];

/** By the kind of run. */
export const shapes = {
  rbm: {
    fields: {
      ...common,
      "learning.clamp": oneOf("sample", "threshold", "probability"),
      "learning.wake": statistics,
      monitor: optional(number),
      ...besides({
        centring: { rate: number },
        sparsity: { target: number, cost: number, rate: number },
        average,
        stopWhen,
      }),
    },
    by: {
      "learning.negative.rule": {
        cd: under("learning.negative", { k: number, dream: statistics, reconstruction: statistics }),
        pcd: under("learning.negative", persistent),
        fpcd: under("learning.negative", { ...persistent, fastRate: number, fastDecay: number }),
        tempered: under("learning.negative", tempered),
        ptt: under("learning.negative", {
          ...{ chains: number, reservoir: number, rounds: number, k: number, annealing: number },
          ...{ freezeBelow: number, rejectBelow: number },
        }),
        scratch: under("learning.negative", {
          chains: number,
          sweeps: either(number, oneOf("mixed")),
          mostSweeps: number,
        }),
        exact: {},
      },
      "learning.optimizer.optimizer": { sgd: optimizers.sgd, adam: optimizers.adam },
    },
  },
  boltzmann: {
    fields: {
      ...common,
      "learning.clamp": oneOf("sample", "threshold"),
      "learning.temperature": number,
      monitor: number,
      ...besides({ stopWhen }),
    },
    by: {
      "model.connections.kind": {
        full: {},
        bipartite: {},
        groups: under("model.connections", { groups: numbers, amongHidden: optional(truth) }),
        lattice: under("model.connections", { rows: number, columns: number, periodic: optional(truth) }),
        edges: under("model.connections", { pairs }),
      },
      "learning.positive.phase": {
        data: {},
        exact: {},
        chains: under("learning.positive", { chainsPerCase: number, ...settling }),
        "mean-field": under("learning.positive", { iterations: number, tolerance: number, damping: number }),
      },
      "learning.negative.rule": {
        exact: {},
        scratch: under("learning.negative", { chains: number, ...settling }),
        persistent: under("learning.negative", { chains: number, sweeps: number }),
        tempered: under("learning.negative", tempered),
        cd: under("learning.negative", { k: number }),
        "pseudo-likelihood": {},
      },
      "learning.optimizer.optimizer": optimizers,
    },
  },
  dbn: {
    fields: {
      ...every,
      "model.layers": numbers,
      "model.classes": number,
      "learning.layers": layersWith({ "learning.start": oneOf("given", "means", "transposed") }),
      "learning.passes": oneOf("sample", "mean"),
      ...besides({ upDown }),
      monitor: optional(number),
    },
    by: {},
  },
  dbm: {
    fields: {
      ...every,
      ...begunWith,
      "model.layers": numbers,
      "learning.pretraining": layersWith({}),
      "learning.joint": joint,
      monitor: optional(number),
    },
    by: {},
  },
  "classification-rbm": {
    fields: {
      ...common,
      "model.classes": number,
      "learning.clamp": oneOf("sample", "threshold", "probability"),
      "learning.dropout": number,
      "learning.sparsity": number,
      "learning.objective.discriminative": number,
      "learning.objective.generative": number,
      "learning.objective.unlabelled": number,
      ...besides({ average: { from: optional(number), over: optional(number) }, stopWhen }),
    },
    by: {
      "learning.negative.rule": {
        cd: under("learning.negative", { k: number, dream: statistics, reconstruction: statistics }),
      },
      "learning.optimizer.optimizer": { sgd: optimizers.sgd, adam: optimizers.adam },
    },
  },
  classifier: {
    fields: {
      ...everywhere,
      "model.layers": numbers,
      ...begunWith,
      "model.augmented": optional(truth),
      "learning.learns": oneOf("all", "read-out"),
      "learning.lowerRate": number,
      ...besides({
        dropout: { input: number, hidden: number },
        average,
        stopWhen,
      }),
    },
    by: { "learning.optimizer.optimizer": { sgd: optimizers.sgd, adam: optimizers.adam } },
  },
} as const satisfies Readonly<Record<string, Shape>>;
