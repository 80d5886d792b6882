/** Sequential random numbers for what is drawn once, on one thread: initial weights, orders of cases. */

import { log } from "../math/log.js";
import { checkSeed, keyOf, purposes } from "./draw.js";
import { philox } from "./philox.js";

/** What a stream is for; a stream of one purpose never meets another's numbers. */
export const streams = { weights: 1, shuffle: 2, data: 4, evaluation: 5, dream: 6, readOut: 10 } as const;

export interface RandomStream {
  /** 32 random bits, 0 … 2^32 − 1. */
  word(): number;
  /** Uniform in [0, 1), a multiple of 2^-24. */
  uniform(): number;
  /** Uniform over 0 … n − 1, without bias. */
  index(n: number): number;
  /** Standard normal. */
  normal(): number;
}

/** The stream of (seed, purpose, number): `number` tells apart, say, the shuffles of each epoch. */
export function randomStream(seed: number, purpose: keyof typeof streams, number = 0): RandomStream {
  const [key0, key1] = keyOf(checkSeed(seed));
  const block = new Uint32Array(4);
  let used = 4;
  let counter = 0;
  let spare: number | undefined;

  function word(): number {
    if (used === 4) {
      philox(block, counter++, number, streams[purpose], purposes.stream, key0, key1);
      used = 0;
    }
    return block[used++];
  }
  const uniform = (): number => (word() >>> 8) * 2 ** -24;

  return {
    word,
    uniform,
    index(n) {
      // numbers below 2^32 mod n would make small results too frequent
      const reject = 2 ** 32 % n;
      let w = word();
      while (w < reject) w = word();
      return w % n;
    },
    normal() {
      // Marsaglia's polar method; log and sqrt are exact to the bit on every engine (math/log.ts, IEEE 754)
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      for (;;) {
        const x = 2 * uniform() - 1;
        const y = 2 * uniform() - 1;
        const s = x * x + y * y;
        if (s > 0 && s < 1) {
          const scale = Math.sqrt((-2 * log(s)) / s);
          spare = y * scale;
          return x * scale;
        }
      }
    },
  };
}

/** A random order of 0 … n − 1 (Fisher–Yates). */
export function shuffledOrder(random: RandomStream, n: number): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = random.index(i + 1);
    const kept = order[i];
    order[i] = order[j];
    order[j] = kept;
  }
  return order;
}
