/** What the kernels of general networks refuse. */

import { refuse } from "../errors.js";
import type { Advance, Couplings, Field, Lists, States } from "./kernels.js";

/** Throws "shape" and "data" for lists that are not those of `units` units. */
export function checkLists(units: number, { offsets, sources }: Lists): void {
  const who = "couplings";
  if (offsets.length !== units + 1) {
    throw refuse("shape", { who: `${who}: offsets`, got: `${offsets.length} numbers`, expected: `${units + 1}` });
  }
  const bad = offsets.findIndex((offset, j) => (j === 0 ? offset !== 0 : offset < offsets[j - 1]));
  if (bad >= 0 || offsets[units] !== sources.length) {
    const got = bad >= 0 ? `${offsets[bad]} at ${bad}` : `${offsets[units]} at the end`;
    throw refuse("data", { who: `${who}: offsets`, got, expected: `0 … ${sources.length}, never falling` });
  }
  const beyond = sources.find((source) => source >= units);
  if (beyond === undefined) return;
  throw refuse("data", { who: `${who}: sources`, got: String(beyond), expected: `units from 0 to ${units - 1}` });
}

export function refuseNotFinite(): Error {
  const got = "a weight or bias that is not finite";
  return refuse("data", { who: "couplings", got, expected: "finite numbers" });
}

/** Throws "shape" for weights or biases of another number. */
export function checkParameters(units: number, count: number, weights: Float32Array, bias: Float32Array): void {
  if (weights.length === count && bias.length === units) return;
  throw refuse("shape", {
    who: "couplings",
    got: `${weights.length} weights, ${bias.length} biases`,
    expected: `${count} weights, ${units} biases`,
  });
}

/** Throws "shape" unless a layer has the network's units and room for the chains. */
export function checkCases(who: string, { units }: Couplings, layer: States | Field, chains: number): void {
  if (layer.units === units && chains <= layer.capacity) return;
  const expected = `at most ${layer.capacity} chains × ${layer.units} units`;
  throw refuse("shape", { who, got: `${chains} chains × ${units} units`, expected });
}

/** Throws "shape" and "option" for a task that does not fit together. */
export function checkAdvance({ couplings, states, chains, dynamics, steps, free, beta, choice }: Advance): void {
  const who = "advance";
  const { units } = couplings;
  checkCases(who, couplings, states, chains);
  if (typeof beta !== "number" && beta.length !== chains) {
    throw refuse("shape", { who: `${who}: beta`, got: `${beta.length} numbers`, expected: `${chains}, one a chain` });
  }
  let most = 0;
  for (let i = 0; i < free.length; i++) if (free[i] > most) most = free[i];
  if (most >= units) {
    throw refuse("option", { who: `${who}: free`, got: String(most), expected: `units from 0 to ${units - 1}` });
  }
  if (!Number.isInteger(steps) || steps < 0) {
    throw refuse("option", { who: `${who}: steps`, got: String(steps), expected: "a whole number, at least 0" });
  }
  if (dynamics === "glauber" && !choice) {
    throw refuse("option", { who: `${who}: choice`, got: "none", expected: "a draw, for Glauber dynamics" });
  }
}
