import { describe, expect, test } from "vitest";
import type { Dataset } from "#src/data/dataset.js";
import { clampedMoments } from "#src/evaluate/clamped-moments.js";
import { exactMoments, type Moments } from "#src/evaluate/moments.js";
import { exactLogLikelihoods, visibleDistribution } from "#src/evaluate/visible-law.js";
import { parseCheckpoint, serializeCheckpoint } from "#src/io/checkpoint-file.js";
import { parametersSha256 } from "#src/io/hash.js";
import { createKernels } from "#src/kernels/threads.js";
import { boltzmannContrastive, exactFree, fromScratch, persistentChains } from "#src/learn/boltzmann/negative.js";
import type { BoltzmannTrainOptions } from "#src/learn/boltzmann/options.js";
import type { BoltzmannNegativeRule, PositiveRule } from "#src/learn/boltzmann/phase.js";
import { clampedChains, dataMoments, exactHidden, meanField } from "#src/learn/boltzmann/positive.js";
import { pseudoLikelihood } from "#src/learn/boltzmann/pseudolikelihood.js";
import { temperedChains } from "#src/learn/boltzmann/tempered.js";
import type { Checkpoint } from "#src/learn/checkpoint.js";
import { adam, sgd, signSteps } from "#src/learn/optimizer.js";
import type { TrainingReport } from "#src/learn/report.js";
import { train } from "#src/learn/train.js";
import { type Boltzmann, createBoltzmann } from "#src/machines/boltzmann.js";
import { type Connections, fullConnections, groupConnections } from "#src/machines/connections.js";
import { initializeBoltzmann } from "#src/machines/initialize.js";
import { residentNetwork } from "#src/machines/resident-network.js";
import { randomStream } from "#src/random/stream.js";

/** Cases as 0/1 bytes 0, 255. */
function dataset(rows: readonly (readonly number[])[]) {
  const levels = Uint8Array.from(rows.flat(), (bit) => 255 * bit);
  return { name: "cases", cases: rows.length, units: rows[0]?.length ?? 0, levels };
}

const bitsOf = (code: number, units: number) => Array.from({ length: units }, (_, i) => (code >> i) & 1);

/** Each state as often as its (nearly) whole number says. */
function copies(counts: ArrayLike<number>, units: number) {
  return dataset(
    Array.from(counts).flatMap((n, code) => Array.from({ length: Math.round(n) }, () => bitsOf(code, units))),
  );
}

/** KL(p ‖ machine) over the visible units, nats. */
function kl(p: ArrayLike<number>, machine: Boltzmann): number {
  const q = visibleDistribution(machine);
  return Array.from(p).reduce((sum, share, code) => (share > 0 ? sum + share * Math.log(share / q[code]) : sum), 0);
}

async function last(machine: Boltzmann, data: Dataset, options: BoltzmannTrainOptions) {
  let report: TrainingReport<Boltzmann> | undefined;
  for await (const next of train(machine, data, options)) report = next;
  return report as TrainingReport<Boltzmann>;
}

const exactRules = { positive: exactHidden(), negative: exactFree(), clamp: "threshold" } as const;

