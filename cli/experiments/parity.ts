/** harmonium experiment parity: what machines with and without hidden units can learn, by exact numbers. */

import { Command } from "commander";
import {
  type Boltzmann,
  createBoltzmann,
  createKernels,
  type Dataset,
  dataMoments,
  exactFree,
  exactHidden,
  type Kernels,
  klDivergence,
  randomStream,
  sgd,
  stateOf,
  train,
  visibleDistribution,
} from "../../src/index.js";
import { type CurveLine, klCurves, type Reference } from "../figures/index.js";
import { talk } from "../output.js";
import { addExperimentOptions, carryOut, type ExperimentOptions, type Findings, type Picture } from "./findings.js";

const examples = `Examples:
  harmonium experiment parity
  harmonium experiment parity --seed 7 --run runs/parity-7 --json
`;

export function parityCommand(version: string): Command {
  const parity = new Command("parity")
    .description("3-bit parity and other laws: what hidden units are for, in nats to the last digit")
    .addHelpText("before", examples);
  return addExperimentOptions(parity, "runs/parity").action((options: ExperimentOptions) => run(options, version));
}

/** A law over all states of a few bits, and cases that have it exactly. */
interface Law {
  readonly units: number;
  /** How often each state is among the cases [2^units]. */
  readonly counts: readonly number[];
}

interface Lesson {
  readonly law: "parity" | "pairwise" | "random";
  readonly hidden: number;
  readonly updates: number;
}

export interface Learnt extends Lesson {
  readonly name: string;
  /** KL(data ‖ machine) in nats, at the end. */
  readonly kl: number;
  /** Mean log P(v) of the cases, nats, and the most that any machine can have: minus the entropy of the data. */
  readonly logLikelihood: number;
  readonly bound: number;
  /** (update, KL) */
  readonly curve: readonly (readonly [number, number])[];
}

const lessons: readonly Lesson[] = [
  { law: "parity", hidden: 0, updates: 3000 },
  { law: "parity", hidden: 4, updates: 3000 },
  { law: "pairwise", hidden: 0, updates: 1000 },
  { law: "random", hidden: 0, updates: 2000 },
  { law: "random", hidden: 6, updates: 2000 },
];

/** The laws of a seed: parity and the pairwise one are the same for all. */
function lawsOf(seed: number): Readonly<Record<Lesson["law"], Law>> {
  const even = (state: Uint8Array) => state.reduce((a, b) => a + b, 0) % 2 === 0;
  const parity = Array.from({ length: 8 }, (_, code) => (even(stateOf(code, 3)) ? 1 : 0));
  // weights in units of ln 2: every probability is a whole number of equal shares, so that cases can have this very law
  const weights = [0, 1, -1, 1, 1, 0, 1, 0, -1, 1, 0, 2, 1, 0, 2, 0].map((w) => w * Math.LN2);
  const biases = [0, -1, 1, -2].map((b) => b * Math.LN2);
  const gibbs = visibleDistribution(createBoltzmann(weights, biases));
  const share = Math.min(...gibbs);
  const random = randomStream(seed, "data");
  // exponential numbers over their sum: every law equally likely
  const drawn = Array.from({ length: 16 }, () => -Math.log(1 - random.uniform()));
  const sum = drawn.reduce((a, b) => a + b, 0);
  return {
    parity: { units: 3, counts: parity },
    pairwise: { units: 4, counts: Array.from(gibbs, (p) => Math.round(p / share)) },
    random: { units: 4, counts: drawn.map((x) => Math.round((100 * x) / sum)) },
  };
}

function casesOf({ units, counts }: Law, name: string): Dataset {
  const states = counts.flatMap((count, code) => Array.from({ length: count }, () => [...stateOf(code, units)]));
  return { name, cases: states.length, units, levels: Uint8Array.from(states.flat(), (bit) => 255 * bit) };
}

/** All weights and biases normal with deviation ½: where learning begins is not where it ends. */
function anyMachine(visible: number, hidden: number, seed: number): Boltzmann {
  const units = visible + hidden;
  const random = randomStream(seed, "weights");
  const weights = Float64Array.from({ length: units * units }, () => random.normal() / Math.SQRT2);
  for (let i = 0; i < units; i++) weights[i * units + i] = 0;
  const bias = Float64Array.from({ length: units }, () => random.normal() / 2);
  const first = Array.from({ length: visible }, (_, i) => i);
  return createBoltzmann(weights, bias, { visible: first, symmetrize: true });
}

