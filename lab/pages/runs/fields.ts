/** What a link to the page of runs can hold. */

import { choice, flag, packed, real } from "../../link/fields.js";

export const fields = {
  /** Ids of the chosen runs, with commas between; none chooses the latest. */
  runs: packed("", /^[^\s<>"]*$/, "expected names of runs, with commas between"),
  metric: packed("", /^[\w.]*$/, "expected the name of a number that runs record"),
  over: choice(["epoch", "seconds", "update"], "epoch"),
  log: flag(false),
  smooth: real(0, 0, 0.99, 0.01),
};
