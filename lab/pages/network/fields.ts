/** What a link to the page of one network can hold. */

import { choice, type Field, packed, real, reals, type Values, whole } from "../../link/fields.js";
import { presets } from "../../networks/presets.js";

const [first] = presets;

export const MOST_UNITS = 12;
/** A weight or a bias, and what it moves by. */
export const weightRange = { min: -5, max: 5, step: 0.1 } as const;

export const fields = {
  units: whole(first?.units ?? 5, 2, MOST_UNITS),
  weights: reals(first?.weights ?? [], { min: -20, max: 20, most: (MOST_UNITS * (MOST_UNITS - 1)) / 2 }),
  biases: reals(first?.biases ?? [], { min: -20, max: 20, most: MOST_UNITS }),
  temperature: real(1, 0, 5, 0.05),
  dynamics: choice(["glauber", "sequential", "parallel"], "glauber"),
  start: packed("", /^[01]*$/, "expected a 0 or a 1 for each unit, such as 0110", MOST_UNITS),
  /** The neuron that is looked at, from 1. */
  unit: whole(1, 1, MOST_UNITS),
  /** Ticks a second. */
  speed: whole(8, 1, 1e9),
  seed: whole(1, 0, 999_999),
};

/** One weight or bias, for a slider; what is typed may go further than the slider. */
export const coupling: Field<number> = {
  initial: 0,
  range: weightRange,
  parse(text) {
    const value = text === "" ? Number.NaN : Number(text.replace("−", "-"));
    return Math.abs(value) <= 20 ? { value } : { expected: "expected a number from −20 to 20" };
  },
  format: (value) => String(Math.round(value * 1000) / 1000),
};

export type Settings = Values<typeof fields>;
