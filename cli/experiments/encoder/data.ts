import type { Dataset } from "../../../src/index.js";

export interface BitNoise {
  readonly onToOff: number;
  readonly offToOn: number;
}
export function encoderPatterns(size: number): Dataset {
  const levels = new Uint8Array(2 * size * size);
  for (let p = 0; p < size; p++) {
    levels[p * 2 * size + p] = 255;
    levels[p * 2 * size + size + p] = 255;
  }
  return { name: `encoder:${size}`, cases: size, units: 2 * size, levels };
}
export function noisyLevels(dataset: Dataset, { onToOff, offToOn }: BitNoise): Dataset {
  const scale = dataset.levels instanceof Uint8Array ? 255 : 1;
  const levels = Float32Array.from(dataset.levels, (level) => {
    const p = level / scale;
    return p * (1 - onToOff) + (1 - p) * offToOn;
  });
  return { ...dataset, levels };
}