async function learn(lesson: Lesson, law: Law, seed: number, kernels: Kernels): Promise<Learnt> {
  const { hidden, updates } = lesson;
  const data = casesOf(law, lesson.law);
  const p = law.counts.map((count) => count / data.cases);
  const curve: [number, number][] = [];
  const divergence = (machine: Boltzmann) => klDivergence(p, visibleDistribution(machine));
  const initial = anyMachine(law.units, hidden, seed);
  curve.push([0, divergence(initial)]);
  const reports = train(initial, data, {
    positive: hidden > 0 ? exactHidden() : dataMoments(),
    negative: exactFree(),
    clamp: "threshold",
    epochs: updates,
    optimizer: sgd({ rate: 0.5, momentum: 0.9 }),
    seed,
    kernels,
  });
  for await (const { update, machine } of reports) {
    if (update % 10 === 0) curve.push([update, divergence(machine())]);
  }
  const bound = p.reduce((sum, share) => (share > 0 ? sum + share * Math.log(share) : sum), 0);
  const [, kl] = curve.at(-1) as [number, number];
  const name = `${hidden === 0 ? "no" : hidden} hidden units`;
  return { ...lesson, name, kl, logLikelihood: bound - kl, bound, curve };
}

async function run(options: ExperimentOptions, version: string): Promise<void> {
  const { seed } = options;
  const asked = { experiment: "parity", version, command: `npx harmonium experiment parity --seed ${seed}` };
  await carryOut(options, "runs/parity", asked, async () => {
    const laws = lawsOf(seed);
    const learnt: Learnt[] = [];
    const kernels = await createKernels({ threads: 1 });
    try {
      for (const lesson of lessons) {
        const { law, hidden, updates } = lesson;
        talk(`Learning ${titles[law].short} with ${hidden} hidden units, ${updates} exact gradients.`);
        learnt.push(await learn(lesson, laws[law], seed, kernels));
      }
    } finally {
      kernels.dispose();
    }
    return findingsOf(learnt, options);
  });
}

const titles: Readonly<Record<Lesson["law"], { short: string; title: string; sentence: string }>> = {
  parity: {
    short: "3-bit parity",
    title: "3-bit parity",
    sentence:
      "The four even states of three bits, equally likely. No pair of bits tells anything, so a machine without hidden units stays at ln 2.",
  },
  pairwise: {
    short: "pairwise data",
    title: "Data that pairs of bits explain",
    sentence: "The law of a machine of four units. Without hidden units another machine becomes equal to it.",
  },
  random: {
    short: "a random law",
    title: "Any law on four bits",
    sentence: "All sixteen probabilities drawn at random: pairs of bits are not enough for them, hidden units are.",
  },
};

async function findingsOf(learnt: readonly Learnt[], { seed, theme }: ExperimentOptions): Promise<Findings> {
  const known: Partial<Record<Lesson["law"], Reference[]>> = {
    parity: [{ name: "ln 2", value: Math.LN2 }],
    random: [{ name: "0.01", value: 0.01 }],
  };
  const pictures: Picture[] = [];
  for (const law of ["parity", "pairwise", "random"] as const) {
    const curves = learnt
      .filter((one) => one.law === law)
      .map(({ name, curve }): CurveLine => ({ name, points: curve }));
    const logY = law !== "parity";
    const { title, sentence } = titles[law];
    // where laws agree to the last digit there is no logarithm
    const above = curves.map(({ name, points }) => ({ name, points: points.filter(([, kl]) => !logY || kl > 1e-15) }));
    const png = await klCurves({ title, caption: sentence, curves: above, references: known[law] ?? [], logY, theme });
    pictures.push({ file: `${law}.png`, title, sentence, png });
  }
  const rows = [
    ["law", "machine", "KL to the data, nats", "log P(v), nats a case", "at most (−entropy)"],
    ...learnt.map(({ law, name, kl, logLikelihood, bound }) => [
      titles[law].short,
      name,
      kl < 1e-4 ? kl.toExponential(1) : kl.toFixed(6),
      logLikelihood.toFixed(6),
      bound.toFixed(6),
    ]),
  ];
  const [, ...body] = rows;
  return {
    title: "What hidden units are for",
    rows,
    summary: [
      ...body.map(([law, name, kl]): [string, string] => [`${law}, ${name}`, `KL ${kl} nats`]),
      ["ln 2", `${Math.LN2.toFixed(6)} nats`],
      ["seed", String(seed)],
    ],
    pictures,
    next: ["`npx harmonium experiment encoder 4-2-4` (hidden units that find a code)"],
    results: { seed, ln2: Math.LN2, lessons: learnt },
  };
}
