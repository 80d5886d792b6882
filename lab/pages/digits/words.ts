/** What the cases are called that are looked at and not learnt. */

import type { Source } from "./source.js";

export const kindOf = ({ own, heldOut }: Source): string =>
  own === undefined ? "held-out digits" : heldOut > 0 ? "held-out cases" : "cases";