describe("what a machine can learn, by exact numbers", () => {
  const parity = dataset([0, 3, 5, 6].map((code) => bitsOf(code, 3)));
  const parityLaw = Float64Array.from({ length: 8 }, (_, code) => ([0, 3, 5, 6].includes(code) ? 1 / 4 : 0));

  test("3-bit parity without hidden units stays at KL = ln 2: pairs carry nothing", async () => {
    const start = createBoltzmann([0, 0.5, -0.3, 0.5, 0, 0.2, -0.3, 0.2, 0], [0.3, -0.2, 0.1]);
    const { machine } = await last(start, parity, {
      ...exactRules,
      epochs: 3000,
      optimizer: sgd({ rate: 0.5 }),
    });
    expect(kl(parityLaw, machine())).toBeCloseTo(Math.LN2, 9);
  });

  test("with hidden units parity is learnt to KL < 0.01", async () => {
    const start = initializeBoltzmann(parity, { hidden: 3, weightScale: 0.5, seed: 1 });
    const { machine } = await last(start, parity, {
      ...exactRules,
      epochs: 3000,
      optimizer: sgd({ rate: 0.5, momentum: 0.9 }),
    });
    expect(kl(parityLaw, machine())).toBeLessThan(0.01);
  });

  test("pairwise data are fitted to the entropy bound: KL < 1e-9", async () => {
    // weights and biases in units of ln 2: all probabilities are whole numbers of 2^-n shares, so cases can have this very law
    const M = [0, 1, -1, 1, 1, 0, 1, 0, -1, 1, 0, 2, 1, 0, 2, 0].map((w) => w * Math.LN2);
    const truth = createBoltzmann(
      M,
      [0, -1, 1, -2].map((b) => b * Math.LN2),
    );
    const law = visibleDistribution(truth);
    const data = copies(
      law.map((p) => p / Math.min(...law)),
      4,
    );
    const { machine } = await last(initializeBoltzmann(data, { seed: 1 }), data, {
      positive: dataMoments(),
      negative: exactFree(),
      clamp: "threshold",
      epochs: 1000,
      optimizer: sgd({ rate: 1, momentum: 0.9 }),
    });
    expect(kl(law, machine())).toBeLessThan(1e-9);
    expect(largestGap(exactMoments(machine()), exactMoments(truth))).toBeLessThan(1e-6);
  });

  test("any law on 4 bits is learnt to KL < 0.01, here a random one", async () => {
    const random = randomStream(5, "data");
    const weights = Array.from({ length: 16 }, () => -Math.log(1 - random.uniform()));
    const sum = weights.reduce((a, b) => a + b, 0);
    const counts = weights.map((w) => Math.round((100 * w) / sum));
    const data = copies(counts, 4);
    const law = counts.map((n) => n / data.cases);
    const start = initializeBoltzmann(data, { hidden: 6, weightScale: 0.3, seed: 2 });
    const { machine } = await last(start, data, {
      ...exactRules,
      epochs: 1500,
      optimizer: sgd({ rate: 0.5, momentum: 0.9 }),
    });
    expect(kl(law, machine())).toBeLessThan(0.01);
  });
});

function randomMachine(units: number, visible: number, seed: number, connections = fullConnections(units)): Boltzmann {
  const random = randomStream(seed, "data");
  const M = new Float64Array(units * units);
  const { pairs } = connections;
  for (let at = 0; at < pairs.length; at += 2) {
    const w = 0.8 * random.normal();
    M[pairs[at] * units + pairs[at + 1]] = w;
    M[pairs[at + 1] * units + pairs[at]] = w;
  }
  const bias = Float64Array.from({ length: units }, () => 0.5 * random.normal());
  return createBoltzmann(M, bias, { visible: Array.from({ length: visible }, (_, i) => i) });
}

function largestGap(a: Moments, b: Moments): number {
  return a.pair.reduce((most, x, at) => Math.max(most, Math.abs(x - b.pair[at])), 0);
}

/** The moments of both phases of one update. */
async function phasesOf(
  machine: Boltzmann,
  cases: Dataset,
  positive: PositiveRule,
  negative: BoltzmannNegativeRule,
  update = 0,
  connections: Connections = fullConnections(machine.units),
  temperature = 1,
  clamp: "threshold" | "sample" = "threshold",
) {
  const kernels = await createKernels({ threads: 2 });
  try {
    const resident = residentNetwork(kernels, machine);
    const batchSize = cases.cases;
    const common = { machine, resident, connections, temperature, seed: 4, batchSize };
    const context = { ...common, clamp };
    const rows = Uint32Array.from({ length: batchSize }, (_, b) => b);
    const [wake, dream] = [positive.start(context), negative.start(context)];
    let found = wake({ data: cases, rows, update });
    let free = dream.expect({ data: cases, rows, update }, found);
    // chains that go on from update to update have to settle first
    for (
      let more = 1;
      more <= (negative.config.rule === "persistent" || negative.config.rule === "tempered" ? 40 : 0);
      more++
    ) {
      found = wake({ data: cases, rows, update: more });
      free = dream.expect({ data: cases, rows, update: more }, found);
    }
    return { wake: found.moments, dream: free };
  } finally {
    kernels.dispose();
  }
}

