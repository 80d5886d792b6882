/** Round a closed loop a gradient does no work. What CD-k does, by the smallest machine there is, and by any other. */

import {
  asymmetry,
  barsAndStripes,
  contrastiveField,
  jacobian,
  likelihoodGradient,
  parameterName,
  pathIntegral,
  type RbmShape,
  randomStream,
  rectangle,
  type VectorField,
} from "../../../src/index.js";

export interface Work {
  /** Gibbs sweeps; none is the exact gradient. */
  readonly k: number | undefined;
  /** ∮ F · dθ, and how far it may be off. */
  readonly value: number;
  readonly error: number;
  /** ‖J − Jᵀ‖ / ‖J‖ at the centre. */
  readonly asymmetry: number;
  /** [length of the way so far, integral so far]. */
  readonly along: readonly (readonly [number, number])[];
}

export interface Loop {
  readonly visible: number;
  readonly hidden: number;
  /** The two parameters that change, and how far the rectangle reaches in each. */
  readonly names: readonly [string, string];
  readonly axes: readonly [number, number];
  readonly centre: Float64Array;
  readonly sides: readonly [number, number];
  readonly works: readonly Work[];
}

const sweeps = [undefined, 1, 2, 10] as const;

/** The field of CD-k, or the exact gradient. */
function fieldOf(shape: RbmShape, cases: ArrayLike<number>, k: number | undefined): VectorField {
  return k === undefined ? likelihoodGradient(shape, cases) : contrastiveField(shape, cases, k);
}

function loopOf(
  shape: RbmShape,
  cases: ArrayLike<number>,
  centre: Float64Array,
  axes: readonly [number, number],
  sides: readonly [number, number],
): Loop {
  const corners = rectangle(centre, axes, sides);
  const works = sweeps.map((k): Work => {
    const field = fieldOf(shape, cases, k);
    return { k, ...pathIntegral(field, corners), asymmetry: asymmetry(jacobian(field, centre)) };
  });
  const names = axes.map((axis) => parameterName(shape, axis)) as [string, string];
  return { ...shape, names, axes, centre, sides, works };
}

/** A visible unit that is on in one case of four, and a hidden one with the bias −1. */
const smallest = { shape: { visible: 1, hidden: 1 }, cases: [0, 0, 0, 1], centre: Float64Array.of(2, 0, -1) };

/** W from 0 to 4, b from −2 to 2. */
export function smallestLoop(): Loop {
  return loopOf(smallest.shape, smallest.cases, smallest.centre, [0, 1], [4, 4]);
}

/** Bars and stripes of 3 × 3, four hidden units, all parameters normal numbers; in the plane where CD-1 turns most. */
export function largerLoop(seed: number): Loop {
  const { levels, units } = barsAndStripes(3);
  const shape = { visible: units, hidden: 4 };
  const cases = Array.from(levels, (level) => level / 255);
  const random = randomStream(seed, "weights");
  const n = shape.visible * shape.hidden + shape.visible + shape.hidden;
  const centre = Float64Array.from({ length: n }, () => random.normal());
  const J = jacobian(contrastiveField(shape, cases), centre);
  const turn = ([p, q]: readonly [number, number]) => Math.abs((J[q * n + p] as number) - (J[p * n + q] as number));
  let axes: readonly [number, number] = [0, 1];
  for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) if (turn([p, q]) > turn(axes)) axes = [p, q];
  return loopOf(shape, cases, centre, axes, [2, 2]);
}

export interface Arrow {
  readonly at: readonly [number, number];
  readonly direction: readonly [number, number];
}

/** The field of the smallest machine in the plane of W and b, at points of a grid round the rectangle. */
export function smallestArrows(k: number | undefined): Arrow[] {
  const { shape, cases, centre } = smallest;
  const field = fieldOf(shape, cases, k);
  const steps = Array.from({ length: 11 }, (_, n) => n / 2 - 2.5);
  return steps.flatMap((x) =>
    steps.map((y): Arrow => {
      const at = [(centre[0] as number) + x, (centre[1] as number) + y] as const;
      const F = field(Float64Array.of(...at, centre[2] as number));
      return { at, direction: [F[0] as number, F[1] as number] };
    }),
  );
}
