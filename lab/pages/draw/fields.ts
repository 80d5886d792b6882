/** What a link to the drawing pad can hold: the drawing, what is hidden of it, how the machines go on from it. */

import { choice, flag, packed, type Values, whole } from "../../link/fields.js";
import { drawingText } from "./bits.js";

const drawn = (initial: string) =>
  packed(initial, drawingText, "expected a drawing, 131 letters of base64url, or nothing");

/** A three that neither machine has learnt: number 18 of MNIST's test digits. */
const three =
  "AAAAAAAAAAAAAAAAAAAAAwAA_AAA4B8AAJwHAODwAAAGHgBgwAEARhwAQP4DAOD_AAD8PwAAwAcAAPAAYAAOAA7AAcAAHAA88AGA_w8A4D8AABAAAAAAAAAAAAAAAAAAAAA";

export const fields = {
  drawing: drawn(three),
  hidden: drawn(""),
  /** Pixels that are not hidden stay as they are drawn. */
  keep: flag(true),
  how: choice(["gibbs", "mean"], "gibbs"),
  sweeps: whole(300, 1, 2000),
  /** Sweeps a second. */
  speed: whole(20, 1, 1_000_000_000),
  seed: whole(1, 0, 999_999),
  /** Whose strokes are looked at, and how many are added up. */
  inside: choice(["twos", "digits", "own"], "twos"),
  strokes: whole(100, 0, 1000),
};

export type Settings = Values<typeof fields>;
