/** Names of draws: every random number of harmonium is a function of (seed, purpose, step, chain, unit). */

import { refuse } from "../errors.js";

/** What a draw is for. Two purposes never share a number; values are part of the promise "same seed, same bits". */
export const purposes = {
  /** Sequential streams: initial weights, shuffles, … (see stream.ts) */
  stream: 0,
  /** Clamping binary visible units to grey levels. */
  clamp: 1,
  /** Hidden units given visible ones, and the reverse. */
  hidden: 2,
  visible: 3,
  /** Gibbs chains of a sampler, apart from those of training. */
  chainHidden: 4,
  chainVisible: 5,
  chainStart: 6,
  /** Evaluations: never those of training, so that looking does not change a run. */
  evaluationClamp: 7,
  evaluationHidden: 8,
  evaluationVisible: 9,
  /** Units of a general network, and which of them is updated. */
  networkUnit: 10,
  networkChoice: 11,
  /** Units of a general machine in the two phases of learning, which of them is updated, and where chains start. */
  wakeUnit: 12,
  wakeChoice: 13,
  wakeStart: 14,
  dreamUnit: 15,
  dreamChoice: 16,
  dreamStart: 17,
  /** Exchanges of tempered chains. */
  exchange: 18,
  /** Annealed chains: their start, and the units of a sweep. */
  annealStart: 24,
  annealHidden: 25,
  annealVisible: 26,
  annealUnit: 27,
  /** Layers of a deep network from below and from above, in training and in evaluations; the sweep is the layer. */
  recognition: 32,
  generation: 33,
  evaluationRecognition: 34,
  evaluationGeneration: 35,
  /** Inputs and hidden units that are dropped while a classifier is trained; the sweep is the layer. */
  dropout: 40,
  /** Labels of unlabelled cases, drawn from P(y | v) while a classification RBM is trained. */
  label: 48,
} as const;

export type Purpose = keyof typeof purposes;

/** Where in the random sequence a kernel call stands; chain and unit are filled in by the kernel. */
export interface Draw {
  readonly seed: number;
  readonly purpose: Purpose;
  /** Which update or sweep, 0 … 2^32 − 1. */
  readonly step: number;
  /** Which sweep within the step, 0 … 2^24 − 1 (k of CD-k). */
  readonly sweep?: number;
  /** The number of the first chain, when cases are the chains first, first + 1, … */
  readonly firstChain?: number;
}

/** Throws unless `seed` is a whole number in 0 … 2^53 − 1. */
export function checkSeed(seed: number, who = "seed"): number {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw refuse("option", { who, got: String(seed), expected: "a whole number from 0 to 2^53 − 1" });
  }
  return seed;
}

/** The 64-bit Philox key of a seed, low word first. */
export function keyOf(seed: number): [number, number] {
  return [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];
}

/** Marks, in the fourth counter word, the calls for the lower bits of uniforms. */
export const LOWER_BITS = 0x80;

/** The fourth counter word: purpose in the low byte, sweep above it. */
export function purposeWord(draw: Draw): number {
  return (purposes[draw.purpose] + 256 * (draw.sweep ?? 0)) >>> 0;
}
