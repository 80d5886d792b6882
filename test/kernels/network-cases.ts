/** Networks whose sums are exact in any arithmetic, states, and orders of units. */

import type { Lists } from "#src/kernels/kernels.js";
import { randomStream, shuffledOrder } from "#src/random/stream.js";

/** Multiples of 2^−6 up to 2: sums of them are exact in float32. */
export function exactNetwork(units: number, sparse: boolean, seed = 1) {
  const random = randomStream(seed, "weights");
  const multiple = () => (random.index(257) - 128) / 64;
  const bias = Float32Array.from({ length: units }, multiple);
  if (!sparse) return { weights: Float32Array.from({ length: units * units }, multiple), bias, lists: undefined };
  const offsets = new Uint32Array(units + 1);
  for (let j = 0; j < units; j++) offsets[j + 1] = offsets[j] + random.index(7);
  const sources = Uint32Array.from({ length: offsets[units] }, () => random.index(units));
  return { weights: Float32Array.from(sources, multiple), bias, lists: { offsets, sources } satisfies Lists };
}

export function bits(count: number, seed = 2): Uint8Array {
  const random = randomStream(seed, "data");
  return Uint8Array.from({ length: count }, () => random.index(2));
}

/** A random choice of about two thirds of the units, at least one: in ascending order, or in any. */
export function someUnits(units: number, order: "ascending" | "any", seed = 3): Uint32Array {
  const random = randomStream(seed, "data");
  const all = Array.from({ length: units }, (_, j) => j);
  if (order === "any") all.splice(0, units, ...shuffledOrder(random, units));
  const kept = new Set(all.filter(() => random.index(3) > 0));
  return Uint32Array.from(kept.size > 0 ? all.filter((j) => kept.has(j)) : [0]);
}