/** The largest |z| of the pair moments, when each is a mean of n independent draws. */
function largestZ(found: Moments, wanted: Moments, n: number): number {
  return wanted.pair.reduce((most, p, at) => {
    const error = Math.sqrt(Math.max(p * (1 - p), 1e-12) / n);
    return Math.max(most, Math.abs(found.pair[at] - p) / error);
  }, 0);
}

describe("phases against enumeration", () => {
  const connections = groupConnections([3, 2], { hidden: 3, amongHidden: true });
  const machine = randomMachine(8, 5, 7, connections);
  const cases = dataset([3, 17, 28, 6].map((code) => bitsOf(code, 5)));
  const visible = Uint8Array.from(cases.levels, (level) => level / 255);
  const clamped = clampedMoments(machine, visible);
  const free = exactMoments(machine);

  test("the exact phases are the moments", async () => {
    const { wake, dream } = await phasesOf(machine, cases, exactHidden(), exactFree(), 0, connections);
    const joined = (m: Moments) => m.pair.map((x) => (Number.isNaN(x) ? 0 : x));
    const wanted = connections.pairs;
    for (let at = 0; at < wanted.length; at += 2) {
      const there = wanted[at] * 8 + wanted[at + 1];
      expect(joined(wake)[there]).toBeCloseTo(clamped.pair[there], 12);
      expect(joined(dream)[there]).toBeCloseTo(free.pair[there], 12);
    }
  });

  // |z| < 4.5 of 36 pairs: wrong once in 4,000 such tests; hidden units agree within a case's chains only in law
  const many = 2000;
  test.each(["sequential", "glauber"] as const)("chains settle to the moments: %s", async (dynamics) => {
    const anneal = [
      { steps: 20, temperature: 2 },
      { steps: 60, temperature: 1 },
    ];
    const { wake, dream } = await phasesOf(
      machine,
      cases,
      clampedChains({ chainsPerCase: many / 4, anneal, dynamics }),
      fromScratch({ chains: many, anneal, dynamics }),
    );
    expect(largestZ(wake, clamped, many)).toBeLessThan(4.5);
    expect(largestZ(dream, free, many)).toBeLessThan(4.5);
  });

  test.each([
    ["persistent", persistentChains({ chains: many, sweeps: 4 })],
    ["tempered", temperedChains({ chains: many, sweeps: 1 })],
  ])("%s chains reach the moments", async (_, rule) => {
    const { dream } = await phasesOf(machine, cases, clampedChains(), rule);
    // readings of one update are not independent: n counts chains once
    expect(largestZ(dream, free, many)).toBeLessThan(4.5);
  });

  test("CD-k for large k is the free law, and for k = 1 is not", async () => {
    const rows = Array.from({ length: many }, (_, b) => bitsOf([3, 17, 28, 6][b % 4] as number, 5));
    const long = await phasesOf(machine, dataset(rows), clampedChains(), boltzmannContrastive({ k: 60 }));
    expect(largestZ(long.dream, free, many)).toBeLessThan(4.5);
    const strong = { ...machine, weights: machine.weights.map((w) => 3 * w) };
    const short = await phasesOf(strong, dataset(rows), exactHidden(), boltzmannContrastive({ k: 1 }), 0, connections);
    expect(largestZ(short.dream, exactMoments(strong), many)).toBeGreaterThan(10);
  });

  test("the temperature of the rule is that of its statistics", async () => {
    const warm = exactMoments(machine, 2);
    const anneal = [{ steps: 60, temperature: 2 }];
    const rule = fromScratch({ chains: many, anneal });
    const { dream } = await phasesOf(machine, cases, clampedChains(), rule, 0, connections, 2);
    expect(largestZ(dream, warm, many)).toBeLessThan(4.5);
    expect(largestZ(dream, free, many)).toBeGreaterThan(6);
  });

  test("mean field is exact where hidden units are on their own, and near elsewhere", async () => {
    const apart = groupConnections([3, 2], { hidden: 3 });
    const lone = randomMachine(8, 5, 9, apart);
    const exact = clampedMoments(lone, visible.subarray(0, 5));
    const { wake } = await phasesOf(lone, dataset([bitsOf(3, 5)]), meanField(), exactFree(), 0, apart);
    // float32's logistic function
    expect(largestGap(wake, exact)).toBeLessThan(1e-6);
    const joined = await phasesOf(machine, cases, meanField(), exactFree(), 0, connections);
    expect(largestGap(joined.wake, clamped)).toBeLessThan(0.1);
  });

  test("noise drawn anew in every unit of time is that of all noisy vectors, reading by reading", async () => {
    const apart = groupConnections([3, 2], { hidden: 3 });
    const lone = randomMachine(8, 5, 9, apart);
    const on = [0.85, 0.05, 0.05, 0.85, 0.05];
    const noisy = { ...dataset([[0, 0, 0, 0, 0]]), levels: Float32Array.from(on) };
    const all = Array.from({ length: 32 }, (_, code) => bitsOf(code, 5));
    const caseWeights = all.map((bits) => bits.reduce((p, bit, i) => p * (bit ? on[i] : 1 - on[i]), 1));
    const wanted = clampedMoments(lone, all.flat(), { caseWeights });
    const [chains, readings] = [500, 4];
    // hidden units are on their own, so one sweep settles them
    const settling = { chainsPerCase: chains, anneal: [{ steps: 2, temperature: 1 }], readings };
    const phase = (redraw: boolean) =>
      phasesOf(lone, noisy, clampedChains({ ...settling, redraw }), exactFree(), 0, apart, 1, "sample");
    const { wake } = await phase(true);
    expect(largestZ(wake, wanted, chains * readings)).toBeLessThan(4.5);
    // drawn once, the vectors are the same in all readings: their means are shares of the chains, not of the readings
    const whole = (m: Moments) =>
      m.mean.subarray(0, 5).every((p) => Math.abs(p * chains - Math.round(p * chains)) < 1e-9);
    expect(whole(wake)).toBe(false);
    expect(whole((await phase(false)).wake)).toBe(true);
  });

  test("planted bug: a free phase with the visible units clamped is seen", async () => {
    const { wake } = await phasesOf(machine, cases, clampedChains({ chainsPerCase: many / 4 }), exactFree());
    expect(largestZ(wake, free, many)).toBeGreaterThan(10);
  });
});

