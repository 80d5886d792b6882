/** The shifter problem: which way a row of bits was shifted. No one unit says anything about it, only pairs do. */

import { refuse } from "../errors.js";
import { checkSeed } from "../random/draw.js";
import { randomStream } from "../random/stream.js";
import type { Dataset } from "./dataset.js";

/** With fewer bits two of the three shifts are the same. */
const FEWEST_BITS = 3;
/** 3 · 2^18 cases of 39 units: 29 MiB. */
const MOST_BITS_OF_ALL = 18;
const MOST_LEVELS = 2 ** 30;

const shifts = [-1, 0, 1] as const;

export interface ShifterOptions {
  /** Bits of V1, and of V2; 8 by default. */
  readonly bits?: number;
  /** With which each bit of V1 is on, independently; 0.3 by default. */
  readonly probability?: number;
  readonly cases: number;
  /** 0 … 2^53 − 1. */
  readonly seed: number;
}

/** All cases there can be, each once; they are not equally likely. */
export interface ShifterEnsemble extends Dataset {
  /** [cases], of each case; they sum to 1. */
  readonly probabilities: Float64Array;
}

/**
 * Independent draws of shifter cases: V1 of `bits` random bits; V2 is V1 shifted by one place to the left, not at all, or by
 * one to the right, round the end, each with probability ⅓; V3 of three units says which, one on and two off.
 *
 * Source: Hinton and Sejnowski's shifter of 8 bits, probability 0.3 [Hinton and Sejnowski 1986].
 *
 * @returns bytes 0 and 255, [cases, 2 · bits + 3]: V1, V2, V3; labels 0 (left), 1 (none), 2 (right)
 * @throws HarmoniumError "option" for fewer than 3 bits, a probability outside [0, 1], no cases, or a bad seed; "size" above
 *   2^30 levels
 */
export function shifterPatterns({ bits = 8, probability = 0.3, cases, seed }: ShifterOptions): Dataset {
  checkBits(bits);
  checkProbability(probability);
  checkSeed(seed);
  if (!(Number.isInteger(cases) && cases >= 1)) {
    throw refuse("option", { who: "shifter", got: `${cases} cases`, expected: "an integer of at least 1" });
  }
  const units = 2 * bits + 3;
  if (cases * units > MOST_LEVELS) {
    throw refuse("size", { who: "shifter", got: `${cases} cases of ${units} units`, expected: "at most 2^30 levels" });
  }
  const random = randomStream(seed, "data");
  const levels = new Uint8Array(cases * units);
  const labels = new Int32Array(cases);
  for (let row = 0; row < cases; row++) {
    const label = random.index(shifts.length);
    labels[row] = label;
    writeCase(levels.subarray(row * units, (row + 1) * units), bits, label, () => random.uniform() < probability);
  }
  return { name: `shifter:${bits}, ${cases} cases of seed ${seed}`, cases, units, levels, labels };
}

/**
 * The 3 · 2^bits different shifter cases with their probabilities, for exact sums: case 3 · code + label, where bit i of code
 * is unit i of V1.
 *
 * With 8 bits these are the 768 cases of the labelled shifter ensemble; at probability ½ they are equally likely.
 *
 * @param bits of V1, 3 … 18
 * @param probability with which a bit of V1 is on; 0.3 by default
 * @returns levels and labels as {@link shifterPatterns}
 * @throws HarmoniumError "option" for fewer than 3 bits or a probability outside [0, 1]; "size" above 18 bits
 */
export function allShifterPatterns(bits = 8, probability = 0.3): ShifterEnsemble {
  checkBits(bits);
  checkProbability(probability);
  if (bits > MOST_BITS_OF_ALL) {
    throw refuse("size", {
      who: "shifter",
      got: `${bits} bits`,
      expected: `at most ${MOST_BITS_OF_ALL}: there are 3 · 2^bits cases`,
      wayOut: "Draw some with shifterPatterns.",
    });
  }
  const codes = 2 ** bits;
  const cases = shifts.length * codes;
  const units = 2 * bits + 3;
  const levels = new Uint8Array(cases * units);
  const labels = Int32Array.from({ length: cases }, (_, row) => row % shifts.length);
  const probabilities = new Float64Array(cases);
  for (let code = 0; code < codes; code++) {
    let ofCode = 1 / shifts.length;
    for (let i = 0; i < bits; i++) ofCode *= (code >> i) & 1 ? probability : 1 - probability;
    for (let label = 0; label < shifts.length; label++) {
      const row = shifts.length * code + label;
      probabilities[row] = ofCode;
      writeCase(levels.subarray(row * units, (row + 1) * units), bits, label, (i) => ((code >> i) & 1) === 1);
    }
  }
  return { name: `shifter:${bits}`, cases, units, levels, labels, probabilities };
}

function writeCase(into: Uint8Array, bits: number, label: number, isOn: (i: number) => boolean): void {
  const shift = shifts[label] ?? 0;
  for (let i = 0; i < bits; i++) {
    if (!isOn(i)) continue;
    into[i] = 255;
    into[bits + ((i + shift + bits) % bits)] = 255;
  }
  into[2 * bits + label] = 255;
}

function checkBits(bits: number): void {
  if (Number.isInteger(bits) && bits >= FEWEST_BITS) return;
  throw refuse("option", {
    who: "shifter",
    got: `${bits} bits`,
    expected: `an integer of at least ${FEWEST_BITS}: with fewer, shifts to the left and to the right are the same`,
  });
}

function checkProbability(probability: number): void {
  if (probability >= 0 && probability <= 1) return;
  throw refuse("option", { who: "shifter", got: `probability ${probability}`, expected: "a number from 0 to 1" });
}
