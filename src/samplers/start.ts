/** Where the chains of a network start, and which of its units are free. */

import { refuse } from "../errors.js";
import type { States } from "../kernels/kernels.js";
import type { ResidentNetwork } from "../machines/resident-network.js";
import type { Draw } from "../random/draw.js";

/** Units that keep their value: one value for all chains, or those that the start states give them, chain by chain. */
export type Clamped = ReadonlyMap<number, 0 | 1> | readonly number[];

export interface StartOptions {
  /** None by default. The activity of the others, the free units, is then a sample given these. */
  readonly clamped?: Clamped;
  /** Where chains start: the first of these states [≥ chains, N] in {0, 1}; random bits, every state equally likely, without it. */
  readonly start?: Uint8Array;
}

/** The units that are not clamped, in the order of their numbers. Throws "option" for units that are not there, named twice or without values. */
export function freeUnits(units: number, { clamped = [], start }: StartOptions): Uint32Array {
  const valued = clamped instanceof Map;
  const named: readonly number[] = valued ? [...clamped.keys()] : (clamped as readonly number[]);
  const kept = new Set(named);
  const bad = named.find((unit) => !Number.isInteger(unit) || unit < 0 || unit >= units);
  if (bad !== undefined) {
    throw refuse("option", { who: "clamped unit", got: String(bad), expected: `a unit from 0 to ${units - 1}` });
  }
  if (kept.size < named.length) {
    throw refuse("option", { who: "clamped units", got: named.join(", "), expected: "different units" });
  }
  if (named.length > 0 && !valued && start === undefined) {
    const wayOut = "Name the values by a Map of units, or give start states.";
    throw refuse("option", { who: "clamped units", got: "no values", expected: "a value for each", wayOut });
  }
  return Uint32Array.from({ length: units }, (_, j) => j).filter((j) => !kept.has(j));
}

/** Sets the chains to where they start; without start states the free units are drawn. Throws "shape" for start states that do not fit, "data" if they are not bits. */
export function startChains(
  { kernels, units }: Pick<ResidentNetwork, "kernels" | "units">,
  states: States,
  chains: number,
  { clamped = [], start }: StartOptions,
  draw: Draw,
): void {
  const values: ReadonlyMap<number, 0 | 1> = clamped instanceof Map ? clamped : new Map();
  if (start) {
    const bits = checkedStart(start, chains, units);
    for (const [j, value] of values) for (let chain = 0; chain < chains; chain++) bits[chain * units + j] = value;
    states.write(bits);
    return;
  }
  // one case of levels for all chains: a level is the probability of 1
  const levels = Float32Array.from({ length: units }, (_, j) => values.get(j) ?? 0.5);
  const rows = new Uint32Array(chains);
  kernels.clamp({ levels, units, rows, mode: "sample", draw, out: states });
}

/** A copy of the first states. Throws "shape" where there are too few, "data" where there is something other than 0 and 1. */
export function checkedStart(start: Uint8Array, chains: number, units: number): Uint8Array {
  if (start.length < chains * units || start.length % units !== 0) {
    const expected = `at least ${chains} chains × ${units} units`;
    throw refuse("shape", { who: "start states", got: `${start.length} values`, expected });
  }
  const bits = start.slice(0, chains * units);
  const bad = bits.findIndex((bit) => bit > 1);
  if (bad >= 0) {
    const who = `start states: chain ${Math.floor(bad / units)}, unit ${bad % units}`;
    throw refuse("data", { who, got: String(bits[bad]), expected: "0 or 1" });
  }
  return bits;
}

/** The same states for each of so many rungs. */
export function repeated(bits: Uint8Array, times: number): Uint8Array {
  const all = new Uint8Array(times * bits.length);
  for (let k = 0; k < times; k++) all.set(bits, k * bits.length);
  return all;
}

/** Throws "option" unless there is at least one chain. */
export function checkChains(chains: number): void {
  if (Number.isInteger(chains) && chains >= 1) return;
  throw refuse("option", { who: "chains", got: String(chains), expected: "a whole number, at least 1" });
}
