/** Which random numbers a time step of a network uses: the addresses of its draws, for the kernels' definition and for onlookers. */

import type { Draw } from "../random/draw.js";
import { uniformOf } from "../random/uniform.js";

/** A unit is on after its update where `uniform` < P(s_j = 1). */
export interface UnitDraw {
  readonly unit: number;
  /** In [0, 1), a multiple of 2^-24. */
  readonly uniform: number;
}

/** The unit that a Glauber step updates, drawn from `free`, and its uniform; 32 steps share an address. */
export function glauberDraw(draw: Draw, choice: Draw, time: number, chain: number, free: ArrayLike<number>): UnitDraw {
  const step = Math.floor(time / 32);
  const at = Math.floor(uniformOf({ ...choice, step }, chain, time % 32) * free.length);
  return { unit: free[at], uniform: uniformOf({ ...draw, step }, chain, time % 32) };
}

/** The uniform of a unit in a step that updates all free units, at once or in turn. */
export function sweepDraw(draw: Draw, time: number, chain: number, unit: number): UnitDraw {
  return { unit, uniform: uniformOf({ ...draw, step: time }, chain, unit) };
}
