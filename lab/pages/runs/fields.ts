/** What a link to the page of runs can hold. */

import { choice, flag, packed, part, real } from "../../link/fields.js";

export const MOST_METRICS = 4;

export const fields = {
  /** Ids of the chosen runs, with commas between; none chooses the latest, “-” none at all. */
  runs: packed("", /^[^\s<>"]*$/, "expected names of runs, with commas between"),
  /** One chart each, with commas between. */
  metric: packed("", /^([\w.]+(,[\w.]+){0,3})?$/, "expected one to four names of numbers that runs record"),
  over: choice(["epoch", "seconds", "update"], "epoch"),
  /** What is shown of x. */
  zoom: part(),
  logx: flag(false),
  log: flag(false),
  smooth: real(0, 0, 0.99, 0.01),
  sort: choice(["newest", "name"], "newest"),
};
