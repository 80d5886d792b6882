/** Where the true gradient points, and where contrastive divergence does on average: both exact, at any machine of the page's size. */

import {
  agreement,
  contrastiveField,
  exactLikelihood,
  parameterVector,
  type Rbm,
  type RbmShape,
  type VectorField,
} from "#src/index.js";

/** Sweeps that the chart compares. */
export const SWEEPS = [1, 2, 3, 5, 10, 20] as const;
/** Arrows of the plane a side, and how far it reaches from its middle. */
export const ARROWS = 9;
export const REACH = 2;

export interface Direction {
  /** ∂L/∂W [V, H], and the mean step of CD-k over its rate. */
  readonly gradient: Float64Array;
  readonly contrastive: Float64Array;
  /** Mean log P(v), nats a case. */
  readonly logLikelihood: number;
  /** Of all parameters: cosine of the angle, and the share of equal signs. */
  readonly cosine: number;
  readonly equalSigns: number;
  /** Cosines of CD-k for the sweeps that are asked for, SWEEPS by default. */
  readonly cosines: Float64Array;
}

export interface Compass {
  gradientAt(vector: Float64Array): { readonly logLikelihood: number; readonly gradient: Float64Array };
  directionAt(rbm: Rbm, sweeps?: readonly number[]): Direction;
  /** Arrows (dx, dy) of the gradient and of CD-k round the machine, in the plane of two weights [ARROWS · ARROWS · 4], rows of equal y. */
  planeAt(rbm: Rbm, axes: readonly [number, number]): Float64Array;
}

export function compass(shape: RbmShape, cases: ArrayLike<number>, k: number): Compass {
  const likelihood = exactLikelihood(shape, cases);
  const field = contrastiveField(shape, cases, k);
  const fields = new Map<number, VectorField>();
  const fieldOf = (sweeps: number) => {
    const there = fields.get(sweeps) ?? contrastiveField(shape, cases, sweeps);
    fields.set(sweeps, there);
    return there;
  };
  const count = shape.visible * shape.hidden;
  return {
    gradientAt: likelihood,
    directionAt(rbm, sweeps = SWEEPS) {
      const vector = parameterVector(rbm);
      const { logLikelihood, gradient } = likelihood(vector);
      const contrastive = field(vector);
      const { cosine, equalSigns } = agreement(contrastive, gradient);
      return {
        gradient: gradient.slice(0, count),
        contrastive: contrastive.slice(0, count),
        logLikelihood,
        cosine,
        equalSigns,
        cosines: Float64Array.from(sweeps, (each) => agreement(fieldOf(each)(vector), gradient).cosine),
      };
    },
    planeAt(rbm, [x, y]) {
      const centre = parameterVector(rbm);
      const arrows = new Float64Array(ARROWS * ARROWS * 4);
      const place = (n: number) => REACH * ((2 * n) / (ARROWS - 1) - 1);
      for (let row = 0; row < ARROWS; row++) {
        for (let column = 0; column < ARROWS; column++) {
          const point = centre.slice();
          point[x] = (centre[x] as number) + place(column);
          point[y] = (centre[y] as number) + place(row);
          const { gradient } = likelihood(point);
          const contrastive = field(point);
          arrows.set(
            [gradient[x], gradient[y], contrastive[x], contrastive[y]] as number[],
            4 * (row * ARROWS + column),
          );
        }
      }
      return arrows;
    },
  };
}
