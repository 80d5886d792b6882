/** Arrays of an RBM's shape in saved states: `NAME.weights`, `NAME.visible.bias`, `NAME.hidden.bias`. */

import type { BondParameters } from "../../kernels/kernels.js";
import type { SavedShapes, SavedState } from "../checkpoint.js";

const parts = [
  ["weights", "weights"],
  ["visibleBias", "visible.bias"],
  ["hiddenBias", "hidden.bias"],
] as const;

export function bondShapes(name: string, visible: number, hidden: number): SavedShapes {
  const shapes = { weights: [visible, hidden], visibleBias: [visible], hiddenBias: [hidden] };
  return Object.fromEntries(parts.map(([part, label]) => [`${name}.${label}`, shapes[part]]));
}

export function saveBond(name: string, bond: BondParameters): SavedState {
  const shapes = bondShapes(name, bond.visibleBias.size, bond.hiddenBias.size);
  const entries = parts.map(([part, label]) => [`${name}.${label}`, bond[part].read()] as const);
  return Object.fromEntries(entries.map(([label, data]) => [label, { shape: shapes[label], data }]));
}

/** Nothing where there is no state to go on from. */
export function restoreBond(name: string, bond: BondParameters, from: SavedState | undefined): void {
  if (!from) return;
  for (const [part, label] of parts) bond[part].write(from[`${name}.${label}`].data as Float32Array);
}
