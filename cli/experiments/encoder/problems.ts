/** The encoder problems of [Ackley et al. 1985] and the figures published for them. */

import { type BitNoise, refuse } from "../../../src/index.js";

/** Cycles with one kind of vectors. */
export interface Stage {
  /** Infinity: all that are left. */
  readonly cycles: number;
  /** How vectors are filtered before they are clamped. */
  readonly noise?: BitNoise;
  /** Whether the hidden units take part. */
  readonly hidden: boolean;
}

export interface Published {
  readonly runs: number;
  /** In how many runs the codes were found. */
  readonly solved: number;
  /** Cycles until then. */
  readonly median: number;
  readonly longest?: number;
  /** Cycles until all codes but one were there. */
  readonly medianButOne?: number;
}

export interface Problem {
  readonly name: string;
  /** Units in each visible group, and vectors to learn. */
  readonly size: number;
  readonly hidden: number;
  /** Two codes must differ in as many hidden units. */
  readonly spacing: number;
  readonly stages: readonly Stage[];
  /** Settlings of each vector in a cycle. */
  readonly settlings: number;
  /** Runs and cycles where nobody asks for other numbers. */
  readonly runs: number;
  readonly cycles: number;
  /** Whether a run ends so many cycles after its codes are found, and not after all of its cycles. */
  readonly endsSolved: boolean;
  readonly published?: Published;
  /** Where completion is what was published. */
  readonly completion?: {
    /** Share of completions that were right, after so long a learning as is not told. */
    readonly published: number;
    /** The fewest bits that two codes differ in, and the largest cosine of two units' weights. */
    readonly distance: number;
    readonly cosine: number;
    /** Cycles between the tests while it learns. */
    readonly every: number;
  };
}

const noisy = (onToOff: number, offToOn: number): readonly Stage[] => [
  { cycles: Number.POSITIVE_INFINITY, noise: { onToOff, offToOn }, hidden: true },
];

const problems: readonly Problem[] = [
  {
    name: "4-2-4",
    size: 4,
    hidden: 2,
    spacing: 1,
    stages: noisy(0.15, 0.05),
    settlings: 2,
    runs: 250,
    cycles: 5000,
    endsSolved: true,
    published: { runs: 250, solved: 250, median: 110, longest: 1810 },
  },
  {
    name: "4-3-4",
    size: 4,
    hidden: 3,
    spacing: 2,
    stages: noisy(0.15, 0.05),
    settlings: 2,
    runs: 200,
    cycles: 5000,
    endsSolved: true,
    published: { runs: 200, solved: 200, median: 270, longest: 1090 },
  },
  {
    name: "8-3-8",
    size: 8,
    hidden: 3,
    spacing: 1,
    stages: noisy(0.15, 0.02),
    settlings: 2,
    runs: 20,
    cycles: 4000,
    endsSolved: false,
    published: { runs: 20, solved: 16, median: 1570, medianButOne: 210 },
  },
  {
    name: "40-10-40",
    size: 40,
    hidden: 10,
    spacing: 1,
    stages: [
      { cycles: 300, noise: { onToOff: 0.1, offToOn: 0.0025 }, hidden: false },
      { cycles: 500, noise: { onToOff: 0.1, offToOn: 0.0025 }, hidden: true },
      { cycles: Number.POSITIVE_INFINITY, hidden: true },
    ],
    settlings: 1,
    runs: 10,
    cycles: 2000,
    endsSolved: false,
    completion: { published: 0.986, distance: 2, cosine: 0.73, every: 400 },
  },
];

export const problemNames: readonly string[] = problems.map(({ name }) => name);

/** Throws "option" for a name that is none of them. */
export function problemOf(name: string): Problem {
  const found = problems.find((problem) => problem.name === name);
  if (found) return found;
  throw refuse("option", { who: "encoder", got: `"${name}"`, expected: `one of ${problemNames.join(", ")}` });
}
