/** What a link to the page of the tower can hold. */

import { choice, packed, real, type Values, whole } from "../../link/fields.js";
import { drawingText } from "../draw/bits.js";

export const fields = {
  /** A deep belief network, or a deep Boltzmann machine. */
  machine: choice(["dbn", "dbm"], "dbn"),
  /** The one that comes with the lab, or one that learns in the page. */
  tower: choice(["shipped", "yours"], "shipped"),
  /** What the label units are held at: a class a column, one class, or nothing. */
  dream: choice(["each", "free", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], "each"),
  /** Which half of the digit that is read the deep Boltzmann machine's pixels are held at. */
  hold: choice(["nothing", "upper", "lower"], "nothing"),
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
  /** Of all layers together, in the deep Boltzmann machine: epochs, learning rate at first (it falls to 0), sweeps of the chains an update. */
  joint: whole(20, 1, 200),
  jointRate: real(0.05, 0.001, 0.5, 0.001),
  sweeps: whole(1, 1, 20),
  seed: whole(1, 0, 999_999),
  speed: whole(30, 1, 1_000_000_000),
};

export type Settings = Values<typeof fields>;

/** The command that learns the same tower, bit for bit. */
export function commandOf(settings: Settings): string {
  const { machine, first, second, top, cases, epochs, batch, rate, momentum, rule, joint, jointRate, sweeps, seed } =
    settings;
  const options = [
    `harmonium train ${machine} --data mnist:train --limit ${cases} --binarize 0.5`,
    ...(machine === "dbn"
      ? [
          `--layers 784-${first}-${second}-${top} --label-units`,
          rule !== "cd" && `--rule ${rule}`,
          `--epochs ${epochs} --batch-size ${batch} --rate ${rate}`,
          momentum !== 0 && `--momentum ${momentum}`,
        ]
      : [
          `--layers 784-${first}-${second}`,
          `--pretrain ${epochs} --pretrain-rate ${rate}`,
          `--epochs ${joint} --batch-size ${batch} --rate ${jointRate}..0 --k ${sweeps}`,
        ]),
    `--seed ${seed}`,
  ];
  return options.filter(Boolean).join(" ");
}
