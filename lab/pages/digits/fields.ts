/** What a link to the page of digits can hold; the defaults are the command line's, but for fewer hidden units. */

import { choice, digits, real, reals, type Values, whole } from "../../link/fields.js";

export const fields = {
  digits: digits([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
  hidden: whole(64, 1, 1000),
  rule: choice(["cd", "pcd", "pt"], "cd"),
  k: whole(1, 1, 50),
  rate: real(0.05, 0.0001, 1, 0.001),
  momentum: real(0, 0, 0.99, 0.01),
  decay: real(0.0002, 0, 0.1, 0.0001),
  batch: whole(100, 1, 1000),
  epochs: whole(20, 1, 500),
  seed: whole(1, 0, 999_999),
  monitor: whole(0, 0, 100),
  // what is looked at: a filter, and units that dreams and reconstructions do without
  filter: whole(-1, -1, 999),
  silent: reals([], { min: 0, max: 999, most: 30 }),
};

export type Settings = Values<typeof fields>;

/** What an engine takes without beginning anew. */
export const looked = ["filter", "silent"] as const;

/** Hidden units up to which the exact likelihood is a matter of milliseconds, and is told after every epoch. */
export const EXACT_AT_ONCE = 12;

/** Epochs from one log-likelihood to the next; 0 is never. */
export const monitorOf = ({ monitor, hidden }: Pick<Settings, "monitor" | "hidden">): number =>
  hidden <= EXACT_AT_ONCE ? 1 : monitor;

/** How many of the shipped training digits are of each class. */
export const shippedCounts = [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978];

/** The command that gives the same weights, bit for bit. */
export function commandOf({
  digits: chosen,
  hidden,
  rule,
  k,
  rate,
  momentum,
  decay,
  batch,
  epochs,
  seed,
  monitor,
}: Settings): string {
  const cases = chosen.reduce((sum, digit) => sum + (shippedCounts[digit] as number), 0);
  const options = [
    "--data mnist:train",
    chosen.length < 10 && `--classes ${chosen.join(",")}`,
    `--limit ${cases}`,
    "--binarize 0.5",
    `--hidden ${hidden}`,
    rule !== "cd" && `--rule ${rule}`,
    rule !== "pt" && k !== 1 && `--k ${k}`,
    `--epochs ${epochs}`,
    `--batch-size ${batch}`,
    `--rate ${rate}`,
    momentum !== 0 && `--momentum ${momentum}`,
    `--weight-decay ${decay}`,
    `--seed ${seed}`,
    monitorOf({ monitor, hidden }) > 0 && `--monitor ${monitorOf({ monitor, hidden })}`,
  ];
  return `harmonium train rbm ${options.filter(Boolean).join(" ")}`;
}
