/** What every figure demands of its numbers, and the one way it says so. */
import { type Levels, refuse } from "../../src/index.js";
import type { ImageShape } from "./tiles.js";

/** Refuses NaN and infinities, naming the first. `place` says where index i is. */
export function demandFinite(who: string, values: Float32Array, place = (i: number) => `at index ${i}`): void {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw refuse("data", {
    who,
    got: `${values[bad]} ${place(bad)}`,
    expected: "finite numbers",
    wayOut: "A machine whose training diverged cannot be drawn: train it again with a smaller learning rate.",
  });
}

/** Refuses anything but `length` values. */
export function demandLength(who: string, values: ArrayLike<number>, length: number, meaning: string): void {
  if (values.length === length) return;
  throw refuse("shape", { who, got: `${values.length} values`, expected: `${length} (${meaning})` });
}

/** Refuses a number that is not whole or not within [low, high]. */
export function demandWhole(who: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw refuse("option", { who, got: String(value), expected: `a whole number from ${low} to ${high}` });
}

/** Refuses a shape whose sides are not whole and positive. */
export function demandShape(who: string, [height, width]: ImageShape): void {
  demandWhole(`${who}: height of the images`, height, 1, 4096);
  demandWhole(`${who}: width of the images`, width, 1, 4096);
}

/** One image's levels in [0, 1]: bytes are divided by 255. Refuses other values and a size other than the shape's. */
export function imageLevels(who: string, levels: Levels, [height, width]: ImageShape): Float32Array {
  demandLength(who, levels, height * width, `an image of ${height} × ${width}`);
  if (levels instanceof Uint8Array) return Float32Array.from(levels, (level) => level / 255);
  const bad = levels.findIndex((level) => !(level >= 0 && level <= 1));
  if (bad < 0) return levels;
  throw refuse("data", { who, got: `${levels[bad]} at pixel ${bad}`, expected: "levels or probabilities in [0, 1]" });
}
