/** What a link to the page of the tower can hold. */

import { choice, packed, real, type Values, whole } from "../../link/fields.js";
import { drawingText } from "../draw/bits.js";

export const fields = {
  /** The one that comes with the lab, or one that learns in the page. */
  tower: choice(["shipped", "yours"], "shipped"),
  /** What the label units are held at: a class a column, one class, or nothing. */
  dream: choice(["each", "free", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], "each"),
  /** Which held-out digit is read; a drawing instead, where there is one. */
  read: whole(8, 0, 1999),
  drawing: packed("", drawingText, "expected a drawing, 131 letters of base64url, or nothing"),
  first: whole(100, 2, 400),
  second: whole(100, 2, 400),
  top: whole(200, 2, 400),
  cases: whole(5000, 100, 10_000),
  epochs: whole(8, 1, 100),
  batch: whole(20, 1, 500),
  rate: real(0.1, 0.001, 0.5, 0.001),
  momentum: real(0.5, 0, 0.99, 0.01),
  rule: choice(["cd", "pcd"], "cd"),
  seed: whole(1, 0, 999_999),
  speed: whole(30, 1, 1_000_000_000),
};

export type Settings = Values<typeof fields>;

/** The command that learns the same tower, bit for bit. */
export function commandOf({ first, second, top, cases, epochs, batch, rate, momentum, rule, seed }: Settings): string {
  const options = [
    `--data mnist:train --limit ${cases} --binarize 0.5`,
    `--layers 784-${first}-${second}-${top} --label-units`,
    rule !== "cd" && `--rule ${rule}`,
    `--epochs ${epochs} --batch-size ${batch} --rate ${rate}`,
    momentum !== 0 && `--momentum ${momentum}`,
    `--seed ${seed}`,
  ];
  return `harmonium train dbn ${options.filter(Boolean).join(" ")}`;
}