test("the update is the gradient of the log-likelihood: against finite differences, relative error ≤ 1e-6", async () => {
  const connections = groupConnections([3, 2], { hidden: 2, amongHidden: true });
  const machine = randomMachine(7, 5, 11, connections);
  const cases = dataset([3, 17, 28, 6, 6].map((code) => bitsOf(code, 5)));
  const visible = Uint8Array.from(cases.levels, (level) => level / 255);
  const rate = 1;
  const { machine: after } = await last(machine, cases, {
    ...exactRules,
    connections,
    epochs: 1,
    optimizer: sgd({ rate }),
  });
  const stepped = after();
  const likelihood = (M: Float64Array, b: Float64Array) =>
    exactLogLikelihoods(createBoltzmann(M, b, { visible: machine.visible }), visible).reduce((x, y) => x + y, 0) / 5;
  const h = 1e-5;
  const gradient: [number, number][] = [];
  const { pairs } = connections;
  for (let at = 0; at < pairs.length; at += 2) {
    const places = [pairs[at] * 7 + pairs[at + 1], pairs[at + 1] * 7 + pairs[at]];
    const moved = (by: number) => machine.weights.map((w, place) => (places.includes(place) ? w + by : w));
    const slope = (likelihood(moved(h), machine.bias) - likelihood(moved(-h), machine.bias)) / (2 * h);
    gradient.push([(stepped.weights[places[0]] - machine.weights[places[0]]) / rate, slope]);
  }
  for (let i = 0; i < 7; i++) {
    const moved = (by: number) => machine.bias.map((b, place) => (place === i ? b + by : b));
    const slope = (likelihood(machine.weights, moved(h)) - likelihood(machine.weights, moved(-h))) / (2 * h);
    gradient.push([(stepped.bias[i] - machine.bias[i]) / rate, slope]);
  }
  const size = Math.sqrt(gradient.reduce((sum, [, slope]) => sum + slope ** 2, 0));
  const off = Math.sqrt(gradient.reduce((sum, [found, slope]) => sum + (found - slope) ** 2, 0));
  expect(off / size).toBeLessThan(1e-6);
});

