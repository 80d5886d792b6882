/** All parameters of an RBM as one vector in float64: a point of the space that learning moves in. */

import { refuse } from "../errors.js";
import type { Rbm } from "../machines/rbm.js";

/** Sizes of an RBM; one itself is one. */
export interface RbmShape {
  readonly visible: number;
  readonly hidden: number;
}

/** W row-major, then b, then c [V · H + V + H]. */
export function parameterVector({ weights, visibleBias, hiddenBias }: Rbm): Float64Array {
  return Float64Array.of(...weights, ...visibleBias, ...hiddenBias);
}

export interface RbmParameters {
  /** W [V, H] */
  readonly weights: Float64Array;
  /** b [V] */
  readonly visibleBias: Float64Array;
  /** c [H] */
  readonly hiddenBias: Float64Array;
}

/** The parts of such a vector, not copied. Throws "shape" where it is not [V · H + V + H]. */
export function parametersOf({ visible, hidden }: RbmShape, vector: Float64Array): RbmParameters {
  const size = visible * hidden + visible + hidden;
  if (vector.length !== size) {
    const expected = `${size}, those of an RBM of ${visible} × ${hidden} units`;
    throw refuse("shape", { who: "parameters", got: `${vector.length} numbers`, expected });
  }
  const [b, c] = [visible * hidden, visible * hidden + visible];
  return { weights: vector.subarray(0, b), visibleBias: vector.subarray(b, c), hiddenBias: vector.subarray(c) };
}

/** What the parameter at a place of the vector is, with numbers from 1: "W 3,2", "b 4", "c 1". */
export function parameterName({ visible, hidden }: RbmShape, place: number): string {
  const [b, c] = [visible * hidden, visible * hidden + visible];
  if (place < b) return `W ${Math.floor(place / hidden) + 1},${(place % hidden) + 1}`;
  return place < c ? `b ${place - b + 1}` : `c ${place - c + 1}`;
}
