/** What a bond of a deep machine keeps has the names that it would have by itself, behind the bond's: `bond.2.step.weights`. */

import type { SavedShapes, SavedState } from "../checkpoint.js";

const prefixOf = (bond: number): string => `bond.${bond + 1}.`;

/** The same under the names of bond `bond`, from 0. */
export function ofBond<Of extends SavedState | SavedShapes>(bond: number, saved: Of): Of {
  return Object.fromEntries(Object.entries(saved).map(([name, one]) => [prefixOf(bond) + name, one])) as Of;
}

/** What is of bond `bond`, by the names that it has there. */
export function savedOfBond(bond: number, saved: SavedState | undefined): SavedState | undefined {
  const prefix = prefixOf(bond);
  return (
    saved &&
    Object.fromEntries(
      Object.entries(saved).flatMap(([name, one]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), one]] : [],
      ),
    )
  );
}