test("only the biases that are named are learned, and the weights as they are without that", async () => {
  const machine = randomMachine(7, 5, 11);
  const cases = dataset([3, 17, 28].map((code) => bitsOf(code, 5)));
  const after = async (options: Partial<BoltzmannTrainOptions>) =>
    (await last(machine, cases, { ...exactRules, epochs: 1, optimizer: sgd({ rate: 1 }), ...options })).machine();
  const [all, some] = [await after({}), await after({ biased: [0, 1, 2, 3, 4] })];
  expect(some.weights).toEqual(all.weights);
  expect(some.bias.subarray(0, 5)).toEqual(all.bias.subarray(0, 5));
  expect(some.bias.subarray(5)).toEqual(machine.bias.subarray(5));
  expect(all.bias[6]).not.toBe(machine.bias[6]);
  await expect(after({ biased: [7] })).rejects.toThrow("biased units: got 7; expected different units from 0 to 6");
});

test("pseudo-likelihood: its update is its gradient, and it finds the weights of a machine from its samples", async () => {
  const truth = randomMachine(5, 5, 13);
  const law = visibleDistribution(truth);
  const rows = Array.from(law).flatMap((p, code) =>
    Array.from({ length: Math.round(20000 * p) }, () => bitsOf(code, 5)),
  );
  const data = dataset(rows);
  const rules = { positive: dataMoments(), negative: pseudoLikelihood(), clamp: "threshold" } as const;
  const { machine } = await last(initializeBoltzmann(data, { seed: 1 }), data, {
    ...rules,
    batchSize: data.cases,
    epochs: 300,
    optimizer: sgd({ rate: 0.5, momentum: 0.9 }),
  });
  // the law is the machine's own, but for rounding to 1,000 cases
  const off = machine().weights.reduce((most, w, at) => Math.max(most, Math.abs(w - truth.weights[at])), 0);
  expect(off).toBeLessThan(0.2);
});

describe("the same bits", () => {
  const connections = groupConnections([4, 4], { hidden: 2 });
  const data = dataset(Array.from({ length: 4 }, (_, i) => [...bitsOf(1 << i, 4), ...bitsOf(1 << i, 4)]));
  const noisy = { ...data, levels: Float32Array.from(data.levels, (level) => (level > 0 ? 0.85 : 0.05)) };
  const start = initializeBoltzmann(data, { hidden: 2, connections, seed: 3 });
  const rules: [string, Partial<BoltzmannTrainOptions>][] = [
    [
      "annealed, sign steps",
      {
        negative: fromScratch({ chains: 8, anneal: [{ steps: 2, temperature: 2 }], dynamics: "glauber" }),
        optimizer: signSteps({ rate: 0.1 }),
      },
    ],
    [
      "persistent chains, momentum",
      { negative: persistentChains({ chains: 20 }), optimizer: sgd({ rate: 0.1, momentum: 0.5 }) },
    ],
    ["tempered chains", { negative: temperedChains({ chains: 6, sweeps: 2 }) }],
    ["CD-2, Adam", { negative: boltzmannContrastive({ k: 2 }), optimizer: adam({ rate: 0.01 }) }],
  ];

  test.each(rules)("on any number of threads, stopped and resumed: %s", async (_, rule) => {
    const options = {
      positive: clampedChains({ chainsPerCase: 2 }),
      negative: exactFree(),
      connections,
      epochs: 12,
      batchSize: 3,
      seed: 5,
      ...rule,
    };
    const whole = await parametersSha256((await last(start, noisy, options)).machine());
    for (const threads of [2, 3, 4]) {
      expect(await parametersSha256((await last(start, noisy, { ...options, threads })).machine())).toBe(whole);
    }
    for (const stopAt of [1, 7, 23]) {
      const controller = new AbortController();
      let checkpoint: Checkpoint | undefined;
      for await (const report of train(start, noisy, { ...options, signal: controller.signal, reportEvery: 0 })) {
        if (report.update !== stopAt) continue;
        controller.abort();
        checkpoint = parseCheckpoint(serializeCheckpoint(report.checkpoint()), "checkpoint");
      }
      const resumed = await last(start, noisy, { ...options, resume: checkpoint as Checkpoint<Boltzmann> });
      expect(await parametersSha256(resumed.machine())).toBe(whole);
    }
  });
});

