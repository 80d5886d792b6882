import type { Dataset } from "../../../src/index.js";
import type { Noise } from "./problems.js";

export function encoderCases(size: number, noise: Noise = { off: 0, on: 0 }): Dataset {
  const levels = new Float32Array(2 * size * size).fill(noise.on);
  for (let p = 0; p < size; p++) {
    levels[p * 2 * size + p] = 1 - noise.off;
    levels[p * 2 * size + size + p] = 1 - noise.off;
  }
  return { name: `${size} vectors`, cases: size, units: 2 * size, levels };
}
