import { type Draw, keyOf, LOWER_BITS, purposeWord } from "./draw.js";
import { philox } from "./philox.js";

const words = new Uint32Array(4);

/**
 * The uniform of (draw, chain, unit), a multiple of 2^-24 in [0, 1). Its upper 16 bits are half a word of Philox: 32 units share
 * four counters. Its lower 8 bits, which decide almost never, are a byte of another call, so that they need not be made.
 */
export function uniformOf(draw: Draw, chain: number, unit: number): number {
  const [key0, key1] = keyOf(draw.seed);
  const purpose = purposeWord(draw);
  const from = (draw.firstChain ?? 0) + chain;
  const word = (counter: number, mark: number): number => {
    philox(words, counter * 4 + (unit & 3), from, draw.step, purpose | mark, key0, key1);
    return words[(unit >> 2) & 3];
  };
  const upper = (word(unit >> 5, 0) >>> (unit & 16)) & 0xffff;
  const lower = word(unit >> 4, LOWER_BITS) >>> 24;
  return (upper * 256 + lower) * 2 ** -24;
}
