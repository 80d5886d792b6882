/** What a link to the page of wake and dream can hold: the law to learn, the machine, how its statistics are taken. */

import { choice, type Field, real, reals, type Values, whole } from "../../link/fields.js";

/** The most shares of one state. */
export const MOST_SHARES = 99;

const { parse, format } = reals([1, 0, 0, 1, 0, 1, 1, 0], { min: 0, max: MOST_SHARES, most: 16 });

/** Shares of the states of 1 … 4 units: bit i of a state's place is unit i. */
const shares: Field<readonly number[]> = {
  initial: [1, 0, 0, 1, 0, 1, 1, 0],
  format,
  parse(text) {
    const read = parse(text);
    const good =
      "value" in read &&
      [2, 4, 8, 16].includes(read.value.length) &&
      read.value.every(Number.isInteger) &&
      read.value.some((share) => share > 0);
    return good
      ? read
      : { expected: `expected 2, 4, 8 or 16 whole numbers to ${MOST_SHARES}, not all 0, with _ between` };
  },
};

export const fields = {
  system: choice(["law", "encoder"], "law"),
  target: shares,
  hidden: whole(4, 0, 4),
  statistics: choice(["exact", "sampled"], "exact"),
  chains: whole(100, 4, 1000),
  rate: real(0.5, 0.01, 5, 0.01),
  momentum: real(0.9, 0, 0.99, 0.01),
  updates: whole(1000, 10, 20_000, 10),
  seed: whole(1, 0, 999_999),
  speed: whole(60, 1, 1e9),
};

export type Settings = Values<typeof fields>;

/** Even states of so many bits. */
export const parity = (units: number): number[] =>
  Array.from({ length: 2 ** units }, (_, code) =>
    [...code.toString(2)].filter((bit) => bit === "1").length % 2 ? 0 : 1,
  );

/** Laws to begin with. `pairwise` is the law of a machine without hidden units, whose weights are whole numbers of ln 2. */
export const presets = {
  parity: { name: "parity", target: parity(3), hidden: 4 },
  pairwise: { name: "pairs explain it", target: [8, 8, 4, 8, 16, 8, 16, 16, 2, 4, 1, 4, 16, 16, 16, 32], hidden: 0 },
  any: { name: "any law", target: [3, 9, 1, 6, 2, 14, 5, 1, 8, 4, 11, 2, 1, 7, 3, 12], hidden: 4 },
  copies: { name: "all equal", target: [8, 1, 1, 1, 1, 1, 1, 8], hidden: 0 },
} as const;

/** Whole numbers in the same proportion, as small as they can be. */
export function reduced(counts: readonly number[]): number[] {
  const divisor = counts.reduce((a, b) => {
    while (b > 0) [a, b] = [b, a % b];
    return a;
  }, 0);
  return counts.map((count) => count / (divisor || 1));
}

/** How the machine starts: small weights between groups of the encoder, else the library's own scale. */
export const ENCODER_SCALE = 0.1;

/** The command that gives the same machine from the same cases, which the page offers as a file. */
export function commandOf(settings: Settings): string {
  const { system, hidden, statistics, chains, rate, momentum, updates, seed } = settings;
  const sampled = statistics === "sampled";
  const cases = caseCount(settings);
  const options = [
    "--data cases.csv",
    hidden > 0 && `--hidden ${hidden}`,
    system === "encoder" && "--connect groups:4,4",
    system === "encoder" && hidden > 0 && `--weight-scale ${ENCODER_SCALE}`,
    `--positive ${hidden === 0 ? "data" : sampled ? "chains" : "exact"}`,
    sampled && hidden > 0 && `--chains-per-case ${chainsPerCase(chains, cases)}`,
    `--negative ${sampled ? "scratch" : "exact"}`,
    sampled && `--chains ${chains}`,
    "--clamp threshold",
    `--rate ${rate}`,
    `--momentum ${momentum}`,
    `--epochs ${updates}`,
    `--batch-size ${cases}`,
    `--seed ${seed}`,
  ];
  return `harmonium train boltzmann ${options.filter(Boolean).join(" ")}`;
}

export function caseCount({ system, target }: Pick<Settings, "system" | "target">): number {
  return system === "encoder" ? 4 : reduced(target).reduce((a, b) => a + b, 0);
}

/** About as many clamped chains as free ones. */
export const chainsPerCase = (chains: number, cases: number): number => Math.max(1, Math.round(chains / cases));
