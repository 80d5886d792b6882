/** Results as files: images to a PNG grid, numbers to NPY. */

import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import { formatNpy, refuse } from "../src/index.js";
import { writeFileAtomic } from "../src/node/index.js";

export type ImageShape = readonly [number, number];

export interface Result {
  /** [cases, units], in [0, 1] where it is drawn. */
  readonly values: Float32Array;
  readonly cases: number;
  readonly units: number;
}

export const isPng = (out: string): boolean => extname(out).toLowerCase() === ".png";

/** Throws unless the result can be written there, as what its ending says. Call it before the work. */
export function checkOut(out: string, kinds: readonly (".png" | ".npy" | ".csv")[], who = "--out"): void {
  const ending = extname(out).toLowerCase();
  if (!(kinds as readonly string[]).includes(ending)) {
    throw refuse("option", { who, got: `"${out}"`, expected: `a file that ends in ${kinds.join(" or ")}` });
  }
  const folder = dirname(out);
  if (existsSync(folder)) return;
  const wayOut = "Create the folder first.";
  throw refuse("file", { who, got: `"${out}"`, expected: `a file in a folder that exists, not ${folder}`, wayOut });
}

/** Throws unless the folder is there, or can be made, and files can be written in it. Call it before the work. */
export function checkFolder(folder: string, who: string): void {
  let there = resolve(folder);
  while (!existsSync(there)) there = dirname(there);
  if (!statSync(there).isDirectory()) {
    throw refuse("file", { who, got: `"${folder}"; ${there} is a file`, expected: "a folder, or a new one" });
  }
  try {
    accessSync(there, constants.W_OK);
  } catch (cause) {
    throw refuse(
      "file",
      { who, got: `"${folder}"; ${there} cannot be written`, expected: "a folder to write in" },
      cause,
    );
  }
}

/** Writes values [cases, units] as NPY, or as what `draw` makes of them. */
export async function writeResult(
  out: string,
  { values, cases, units }: Result,
  draw: () => Promise<Uint8Array>,
): Promise<void> {
  await writeFileAtomic(out, isPng(out) ? await draw() : formatNpy([cases, units], values));
}

/** The images' shape: given, known from the data, or refused with the way out. Call it before the work. */
export function demandShape(shape: ImageShape | undefined, units: number): ImageShape {
  if (shape && shape[0] * shape[1] === units) return shape;
  const side = Math.sqrt(units);
  const expected = `height × width with ${units} pixels`;
  const wayOut = `Give --image-shape${Number.isInteger(side) ? ` ${side}x${side}` : " HxW"}, or write a .npy file.`;
  throw refuse("shape", { who: "PNG", got: shape ? shape.join("x") : "no image shape", expected, wayOut });
}
