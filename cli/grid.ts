/** Results as files: images to a PNG grid, numbers to NPY. */

import { extname } from "node:path";
import { formatNpy, refuse } from "../src/index.js";
import { writeFileAtomic } from "../src/node/index.js";

export interface Result {
  /** [cases, units], in [0, 1] where it is drawn. */
  readonly values: Float32Array;
  readonly cases: number;
  readonly units: number;
  readonly imageShape?: readonly [number, number] | undefined;
}

/** Throws "option" unless the file's ending is one that the result can be written as. Call it before the work. */
export function checkOut(out: string, kinds: readonly (".png" | ".npy")[]): void {
  const ending = extname(out).toLowerCase();
  if ((kinds as readonly string[]).includes(ending)) return;
  throw refuse("option", { who: "--out", got: `"${out}"`, expected: `a file that ends in ${kinds.join(" or ")}` });
}

/** Writes values [cases, units] as NPY, or as what `draw` makes of them. */
export async function writeResult(out: string, { values, cases, units }: Result, draw: () => Promise<Uint8Array>): Promise<void> {
  const bytes = extname(out).toLowerCase() === ".npy" ? formatNpy([cases, units], values) : await draw();
  await writeFileAtomic(out, bytes);
}

/** The images' shape: given, known from the run's data, or refused with the way out. */
export function demandShape(shape: readonly [number, number] | undefined, units: number): readonly [number, number] {
  if (shape && shape[0] * shape[1] === units) return shape;
  const side = Math.sqrt(units);
  const expected = `height × width with ${units} pixels`;
  const wayOut = `Give --image-shape${Number.isInteger(side) ? ` ${side}x${side}` : " HxW"}, or write a .npy file.`;
  throw refuse("shape", { who: "PNG", got: shape ? shape.join("x") : "no image shape", expected, wayOut });
}
