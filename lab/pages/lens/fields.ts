/** What a link to the lens can hold: the RBM, the rule, and what is looked at. */

import { choice, real, type Values, whole } from "../../link/fields.js";

/** Bars and stripes of three by three. */
export const SIDE = 3;
export const VISIBLE = SIDE * SIDE;
export const CASES = 2 ** (SIDE + 1);
export const CHAINS = 100;
export const MOST_HIDDEN = 6;

export const fields = {
  hidden: whole(4, 1, MOST_HIDDEN),
  rule: choice(["cd", "pcd"], "cd"),
  k: whole(1, 1, 10),
  rate: real(0.2, 0.01, 1, 0.01),
  updates: whole(5000, 100, 20_000, 100),
  seed: whole(1, 0, 999_999),
  // what is looked at: a case of the batch, or their mean, and two weights
  case: whole(3, 0, CASES - 1),
  of: choice(["case", "batch"], "case"),
  x: whole(0, 0, VISIBLE * MOST_HIDDEN - 1),
  y: whole(5, 0, VISIBLE * MOST_HIDDEN - 1),
  speed: whole(2, 1, 1e9),
};

export type Settings = Values<typeof fields>;

/** What an engine can take without beginning anew. */
export const looked = ["case", "of", "x", "y", "speed"] as const;

/** The stages of an update: the data, the hidden units, then the dream, then the change. */
export function stagesOf({ rule, k }: Pick<Settings, "rule" | "k">): readonly string[] {
  const sweeps = rule === "pcd" ? ["v−", "h−"] : Array.from({ length: k }, (_, n) => [`v${n + 1}`, `h${n + 1}`]).flat();
  return ["v0", "h0", ...sweeps, "ΔW"];
}

/** The command that gives the same weights, bit for bit. */
export function commandOf({ hidden, rule, k, rate, updates, seed }: Settings): string {
  const options = [
    `--data bars-and-stripes:${SIDE}`,
    `--hidden ${hidden}`,
    rule !== "cd" && `--rule ${rule}`,
    rule === "pcd" && `--chains ${CHAINS}`,
    k !== 1 && `--k ${k}`,
    `--epochs ${updates}`,
    `--batch-size ${CASES}`,
    `--rate ${rate}`,
    "--momentum 0",
    "--weight-decay 0",
    `--seed ${seed}`,
  ];
  return `harmonium train rbm ${options.filter(Boolean).join(" ")}`;
}