test("weights stay on the connections", async () => {
  const connections = groupConnections([2, 2], { hidden: 1 });
  const data = dataset([
    [0, 1, 0, 1],
    [1, 0, 1, 0],
  ]);
  const start = initializeBoltzmann(data, { hidden: 1, connections, seed: 3 });
  const { machine } = await last(start, data, { ...exactRules, connections, epochs: 50 });
  const { weights } = machine();
  for (const [i, j] of [
    [0, 2],
    [0, 3],
    [1, 2],
    [1, 3],
  ] as const)
    expect(weights[i * 5 + j]).toBe(0);
  expect(weights[0 * 5 + 4]).not.toBe(start.weights[4]);
});

describe("refused", () => {
  const data = dataset([
    [0, 1],
    [1, 0],
  ]);
  const machine = initializeBoltzmann(data, { hidden: 1, seed: 1 });
  const refused: [string, Partial<BoltzmannTrainOptions>, string][] = [
    [
      "data moments with hidden units",
      { positive: dataMoments() },
      "dataMoments: got a machine with 1 hidden units; expected visible units only. Use exactHidden",
    ],
    [
      "pseudo-likelihood with hidden units",
      { negative: pseudoLikelihood() },
      "pseudoLikelihood: got a machine with 1 hidden units",
    ],
    ["no temperature", { temperature: 0 }, "temperature: got 0; expected a positive number"],
    [
      "weights beside the connections",
      {
        connections:
          groupConnections([1, 1], { hidden: 1 }).units === 3
            ? { units: 3, pairs: Uint32Array.of(0, 1) }
            : fullConnections(3),
      },
      "which are not joined",
    ],
    [
      "connections of another machine",
      { connections: fullConnections(4) },
      "connections: got those of 4 units; expected those of 3",
    ],
    ["no epochs", { epochs: 0 }, "epochs: got 0"],
  ];
  test.each(refused)("%s", async (_, options, message) => {
    await expect(last(machine, data, { ...exactRules, epochs: 1, ...options })).rejects.toThrow(message);
  });

  test.each<[string, () => unknown, string]>([
    ["no chains", () => persistentChains({ chains: 0 }), "chains: got 0; expected a whole number, at least 1"],
    ["no readings", () => fromScratch({ readings: 0 }), "readings: got 0"],
    ["frozen", () => fromScratch({ anneal: [{ steps: 1, temperature: 0 }] }), "temperature: got 0"],
    ["steps without size", () => signSteps({ rate: 0 }), "size of steps: got 0"],
    ["damping of 1", () => meanField({ damping: 1 }), "damping of mean field: got 1"],
    ["k of 0", () => boltzmannContrastive({ k: 0 }), "k of CD-k: got 0"],
  ])("%s", (_, make, message) => {
    expect(make).toThrow(message);
  });
});
