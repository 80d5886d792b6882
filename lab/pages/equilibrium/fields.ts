/** What a link to the page of equilibrium can hold, and the networks to begin with. */

import { choice, real, reals, type Values, whole } from "../../link/fields.js";
import { type Couplings, hebbian, ringPairs, spinGraph } from "../../networks/couplings.js";
import type { Preset } from "../../networks/presets.js";

/** 32 states: as many bars as one can read. */
export const MOST_UNITS = 5;

const preset = (id: string, name: string, { units, weights, biases }: Couplings): Preset => ({
  ...{ id, name, units, weights, biases },
  temperature: 1,
  dynamics: "glauber",
});

export const presets: readonly Preset[] = [
  preset("triangle", "A frustrated triangle", { units: 3, weights: [-2, -2, -2], biases: [2, 1.5, 1] }),
  preset("pair", "Two that exclude each other", { units: 2, weights: [-3], biases: [1, 1] }),
  preset("ring", "Ising ring of four", spinGraph(4, ringPairs(4), 0.4)),
  preset("hopfield", "Hopfield: five neurons, one pattern", hebbian(["11010"], 2)),
  preset("free", "Four without weights", { units: 4, weights: [0, 0, 0, 0, 0, 0], biases: [1, 0, -1, 0.5] }),
];

const [first] = presets;

export const fields = {
  units: whole(first?.units ?? 3, 2, MOST_UNITS),
  weights: reals(first?.weights ?? [], { min: -20, max: 20, most: 10 }),
  biases: reals(first?.biases ?? [], { min: -20, max: 20, most: MOST_UNITS }),
  temperature: real(1, 0.1, 5, 0.05),
  /** a of couplings.ts: how much more M is one way round than the other. */
  asymmetry: real(0, 0, 4, 0.1),
  dynamics: choice(["glauber", "parallel"], "glauber"),
  chains: whole(100, 1, 1000),
  /** Ticks a second. */
  speed: whole(30, 1, 1e9),
  seed: whole(1, 0, 999_999),
};

export type Settings = Values<typeof fields>;
